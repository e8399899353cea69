//! `kubectl apply --prune` (`kubectl/pkg/cmd/apply/prune.go`, `kubectl/pkg/util/prune/prune.go`).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::CommandContext;
use super::print_flags::DryRunStrategy;
use super::resource::{self, LookupScope};
use crate::api::{DeleteOptions, Propagation, Request};
use crate::kubectl::apply::Applied;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::kind::KINDS;
use crate::object::managed::LAST_APPLIED;
use crate::object::{Kind, Object, Uid};

/// The kinds that are pruned without `--prune-allowlist`; the namespaced ones come first.
const DEFAULT_KINDS: [Kind; 16] = [
    Kind::ConfigMap,
    Kind::Endpoints,
    Kind::PersistentVolumeClaim,
    Kind::Pod,
    Kind::ReplicationController,
    Kind::Secret,
    Kind::Service,
    Kind::Job,
    Kind::CronJob,
    Kind::Ingress,
    Kind::DaemonSet,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
    Kind::Namespace,
    Kind::PersistentVolume,
];

/// The kinds of `--prune-allowlist` (`ParseResources`).
///
/// # Errors
/// kubectl's error for a word that names no kind.
pub fn allowlist(args: &Args) -> Result<Vec<Kind>, Error> {
    let kind = |word: &str| {
        let parts: Vec<&str> = word.split('/').collect();
        let [group, version, name] = parts.as_slice() else {
            return Err(Error::Plain(format!(
                "invalid GroupVersionKind format: {word}, please follow <group/version/kind>"
            )));
        };
        let group = if *group == "core" { "" } else { group };
        let known = KINDS.iter().find(|info| {
            info.kind != Kind::Fault && (info.group, info.version, info.name) == (group, *version, *name)
        });
        let missing = || {
            let version = match group {
                "" => (*version).to_owned(),
                group => format!("{group}/{version}"),
            };
            Error::Plain(format!("no matches for kind {name:?} in version {version:?}"))
        };
        known.map(|info| info.kind).ok_or_else(missing)
    };
    args.list("prune-allowlist").into_iter().map(kind).collect()
}

/// Deletes what was applied before and is not in the manifest any more.
pub fn prune(ctx: &mut CommandContext, args: &Args, applied: &[Applied]) -> Result<(), Error> {
    let mut kinds = allowlist(args)?;
    if kinds.is_empty() {
        kinds = DEFAULT_KINDS.to_vec();
        warn_of_cluster_scoped(ctx);
    }
    let namespace = resource::command_namespace(args);
    let mut namespaces: BTreeSet<Arc<str>> = applied
        .iter()
        .filter_map(|applied| applied.key.as_ref())
        .filter(|key| key.kind.info().namespaced)
        .map(|key| key.namespace.clone())
        .collect();
    if namespace.enforced {
        namespaces.insert(namespace.name.into());
    }
    let visited: BTreeSet<Uid> = applied
        .iter()
        .filter_map(|applied| applied.object.as_ref())
        .map(|object| object.meta.uid.clone())
        .collect();
    let (namespaced, cluster): (Vec<Kind>, Vec<Kind>) =
        kinds.into_iter().partition(|kind| kind.info().namespaced);
    for namespace in &namespaces {
        for kind in &namespaced {
            prune_kind(ctx, args, *kind, namespace, &visited)?;
        }
    }
    for kind in cluster {
        prune_kind(ctx, args, kind, "", &visited)?;
    }
    Ok(())
}

/// `klog.Warning` of `GetRESTMappings`: kubectl always knows a namespace, so it always warns.
fn warn_of_cluster_scoped(ctx: &mut CommandContext) {
    let text = "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the \
                --namespace flag in a future release. To preserve the current behaviour, list the resources you want to \
                target explicitly in the --prune-allowlist flag.";
    let line = super::print_flags::klog_warning(ctx.now, "prune.go:71", text);
    ctx.err.push_str(&line);
}

fn prune_kind(
    ctx: &mut CommandContext,
    args: &Args,
    kind: Kind,
    namespace: &str,
    visited: &BTreeSet<Uid>,
) -> Result<(), Error> {
    let selector = LookupScope::from_args(args).selector;
    let is_pruned = |object: &&Arc<Object>| {
        object.meta.namespace.as_ref() == namespace
            && object.meta.annotation(LAST_APPLIED).is_some()
            && !visited.contains(&object.meta.uid)
            && selector.matches(object)
    };
    let objects: Vec<Arc<Object>> = ctx.server.world().list(kind).filter(is_pruned).cloned().collect();
    for object in objects {
        if ctx.print_flags.dry_run != DryRunStrategy::Client {
            delete(ctx, args, &object)?;
        }
        ctx.print_object(&object, "pruned")?;
    }
    Ok(())
}

fn delete(ctx: &mut CommandContext, args: &Args, object: &Object) -> Result<(), Error> {
    let request = Request::Delete {
        key: object.key(),
        options: DeleteOptions {
            propagation: match args.get("cascade").unwrap_or("background") {
                "orphan" | "false" => Propagation::Orphan,
                "foreground" => Propagation::Foreground,
                _ => Propagation::Background,
            },
            grace_seconds: args.int("grace-period").filter(|seconds| *seconds >= 0),
            uid: None,
        },
    };
    let info = object.kind.info();
    let response = ctx.server.send(&request).map_err(|status| {
        let scope = if info.namespaced {
            "namespaced"
        } else {
            "nonNamespaced"
        };
        let version = format!("{}/{}", info.group, info.version);
        Error::Plain(format!(
            "error pruning {scope} object {version}, Kind={}: {}",
            info.name, status.message
        ))
    })?;
    ctx.warn(&response.warnings);
    Ok(())
}
