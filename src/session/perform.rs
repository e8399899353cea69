//! From what a person meant to what the cluster is asked for, given how it stands.

use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::api::{Request, Status};
use crate::cluster::command::{PatchType, Target};
use crate::cluster::{Command, Sim};
use crate::kubectl::apply;
use crate::kubectl::server::{Answer, Server};
use crate::object::{Key, Kind, Object, Time};
use crate::ordered;
use crate::store::{Cause, World};
use crate::timeline::{Action, Refused};

/// The file name that a text of the editor has for kubectl.
const FILE: &str = "manifest.yaml";

/// Does an action to a cluster at this instant.
pub fn perform(sim: &mut Sim, action: &Action) -> Vec<Refused> {
    if let Action::Apply { text } = action {
        let cause = sim.begin();
        return apply_text(&mut Live { sim, cause }, text);
    }
    let commands = lower(sim.world(), sim.now(), action);
    let outcomes = commands.iter().map(|command| sim.command(command));
    let results = outcomes.flat_map(|outcome| outcome.results);
    results
        .filter_map(|result| result.err())
        .map(|status| Refused {
            document: None,
            object: status.kind.map(|kind| Key::new(kind, status.name.as_str())),
            message: format!("Error from server ({}): {}", status.reason.name(), status.message),
            causes: Vec::new(),
        })
        .collect()
}

/// The run's own API server, for kubectl.
struct Live<'a> {
    sim: &'a mut Sim,
    cause: Cause,
}

impl Server for Live<'_> {
    fn world(&self) -> &World {
        self.sim.world()
    }

    fn send(&mut self, request: &Request) -> Result<Answer, Status> {
        let (object, warnings) = self.sim.send(self.cause, request)?;
        Ok(Answer { object, warnings })
    }
}

fn apply_text(server: &mut Live, text: &Arc<str>) -> Vec<Refused> {
    let results = apply::apply(server, text, FILE).results.into_iter();
    results
        .filter_map(|applied| {
            let refusal = applied.result.err()?;
            Some(Refused {
                document: Some(applied.document),
                object: applied.key,
                message: refusal.error.message(),
                causes: refusal.causes,
            })
        })
        .collect()
}

/// The commands of an action at a time; a text is applied by kubectl instead.
fn lower(world: &World, now: Time, action: &Action) -> Vec<Command> {
    match action {
        Action::Apply { .. } => Vec::new(),
        Action::Scale { workload, replicas } => vec![Command::Scale {
            target: target(workload),
            replicas: *replicas,
        }],
        Action::SetImage {
            workload,
            container,
            image,
        } => set_image(world, workload, container.as_deref(), image),
        Action::Patch { object, patch } => vec![Command::Patch {
            target: target(object),
            how: PatchType::Merge,
            patch: serde_json::from_str(patch).unwrap_or(Json::Null),
        }],
        Action::Delete {
            object,
            cascade,
            grace,
        } => vec![Command::Delete {
            target: target(object),
            cascade: *cascade,
            grace: *grace,
        }],
        Action::Restart { workload } => vec![Command::Patch {
            target: target(workload),
            how: PatchType::Strategic,
            patch: json!({"spec": {"template": {"metadata": {"annotations": {
                "kubectl.kubernetes.io/restartedAt": now.to_string(),
            }}}}}),
        }],
        Action::RollBack { workload, revision } => roll_back(world, workload, *revision),
        Action::Break(fault) => vec![Command::Break { fault: fault.clone() }],
        Action::Mend(fault) => vec![Command::Mend { fault: fault.clone() }],
    }
}

fn target(key: &Key) -> Target {
    Target {
        kind: key.kind.info().name.to_owned(),
        namespace: key.kind.info().namespaced.then(|| key.namespace.to_string()),
        name: key.name.to_string(),
    }
}

fn set_image(world: &World, workload: &Key, container: Option<&str>, image: &str) -> Vec<Command> {
    let first = || {
        let containers = world
            .get(workload)?
            .spec()
            .at(&["template", "spec", "containers"])?;
        containers
            .as_array()?
            .first()?
            .get("name")?
            .as_str()
            .map(str::to_owned)
    };
    let name = container.map(str::to_owned).or_else(first).unwrap_or_default();
    vec![Command::Patch {
        target: target(workload),
        how: PatchType::Strategic,
        patch: json!({"spec": {"template": {"spec": {"containers": [{"name": name, "image": image}]}}}}),
    }]
}

/// `kubectl rollout undo` patches the set with what the revision holds (`StatefulSetRollbacker` in
/// `kubectl/pkg/polymorphichelpers/rollback.go`): revision 0 means the second newest. Without such a revision there is
/// nothing to do.
fn roll_back(world: &World, workload: &Key, revision: i64) -> Vec<Command> {
    let Some(owner) = world.get(workload) else {
        return Vec::new();
    };
    let number = |object: &Object| {
        let number = object.body.fields().get("revision");
        number.and_then(|value| value.as_i64()).unwrap_or(0)
    };
    let mut revisions: Vec<&Object> = world
        .dependents(&owner.meta.uid)
        .filter(|key| key.kind == Kind::ControllerRevision)
        .filter_map(|key| world.get(key))
        .map(AsRef::as_ref)
        .collect();
    ordered::sort_by_key(&mut revisions, |object| std::cmp::Reverse(number(object)));
    let wanted = match revision {
        0 => revisions.get(1),
        wanted => revisions.iter().find(|object| number(object) == wanted),
    };
    let Some(data) = wanted.and_then(|object| object.body.fields().get("data")) else {
        return Vec::new();
    };
    vec![Command::Patch {
        target: target(workload),
        how: PatchType::Strategic,
        patch: data.into(),
    }]
}
