//! Messages that change the cluster.

use std::sync::Arc;

use crate::api::Propagation;
use crate::object::{Key, Kind};
use crate::scene::explain::{Field, Remedy};
use crate::timeline::Action;
use crate::yaml::{NewValue, PathPart, parse_path};

use super::msg::{Effect, Msg};
use super::notice::NoticeKind;
use super::{RunId, Session, rewrite};

/// Applies the text. `rewrote`: the text before a form control changed it, so that one undo takes both back.
pub(super) fn apply(session: &mut Session, rewrote: Option<Arc<str>>) -> Vec<Effect> {
    let text = session.active_run().text.clone();
    let before = session.active_run_mut().applied.replace(text.clone());
    let (no_op, effects) = act(session, Action::Apply { text: text.clone() });
    if let Some(before) = rewrote {
        session.active_run_mut().rewrote(before, no_op);
    }
    session.active_run_mut().check();
    if no_op {
        session.active_run_mut().applied = before;
    } else if let Some(before) = before {
        tell_removed(session, &before, &text);
    }
    effects
}

/// Documents that were applied before and are gone from the text leave their objects behind.
fn tell_removed(session: &mut Session, before: &str, after: &str) {
    let kept: Vec<Key> = rewrite::objects(after).into_iter().map(|(key, _)| key).collect();
    for (key, _) in rewrite::objects(before) {
        if !kept.contains(&key) && session.active_run().has(&key) {
            session.notify(NoticeKind::Removed(key));
        }
    }
}

/// Does something in the cluster at the play head; also says whether it changed nothing.
pub(super) fn act(session: &mut Session, action: Action) -> (bool, Vec<Effect>) {
    let Some(acted) = session.active_run_mut().act(action) else {
        session.notify(NoticeKind::TooManySteps);
        return (true, Vec::new());
    };
    let told = acted
        .refusals
        .first()
        .map(|refusal| Effect::Announce(refusal.message.clone()));
    session.active_run_mut().refusals = acted.refusals;
    if acted.no_op {
        return (true, told.into_iter().collect());
    }
    session
        .notices
        .retain(|notice| !matches!(notice.kind, NoticeKind::Forked { .. }));
    if !acted.dropped.is_empty() {
        session.notify(NoticeKind::Forked {
            dropped: acted.dropped,
        });
    }
    session.active_run_mut().check();
    // What is done plays at once, and there is one transport for both runs.
    for run in [RunId::A, RunId::B] {
        session.run_state_mut(run).playback.play();
    }
    let mut effects = session.keep();
    effects.extend(told);
    (false, effects)
}

/// Messages that act on the cluster and leave the text as it is.
pub(super) fn acting(session: &mut Session, msg: Msg) -> Vec<Effect> {
    action(msg).map_or_else(Vec::new, |action| act(session, action).1)
}

fn action(msg: Msg) -> Option<Action> {
    let delete = |object: Key, cascade: Propagation, grace: Option<i64>| Action::Delete {
        object,
        cascade,
        grace,
    };
    Some(match msg {
        Msg::Scale { workload, replicas } => Action::Scale { workload, replicas },
        Msg::DeletePod { pod, force } | Msg::Follow(Remedy::DeletePod { pod, force }) => {
            delete(pod, Propagation::Background, force.then_some(0))
        }
        Msg::DeleteSet { workload, cascade } => delete(workload, cascade, None),
        Msg::DeleteClaim(object) | Msg::Delete(object) => delete(object, Propagation::Background, None),
        Msg::RolloutRestart(workload) => Action::Restart { workload },
        Msg::RolloutUndo { workload, revision } => Action::RollBack { workload, revision },
        Msg::Break(fault) => Action::Break(fault),
        Msg::Mend(fault) | Msg::Follow(Remedy::EndFault(fault)) => Action::Mend(fault),
        _ => return None,
    })
}

/// A form control's message: which field it means, and its value.
fn form(msg: Msg) -> Option<(Field, NewValue)> {
    Some(match msg {
        Msg::SetReplicas { workload, replicas } => {
            (Field::new(&workload, "spec.replicas"), NewValue::Int(replicas))
        }
        Msg::SetImage {
            workload,
            container,
            image,
        } => {
            let path = format!("spec.template.spec.containers[{container}].image");
            (Field::new(&workload, path), NewValue::Text(image))
        }
        Msg::SetPartition { workload, partition } => {
            let path = "spec.updateStrategy.rollingUpdate.partition";
            (Field::new(&workload, path), NewValue::Int(partition))
        }
        Msg::SetPolicy { workload, policy } => (
            Field::new(&workload, "spec.podManagementPolicy"),
            NewValue::Text(policy),
        ),
        Msg::SetStrategy { workload, strategy } => {
            let path = match workload.kind {
                Kind::Deployment => "spec.strategy.type",
                _ => "spec.updateStrategy.type",
            };
            (Field::new(&workload, path), NewValue::Text(strategy))
        }
        Msg::SetField { field, value } => (field, rewrite::typed(&value)),
        _ => return None,
    })
}

/// The same in the cluster alone, for an object that the text does not declare; lists are out of its reach.
fn patch(field: &Field, value: &NewValue) -> Option<Action> {
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
    Some(Action::Patch {
        object: field.object.clone(),
        patch: patch.to_string().into(),
    })
}

/// Messages that rewrite one scalar of the text; all but taking a live value over apply it at once.
pub(super) fn rewriting(session: &mut Session, msg: Msg) -> Vec<Effect> {
    if let Msg::TakeLive(field) = &msg {
        let value = session.active_run().live.iter().find(|live| live.field == *field);
        let Some(value) = value.map(|live| rewrite::typed(&live.value)) else {
            return Vec::new();
        };
        return write(session, field, &value).map_or_else(|effects| effects, |(_, effects)| effects);
    }
    let Some((field, value)) = form(msg) else {
        return Vec::new();
    };
    let here = session.active_run();
    if !rewrite::declares(&here.text, &field.object)
        && here.has(&field.object)
        && let Some(action) = patch(&field, &value)
    {
        return act(session, action).1;
    }
    match write(session, &field, &value) {
        Ok((before, _)) => {
            if let Some(beside) = beside(&field, &value) {
                set_aside(session, &beside);
            }
            let mut effects = vec![Effect::Write(session.active_run().text.to_string())];
            effects.extend(apply(session, Some(before)));
            effects
        }
        Err(effects) => effects,
    }
}

/// A strategy that is no rolling update must not have the parameters of one, and the API server has filled them in when
/// the object was created: apply takes them away only if the text says so.
fn beside(field: &Field, value: &NewValue) -> Option<Field> {
    let strategy = field.path.strip_suffix("trategy.type").is_some();
    let rolling = *value == NewValue::Text("RollingUpdate".to_owned());
    let path = field.path.replace(".type", ".rollingUpdate");
    (strategy && !rolling).then(|| Field::new(&field.object, path))
}

/// Sets a field to `null`. Where whole parameters stand nothing is lost: the refusal will show them.
fn set_aside(session: &mut Session, field: &Field) {
    if let Ok(text) = rewrite::write(&session.active_run().text, field, &NewValue::Null) {
        session.active_run_mut().text = text.into();
    }
}

/// Writes a value into the text; returns the text before. What cannot be written becomes a notice.
fn write(
    session: &mut Session,
    field: &Field,
    value: &NewValue,
) -> Result<(Arc<str>, Vec<Effect>), Vec<Effect>> {
    let before = session.active_run().text.clone();
    match rewrite::write(&before, field, value) {
        Ok(after) => {
            session.active_run_mut().text = after.as_str().into();
            Ok((before, vec![Effect::Write(after)]))
        }
        Err(why) => {
            session.notify(NoticeKind::CannotWrite(why));
            Err(Vec::new())
        }
    }
}
