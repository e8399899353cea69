//! Events about claims that have no volume. The controller syncs every object each 15 seconds (`resync` in
//! `pv_controller_base.go`), and each sync of such a claim makes the event again, so that its count increases.

use std::sync::Arc;

use super::PvBinder;
use crate::cluster::runtime::{Client, EventType};
use crate::object::{Object, Time};

/// Period of the resync (`DefaultPVClaimBinderSyncPeriod`).
const RESYNC_MS: u64 = 15_000;

/// The last event about a claim.
#[derive(Clone, Debug)]
pub struct Report {
    /// The version of the claim.
    version: u64,
    message: Arc<str>,
    /// The next resync.
    resync: Time,
}

/// The first resync after a time.
pub fn next_resync(time: Time) -> Time {
    Time((time.0 / RESYNC_MS + 1) * RESYNC_MS)
}

/// Records an event about a claim if the claim or the message changed or a resync is due, and requeues the claim for
/// the next resync. A sync for any other reason is one that upstream does not make.
pub fn report(
    client: &mut Client,
    state: &mut PvBinder,
    claim: &Object,
    event_type: EventType,
    reason: &'static str,
    message: String,
) {
    let now = client.now();
    let version = claim.meta.resource_version;
    let last = state.reports.get(&claim.meta.uid);
    let is_repeated =
        last.is_some_and(|last| last.version == version && *last.message == *message && now < last.resync);
    if !is_repeated {
        let message: Arc<str> = message.into();
        client.event(claim, event_type, reason, message.clone());
        let resync = next_resync(now);
        let report = Report {
            version,
            message,
            resync,
        };
        state.reports.insert(claim.meta.uid.clone(), report);
    }
    if let Some(last) = state.reports.get(&claim.meta.uid) {
        client.repeat_at(last.resync, &claim.key());
    }
}
