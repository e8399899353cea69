//! Waits that double (`client-go/util/flowcontrol/backoff.go`).

use crate::cluster::durations::{BACK_OFF_FIRST_MS, BACK_OFF_MAX_MS, BACK_OFF_RESET_MS};
use crate::object::Time;

/// A wait that doubles each time.
#[derive(Clone, Copy, Debug, Default)]
pub struct BackOff {
    /// How long.
    pub ms: u64,
    /// When it last grew.
    pub updated: Option<Time>,
}

impl BackOff {
    /// When the back-off after something that happened at `since` ends, if it is not over (`IsInBackOffSince`).
    pub fn until(self, since: Time, now: Time) -> Option<Time> {
        self.updated.filter(|updated| !expired(*updated, since))?;
        Some(since.plus(self.ms)).filter(|until| now < *until)
    }

    /// The next, longer back-off (`Next`).
    pub fn grow(&mut self, since: Time, now: Time) {
        self.ms = match self.updated {
            Some(updated) if !expired(updated, since) => (self.ms * 2).min(BACK_OFF_MAX_MS),
            _ => BACK_OFF_FIRST_MS,
        };
        self.updated = Some(now);
    }
}

fn expired(updated: Time, since: Time) -> bool {
    since.since(updated) > BACK_OFF_RESET_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crashing_container_waits_longer_each_time() {
        let mut crashes = BackOff::default();
        let mut waits = Vec::new();
        let mut now = Time(0);
        for _ in 0..8 {
            let finished = now;
            let until = crashes.until(finished, now.plus(1_000));
            waits.push(until.map_or(0, |until| until.since(finished) / 1000));
            now = until.unwrap_or(now.plus(1_000));
            crashes.grow(finished, now);
            now = now.plus(1_000);
        }
        assert_eq!(waits, [0, 10, 20, 40, 80, 160, 300, 300]);
        assert_eq!(crashes.until(now.plus(700_000), now.plus(700_001)), None);
    }
}
