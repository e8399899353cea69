//! Why a pod on a node is not ready, or not gone.

use crate::cluster::Fault;
use crate::object::Key;
use crate::store::waiting::PodLife;

use super::cause::{Cause, Chain, Said, called};
use super::phrase::{Phrase, left};
use super::{Field, Tone, WayOut, field, remedy};

/// What the kubelet waits for with a pod.
pub fn cause(chain: Chain, key: &Key, reason: &PodLife) -> Cause {
    if let PodLife::VolumeNotAttached { volume } = reason
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

fn said(chain: Chain, key: &Key, reason: &PodLife) -> Said {
    let on_node = || remedy::node_of(chain.world, key).map(|node| Phrase::new(" on ").object(&node));
    let in_time = |until| left(until, chain.now);
    match reason {
        PodLife::VolumeNotAttached { .. } => Said::Whose(Phrase::new("volume is not attached yet")),
        PodLife::MissingMount { object } => Said::Which(
            Phrase::new("waits for ")
                .then(called(object))
                .text(", which does not exist"),
        ),
        PodLife::Sandbox { .. } => {
            Said::Whose(Phrase::new("sandbox and network are being set up").maybe(on_node()))
        }
        PodLife::Pulling { image, .. } => Said::Whose(
            Phrase::new("image ")
                .code(image)
                .text(" is being pulled")
                .maybe(on_node()),
        ),
        PodLife::ImagePull { image, until, .. } => Said::Whose(
            Phrase::new("image ")
                .code(image)
                .text(&format!(" cannot be pulled (next try in {})", in_time(*until))),
        ),
        PodLife::ImageNeverPulled { image, .. } => Said::Whose(
            Phrase::new("image ")
                .code(image)
                .text(" is not there, and may not be pulled: ")
                .code("Never"),
        ),
        PodLife::InvalidImageName { image, .. } => {
            Said::Whose(Phrase::new("image has no valid name: ").code(image))
        }
        PodLife::MissingConfig { object, .. } => Said::Which(
            Phrase::new("needs ")
                .then(called(object))
                .text(", which does not exist"),
        ),
        PodLife::InitContainer { container } => Said::Whose(
            Phrase::new("init container ")
                .code(container)
                .text(" has to end first"),
        ),
        PodLife::Starting { container, .. } => Said::Whose(
            Phrase::new("container ")
                .code(container)
                .text(" is being started")
                .maybe(on_node()),
        ),
        PodLife::Restarting { container, until } => Said::Whose(
            Phrase::new("container ")
                .code(container)
                .text(&format!(" ended and starts again in {}", in_time(*until))),
        ),
        PodLife::CrashBackOff { container, until } => Said::Whose(
            Phrase::new("container ")
                .code(container)
                .text(&format!(" keeps crashing (next start in {})", in_time(*until))),
        ),
        PodLife::Probe { .. } => {
            Said::Whose(Phrase::new("container runs, and its probe has not said yes yet"))
        }
        PodLife::NotReady { .. } => Said::Whose(Phrase::new("readiness probe fails")),
        PodLife::Stopping { until, killed } => Said::Whose(stopping(&in_time(*until), *killed)),
        PodLife::NodeSilent { node } => {
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

fn responsible(chain: Chain, key: &Key, reason: &PodLife) -> Option<Field> {
    let path = reason.field()?;
    match reason.container().filter(|_| !path.starts_with("spec.")) {
        Some(container) => field::of_pod(chain.world, key, Some(container), path),
        None => field::of_pod(chain.world, key, None, path),
    }
}

/// The fault behind it, if there is one; a silent node's pod can be removed by force instead.
fn way_out(chain: Chain, key: &Key, reason: &PodLife) -> Option<WayOut> {
    let pod = || key.name.to_string();
    let world = chain.world;
    match reason {
        PodLife::ImagePull { image, .. } => {
            let image = image.to_string();
            remedy::mend(world, Fault::ImageMissing { image })
        }
        PodLife::CrashBackOff { .. } | PodLife::Restarting { .. } => {
            remedy::mend(world, Fault::CrashLoop { pod: pod() })
                .or_else(|| remedy::mend(world, Fault::NotAlive { pod: pod() }))
        }
        PodLife::NotReady { .. } => remedy::mend(world, Fault::NotReady { pod: pod() }),
        PodLife::Probe { .. } => remedy::mend(world, Fault::SlowStart { pod: pod() }),
        PodLife::NodeSilent { .. } if world.get(key)?.meta.terminating() => Some(remedy::delete(key, true)),
        PodLife::NodeSilent { node } => remedy::bring_back(world, node),
        _ => None,
    }
}

fn tone(reason: &PodLife) -> Tone {
    match reason {
        PodLife::VolumeNotAttached { .. }
        | PodLife::Sandbox { .. }
        | PodLife::Pulling { .. }
        | PodLife::InitContainer { .. }
        | PodLife::Starting { .. }
        | PodLife::Probe { .. }
        | PodLife::Stopping { .. } => Tone::Busy,
        PodLife::Restarting { .. } => Tone::Waiting,
        PodLife::MissingMount { .. }
        | PodLife::ImagePull { .. }
        | PodLife::ImageNeverPulled { .. }
        | PodLife::InvalidImageName { .. }
        | PodLife::MissingConfig { .. }
        | PodLife::CrashBackOff { .. }
        | PodLife::NotReady { .. }
        | PodLife::NodeSilent { .. } => Tone::Broken,
    }
}
