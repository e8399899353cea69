//! Actions in a link.

use std::sync::Arc;

use super::LinkError;
use super::bytes::{Reader, Writer};
use super::fault;
use crate::api::Propagation;
use crate::kubectl::line::Line;
use crate::limits;
use crate::object::{Key, Kind, Time};
use crate::timeline::{Action, Step};

/// The first number of a step's action.
///
/// Verbs 1 to 6 were written before every action on an object became a kubectl line. They are only read, and become
/// the equivalent lines.
mod verb {
    pub const APPLY: u64 = 0;
    pub const SCALE: u64 = 1;
    pub const SET_IMAGE: u64 = 2;
    pub const PATCH: u64 = 3;
    pub const DELETE: u64 = 4;
    pub const RESTART: u64 = 5;
    pub const ROLL_BACK: u64 = 6;
    /// The text that was applied last, applied again.
    pub const APPLY_AGAIN: u64 = 7;
    pub const BREAK: u64 = 8;
    pub const MEND: u64 = 9;
    pub const KUBECTL: u64 = 10;
}

/// Writes an action; `last_text` is the text that was applied last.
pub fn write(out: &mut Writer, action: &Action, last_text: &str) {
    match action {
        Action::Apply { text } if **text == *last_text => out.number(verb::APPLY_AGAIN),
        Action::Apply { text } => {
            out.number(verb::APPLY);
            out.bytes(text.as_bytes());
        }
        Action::Break(fault) => {
            out.number(verb::BREAK);
            out.text(&fault::word(fault));
        }
        Action::Mend(fault) => {
            out.number(verb::MEND);
            out.text(&fault::word(fault));
        }
        Action::Kubectl { line, stdin } => {
            out.number(verb::KUBECTL);
            out.text(line);
            out.bytes(stdin.as_bytes());
        }
    }
}

/// Reads a step and appends it to those before it.
pub fn read_step(field: &mut Reader, steps: &mut Vec<Step>) -> Result<(), LinkError> {
    if steps.len() >= limits::STEPS {
        return Err(LinkError::TooLarge);
    }
    let last = steps.last().map_or(Time(0), |step| step.at);
    let at = last.plus(field.number()?);
    let action = match field.number()? {
        verb::APPLY_AGAIN => Action::Apply {
            text: last_text(steps),
        },
        verb::APPLY => Action::Apply {
            text: field.rest_as_text()?.into(),
        },
        verb::BREAK => Action::Break(fault::read(&field.text()?)?),
        verb::MEND => Action::Mend(fault::read(&field.text()?)?),
        verb::KUBECTL => Action::Kubectl {
            line: field.text()?,
            stdin: field.rest_as_text()?.into(),
        },
        verb => read_line(verb, field)?.into(),
    };
    steps.push(Step { at, action });
    Ok(())
}

/// Reads an action of verbs 1 to 6 as its line.
fn read_line(verb: u64, field: &mut Reader) -> Result<Line, LinkError> {
    match verb {
        verb::SCALE => Ok(Line::scale(&field.key()?, field.signed()?)),
        verb::SET_IMAGE => {
            let workload = field.key()?;
            let container = field.text()?;
            let image = field.text()?;
            Ok(match container.is_empty() && has_template(workload.kind) {
                true => first_image(&workload, &image),
                false => Line::set_image(&workload, &container, &image),
            })
        }
        verb::PATCH => Ok(Line::patch_merge(&field.key()?, &field.text()?)),
        verb::DELETE => {
            let line = Line::delete(&field.key()?).cascade(propagation(field.number()?)?);
            let line = match field.is_empty() {
                true => line,
                false => match field.signed()? {
                    0 => line.grace_period(0).force(),
                    seconds => line.grace_period(seconds),
                },
            };
            Ok(line.no_wait())
        }
        verb::RESTART => Ok(Line::rollout_restart(&field.key()?)),
        verb::ROLL_BACK => Ok(Line::rollout_undo(&field.key()?, field.signed()?)),
        _ => Err(LinkError::TooNew {
            codec: "0".to_owned(),
        }),
    }
}

/// Sets the image of the first container, whatever its name: `set image` would have to name it.
fn first_image(workload: &Key, image: &str) -> Line {
    let operation = serde_json::json!([{
        "op": "add",
        "path": "/spec/template/spec/containers/0/image",
        "value": image,
    }]);
    Line::patch_json(workload, &operation.to_string())
}

/// Whether objects of a kind have a pod template at `spec.template`.
fn has_template(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::StatefulSet
            | Kind::Deployment
            | Kind::ReplicaSet
            | Kind::DaemonSet
            | Kind::Job
            | Kind::ReplicationController
    )
}

/// The text that was applied last; empty if none was.
pub fn last_text(steps: &[Step]) -> Arc<str> {
    let mut texts = steps.iter().rev().filter_map(|step| match &step.action {
        Action::Apply { text } => Some(text.clone()),
        Action::Kubectl { .. } | Action::Break(_) | Action::Mend(_) => None,
    });
    texts.next().unwrap_or_default()
}

fn propagation(number: u64) -> Result<Propagation, LinkError> {
    match number {
        0 => Ok(Propagation::Background),
        1 => Ok(Propagation::Foreground),
        2 => Ok(Propagation::Orphan),
        _ => Err(LinkError::Damaged),
    }
}
