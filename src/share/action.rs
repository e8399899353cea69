//! Actions in a link.

use std::sync::Arc;

use super::LinkError;
use super::bytes::{Reader, Writer};
use super::fault;
use crate::api::Propagation;
use crate::limits;
use crate::object::Time;
use crate::timeline::{Action, Step};

/// First number of a step's action.
mod verb {
    pub const APPLY: u64 = 0;
    pub const SCALE: u64 = 1;
    pub const SET_IMAGE: u64 = 2;
    pub const PATCH: u64 = 3;
    pub const DELETE: u64 = 4;
    pub const RESTART: u64 = 5;
    pub const ROLL_BACK: u64 = 6;
    /// The text that was applied before, once more.
    pub const APPLY_AGAIN: u64 = 7;
    pub const BREAK: u64 = 8;
    pub const MEND: u64 = 9;
    pub const KUBECTL: u64 = 10;
}

/// Writes an action; `last_text` is the text that was applied before.
pub fn write(out: &mut Writer, action: &Action, last_text: &str) {
    match action {
        Action::Apply { text } if **text == *last_text => out.number(verb::APPLY_AGAIN),
        Action::Apply { text } => {
            out.number(verb::APPLY);
            out.bytes(text.as_bytes());
        }
        Action::Scale { workload, replicas } => {
            out.number(verb::SCALE);
            out.key(workload);
            out.signed(*replicas);
        }
        Action::SetImage {
            workload,
            container,
            image,
        } => {
            out.number(verb::SET_IMAGE);
            out.key(workload);
            out.text(container.as_deref().unwrap_or_default());
            out.text(image);
        }
        Action::Patch { object, patch } => {
            out.number(verb::PATCH);
            out.key(object);
            out.text(patch);
        }
        Action::Delete {
            object,
            cascade,
            grace,
        } => {
            out.number(verb::DELETE);
            out.key(object);
            out.number(cascade_number(*cascade));
            if let Some(seconds) = grace {
                out.signed(*seconds);
            }
        }
        Action::Restart { workload } => {
            out.number(verb::RESTART);
            out.key(workload);
        }
        Action::RollBack { workload, revision } => {
            out.number(verb::ROLL_BACK);
            out.key(workload);
            out.signed(*revision);
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

/// Reads a step and adds it to those before it.
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
        verb::SCALE => Action::Scale {
            workload: field.key()?,
            replicas: field.signed()?,
        },
        verb::SET_IMAGE => Action::SetImage {
            workload: field.key()?,
            container: Some(field.text()?).filter(|name| !name.is_empty()),
            image: field.text()?,
        },
        verb::PATCH => Action::Patch {
            object: field.key()?,
            patch: field.text()?,
        },
        verb::DELETE => Action::Delete {
            object: field.key()?,
            cascade: cascade(field.number()?)?,
            grace: match field.is_empty() {
                true => None,
                false => Some(field.signed()?),
            },
        },
        verb::RESTART => Action::Restart {
            workload: field.key()?,
        },
        verb::ROLL_BACK => Action::RollBack {
            workload: field.key()?,
            revision: field.signed()?,
        },
        verb::BREAK => Action::Break(fault::read(&field.text()?)?),
        verb::MEND => Action::Mend(fault::read(&field.text()?)?),
        verb::KUBECTL => Action::Kubectl {
            line: field.text()?,
            stdin: field.rest_as_text()?.into(),
        },
        _ => {
            return Err(LinkError::TooNew {
                codec: "0".to_owned(),
            });
        }
    };
    steps.push(Step { at, action });
    Ok(())
}

/// The text that was applied last; empty if none was.
pub fn last_text(steps: &[Step]) -> Arc<str> {
    let texts = steps.iter().rev().filter_map(|step| match &step.action {
        Action::Apply { text } => Some(text.clone()),
        _ => None,
    });
    texts.into_iter().next().unwrap_or_default()
}

fn cascade_number(cascade: Propagation) -> u64 {
    match cascade {
        Propagation::Background => 0,
        Propagation::Foreground => 1,
        Propagation::Orphan => 2,
    }
}

fn cascade(number: u64) -> Result<Propagation, LinkError> {
    match number {
        0 => Ok(Propagation::Background),
        1 => Ok(Propagation::Foreground),
        2 => Ok(Propagation::Orphan),
        _ => Err(LinkError::Damaged),
    }
}
