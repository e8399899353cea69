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
}

impl Retries {
    /// Records a successful sync (`Forget`).
    pub fn forget(&mut self, actor: Actor, key: &Key) {
        self.failures.remove(&(actor, key.clone()));
    }

    /// Records a failed sync and returns the delay before the next one, in milliseconds (`When`).
    pub fn delay(&mut self, actor: Actor, key: &Key, progress: u64) -> u64 {
        let item = (actor, key.clone());
        let failures = self.failures.get(&item).map_or(0, |failed| failed.failures);
        let failed = FailedKey {
            failures: (failures + 1).min(32),
            progress,
        };
        self.failures.insert(item, failed);
        let (first, longest) = delays(actor);
        first
            .saturating_mul(1_u64.checked_shl(failures).unwrap_or(u64::MAX))
            .min(longest)
    }

    /// Whether an object has changed since one of the failures, so that a retry may succeed.
    pub fn may_succeed(&self, progress: u64) -> bool {
        self.failures.values().any(|failed| failed.progress != progress)
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
        let delays: Vec<u64> = (0..4).map(|_| retries.delay(actor, &key, 1)).collect();
        assert_eq!(delays, [5, 10, 20, 40]);
        for _ in 0..40 {
            retries.delay(actor, &key, 1);
        }
        assert_eq!(retries.delay(actor, &key, 1), MAX_DELAY_MS);
        assert!(!retries.may_succeed(1) && retries.may_succeed(2));
        retries.forget(actor, &key);
        assert_eq!(retries.delay(actor, &key, 1), 5);
    }
}
