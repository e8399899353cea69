//! The API server: the one door through which the editor, the console, recordings and controllers change the cluster.
//!
//! `handle` is pure: it reads a world and answers with the changes to commit, or with the `Status` that a real API
//! server would send.

mod create;
pub mod decode;
mod defaults;
mod delete;
pub mod json_patch;
mod resize;
mod rfc3339;
mod service;
pub mod status;
pub mod strategic;
mod update;
pub mod validation;

use std::sync::Arc;

use crate::object::{Key, Kind, Object, ObjectStatus, Time, Value};
use crate::store::{Actor, Change, Rng, World};

pub use create::default_class;
pub use status::{Reason, Status, StatusCause};
pub use update::{go_dump, go_quote};
pub use validation::label_value;

/// Answers one request.
///
/// # Errors
/// The refusal of the API server, in its words.
pub fn handle(context: &mut Context, request: &Request) -> Result<Writes, Status> {
    match request {
        Request::Create {
            kind,
            namespace,
            document,
        } => create::document(context, *kind, namespace, document),
        Request::CreateObject(object) => create::object(context, (**object).clone()),
        Request::Update(object) => update::put(context, object),
        Request::UpdateStatus { key, status } => update::status(context, key, status),
        Request::Patch { key, patch } => update::patch(context, key, patch),
        Request::Bind { pod, node } => update::bind(context, pod, node),
        Request::Delete { key, options } => delete::delete(context, key, options),
    }
}

/// The writes that store a next version.
fn write(context: &Context, mut object: Object) -> Writes {
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

/// The writes that remove an object.
fn gone(context: &Context, object: &Arc<Object>) -> Writes {
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

/// One request, after authentication: there is nobody to refuse.
#[derive(Clone, Debug)]
pub enum Request {
    /// POST of a document that a person wrote: decoded strictly, defaulted, validated.
    Create {
        /// Kind that the path names.
        kind: Kind,
        /// Namespace of the path, empty for cluster-wide kinds.
        namespace: Arc<str>,
        /// The body, as JSON.
        document: Value,
    },
    /// POST of an object that a controller made from canonical parts: validated, never decoded.
    CreateObject(Box<Object>),
    /// PUT of a whole object; fails with Conflict if `resource_version` is set and stale.
    Update(Box<Object>),
    /// PUT to the `status` subresource.
    UpdateStatus {
        /// Which object.
        key: Key,
        /// Its new status.
        status: ObjectStatus,
    },
    /// PATCH.
    Patch {
        /// Which object.
        key: Key,
        /// What to change.
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
        /// Which object.
        key: Key,
        /// How.
        options: DeleteOptions,
    },
}

/// The body of a PATCH by its content type.
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
    /// What becomes of dependents.
    pub propagation: Propagation,
    /// Seconds for the pod to stop; 0 removes it at once. None: the pod's own.
    pub grace_seconds: Option<i64>,
    /// Only if the object still has this UID.
    pub uid: Option<Arc<str>>,
}

/// `propagationPolicy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Propagation {
    /// The object goes at once, the garbage collector takes its dependents afterwards.
    #[default]
    Background,
    /// The object stays until its blocking dependents are gone.
    Foreground,
    /// Dependents lose their owner and stay.
    Orphan,
}

/// What a request needs from the run.
pub struct Context<'a> {
    /// The cluster as it is.
    pub world: &'a World,
    /// The time.
    pub now: Time,
    /// Who asks.
    pub actor: Actor,
    /// Source of UIDs, generated names and addresses.
    pub rng: &'a mut Rng,
}

/// A request's success: to commit, in this order.
#[derive(Clone, Debug, Default)]
pub struct Writes {
    /// The changes; none if the request changed nothing.
    pub changes: Vec<Change>,
    /// `Warning:` headers.
    pub warnings: Vec<String>,
    /// The object as the response shows it.
    pub object: Option<Arc<Object>>,
}
