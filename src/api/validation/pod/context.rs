//! The parts of a pod that the validation of its containers depends on.

use std::collections::BTreeMap;

use crate::object::Value;

/// The pod of a container.
#[derive(Debug)]
pub struct PodContext<'a> {
    /// The valid volumes by name.
    pub volumes: BTreeMap<&'a str, &'a Value>,
    /// Names in `spec.resourceClaims`.
    pub resource_claims: Vec<&'a str>,
    /// `spec.terminationGracePeriodSeconds`.
    pub grace_seconds: Option<i64>,
    /// `spec.restartPolicy`.
    pub restart_policy: &'a str,
    /// `spec.hostUsers`, `true` if unset.
    pub host_users: bool,
    /// `spec.os.name`.
    pub os: Option<&'a str>,
}
