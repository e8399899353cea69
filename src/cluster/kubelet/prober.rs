//! Runs the probes of a running container (`pkg/kubelet/prober/worker.go`).

use super::pod_sync::PodSync;
use super::probe::{Health, Probe};
use crate::cluster::faults::FaultKind;
use crate::object::Time;

impl PodSync<'_, '_> {
    /// Updates the probe results of a running container. Returns whether the container has to be killed.
    pub fn probe(&mut self, i: usize, since: Time, health: &mut Health) -> bool {
        health.next = None;
        health.expected = None;
        if self.probe_startup(i, since, health) {
            return true;
        }
        if !health.started {
            return false;
        }
        self.probe_readiness(i, since, health);
        self.probe_liveness(i, since, health)
    }

    fn probe_startup(&mut self, i: usize, since: Time, health: &mut Health) -> bool {
        if health.started {
            return false;
        }
        let now = self.client.now();
        let Some(probe) = health.probes.startup else {
            health.started = true;
            return false;
        };
        let passes_at = probe.next_run(since, health.answers_at);
        let gives_up = probe.fails_at(since, since);
        if gives_up < passes_at {
            health.next = Some(gives_up);
            return gives_up <= now && self.kill_container(i, &probe, "Startup");
        }
        if passes_at <= now {
            health.started = true;
        } else {
            health.next = Some(passes_at);
            health.expected = Some(passes_at);
        }
        false
    }

    fn probe_readiness(&mut self, i: usize, since: Time, health: &mut Health) {
        let now = self.client.now();
        let healthy = !self.has_fault(FaultKind::NotReady);
        let probe = match health.probes.readiness {
            Some(probe) => probe,
            // Without a readiness probe a container is ready when it answers. Under the fault it has the default probe.
            None if healthy && !health.was_ready => {
                health.ready = health.answers_at <= now;
                health.was_ready = health.ready;
                health.next = Some(health.answers_at).filter(|at| *at > now);
                health.expected = health.next;
                return;
            }
            None => Probe::DEFAULT,
        };
        if healthy == health.ready {
            health.ready_changed = None;
            return;
        }
        let first_time = healthy && !health.was_ready;
        let from = if first_time { health.answers_at } else { now };
        let changed = *health.ready_changed.get_or_insert(from);
        let first = probe.next_run(since, changed);
        let needed = if healthy { probe.success } else { probe.failure };
        let changes_at = first.plus((needed - 1).saturating_mul(probe.period_ms));
        if !healthy {
            self.report_failures(i, &probe, first, needed, health);
        }
        if changes_at <= now {
            health.ready = healthy;
            health.was_ready |= healthy;
            health.ready_changed = None;
            health.failures_reported = 0;
            return;
        }
        if healthy {
            health.next = Some(changes_at);
            health.expected = Some(changes_at);
        } else {
            let next_failure = first.plus(health.failures_reported.saturating_mul(probe.period_ms));
            health.next = Some(next_failure.min(changes_at));
        }
    }

    /// Records an event for each failed probe until the container is not ready.
    fn report_failures(&mut self, i: usize, probe: &Probe, first: Time, needed: u64, health: &mut Health) {
        let now = self.client.now();
        while health.failures_reported < needed {
            let at = first.plus(health.failures_reported.saturating_mul(probe.period_ms));
            if at > now {
                return;
            }
            health.failures_reported += 1;
            self.container_warning(i, "Unhealthy", probe.error("Readiness"));
        }
    }

    fn probe_liveness(&mut self, i: usize, since: Time, health: &mut Health) -> bool {
        let now = self.client.now();
        let has_fault = self.has_fault(FaultKind::NotAlive);
        let (probe, from) = match health.probes.liveness {
            // An application that does not answer in time is killed even without the fault.
            Some(probe) if probe.fails_at(since, since) < health.answers_at => (probe, since),
            probe if has_fault => (
                probe.unwrap_or(Probe::DEFAULT),
                *health.not_alive_since.get_or_insert(now),
            ),
            _ => {
                health.not_alive_since = None;
                return false;
            }
        };
        let fails_at = probe.fails_at(since, from);
        if now < fails_at {
            health.next = Some(health.next.map_or(fails_at, |next| next.min(fails_at)));
            return false;
        }
        self.kill_container(i, &probe, "Liveness")
    }

    /// Records that the container is killed because a probe reached its failure threshold.
    fn kill_container(&mut self, i: usize, probe: &Probe, word: &str) -> bool {
        self.container_warning(i, "Unhealthy", probe.error(word));
        let name = self.worker.containers[i].name.clone();
        let word = word.to_ascii_lowercase();
        self.container_event(
            i,
            "Killing",
            format!("Container {name} failed {word} probe, will be restarted"),
        );
        true
    }
}
