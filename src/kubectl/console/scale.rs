//! `kubectl scale` (`kubectl/pkg/cmd/scale/scale.go`, `kubectl/pkg/scale/scale.go`).

use super::flags::{Args, Flag, Takes, bool, int, text};
use super::resources::{self, Scope};
use super::telling::DRY_RUN;
use super::{Ended, Shell, printing};
use crate::api::{Patch, Reason, Request, Status};
use crate::kubectl::errors::Error;
use crate::object::{Kind, Object, Value};

/// The flags of `scale`.
pub const FLAGS: &[Flag] = &[
    int("replicas"),
    int("current-replicas"),
    text("resource-version", ' '),
    Flag {
        long: "timeout",
        short: ' ',
        takes: Takes::Duration,
    },
    bool("all", ' '),
    text("selector", 'l'),
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("output", 'o'),
    DRY_RUN,
];

/// Runs `scale`.
pub fn run(shell: &mut Shell, args: &Args) -> Ended {
    let Some(replicas) = args.int("replicas") else {
        return Err(vec![Error::Plain(
            "required flag(s) \"replicas\" not set".to_owned(),
        )]);
    };
    if replicas < 0 {
        let text = "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    if args.int("current-replicas").is_some_and(|count| count < -1) {
        let text = "The --current-replicas must specify an integer of -1 or greater";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    let found = shell.chosen(args)?;
    if found.objects().next().is_none() && found.errors.is_empty() {
        return Err(vec![Error::Plain("no objects passed to scale".to_owned())]);
    }
    // The first that cannot be scaled is the last that is tried.
    for object in found.objects() {
        scale(shell, args, object, replicas)?;
        shell.tell(&printing::name(object), "scaled", &|| {
            let mut document = object.document();
            *document.slot(&["spec", "replicas"]) = replicas.into();
            document
        })?;
    }
    match found.errors.is_empty() {
        true => Ok(None),
        false => Err(found.errors),
    }
}

impl Shell<'_> {
    /// The objects that a line names, by words, `--all`, `-l` or `-f`.
    ///
    /// # Errors
    /// The builder's, if it names none.
    pub(super) fn chosen(&self, args: &Args) -> Result<resources::Found, Error> {
        let targets = self.targets(args)?;
        if targets.kinds.is_empty() && !args.has("filename") {
            return Err(resources::nothing_named());
        }
        let unnamed = targets.kinds.iter().any(|(_, names)| names.is_empty());
        if unnamed && !args.is("all") && !args.has("selector") && !args.has("field-selector") {
            return Err(Error::Plain(
                "resource(s) were provided, but no name was specified".to_owned(),
            ));
        }
        Ok(resources::find(self.server.world(), &targets, &Scope::of(args)))
    }
}

/// The scale subresource is there for four kinds.
fn scale(shell: &mut Shell, args: &Args, object: &Object, replicas: i64) -> Result<(), Error> {
    let scalable = matches!(
        object.kind,
        Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet | Kind::ReplicationController
    );
    if !scalable {
        return Err(resources::refused(Status {
            reason: Reason::NotFound,
            message: "the server could not find the requested resource".to_owned(),
            kind: Some(object.kind),
            name: object.meta.name.to_string(),
            causes: Vec::new(),
        }));
    }
    let current = object.spec().get("replicas").and_then(Value::as_i64).unwrap_or(1);
    if let Some(expected) = args
        .int("current-replicas")
        .filter(|expected| *expected >= 0 && *expected != current)
    {
        return Err(Error::Plain(format!(
            "Expected replicas to be {expected}, was {current}"
        )));
    }
    let version = object.meta.resource_version.to_string();
    if let Some(expected) = args
        .get("resource-version")
        .filter(|expected| !expected.is_empty() && **expected != version)
    {
        return Err(Error::Plain(format!(
            "Expected resource version to be {expected}, was {version}"
        )));
    }
    let mut patch = Value::Null;
    *patch.slot(&["spec", "replicas"]) = replicas.into();
    let request = Request::Patch {
        key: object.key(),
        patch: Patch::Merge(patch),
    };
    shell.send(&request).map(drop)
}
