//! Probes of a container and their results.
//!
//! Applications are healthy unless a fault is active, so that only the instants at which a result changes are computed.

use crate::cluster::runtime::durations::SLOW_START_MS;
use crate::object::{Time, Value};

/// From the start of a container to its first probe, in milliseconds.
const FIRST_PROBE_MS: u64 = 300;

/// A probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// `initialDelaySeconds`, in milliseconds.
    delay_ms: u64,
    /// `periodSeconds`, in milliseconds.
    pub period_ms: u64,
    /// `successThreshold`.
    pub success: u64,
    /// `failureThreshold`.
    pub failure: u64,
    kind: ProbeKind,
}

/// The handler of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProbeKind {
    Http,
    Tcp,
    Other,
}

/// The probes of a container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probes {
    /// `startupProbe`.
    pub startup: Option<Probe>,
    /// `readinessProbe`.
    pub readiness: Option<Probe>,
    /// `livenessProbe`.
    pub liveness: Option<Probe>,
}

/// The results of the probes of a running container.
#[derive(Clone, Debug, PartialEq)]
pub struct Health {
    /// The startup probe has passed.
    pub started: bool,
    /// The readiness probe has passed.
    pub ready: bool,
    /// When a result changes next.
    pub next: Option<Time>,
    /// When the container is expected to be ready.
    pub expected: Option<Time>,
    /// The probes.
    pub probes: Probes,
    /// From when on the application answers.
    pub answers_at: Time,
    /// Since when the readiness probe contradicts `ready`.
    pub ready_changed: Option<Time>,
    /// Since when the liveness probe fails.
    pub not_alive_since: Option<Time>,
    /// Whether the container has been ready before.
    pub was_ready: bool,
    /// Number of failed readiness probes that were reported as events.
    pub failures_reported: u64,
}

impl Probes {
    /// Reads the probes of a container.
    pub fn read(spec: &Value) -> Probes {
        Probes {
            startup: spec.get("startupProbe").map(Probe::read),
            readiness: spec.get("readinessProbe").map(Probe::read),
            liveness: spec.get("livenessProbe").map(Probe::read),
        }
    }

    /// Whether any probe detects that the application does not answer yet.
    pub fn detect_slow_start(&self) -> bool {
        self.startup.is_some() || self.readiness.is_some() || self.liveness.is_some()
    }
}

impl Probe {
    /// A probe with the API server's defaults.
    pub const DEFAULT: Probe = Probe {
        delay_ms: 0,
        period_ms: 10_000,
        success: 1,
        failure: 3,
        kind: ProbeKind::Other,
    };

    fn read(spec: &Value) -> Probe {
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

    /// The first run of the probe at `from` or later, for a container that started at `since`.
    pub fn next_run(&self, since: Time, from: Time) -> Time {
        let base = since.plus(self.delay_ms.max(FIRST_PROBE_MS));
        let periods = from.since(base).div_ceil(self.period_ms);
        base.plus(periods.saturating_mul(self.period_ms))
    }

    /// When the failure threshold is reached if the probe fails from `from` on.
    pub fn fails_at(&self, since: Time, from: Time) -> Time {
        self.next_run(since, from)
            .plus((self.failure - 1).saturating_mul(self.period_ms))
    }

    /// The message of the event `Unhealthy`; `word` is the type of the probe.
    pub fn error(&self, word: &str) -> String {
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
    /// A container that has just started. A slow application answers later. Without probes a container is
    /// ready immediately.
    pub fn at_start(probes: Probes, since: Time, slow: bool) -> Health {
        let answers_at = if slow { since.plus(SLOW_START_MS) } else { since };
        let ready = probes.startup.is_none() && !slow && probes.readiness.is_none();
        Health {
            started: probes.startup.is_none(),
            ready,
            was_ready: ready,
            next: None,
            expected: None,
            probes,
            answers_at,
            ready_changed: None,
            not_alive_since: None,
            failures_reported: 0,
        }
    }
}
