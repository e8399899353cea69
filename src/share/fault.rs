//! Faults in a link, by words that stay: `crash-loop.web-0`.

use super::LinkError;
use crate::cluster::Fault;

/// The word of a fault, and what it is about.
pub fn word(fault: &Fault) -> String {
    let (word, about) = match fault {
        Fault::CrashOnce { pod } => ("crash-once", pod.as_str()),
        Fault::CrashLoop { pod } => ("crash-loop", pod.as_str()),
        Fault::NotReady { pod } => ("not-ready", pod.as_str()),
        Fault::NotAlive { pod } => ("not-alive", pod.as_str()),
        Fault::SlowStart { pod } => ("slow-start", pod.as_str()),
        Fault::ImageMissing { image } => ("image-missing", image.as_str()),
        Fault::Evicted { pod } => ("evicted", pod.as_str()),
        Fault::NodeLost { node } => ("node-lost", node.as_str()),
        Fault::ZoneLost { zone } => ("zone-lost", zone.as_str()),
        Fault::Drained { node } => ("drained", node.as_str()),
        Fault::StorageSlow => ("storage-slow", ""),
        Fault::ClassMissing { class } => ("class-missing", class.as_str()),
        Fault::ClaimDeleted { claim } => ("claim-deleted", claim.as_str()),
        Fault::DnsCached => ("dns-cached", ""),
    };
    match about {
        "" => word.to_owned(),
        about => format!("{word}.{about}"),
    }
}

/// The fault of that word.
///
/// # Errors
/// [`LinkError::TooNew`] for a word that this version does not know.
pub fn read(text: &str) -> Result<Fault, LinkError> {
    let (word, about) = text.split_once('.').unwrap_or((text, ""));
    let about = about.to_owned();
    Ok(match word {
        "crash-once" => Fault::CrashOnce { pod: about },
        "crash-loop" => Fault::CrashLoop { pod: about },
        "not-ready" => Fault::NotReady { pod: about },
        "not-alive" => Fault::NotAlive { pod: about },
        "slow-start" => Fault::SlowStart { pod: about },
        "image-missing" => Fault::ImageMissing { image: about },
        "evicted" => Fault::Evicted { pod: about },
        "node-lost" => Fault::NodeLost { node: about },
        "zone-lost" => Fault::ZoneLost { zone: about },
        "drained" => Fault::Drained { node: about },
        "storage-slow" => Fault::StorageSlow,
        "class-missing" => Fault::ClassMissing { class: about },
        "claim-deleted" => Fault::ClaimDeleted { claim: about },
        "dns-cached" => Fault::DnsCached,
        _ => {
            return Err(LinkError::TooNew {
                codec: "0".to_owned(),
            });
        }
    })
}
