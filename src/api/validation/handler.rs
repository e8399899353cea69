//! Probes and lifecycle hooks.

use super::container::{port_in_range, port_number_or_name};
use super::field::{Bad, Errors, Path};
use super::read::Read;
use super::text;
use crate::object::Value;

/// Which of a container's probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// `livenessProbe`.
    Liveness,
    /// `readinessProbe`.
    Readiness,
    /// `startupProbe`.
    Startup,
}

/// The probes in the order of validation.
pub const PROBES: [Probe; 3] = [Probe::Liveness, Probe::Readiness, Probe::Startup];

impl Probe {
    /// Its field in a container.
    pub fn field(self) -> &'static str {
        match self {
            Probe::Liveness => "livenessProbe",
            Probe::Readiness => "readinessProbe",
            Probe::Startup => "startupProbe",
        }
    }
}

/// `validateLivenessProbe`, `validateReadinessProbe`, `validateStartupProbe`.
pub fn probe(errors: &mut Errors, probe: &Value, kind: Probe, grace: Option<i64>, at: &Path<'_>) {
    handler(
        errors,
        probe,
        &["exec", "httpGet", "tcpSocket", "grpc"],
        grace,
        at,
    );
    for field in [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
    ] {
        text::non_negative(errors, &at.child(field), probe.int(field));
    }
    let seconds = probe.maybe_int("terminationGracePeriodSeconds");
    let seconds_at = at.child("terminationGracePeriodSeconds");
    if let Some(seconds) = seconds.filter(|seconds| *seconds <= 0) {
        errors.invalid(&seconds_at, seconds, "must be greater than 0");
    }
    match (kind, seconds) {
        (Probe::Readiness, Some(seconds)) => {
            errors.invalid(&seconds_at, seconds, "must not be set for readinessProbes");
        }
        (Probe::Readiness, None) => {}
        _ if probe.int("successThreshold") != 1 => {
            let threshold = probe.int("successThreshold");
            errors.invalid(&at.child("successThreshold"), threshold, "must be 1");
        }
        _ => {}
    }
}

/// `validateLifecycle`.
pub fn lifecycle(errors: &mut Errors, lifecycle: &Value, grace: Option<i64>, at: &Path<'_>) {
    for hook in ["postStart", "preStop"] {
        if let Some(of) = lifecycle.maybe(hook) {
            let kinds = ["exec", "httpGet", "tcpSocket", "sleep"];
            handler(errors, of, &kinds, grace, &at.child(hook));
        }
    }
}

/// `validateHandler`: one of these kinds, and only one.
fn handler(errors: &mut Errors, of: &Value, kinds: &[&str], grace: Option<i64>, at: &Path<'_>) {
    let mut found = false;
    for kind in kinds {
        let Some(action) = of.maybe(kind) else { continue };
        let at = at.child(kind);
        if found {
            errors.forbidden(&at, "may not specify more than 1 handler type");
            continue;
        }
        found = true;
        match *kind {
            "exec" if action.list("command").is_empty() => errors.required(&at.child("command"), ""),
            "exec" => {}
            "httpGet" => http_get(errors, action, &at),
            "tcpSocket" => port_number_or_name(errors, action.part("port"), &at.child("port")),
            "grpc" => port_in_range(errors, action.int("port"), &at.child("port")),
            _ => sleep(errors, action.int("seconds"), grace, &at),
        }
    }
    if !found {
        errors.required(at, "must specify a handler type");
    }
}

fn http_get(errors: &mut Errors, action: &Value, at: &Path<'_>) {
    if action.text("path").is_empty() {
        errors.required(&at.child("path"), "");
    }
    port_number_or_name(errors, action.part("port"), &at.child("port"));
    let scheme = action.text("scheme");
    if !["HTTP", "HTTPS"].contains(&scheme) {
        errors.not_supported(&at.child("scheme"), Bad::named(scheme), &["HTTP", "HTTPS"]);
    }
    for header in action.list("httpHeaders") {
        let name = header.text("name");
        errors.invalid_each(&at.child("httpHeaders"), name, text::http_header_name(name));
    }
}

/// `validateSleepAction`.
fn sleep(errors: &mut Errors, seconds: i64, grace: Option<i64>, at: &Path<'_>) {
    let Some(grace) = grace else { return };
    if !(0..=grace).contains(&seconds) {
        let detail = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        errors.invalid(at, seconds, detail);
    }
}
