//! Events about pods and claims of a set (`stateful_pod_control.go`).

use super::set::Set;
use crate::cluster::runtime::{Client, EventType};

/// The action that an event reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Created.
    Create,
    /// Updated.
    Update,
    /// Deleted.
    Delete,
}

impl Verb {
    fn word(self) -> &'static str {
        match self {
            Verb::Create => "Create",
            Verb::Update => "Update",
            Verb::Delete => "Delete",
        }
    }

    fn reason(self, done: bool) -> &'static str {
        match (self, done) {
            (Verb::Create, true) => "SuccessfulCreate",
            (Verb::Update, true) => "SuccessfulUpdate",
            (Verb::Delete, true) => "SuccessfulDelete",
            (Verb::Create, false) => "FailedCreate",
            (Verb::Update, false) => "FailedUpdate",
            (Verb::Delete, false) => "FailedDelete",
        }
    }
}

/// `recordPodEvent`.
pub fn record_pod_event(client: &mut Client, set: &Set, verb: Verb, pod: &str, error: Option<&str>) {
    let (word, name) = (verb.word(), &set.object.meta.name);
    match error {
        None => {
            let message = format!("{word} Pod {pod} in StatefulSet {name} successful");
            client.event(set.object, EventType::Normal, verb.reason(true), message);
        }
        Some(error) => {
            let message = format!("{word} Pod {pod} in StatefulSet {name} failed error: {error}");
            client.event(set.object, EventType::Warning, verb.reason(false), message);
        }
    }
}

/// `recordClaimEvent`.
pub fn record_claim_event(client: &mut Client, set: &Set, pod: &str, claim: &str, error: Option<&str>) {
    let name = &set.object.meta.name;
    match error {
        None => {
            let message = format!("Create Claim {claim} Pod {pod} in StatefulSet {name} success");
            client.event(set.object, EventType::Normal, Verb::Create.reason(true), message);
        }
        Some(error) => {
            let message =
                format!("Create Claim {claim} for Pod {pod} in StatefulSet {name} failed error: {error}");
            client.event(
                set.object,
                EventType::Warning,
                Verb::Create.reason(false),
                message,
            );
        }
    }
}
