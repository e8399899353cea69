//! Facts about workloads and their revisions that several commands use
//! (`kubectl/pkg/polymorphichelpers/updatepodspecforobject.go`, `history.go`).

use crate::object::Kind;

/// The annotation with the reason for a revision (`ChangeCauseAnnotation`).
pub const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// The path of the pod spec in objects of a kind.
pub fn pod_spec_path(kind: Kind) -> Option<&'static [&'static str]> {
    match kind {
        Kind::Pod => Some(&["spec"]),
        Kind::StatefulSet
        | Kind::Deployment
        | Kind::ReplicaSet
        | Kind::DaemonSet
        | Kind::Job
        | Kind::ReplicationController => Some(&["spec", "template", "spec"]),
        Kind::CronJob => Some(&["spec", "jobTemplate", "spec", "template", "spec"]),
        _ => None,
    }
}
