//! Which objects a command works on: `pods`, `pod web-0`, `sts/web`, `svc,sts`, `all`, `-f manifest.yaml`
//! (`cli-runtime/pkg/resource/builder.go`, `visitor.go`).

mod args;
mod builder;
mod visitor;

use crate::api::{Reason, Status};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::kubectl::manifest::CommandNamespace;
use crate::object::{Key, Kind};

pub use args::{Targets, parse_args, parse_kind};
pub(in crate::kubectl::console) use builder::is_file;
pub use visitor::{LookupScope, VisitResult, find, visit};

/// The namespace of `-n`, or that of the context.
pub fn namespace(args: &Args) -> &str {
    args.namespace()
}

/// The namespace of `-n`, which objects of a file must not contradict.
pub fn command_namespace(args: &Args) -> CommandNamespace<'_> {
    CommandNamespace {
        name: namespace(args),
        enforced: args.has("namespace"),
    }
}

/// The key of an object; the namespace of a cluster-scoped kind is dropped.
pub fn key(kind: Kind, namespace: &str, name: &str) -> Key {
    let namespace = if kind.info().namespaced { namespace } else { "" };
    Key {
        kind,
        namespace: namespace.into(),
        name: name.into(),
    }
}

/// An error of the API server without a prefix.
pub fn refused(status: Status) -> Error {
    Error::Refused {
        while_doing: String::new(),
        status,
    }
}

/// `apierrors.IsNotFound`.
pub fn is_not_found(error: &Error) -> bool {
    matches!(error, Error::Refused { status, .. } if status.reason == Reason::NotFound)
}
