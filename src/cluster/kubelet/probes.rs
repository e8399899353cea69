//! Startup, readiness and liveness probes (`pkg/kubelet/prober/worker.go`).
//!
//! Applications are well unless a fault says otherwise, so a probe is worked out when its answer changes and costs
//! nothing in between.

use super::worker::Turn;
use crate::cluster::durations::SLOW_START_MS;
use crate::cluster::fault::Fault;
use crate::object::{Time, Value};

/// The first probe of a new container: the worker is triggered when the container's start is reported.
const FIRST_PROBE_MS: u64 = 300;

/// One probe's times and thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    delay_ms: u64,
    period_ms: u64,
    success: u64,
    failure: u64,
    kind: ProbeKind,
}

/// What a probe does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProbeKind {
    Http,
    Tcp,
    Other,
}

/// A container's probes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probes {
    startup: Option<Probe>,
    readiness: Option<Probe>,
    liveness: Option<Probe>,
}

/// What the probes of a running container found.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// The startup probe has passed.
    pub started: bool,
    /// The readiness probe says yes.
    pub ready: bool,
    /// When something changes next.
    pub next: Option<Time>,
    /// When it is expected to be ready.
    pub expected: Option<Time>,
    probes: Probes,
    /// From when on the application answers.
    answers_at: Time,
    /// Since when probes say the opposite of `ready`, if they do.
    turned: Option<Time>,
    /// Since when the liveness probe fails.
    dying: Option<Time>,
    /// Whether it has ever been ready.
    ever_ready: bool,
    /// Failed probes that have been told of.
    failures_told: u64,
}

impl Probes {
    /// The probes of a container's spec.
    pub fn of(spec: &Value) -> Probes {
        Probes {
            startup: spec.get("startupProbe").map(Probe::of),
            readiness: spec.get("readinessProbe").map(Probe::of),
            liveness: spec.get("livenessProbe").map(Probe::of),
        }
    }
}

impl Probes {
    /// Whether anything notices that an application does not answer yet.
    pub fn watch_the_start(&self) -> bool {
        self.startup.is_some() || self.readiness.is_some() || self.liveness.is_some()
    }
}

impl Probe {
    /// As the API server defaults a probe that says nothing.
    const DEFAULT: Probe = Probe {
        delay_ms: 0,
        period_ms: 10_000,
        success: 1,
        failure: 3,
        kind: ProbeKind::Other,
    };

    fn of(spec: &Value) -> Probe {
        let number = |field: &str, default: u64| {
            spec.get(field)
                .and_then(Value::as_i64)
                .and_then(|n| n.try_into().ok())
                .unwrap_or(default)
        };
        Probe {
            delay_ms: number("initialDelaySeconds", 0).saturating_mul(1000),
            period_ms: number("periodSeconds", 10).max(1).saturating_mul(1000),
            success: number("successThreshold", 1).max(1),
            failure: number("failureThreshold", 3).max(1),
            kind: if spec.get("httpGet").is_some() {
                ProbeKind::Http
            } else if spec.get("tcpSocket").is_some() {
                ProbeKind::Tcp
            } else {
                ProbeKind::Other
            },
        }
    }

    /// The first probe at `from` or later, of a container that runs since `since`.
    fn tick(&self, since: Time, from: Time) -> Time {
        let base = since.plus(self.delay_ms.max(FIRST_PROBE_MS));
        let periods = from.since(base).div_ceil(self.period_ms);
        base.plus(periods.saturating_mul(self.period_ms))
    }

    /// When the probe has failed too often, if it fails from `from` on.
    fn failed_by(&self, since: Time, from: Time) -> Time {
        self.tick(since, from)
            .plus((self.failure - 1).saturating_mul(self.period_ms))
    }

    fn error(&self, word: &str) -> String {
        match self.kind {
            ProbeKind::Http => format!("{word} probe failed: HTTP probe failed with statuscode: 503"),
            ProbeKind::Tcp => {
                format!("{word} probe failed: dial tcp: connect: connection refused")
            }
            ProbeKind::Other => format!("{word} probe failed: "),
        }
    }
}

impl Health {
    /// A container that has just started; a slow application answers only later. Without probes it is ready at once.
    pub fn at_start(probes: Probes, since: Time, slow: bool) -> Health {
        let answers_at = if slow { since.plus(SLOW_START_MS) } else { since };
        let ready = probes.startup.is_none() && !slow && probes.readiness.is_none();
        Health {
            started: probes.startup.is_none(),
            ready,
            ever_ready: ready,
            next: None,
            expected: None,
            probes,
            answers_at,
            turned: None,
            dying: None,
            failures_told: 0,
        }
    }
}

impl Turn<'_, '_> {
    /// Works out what the probes of a running container have found by now; says whether it must be killed.
    pub fn probe(&mut self, i: usize, since: Time, health: &mut Health) -> bool {
        health.next = None;
        health.expected = None;
        if self.probe_startup(i, since, health) {
            return true;
        }
        if !health.started {
            return false;
        }
        self.probe_readiness(since, health);
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
        let passes = probe.tick(since, health.answers_at);
        let gives_up = probe.failed_by(since, since);
        if gives_up < passes {
            health.next = Some(gives_up);
            return gives_up <= now && self.kill(i, &probe, "Startup");
        }
        if passes <= now {
            health.started = true;
        } else {
            health.next = Some(passes);
            health.expected = Some(passes);
        }
        false
    }

    fn probe_readiness(&mut self, since: Time, health: &mut Health) {
        let now = self.client.now();
        let well = !self.has_fault(|pod| Fault::NotReady { pod });
        let probe = match health.probes.readiness {
            Some(probe) => probe,
            // Without a probe a container is ready when it answers; only a fault is noticed as if there were one.
            None if well && !health.ever_ready => {
                health.ready = health.answers_at <= now;
                health.ever_ready = health.ready;
                health.next = Some(health.answers_at).filter(|at| *at > now);
                health.expected = health.next;
                return;
            }
            None => Probe::DEFAULT,
        };
        if well == health.ready {
            health.turned = None;
            return;
        }
        let first_time = well && !health.ever_ready;
        let from = if first_time { health.answers_at } else { now };
        let turned = *health.turned.get_or_insert(from);
        let first = probe.tick(since, turned);
        let needed = if well { probe.success } else { probe.failure };
        let changes = first.plus((needed - 1).saturating_mul(probe.period_ms));
        if !well {
            self.tell_failures(&probe, first, needed, health);
        }
        if changes <= now {
            health.ready = well;
            health.ever_ready |= well;
            health.turned = None;
            health.failures_told = 0;
            return;
        }
        if well {
            health.next = Some(changes);
            health.expected = Some(changes);
        } else {
            let told = first.plus(health.failures_told.saturating_mul(probe.period_ms));
            health.next = Some(told.min(changes));
        }
    }

    /// An event for each failed probe until the container counts as not ready; then there is nothing new to tell.
    fn tell_failures(&mut self, probe: &Probe, first: Time, needed: u64, health: &mut Health) {
        let now = self.client.now();
        while health.failures_told < needed {
            let at = first.plus(health.failures_told.saturating_mul(probe.period_ms));
            if at > now {
                return;
            }
            health.failures_told += 1;
            self.warn("Unhealthy", probe.error("Readiness"));
        }
    }

    fn probe_liveness(&mut self, i: usize, since: Time, health: &mut Health) -> bool {
        let now = self.client.now();
        let fault = self.has_fault(|pod| Fault::NotAlive { pod });
        let (probe, from) = match health.probes.liveness {
            // An application that does not answer in time is killed as well.
            Some(probe) if probe.failed_by(since, since) < health.answers_at => (probe, since),
            probe if fault => (probe.unwrap_or(Probe::DEFAULT), *health.dying.get_or_insert(now)),
            _ => {
                health.dying = None;
                return false;
            }
        };
        let dead = probe.failed_by(since, from);
        if now < dead {
            health.next = Some(health.next.map_or(dead, |next| next.min(dead)));
            return false;
        }
        self.kill(i, &probe, "Liveness")
    }

    /// A probe has failed too often: the container is killed, to be started again.
    fn kill(&mut self, i: usize, probe: &Probe, word: &str) -> bool {
        self.warn("Unhealthy", probe.error(word));
        let name = self.worker.runs[i].name.clone();
        let word = word.to_ascii_lowercase();
        self.say(
            "Killing",
            format!("Container {name} failed {word} probe, will be restarted"),
        );
        true
    }
}
