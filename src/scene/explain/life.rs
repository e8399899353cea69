//! Why a pod on a node is not ready, or not gone.

use crate::cluster::Fault;
use crate::object::Key;
use crate::store::waiting::PodWaiting;

use super::cause::{Cause, Chain, Said, called};
use super::phrase::{Phrase, left};
use super::{Field, Tone, WayOut, field, remedy};

/// What the kubelet waits for with a pod.
pub fn cause(chain: Chain, key: &Key, reason: &PodWaiting) -> Cause {
    if let PodWaiting::VolumeNotAttached { volume } = reason
        && let Some(cause) = chain.about(volume)
    {
        return Cause {
            said: Said::Clause(Phrase::new("its volume ").then(cause.said.clone().predicate())),
            ..cause
        };
    }
    Cause {
        said: said(chain, key, reason),
        rule: reason.rule(),
        root: reason.blocker().unwrap_or(key).clone(),
        field: responsible(chain, key, reason),
        way_out: way_out(chain, key, reason),
        tone: tone(reason),
    }
}

fn said(chain: Chain, key: &Key, reason: &PodWaiting) -> Said {
    let on_node = || remedy::node_of(chain.world, key).map(|node| Phrase::new(" on ").object(&node));
    let in_time = |until| left(until, chain.now);
    match reason {
        PodWaiting::VolumeNotAttached { .. } => Said::Whose(Phrase::new("volume is not attached yet")),
        PodWaiting::FailedMount { object } => Said::Which(
            Phrase::new("waits for ")
                .then(called(object))
                .text(", which does not exist"),
        ),
        PodWaiting::CreatingSandbox { .. } => {
            Said::Whose(Phrase::new("sandbox and network are being set up").maybe(on_node()))
        }
        PodWaiting::PullingImage { image, .. } => Said::Whose(
            Phrase::new("image ")
                .code(image)
                .text(" is being pulled")
                .maybe(on_node()),
        ),
        PodWaiting::ImagePullBackOff { image, until, .. } => Said::Whose(
            Phrase::new("image ")
                .code(image)
                .text(&format!(" cannot be pulled (next try in {})", in_time(*until))),
        ),
        PodWaiting::ErrImageNeverPull { image, .. } => Said::Whose(
            Phrase::new("image ")
                .code(image)
                .text(" is not there, and may not be pulled: ")
                .code("Never"),
        ),
        PodWaiting::InvalidImageName { image, .. } => {
            Said::Whose(Phrase::new("image has no valid name: ").code(image))
        }
        PodWaiting::CreateContainerConfigError { object, .. } => Said::Which(
            Phrase::new("needs ")
                .then(called(object))
                .text(", which does not exist"),
        ),
        PodWaiting::InitContainer { container } => Said::Whose(
            Phrase::new("init container ")
                .code(container)
                .text(" has to end first"),
        ),
        PodWaiting::ContainerCreating { container, .. } => Said::Whose(
            Phrase::new("container ")
                .code(container)
                .text(" is being started")
                .maybe(on_node()),
        ),
        PodWaiting::Restarting { container, until } => Said::Whose(
            Phrase::new("container ")
                .code(container)
                .text(&format!(" ended and starts again in {}", in_time(*until))),
        ),
        PodWaiting::CrashLoopBackOff { container, until } => Said::Whose(
            Phrase::new("container ")
                .code(container)
                .text(&format!(" keeps crashing (next start in {})", in_time(*until))),
        ),
        PodWaiting::ProbePending { .. } => {
            Said::Whose(Phrase::new("container runs, and its probe has not said yes yet"))
        }
        PodWaiting::ReadinessProbeFailing { .. } => Said::Whose(Phrase::new("readiness probe fails")),
        PodWaiting::Stopping { until, killed } => Said::Whose(stopping(&in_time(*until), *killed)),
        PodWaiting::NodeUnreachable { node } => {
            Said::Whose(Phrase::new("node ").object(node).text(" does not answer"))
        }
    }
}

fn stopping(left: &str, killed: bool) -> Phrase {
    let how = match killed {
        true => format!("containers do not stop and are killed in {left}"),
        false => "containers are being stopped".to_owned(),
    };
    Phrase::new(&how)
}

fn responsible(chain: Chain, key: &Key, reason: &PodWaiting) -> Option<Field> {
    let path = reason.field()?;
    match reason.container().filter(|_| !path.starts_with("spec.")) {
        Some(container) => field::of_pod(chain.world, key, Some(container), path),
        None => field::of_pod(chain.world, key, None, path),
    }
}

/// The fault behind it, if there is one; a silent node's pod can be removed by force instead.
fn way_out(chain: Chain, key: &Key, reason: &PodWaiting) -> Option<WayOut> {
    let pod = || key.name.to_string();
    let world = chain.world;
    match reason {
        PodWaiting::ImagePullBackOff { image, .. } => {
            let image = image.to_string();
            remedy::mend(world, Fault::ImageMissing { image })
        }
        PodWaiting::CrashLoopBackOff { .. } | PodWaiting::Restarting { .. } => {
            remedy::mend(world, Fault::CrashLoop { pod: pod() })
                .or_else(|| remedy::mend(world, Fault::NotAlive { pod: pod() }))
        }
        PodWaiting::ReadinessProbeFailing { .. } => remedy::mend(world, Fault::NotReady { pod: pod() }),
        PodWaiting::ProbePending { .. } => remedy::mend(world, Fault::SlowStart { pod: pod() }),
        PodWaiting::NodeUnreachable { .. } if world.get(key)?.meta.terminating() => {
            Some(remedy::delete(key, true))
        }
        PodWaiting::NodeUnreachable { node } => remedy::bring_back(world, node),
        _ => None,
    }
}

fn tone(reason: &PodWaiting) -> Tone {
    match reason {
        PodWaiting::VolumeNotAttached { .. }
        | PodWaiting::CreatingSandbox { .. }
        | PodWaiting::PullingImage { .. }
        | PodWaiting::InitContainer { .. }
        | PodWaiting::ContainerCreating { .. }
        | PodWaiting::ProbePending { .. }
        | PodWaiting::Stopping { .. } => Tone::Busy,
        PodWaiting::Restarting { .. } => Tone::Waiting,
        PodWaiting::FailedMount { .. }
        | PodWaiting::ImagePullBackOff { .. }
        | PodWaiting::ErrImageNeverPull { .. }
        | PodWaiting::InvalidImageName { .. }
        | PodWaiting::CreateContainerConfigError { .. }
        | PodWaiting::CrashLoopBackOff { .. }
        | PodWaiting::ReadinessProbeFailing { .. }
        | PodWaiting::NodeUnreachable { .. } => Tone::Broken,
    }
}
