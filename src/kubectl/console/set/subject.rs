//! `kubectl set subject` (`kubectl/pkg/cmd/set/set_subject.go`).

use std::sync::Arc;

use super::super::resource::namespace;
use super::super::{CommandContext, CommandResult};
use super::template::{Update, check_local, infos, object_error, send, set_flags};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, text};
use crate::object::{Kind, Map, Object, Value};

/// The flags of `set subject`.
pub const FLAGS: &[Flag] = set_flags![
    text("kustomize", 'k'),
    text("selector", 'l'),
    text("user", ' '),
    text("group", ' '),
    text("serviceaccount", ' ')
];

const RBAC: &str = "rbac.authorization.k8s.io";

/// Runs `set subject`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let objects = infos(ctx, args)?;
    check_local(ctx, args)?;
    validate(args, &objects).map_err(|text| vec![Error::Plain(text.to_owned())])?;
    let subjects = subjects(args);
    let mut errors = Vec::new();
    for object in objects {
        if let Err(error) = add_subjects(ctx, args, &object, &subjects) {
            errors.push(error);
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

/// `SubjectOptions.Validate`.
fn validate(args: &Args, objects: &[Arc<Object>]) -> Result<(), &'static str> {
    if args.is("all") && args.has("selector") {
        return Err("cannot set --all and --selector at the same time");
    }
    if !["user", "group", "serviceaccount"]
        .iter()
        .any(|flag| args.has(flag))
    {
        return Err("you must specify at least one value of user, group or serviceaccount");
    }
    for account in args.all("serviceaccount") {
        let parts: Vec<&str> = account.split(':').collect();
        let [namespace, name] = parts.as_slice() else {
            return Err("serviceaccount must be <namespace>:<name>");
        };
        if name.is_empty() {
            return Err("serviceaccount must be <namespace>:<name>");
        }
        let of_cluster = |object: &Arc<Object>| object.kind == Kind::ClusterRoleBinding;
        if namespace.is_empty() && objects.iter().any(of_cluster) {
            return Err("serviceaccount must be <namespace>:<name>, namespace must be specified");
        }
    }
    Ok(())
}

/// The subjects that the flags name, sorted within each kind.
fn subjects(args: &Args) -> Vec<Value> {
    let sorted = |flag: &str| {
        let mut names: Vec<String> = args.all(flag).into_iter().map(str::to_owned).collect();
        names.sort();
        names.dedup();
        names
    };
    let mut subjects: Vec<Value> = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in sorted(flag) {
            let subject = Map::from_iter([("apiGroup", RBAC), ("kind", kind), ("name", &name)]);
            subjects.push(subject.into());
        }
    }
    for account in sorted("serviceaccount") {
        let (space, name) = account.split_once(':').unwrap_or(("", &account));
        let space = if space.is_empty() { namespace(args) } else { space };
        let subject = Map::from_iter([("kind", "ServiceAccount"), ("name", name), ("namespace", space)]);
        subjects.push(subject.into());
    }
    subjects
}

/// Adds the subjects that a binding does not have.
fn add_subjects(
    ctx: &mut CommandContext,
    args: &Args,
    object: &Object,
    subjects: &[Value],
) -> Result<(), Error> {
    if !matches!(object.kind, Kind::RoleBinding | Kind::ClusterRoleBinding) {
        let why = "setting subjects is only supported for RoleBinding/ClusterRoleBinding";
        return Err(object_error(object, why));
    }
    let mut document = object.document();
    let mut all = document
        .get("subjects")
        .and_then(Value::as_array)
        .unwrap_or_default()
        .to_vec();
    let have = all.len();
    for subject in subjects {
        if !all[..have].contains(subject) {
            all.push(subject.clone());
        }
    }
    *document.slot(&["subjects"]) = all.into();
    let update = Update {
        operation: "subjects updated",
        failure: "failed to patch subjects to rolebinding: ",
        unchanged_too: false,
    };
    send(ctx, args, object, &document, update).map(drop)
}
