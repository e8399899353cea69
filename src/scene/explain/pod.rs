//! Why a pod on a node is not Ready, or still terminating: the sentences for what `kubectl get pods` shows as
//! `ContainerCreating`, `ImagePullBackOff`, `ErrImagePull`, `ErrImageNeverPull`, `InvalidImageName`,
//! `CreateContainerConfigError`, `CrashLoopBackOff`, `Init:0/1`, `Terminating`, or `Running` and not ready.

use crate::cluster::{Fault, FaultKind};
use crate::object::{Key, Kind, pod};
use crate::store::World;
use crate::store::waiting::PodWaiting;

use super::clause::{Clause, kind_and_name};
use super::explanation::{ClusterView, Explanation};
use super::field::{Field, pod_field};
use super::phrase::{Phrase, time_left};
use super::remedy::{self, Remedy};
use super::sentence::Progress;

/// The volume whose own reason to wait explains the pod's.
pub fn blocking_volume(reason: &PodWaiting) -> Option<&Key> {
    match reason {
        PodWaiting::VolumeNotAttached { volume } => Some(volume),
        PodWaiting::FailedMount { .. }
        | PodWaiting::ClaimNotBound { .. }
        | PodWaiting::CreatingSandbox { .. }
        | PodWaiting::NoPodAddress { .. }
        | PodWaiting::PullingImage { .. }
        | PodWaiting::ImagePullBackOff { .. }
        | PodWaiting::ErrImageNeverPull { .. }
        | PodWaiting::InvalidImageName { .. }
        | PodWaiting::CreateContainerConfigError { .. }
        | PodWaiting::RunAsNonRoot { .. }
        | PodWaiting::ReadinessGate { .. }
        | PodWaiting::InitContainer { .. }
        | PodWaiting::ContainerCreating { .. }
        | PodWaiting::Restarting { .. }
        | PodWaiting::CrashLoopBackOff { .. }
        | PodWaiting::ProbePending { .. }
        | PodWaiting::ReadinessProbeFailing { .. }
        | PodWaiting::Stopping { .. }
        | PodWaiting::NodeUnreachable { .. } => None,
    }
}

/// Explains what the kubelet waits for. `volume` explains what the blocking volume waits for.
pub fn explain(
    cluster: ClusterView,
    key: &Key,
    reason: &PodWaiting,
    volume: Option<Explanation>,
) -> Explanation {
    if let Some(volume) = volume {
        let clause = Phrase::new("its volume ").then(volume.clause.into_predicate());
        return Explanation {
            object: key.clone(),
            clause: Clause::Complete(clause),
            ..volume
        };
    }
    Explanation {
        object: key.clone(),
        clause: clause(cluster, key, reason),
        rule: reason.rule(),
        root: reason.blocker().unwrap_or(key).clone(),
        field: responsible_field(cluster.world, key, reason),
        remedy: remedy(cluster.world, key, reason),
        progress: progress(reason),
    }
}

fn clause(cluster: ClusterView, key: &Key, reason: &PodWaiting) -> Clause {
    let on_node = || node_of(cluster.world, key).map(|node| Phrase::new(" on ").object(&node));
    let left = |until| time_left(until, cluster.now);
    let image = |image: &str| Phrase::new("image ").code(image);
    let container = |container: &str| Phrase::new("container ").code(container);
    Clause::Possessive(match reason {
        PodWaiting::VolumeNotAttached { .. } => Phrase::new("volume is not attached yet"),
        PodWaiting::FailedMount { object, data_key } => {
            return missing("waits for ", object, data_key.as_deref());
        }
        PodWaiting::ClaimNotBound { claim } => Phrase::new("claim ").object(claim).text(" has no volume yet"),
        PodWaiting::CreatingSandbox { .. } => {
            Phrase::new("sandbox and network are being set up").maybe(on_node())
        }
        PodWaiting::NoPodAddress { node, until } => Phrase::new("sandbox cannot be created: ")
            .object(node)
            .text(&format!(
                " has no free address for a pod (next try in {})",
                left(*until)
            )),
        PodWaiting::PullingImage { image: name, .. } => image(name).text(" is being pulled").maybe(on_node()),
        PodWaiting::ImagePullBackOff {
            image: name, until, ..
        } => image(name).text(&format!(" cannot be pulled (next try in {})", left(*until))),
        PodWaiting::ErrImageNeverPull { image: name, .. } => image(name)
            .text(" is not present on the node, and its pull policy is ")
            .code("Never"),
        PodWaiting::InvalidImageName { image, .. } => {
            Phrase::new("image name ").code(image).text(" is invalid")
        }
        PodWaiting::CreateContainerConfigError { object, data_key, .. } => {
            return missing("needs ", object, data_key.as_deref());
        }
        PodWaiting::RunAsNonRoot { container: name } => container(name)
            .text(" would run as root, which ")
            .code("runAsNonRoot: true")
            .text(" forbids"),
        PodWaiting::ReadinessGate { condition } => {
            Phrase::new("containers are ready, but its readiness gate ")
                .code(condition)
                .text(" is not True")
        }
        PodWaiting::InitContainer { container } => Phrase::new("init container ")
            .code(container)
            .text(" has to complete first"),
        PodWaiting::ContainerCreating { container: name, .. } => {
            container(name).text(" is being started").maybe(on_node())
        }
        PodWaiting::Restarting {
            container: name,
            until,
        } => container(name).text(&format!(" ended and starts again in {}", left(*until))),
        PodWaiting::CrashLoopBackOff {
            container: name,
            until,
        } => container(name).text(&format!(" keeps crashing (next start in {})", left(*until))),
        PodWaiting::ProbePending { .. } => {
            Phrase::new("container is running, and its probe has not succeeded yet")
        }
        PodWaiting::ReadinessProbeFailing { .. } => Phrase::new("readiness probe fails"),
        PodWaiting::Stopping { until, killed: true } => Phrase::new(&format!(
            "containers do not stop and are killed in {}",
            left(*until)
        )),
        PodWaiting::Stopping { killed: false, .. } => Phrase::new("containers are being stopped"),
        PodWaiting::NodeUnreachable { node } => Phrase::new("node ").object(node).text(" does not answer"),
    })
}

fn missing(verb: &str, object: &Key, data_key: Option<&str>) -> Clause {
    let name = kind_and_name(object);
    Clause::Predicate(match data_key {
        None => Phrase::new(verb).then(name).text(", which does not exist"),
        Some(key) => Phrase::new(verb)
            .text("the key ")
            .code(key)
            .text(" of ")
            .then(name)
            .text(", which does not have it"),
    })
}

fn node_of(world: &World, key: &Key) -> Option<Key> {
    let node = world.get(key).and_then(|pod| pod::node(pod))?;
    Some(Key::new(Kind::Node, node.clone()))
}

fn responsible_field(world: &World, key: &Key, reason: &PodWaiting) -> Option<Field> {
    let path = reason.field()?;
    let container = reason.container().filter(|_| !path.starts_with("spec."));
    pod_field(world, key, container.map(AsRef::as_ref), path)
}

/// Ends the fault behind the reason, if there is one. A terminating pod on an unreachable node can be deleted by force
/// instead.
fn remedy(world: &World, key: &Key, reason: &PodWaiting) -> Option<Remedy> {
    let pod_fault = |kind: FaultKind| remedy::end_fault(world, Fault::of_object(kind, key));
    match reason {
        PodWaiting::ImagePullBackOff { image, .. } => {
            remedy::end_fault(world, Fault::new(FaultKind::ImageMissing, image.clone()))
        }
        PodWaiting::CrashLoopBackOff { .. } | PodWaiting::Restarting { .. } => {
            pod_fault(FaultKind::CrashLoop).or_else(|| pod_fault(FaultKind::NotAlive))
        }
        PodWaiting::ReadinessProbeFailing { .. } => pod_fault(FaultKind::NotReady),
        PodWaiting::ProbePending { .. } => pod_fault(FaultKind::SlowStart),
        PodWaiting::NodeUnreachable { node } => match world.get(key)?.meta.terminating() {
            true => Some(remedy::delete_pod(key, true)),
            false => remedy::restore_node(world, node),
        },
        PodWaiting::VolumeNotAttached { .. }
        | PodWaiting::FailedMount { .. }
        | PodWaiting::ClaimNotBound { .. }
        | PodWaiting::NoPodAddress { .. }
        | PodWaiting::CreatingSandbox { .. }
        | PodWaiting::PullingImage { .. }
        | PodWaiting::ErrImageNeverPull { .. }
        | PodWaiting::InvalidImageName { .. }
        | PodWaiting::CreateContainerConfigError { .. }
        | PodWaiting::RunAsNonRoot { .. }
        | PodWaiting::ReadinessGate { .. }
        | PodWaiting::InitContainer { .. }
        | PodWaiting::ContainerCreating { .. }
        | PodWaiting::Stopping { .. } => None,
    }
}

fn progress(reason: &PodWaiting) -> Progress {
    match reason {
        PodWaiting::VolumeNotAttached { .. }
        | PodWaiting::CreatingSandbox { .. }
        | PodWaiting::PullingImage { .. }
        | PodWaiting::InitContainer { .. }
        | PodWaiting::ContainerCreating { .. }
        | PodWaiting::ProbePending { .. }
        | PodWaiting::Stopping { .. } => Progress::Busy,
        PodWaiting::Restarting { .. }
        | PodWaiting::ClaimNotBound { .. }
        | PodWaiting::ReadinessGate { .. } => Progress::Waiting,
        PodWaiting::FailedMount { .. }
        | PodWaiting::ImagePullBackOff { .. }
        | PodWaiting::ErrImageNeverPull { .. }
        | PodWaiting::InvalidImageName { .. }
        | PodWaiting::CreateContainerConfigError { .. }
        | PodWaiting::RunAsNonRoot { .. }
        | PodWaiting::CrashLoopBackOff { .. }
        | PodWaiting::NoPodAddress { .. }
        | PodWaiting::ReadinessProbeFailing { .. }
        | PodWaiting::NodeUnreachable { .. } => Progress::Broken,
    }
}
