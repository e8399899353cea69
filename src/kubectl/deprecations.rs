//! Warnings about deprecated kinds, which the API server sends with every response
//! (`APILifecycleDeprecated` in `pkg/apis`).

use crate::object::Kind;

/// The warning about a kind, if it is deprecated.
pub fn deprecation(kind: Kind) -> Option<&'static str> {
    (kind == Kind::Endpoints)
        .then_some("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice")
}
