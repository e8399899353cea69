//! `kubectl set selector` (`kubectl/pkg/cmd/set/set_selector.go`).

use super::super::record::record_in;
use super::super::selector::to_label_selector;
use super::super::{CommandContext, CommandResult, resource};
use super::template::{Update, send, set_flags};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Kind, Object, Value};

/// The flags of `set selector`.
pub const FLAGS: &[Flag] = set_flags![bool("record", ' '), text("resource-version", ' ')];

/// Runs `set selector`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| vec![Error::Plain(text)];
    let Some((selector, names)) = args.words.split_last() else {
        return Err(plain("one selector is required".to_owned()));
    };
    let selector = to_label_selector(selector).map_err(plain)?;
    let found = ctx.selected(&args.with_words(names.to_vec()))?;
    resource::visit(ctx, &found, &mut |ctx, object| {
        let document = selected(args, object, &selector).map_err(plain)?;
        let update = Update {
            operation: "selector updated",
            failure: "",
            unchanged_too: true,
        };
        send(ctx, args, object, &document, update)?;
        Ok(())
    })
}

/// The Service with the selector (`updateSelectorForObject`).
fn selected(args: &Args, object: &Object, selector: &Value) -> Result<Value, String> {
    if object.kind != Kind::Service {
        return Err("setting a selector is only supported for Services".to_owned());
    }
    if let Some(expressions) = selector.get("matchExpressions").and_then(Value::as_array) {
        let texts: Vec<String> = expressions.iter().map(go_requirement).collect();
        return Err(format!(
            "match expression [{}] not supported on this object",
            texts.join(" ")
        ));
    }
    let mut document = object.document();
    let labels = selector.get("matchLabels").cloned().unwrap_or_else(Value::object);
    *document.slot(&["spec", "selector"]) = labels;
    if let Some(version) = args.get("resource-version").filter(|version| !version.is_empty()) {
        *document.slot(&["metadata", "resourceVersion"]) = version.into();
    }
    record_in(args, &mut document);
    Ok(document)
}

/// A requirement in the format of Go's `%v`.
fn go_requirement(requirement: &Value) -> String {
    let text = |field: &str| requirement.get(field).and_then(Value::as_str).unwrap_or_default();
    let values = requirement
        .get("values")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    format!("{{{} {} [{}]}}", text("key"), text("operator"), values.join(" "))
}
