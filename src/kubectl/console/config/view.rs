//! `kubectl config view` (`kubectl/pkg/cmd/config/view.go`).

use super::super::output_format::{OutputFormat, change_format};
use super::super::printers;
use super::super::{CommandContext, CommandResult, unexpected_arguments};
use super::KubeConfig;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Map, Value};

/// The flags of `view`.
pub const VIEW_FLAGS: &[Flag] = &[
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    bool("merge", ' '),
    bool("raw", ' '),
    bool("flatten", ' '),
    bool("minify", ' '),
];

/// What kubectl prints instead of certificates and keys (`RedactSecrets`, `ShortenConfig`).
const OMITTED: &str = "DATA+OMITTED";

/// Runs `config view`.
pub fn view(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    if !args.words.is_empty() {
        return Err(unexpected_arguments(args, "config view"));
    }
    let format = match change_format(args, ctx.stdin)? {
        OutputFormat::Table { .. } => OutputFormat::Yaml,
        format => format,
    };
    if !args.is_not_false("merge") {
        let text = "if merge==false a precise file must be specified";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    let printed = printers::document(&format, &document(ctx.config))?;
    ctx.out.push_str(&printed);
    Ok(None)
}

/// A map with these fields.
fn map(fields: &[(&'static str, Value)]) -> Value {
    let mut map = Map::new();
    for (name, value) in fields {
        map.insert(*name, value.clone());
    }
    map.into()
}

/// The kubeconfig as a document, without its secrets.
fn document(config: &KubeConfig) -> Value {
    let text = |text: &str| Value::from(text);
    let named = |name: &str, field: &'static str, value: Value| -> Value {
        vec![map(&[("name", text(name)), (field, value)])].into()
    };
    let cluster = map(&[
        ("certificate-authority-data", text(OMITTED)),
        ("server", config.server_address().into()),
    ]);
    let context = map(&[
        ("cluster", text(&config.cluster)),
        ("namespace", text(&config.namespace)),
        ("user", text(&config.user)),
    ]);
    let user = map(&[
        ("client-certificate-data", text(OMITTED)),
        ("client-key-data", text(OMITTED)),
    ]);
    map(&[
        ("apiVersion", text("v1")),
        ("clusters", named(&config.cluster, "cluster", cluster)),
        ("contexts", named(&config.context, "context", context)),
        ("current-context", text(&config.context)),
        ("kind", text("Config")),
        ("users", named(&config.user, "user", user)),
    ])
}
