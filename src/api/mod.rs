//! The API server. Every change of the cluster is a request to it: from kubectl, from controllers and from recordings.
//!
//! `handle` is pure: it reads a world and returns the changes to commit, or the `Status` that a real API server would
//! send.

mod create;
pub mod decode;
mod defaults;
mod definition;
mod delete;
mod eviction;
mod go_format;
mod job;
mod json_patch;
mod resize;
mod rfc3339;
mod service;
mod status;
mod storage;
mod strategic_patch;
mod update;
mod validation;

use std::sync::Arc;

use crate::object::{Key, Kind, Object, ObjectStatus, Time, Value};
use crate::store::{Actor, Change, Rng, World};

pub use create::default_class;
pub use defaults::is_image_reference;
pub use eviction::budgets_of;
pub use go_format::{go_dump, go_quote, go_syntax, is_printable};
pub use status::{Reason, Status, StatusCause};
pub use validation::{
    config_map_key, dns_1123_subdomain, label_value, port_name, port_number, qualified_name,
    strict_env_var_name,
};

/// Handles one request.
///
/// # Errors
/// Returns the `Status` of a rejected request, with the message of a real API server.
pub fn handle(context: &mut Context, request: &Request) -> Result<Writes, Status> {
    handle_with(context, request, FieldValidation::Strict)
}

fn handle_with(
    context: &mut Context,
    request: &Request,
    validation: FieldValidation,
) -> Result<Writes, Status> {
    match request {
        Request::WithFieldValidation(validation, request) => handle_with(context, request, *validation),
        Request::Create {
            kind,
            namespace,
            document,
        } => create::create_document(context, *kind, namespace, document, validation),
        Request::Replace { key, document } => update::replace(context, key, document, validation),
        Request::CreateObject(object) => create::create_object(context, (**object).clone()),
        Request::Update(object) => update::update(context, object),
        Request::UpdateStatus { key, status } => update::update_status(context, key, status),
        Request::Patch { key, patch } => update::patch(context, key, patch, validation),
        Request::Bind { pod, node } => update::bind(context, pod, node),
        Request::Delete { key, options } => delete::delete(context, key, options),
        Request::Evict { pod, options } => eviction::evict(context, pod, options),
    }
}

/// Returns the writes that store a new version of an object.
fn store(context: &Context, mut object: Object) -> Writes {
    object.meta.resource_version = context.world.seq() + 1;
    let object = Arc::new(object);
    Writes {
        changes: vec![Change {
            key: object.key(),
            object: Some(object.clone()),
            by: context.actor,
        }],
        warnings: Vec::new(),
        object: Some(object),
    }
}

/// Returns the writes that remove an object.
fn remove(context: &Context, object: &Arc<Object>) -> Writes {
    Writes {
        changes: vec![Change {
            key: object.key(),
            object: None,
            by: context.actor,
        }],
        warnings: Vec::new(),
        object: Some(object.clone()),
    }
}

/// Returns the result of a request that changes nothing.
fn unchanged(object: Arc<Object>) -> Writes {
    Writes {
        object: Some(object),
        ..Writes::default()
    }
}

/// What happens to fields that a kind does not have (`fieldValidation`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldValidation {
    /// The request is refused.
    #[default]
    Strict,
    /// They are dropped with a warning; the API server's default.
    Warn,
    /// They are dropped.
    Ignore,
}

/// A request. There is no authentication and no authorization.
#[derive(Clone, Debug)]
pub enum Request {
    /// POST of a document: decoded strictly, defaulted, validated.
    Create {
        /// Kind in the request's path.
        kind: Kind,
        /// Namespace in the request's path, empty for cluster-scoped kinds.
        namespace: Arc<str>,
        /// The body, as JSON.
        document: Value,
    },
    /// The same request with another `fieldValidation` than `Strict`.
    WithFieldValidation(FieldValidation, Box<Request>),
    /// PUT of a document.
    Replace {
        /// The object.
        key: Key,
        /// The body, as JSON.
        document: Value,
    },
    /// POST of an object that a controller built from canonical parts: not decoded, and validated only where it can be
    /// invalid.
    CreateObject(Box<Object>),
    /// PUT of an object; fails with `Conflict` if `resource_version` is set and not the latest.
    Update(Box<Object>),
    /// PUT to the `status` subresource.
    UpdateStatus {
        /// The object.
        key: Key,
        /// Its new status.
        status: ObjectStatus,
    },
    /// PATCH.
    Patch {
        /// The object.
        key: Key,
        /// The body.
        patch: Patch,
    },
    /// POST to a pod's `binding` subresource.
    Bind {
        /// The pod.
        pod: Key,
        /// The node's name.
        node: Arc<str>,
    },
    /// DELETE.
    Delete {
        /// The object.
        key: Key,
        /// The body.
        options: DeleteOptions,
    },
    /// POST to a pod's `eviction` subresource.
    Evict {
        /// The pod.
        pod: Key,
        /// `deleteOptions` of the body.
        options: DeleteOptions,
    },
}

/// The body of a PATCH, by its content type.
#[derive(Clone, Debug, PartialEq)]
pub enum Patch {
    /// `application/merge-patch+json`.
    Merge(Value),
    /// `application/strategic-merge-patch+json`.
    Strategic(Value),
    /// `application/json-patch+json`.
    Json(Value),
}

/// `metav1.DeleteOptions`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteOptions {
    /// `propagationPolicy`.
    pub propagation: Propagation,
    /// `gracePeriodSeconds`; 0 removes a pod immediately, `None` uses the pod's own grace period.
    pub grace_seconds: Option<i64>,
    /// `preconditions.uid`.
    pub uid: Option<Arc<str>>,
}

/// `propagationPolicy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Propagation {
    /// Removes the object immediately; the garbage collector deletes its dependents afterwards.
    #[default]
    Background,
    /// Keeps the object until its blocking dependents are removed.
    Foreground,
    /// Keeps the dependents and removes their owner reference.
    Orphan,
}

/// The data that handling a request needs in addition to its parameters.
pub struct Context<'a> {
    /// The cluster's current state.
    pub world: &'a World,
    /// The current time.
    pub now: Time,
    /// Who sends the request.
    pub actor: Actor,
    /// Randomness for UIDs, generated names, addresses and ports.
    pub rng: &'a mut Rng,
}

/// The result of a successful request.
#[derive(Clone, Debug, Default)]
pub struct Writes {
    /// The changes to commit, in this order; empty if the request changes nothing.
    pub changes: Vec<Change>,
    /// `Warning:` headers of the response.
    pub warnings: Vec<String>,
    /// The object in the response.
    pub object: Option<Arc<Object>>,
}
