//! Exponential back-off (`client-go/util/flowcontrol/backoff.go`).

use crate::cluster::runtime::durations::{
    BACK_OFF_FIRST_MS, BACK_OFF_MAX_MS, BACK_OFF_RESET_MS, MOUNT_RETRY_FIRST_MS, MOUNT_RETRY_MAX_MS,
};
use crate::object::Time;

/// A back-off that doubles each time.
#[derive(Clone, Copy, Debug, Default)]
pub struct BackOff {
    /// The current delay, in milliseconds.
    pub ms: u64,
    /// When the delay was last increased.
    pub updated: Option<Time>,
}

impl BackOff {
    /// When the back-off after a failure at `since` ends; `None` if it is over (`IsInBackOffSince`).
    pub fn until(self, since: Time, now: Time) -> Option<Time> {
        self.updated.filter(|updated| !expired(*updated, since))?;
        Some(since.plus(self.ms)).filter(|until| now < *until)
    }

    /// Increases the delay after a failure at `since` (`Next`).
    pub fn increase(&mut self, since: Time, now: Time) {
        self.ms = match self.updated {
            Some(updated) if !expired(updated, since) => (self.ms * 2).min(BACK_OFF_MAX_MS),
            _ => BACK_OFF_FIRST_MS,
        };
        self.updated = Some(now);
    }
}

/// The back-off of a mount that fails (`goroutinemap/exponentialbackoff`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MountBackOff {
    ms: u64,
    /// When the mount may be tried again.
    pub until: Time,
}

impl MountBackOff {
    /// The back-off after a mount failed now, and after `last`.
    pub fn after(last: Option<MountBackOff>, now: Time) -> MountBackOff {
        let ms = last.map_or(MOUNT_RETRY_FIRST_MS, |last| (last.ms * 2).min(MOUNT_RETRY_MAX_MS));
        MountBackOff {
            ms,
            until: now.plus(ms),
        }
    }

    /// Whether the delay does not grow any more.
    pub fn is_longest(self) -> bool {
        self.ms == MOUNT_RETRY_MAX_MS
    }
}

fn expired(updated: Time, since: Time) -> bool {
    since.since(updated) > BACK_OFF_RESET_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_the_maximum() {
        let mut crashes = BackOff::default();
        let mut waits = Vec::new();
        let mut now = Time(0);
        for _ in 0..8 {
            let finished = now;
            let until = crashes.until(finished, now.plus(1_000));
            waits.push(until.map_or(0, |until| until.since(finished) / 1000));
            now = until.unwrap_or(now.plus(1_000));
            crashes.increase(finished, now);
            now = now.plus(1_000);
        }
        assert_eq!(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(crashes.until(now.plus(700_000), now.plus(700_001)), None);
    }
}
