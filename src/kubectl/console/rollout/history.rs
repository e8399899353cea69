//! `kubectl rollout history` (`kubectl/pkg/polymorphichelpers/history.go`).

use std::sync::Arc;

use super::{CHANGE_CAUSE, named, unvisited};
use crate::cluster::controllers::deployment::{HASH, REVISION, annotated};
use crate::cluster::controllers::statefulset::revision;
use crate::kubectl::console::flags::Args;
use crate::kubectl::console::printing::{self, Format};
use crate::kubectl::console::{Ended, Shell, resources};
use crate::kubectl::describe::pod_template;
use crate::kubectl::errors::Error;
use crate::object::{Kind, Object, Value};
use crate::store::World;

/// One revision of a workload: a ControllerRevision, or a ReplicaSet.
pub struct Revision {
    /// Its number.
    pub number: i64,
    /// What keeps it.
    pub object: Arc<Object>,
}

impl Revision {
    /// The template of its pods, as it was written.
    pub fn template(&self) -> Value {
        let path: &[&str] = match self.object.kind {
            Kind::ControllerRevision => &["data", "spec", "template"],
            _ => &["spec", "template"],
        };
        let (first, rest) = (path[0], &path[1..]);
        let root = self.object.body.fields().get(first);
        let mut template = root.and_then(|root| root.at(rest)).cloned().unwrap_or_default();
        if let Some(map) = template.as_object_mut() {
            map.remove("$patch");
        }
        if self.object.kind == Kind::ReplicaSet
            && let Some(labels) = template.slot(&["metadata", "labels"]).as_object_mut()
        {
            labels.remove(HASH);
        }
        template
    }

    fn cause(&self) -> &str {
        let cause = self.object.meta.annotation(CHANGE_CAUSE).map(AsRef::as_ref);
        cause.filter(|cause: &&str| !cause.is_empty()).unwrap_or("<none>")
    }
}

/// The revisions of a workload, the lowest first.
pub fn revisions(world: &World, workload: &Object) -> Vec<Revision> {
    let kind = match workload.kind {
        Kind::Deployment => Kind::ReplicaSet,
        _ => Kind::ControllerRevision,
    };
    let owned = world
        .dependents(&workload.meta.uid)
        .filter(|key| key.kind == kind);
    let mut revisions: Vec<Revision> = owned
        .filter_map(|key| world.get(key))
        .filter(|object| {
            object
                .meta
                .controller()
                .is_some_and(|owner| owner.uid == workload.meta.uid)
        })
        .map(|object| Revision {
            number: match kind {
                Kind::ReplicaSet => annotated(object, REVISION).unwrap_or(0),
                _ => revision::number(object),
            },
            object: object.clone(),
        })
        .collect();
    revisions.sort_by_key(|revision| revision.number);
    revisions
}

/// Runs `rollout history`.
pub fn history(shell: &mut Shell, args: &Args) -> Ended {
    let wanted = args.int("revision").unwrap_or(0);
    if wanted < 0 {
        return Err(vec![super::no_revision(wanted)]);
    }
    let format = printing::format_of_change(args)?;
    let found = named(shell, args)?;
    resources::each(shell, &found, &mut |shell, object| {
        let world = shell.server.world();
        let text = match format {
            Format::Table { .. } => one(world, object, wanted)?,
            _ => documents(world, object, wanted, &format)?,
        };
        shell.out.push_str(&text);
        Ok(())
    })
}

/// `-o`: the set as it was at each revision, or what keeps the revision of a Deployment.
fn documents(world: &World, object: &Arc<Object>, wanted: i64, format: &Format) -> Result<String, Error> {
    let revisions = viewed(world, object)?;
    let mut out = String::new();
    for revision in revisions
        .iter()
        .filter(|revision| wanted == 0 || revision.number == wanted)
    {
        let mut shown = revision.object.clone();
        if shown.kind == Kind::ControllerRevision {
            let mut document = object.document();
            *document.slot(&["spec", "template"]) = revision.template();
            shown = match document.as_object() {
                Some(document) => Arc::new(Object::read(object.kind, document)),
                None => object.clone(),
            };
        }
        if *format == Format::Yaml && !out.is_empty() {
            out.push_str("---\n");
        }
        out.push_str(&printing::print(format, &[shown], true, true)?);
    }
    match out.is_empty() && wanted > 0 {
        true => Err(missing()),
        false => Ok(out),
    }
}

fn missing() -> Error {
    Error::Plain("unable to find the specified revision".to_owned())
}

fn viewed(world: &World, object: &Object) -> Result<Vec<Revision>, Error> {
    match object.kind {
        Kind::StatefulSet | Kind::Deployment | Kind::DaemonSet => Ok(revisions(world, object)),
        _ => Err(unvisited(object, "history viewer", "history")),
    }
}

fn one(world: &World, object: &Object, wanted: i64) -> Result<String, Error> {
    let revisions = viewed(world, object)?;
    let name = printing::name(object);
    if wanted > 0 {
        let chosen = revisions.iter().find(|revision| revision.number == wanted);
        let chosen = chosen.ok_or_else(missing)?;
        return Ok(format!(
            "{name} with revision #{wanted}\n{}\n",
            pod_template(&annotated_template(chosen))
        ));
    }
    if revisions.is_empty() {
        return Ok(format!("{name} \nNo rollout history found.\n"));
    }
    let width = revisions
        .iter()
        .map(|revision| revision.number.to_string().len())
        .max();
    let width = width.unwrap_or(0).max("REVISION".len()) + 2;
    let rows = revisions
        .iter()
        .map(|revision| format!("{:<width$}{}\n", revision.number, revision.cause()));
    Ok(format!(
        "{name} \n{:<width$}CHANGE-CAUSE\n{}\n",
        "REVISION",
        rows.collect::<String>()
    ))
}

/// A ReplicaSet's template is shown with its label, and with the reason for the change.
pub fn annotated_template(revision: &Revision) -> Value {
    let mut template = match revision.object.kind {
        Kind::ReplicaSet => revision
            .object
            .spec()
            .get("template")
            .cloned()
            .unwrap_or_default(),
        _ => revision.template(),
    };
    if revision.object.kind == Kind::ReplicaSet
        && let Some(cause) = revision.object.meta.annotation(CHANGE_CAUSE)
    {
        *template.slot(&["metadata", "annotations", CHANGE_CAUSE]) = cause.clone().into();
    }
    template
}
