//! Writes single fields of the text: for the form controls, and to copy a live value.

use std::sync::Arc;

use crate::kubectl::line::Line;
use crate::scene::explain::Field;
use crate::timeline::Action;
use crate::yaml::{NewValue, PathPart, parse_path};

use super::msg::Effect;
use super::notice::NoticeKind;
use super::state::Session;
use super::{actions, rewrite};

/// Writes a value into the text and applies it. An object that the text does not declare is patched in the cluster.
pub(super) fn set(session: &mut Session, field: &Field, value: &NewValue) -> Vec<Effect> {
    let run = session.active_run();
    if !rewrite::declares(&run.text, &field.object)
        && run.has(&field.object)
        && let Some(patch) = merge_patch(field, value)
    {
        return actions::act(session, patch);
    }
    let before = session.active_run().text.clone();
    if write(session, field, value).is_none() {
        return Vec::new();
    }
    if let Some(parameters) = obsolete_parameters(field, value) {
        clear(session, &parameters);
    }
    let mut effects = vec![Effect::Write(session.active_run().text.to_string())];
    effects.extend(actions::apply(session, Some(before)));
    effects
}

/// Writes the live value of a field into the text, without applying it.
pub(super) fn take_live(session: &mut Session, field: &Field) -> Vec<Effect> {
    let mut live = session.active_run().live.iter();
    let Some(difference) = live.find(|live| live.field == *field) else {
        return Vec::new();
    };
    let value = rewrite::typed(&difference.value);
    write(session, field, &value).into_iter().collect()
}

/// A merge patch that sets a field. Merge patches replace entire lists, so a field within a list has none.
fn merge_patch(field: &Field, value: &NewValue) -> Option<Action> {
    let mut patch = match value {
        NewValue::Null => serde_json::Value::Null,
        NewValue::Bool(yes) => serde_json::Value::from(*yes),
        NewValue::Int(number) => serde_json::Value::from(*number),
        NewValue::Text(text) => serde_json::Value::from(text.as_str()),
    };
    for part in parse_path(&field.path).into_iter().rev() {
        let PathPart::Key(key) = part else { return None };
        patch = serde_json::json!({ key: patch });
    }
    Some(Line::patch_merge(&field.object, &patch.to_string()).into())
}

/// The parameters of a rolling update, for a strategy that must not have them. The API server set defaults for them
/// when the object was created, and apply removes them only if the text sets them to `null`.
fn obsolete_parameters(field: &Field, value: &NewValue) -> Option<Field> {
    let is_strategy = field.path.ends_with("trategy.type");
    let is_rolling = *value == NewValue::Text("RollingUpdate".to_owned());
    let path = field.path.replace(".type", ".rollingUpdate");
    (is_strategy && !is_rolling).then(|| Field::new(&field.object, path))
}

/// Sets a field to `null`. A mapping in the text is kept: the API server's error will name it.
fn clear(session: &mut Session, field: &Field) {
    if let Ok(text) = rewrite::write(&session.active_run().text, field, &NewValue::Null) {
        session.active_run_mut().text = text.into();
    }
}

/// Writes a value into the text; if that is not possible, adds a notice with the reason.
fn write(session: &mut Session, field: &Field, value: &NewValue) -> Option<Effect> {
    match rewrite::write(&session.active_run().text, field, value) {
        Ok(text) => {
            session.active_run_mut().text = Arc::from(text.as_str());
            Some(Effect::Write(text))
        }
        Err(reason) => {
            session.notify(NoticeKind::CannotWrite(reason));
            None
        }
    }
}
