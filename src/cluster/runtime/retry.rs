//! Retries with exponential back-off (`ItemExponentialFailureRateLimiter` in
//! `client-go/util/workqueue/default_rate_limiters.go`).

use imbl::OrdMap;

use crate::object::Key;
use crate::store::Actor;

/// Delay after the first failure, in milliseconds; each further failure doubles it.
const BASE_DELAY_MS: u64 = 5;

/// Maximum delay, in milliseconds.
const MAX_DELAY_MS: u64 = 1_000_000;

/// The shortest and the longest delay of an actor, in milliseconds. The sidecars of CSI drivers have their own
/// (`--retry-interval-start`, `--retry-interval-max`).
fn delays(actor: Actor) -> (u64, u64) {
    match actor {
        Actor::Provisioner => (1_000, 300_000),
        _ => (BASE_DELAY_MS, MAX_DELAY_MS),
    }
}

/// The keys whose last sync failed.
#[derive(Clone, Debug, Default)]
pub struct Retries {
    failures: OrdMap<(Actor, Key), FailedKey>,
}

/// A key whose last sync failed.
#[derive(Clone, Copy, Debug)]
struct FailedKey {
    /// Failures in a row.
    failures: u32,
    /// [`Core::progress`](super::Core) when the last sync failed.
    progress: u64,
    /// Whether the delay will grow further.
    grows: bool,
}

impl Retries {
    /// Records a successful sync (`Forget`).
    pub fn forget(&mut self, actor: Actor, key: &Key) {
        self.failures.remove(&(actor, key.clone()));
    }

    /// Records a failed sync and returns the delay before the next one, in milliseconds (`When`); `own` is the delay
    /// that the actor itself asks for.
    pub fn delay(&mut self, actor: Actor, key: &Key, own: Option<u64>, progress: u64) -> u64 {
        let item = (actor, key.clone());
        let failures = self.failures.get(&item).map_or(0, |failed| failed.failures);
        let (first, longest) = delays(actor);
        let delay = first
            .saturating_mul(1_u64.checked_shl(failures).unwrap_or(u64::MAX))
            .min(longest);
        let failed = FailedKey {
            failures: (failures + 1).min(32),
            progress,
            grows: own.is_none() && delay < longest,
        };
        self.failures.insert(item, failed);
        own.unwrap_or(delay)
    }

    /// Whether a retry is to be waited for: its back-off grows, or an object has changed since the failure, so that it
    /// may succeed. A run would never end if it waited for all of them.
    pub fn are_pending(&self, progress: u64) -> bool {
        let mut failed = self.failures.values();
        failed.any(|failed| failed.grows || failed.progress != progress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Kind;

    #[test]
    fn delays_double_up_to_the_maximum_and_start_again_after_a_success() {
        let (actor, key) = (Actor::StatefulSetController, Key::new(Kind::StatefulSet, "web"));
        let mut retries = Retries::default();
        let fail = |retries: &mut Retries| retries.delay(actor, &key, None, 1);
        let delays: Vec<u64> = (0..18).map(|_| fail(&mut retries)).collect();
        assert_eq!((delays[..4].to_vec(), delays[17]), (vec![5, 10, 20, 40], 655_360));
        assert!(retries.are_pending(1));
        assert_eq!(fail(&mut retries), MAX_DELAY_MS);
        assert!(!retries.are_pending(1) && retries.are_pending(2));
        retries.forget(actor, &key);
        assert_eq!(fail(&mut retries), 5);
        assert_eq!(retries.delay(actor, &key, Some(7), 1), 7);
        assert!(!retries.are_pending(1), "it rests as long as nothing changes");
    }
}
