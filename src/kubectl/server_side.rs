//! `kubectl apply --server-side` (`applyOneObject` in `kubectl/pkg/cmd/apply/apply.go`, and
//! `client-go/util/csaupgrade/upgrade.go`).

use std::sync::Arc;

use super::errors::Error;
use super::manifest::ResourceInfo;
use super::server::{Server, ServerResponse};
use crate::api::{Patch, Reason, Request, Status, managed_entries};
use crate::object::field_set::PathElement;
use crate::object::managed::{LAST_APPLIED, ManagedEntry, Writer};
use crate::object::{Key, Map, Object, Value};

/// How an object is applied on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerSide<'a> {
    /// `--force-conflicts`.
    pub force: bool,
    /// `--field-manager`.
    pub manager: &'a str,
}

/// The manager of `--server-side` without `--field-manager` (`fieldManagerServerSideApply`).
pub const MANAGER: &str = "kubectl";

/// The manager that keeps the annotation of client-side apply (`fieldManagerLastAppliedAnnotation`).
const ANNOTATION_MANAGER: &str = "kubectl-last-applied";

/// What follows the API server's message about conflicts.
const CONFLICT_HELP: &str = "\
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";

/// Applies one object, and moves the fields of client-side apply to the new manager.
pub fn apply(
    server: &mut dyn Server,
    info: &ResourceInfo,
    key: &Key,
    options: ServerSide,
    warnings: &mut Vec<String>,
) -> Result<Option<Arc<Object>>, Error> {
    let generated = info.object.at(&["metadata", "generateName"]);
    let generated = generated.and_then(Value::as_str).unwrap_or_default();
    if info.name.is_empty() {
        return Err(Error::Plain(match generated {
            "" => "resource name may not be empty".to_owned(),
            prefix => format!("from {prefix}: cannot use generate name with apply"),
        }));
    }
    let patch = Request::Patch {
        key: key.clone(),
        patch: Patch::Apply {
            document: info.object.clone(),
            force: options.force,
        },
    };
    let mut response = server.send(&patch).map_err(refused)?;
    warnings.append(&mut response.warnings);
    match keep_annotation(server, key, options.manager, &response) {
        Err(status) => warnings.push(format!(
            "failed to migrate {LAST_APPLIED} for Server-Side Apply. This is non-fatal and will be retried next time you \
             apply. Error: {}",
            status.message
        )),
        Ok(kept) => {
            response = kept.unwrap_or(response);
            match migrate(server, key, options.manager, &response) {
                Err(status) => warnings.push(format!(
                    "server rejected managed fields migration to Server-Side Apply. This is non-fatal and will be \
                     retried next time you apply. Error: {}",
                    status.message
                )),
                Ok(false) => {}
                Ok(true) => match server.send(&patch) {
                    Ok(again) => response = again,
                    Err(status) => warnings.push(format!(
                        "failed to re-apply configuration after performing Server-Side Apply migration. This is \
                         non-fatal and will be retried next time you apply. Error: {}",
                        status.message
                    )),
                },
            }
        }
    }
    Ok(response.object)
}

fn refused(status: Status) -> Error {
    match status.reason {
        Reason::Conflict => Error::Plain(format!("{}\n{CONFLICT_HELP}", status.message)),
        _ => Error::Refused {
            while_doing: String::new(),
            status,
        },
    }
}

/// Whether an entry owns the annotation of client-side apply (`FindFieldsOwners`).
fn owns_annotation(entry: &ManagedEntry) -> bool {
    let path = ["metadata", "annotations", LAST_APPLIED];
    entry
        .fields
        .has(&path.map(|name| PathElement::Field(name.into())))
}

/// Lets a manager of its own apply the annotation, so that nobody removes it
/// (`saveLastApplyAnnotationIfNecessary`).
fn keep_annotation(
    server: &mut dyn Server,
    key: &Key,
    manager: &str,
    response: &ServerResponse,
) -> Result<Option<ServerResponse>, Status> {
    let Some(object) = response.object.as_ref().filter(|_| manager == MANAGER) else {
        return Ok(None);
    };
    let Some(annotation) = object.meta.annotation(LAST_APPLIED) else {
        return Ok(None);
    };
    let entries = managed_entries(object);
    if entries
        .iter()
        .any(|entry| entry.applied && owns_annotation(entry))
    {
        return Ok(None);
    }
    let mut document = Value::object();
    *document.slot(&["apiVersion"]) = key.kind.api_version().into();
    *document.slot(&["kind"]) = key.kind.info().name.into();
    *document.slot(&["metadata", "name"]) = key.name.clone().into();
    if !key.namespace.is_empty() {
        *document.slot(&["metadata", "namespace"]) = key.namespace.clone().into();
    }
    *document.slot(&["metadata", "annotations", LAST_APPLIED]) = annotation.clone().into();
    let patch = Patch::Apply {
        document,
        force: false,
    };
    let writer = Writer {
        manager: ANNOTATION_MANAGER.into(),
        subresource: "",
    };
    let request = Request::Patch {
        key: key.clone(),
        patch,
    };
    server
        .send(&Request::ManagedBy(writer, Box::new(request)))
        .map(Some)
}

/// Makes the fields of client-side apply those of the manager that applies now (`migrateToSSAIfNecessary`). Returns
/// whether there were any.
fn migrate(
    server: &mut dyn Server,
    key: &Key,
    manager: &str,
    response: &ServerResponse,
) -> Result<bool, Status> {
    let Some(object) = &response.object else {
        return Ok(false);
    };
    let entries = managed_entries(object);
    let mut upgraded = entries.clone();
    for entry in entries
        .iter()
        .filter(|entry| !entry.applied && owns_annotation(entry))
    {
        upgrade(&mut upgraded, &entry.manager, manager);
    }
    if upgraded == entries {
        return Ok(false);
    }
    let replace = |path: &str, value: Value| {
        let mut map = Map::new();
        map.insert("op", "replace");
        map.insert("path", path);
        map.insert("value", value);
        Value::from(map)
    };
    let documents: Vec<Value> = upgraded.iter().map(ManagedEntry::document).collect();
    let version = object.meta.resource_version.to_string();
    let operations = vec![
        replace("/metadata/managedFields", documents.into()),
        replace("/metadata/resourceVersion", version.into()),
    ];
    let request = Request::Patch {
        key: key.clone(),
        patch: Patch::Json(operations.into()),
    };
    server.send(&request).map(|_| true)
}

/// Moves the fields of one manager of updates to one that applies (`upgradedManagedFields`).
fn upgrade(entries: &mut Vec<ManagedEntry>, from: &str, to: &str) {
    let is_old = |entry: &ManagedEntry| {
        entry.manager.as_ref() == from && !entry.applied && entry.subresource.is_empty()
    };
    let is_new =
        |entry: &ManagedEntry| entry.manager.as_ref() == to && entry.applied && entry.subresource.is_empty();
    let old = entries.iter().position(is_old);
    let target = match entries.iter().position(is_new) {
        Some(target) => target,
        None => {
            let Some(old) = old else { return };
            (entries[old].applied, entries[old].manager) = (true, to.into());
            old
        }
    };
    let same = entries
        .iter()
        .find(|entry| is_old(entry) && entry.api_version == entries[target].api_version);
    if let Some(same) = same {
        entries[target].fields = entries[target].fields.union(&same.fields);
    }
    entries.retain(|entry| !is_old(entry));
}
