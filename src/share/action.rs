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
/// Those from `Scale` to `RollBack` were written before every action on an object became a kubectl line. They are only
/// read, and become the equivalent lines.
#[derive(Clone, Copy)]
enum Verb {
    Apply = 0,
    Scale = 1,
    SetImage = 2,
    Patch = 3,
    Delete = 4,
    Restart = 5,
    RollBack = 6,
    /// The text that was applied last, applied again.
    ApplyAgain = 7,
    Break = 8,
    Mend = 9,
    Kubectl = 10,
}

impl Verb {
    const ALL: [Verb; 11] = [
        Verb::Apply,
        Verb::Scale,
        Verb::SetImage,
        Verb::Patch,
        Verb::Delete,
        Verb::Restart,
        Verb::RollBack,
        Verb::ApplyAgain,
        Verb::Break,
        Verb::Mend,
        Verb::Kubectl,
    ];

    /// The verb of that number.
    ///
    /// # Errors
    /// [`LinkError::TooNew`] for a number that this version does not know.
    fn from_number(number: u64) -> Result<Verb, LinkError> {
        let verb = Verb::ALL.into_iter().find(|verb| *verb as u64 == number);
        verb.ok_or(LinkError::TooNew {
            codec: "0".to_owned(),
        })
    }
}

/// Writes an action; `last_text` is the text that was applied last.
pub fn write(out: &mut Writer, action: &Action, last_text: &str) {
    match action {
        Action::Apply { text } if **text == *last_text => out.number(Verb::ApplyAgain as u64),
        Action::Apply { text } => {
            out.number(Verb::Apply as u64);
            out.bytes(text.as_bytes());
        }
        Action::Break(fault) => {
            out.number(Verb::Break as u64);
            out.text(&fault::word(fault));
        }
        Action::Mend(fault) => {
            out.number(Verb::Mend as u64);
            out.text(&fault::word(fault));
        }
        Action::Kubectl { line, stdin } => {
            out.number(Verb::Kubectl as u64);
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
    let action = match Verb::from_number(field.number()?)? {
        Verb::ApplyAgain => Action::Apply {
            text: last_text(steps),
        },
        Verb::Apply => Action::Apply {
            text: field.rest_as_text()?.into(),
        },
        Verb::Break => Action::Break(fault::read(&field.text()?)?),
        Verb::Mend => Action::Mend(fault::read(&field.text()?)?),
        Verb::Kubectl => Action::Kubectl {
            line: field.text()?,
            stdin: field.rest_as_text()?.into(),
        },
        Verb::Scale => Line::scale(&field.key()?, field.signed()?).into(),
        Verb::SetImage => set_image(field)?.into(),
        Verb::Patch => Line::patch_merge(&field.key()?, &field.text()?).into(),
        Verb::Delete => delete(field)?.into(),
        Verb::Restart => Line::rollout_restart(&field.key()?).into(),
        Verb::RollBack => Line::rollout_undo(&field.key()?, field.signed()?).into(),
    };
    steps.push(Step { at, action });
    Ok(())
}

/// Reads the line of [`Verb::SetImage`]; an empty container name is the first container.
fn set_image(field: &mut Reader) -> Result<Line, LinkError> {
    let workload = field.key()?;
    let container = field.text()?;
    let image = field.text()?;
    Ok(match container.is_empty() && has_template(workload.kind) {
        true => first_image(&workload, &image),
        false => Line::set_image(&workload, &container, &image),
    })
}

/// Reads the line of [`Verb::Delete`].
fn delete(field: &mut Reader) -> Result<Line, LinkError> {
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
