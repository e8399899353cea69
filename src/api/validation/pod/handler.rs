//! Probes and lifecycle hooks (`pkg/apis/core/validation/validation.go`).

use super::context::PodContext;
use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::port::{validate_port_number, validate_port_number_or_name};
use crate::object::Value;

/// A probe of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProbeKind {
    /// `livenessProbe`.
    Liveness,
    /// `readinessProbe`.
    Readiness,
    /// `startupProbe`.
    Startup,
}

/// The kinds in the order of validation.
pub const PROBE_KINDS: [ProbeKind; 3] = [ProbeKind::Liveness, ProbeKind::Readiness, ProbeKind::Startup];

impl ProbeKind {
    /// The field of the container.
    pub fn field(self) -> &'static str {
        match self {
            ProbeKind::Liveness => "livenessProbe",
            ProbeKind::Readiness => "readinessProbe",
            ProbeKind::Startup => "startupProbe",
        }
    }
}

/// `validateLivenessProbe`, `validateReadinessProbe`, `validateStartupProbe`.
pub fn validate_probe(
    errors: &mut ErrorList,
    probe: &Value,
    kind: ProbeKind,
    grace: Option<i64>,
    at: &Path<'_>,
) {
    validate_handler(
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
        content::validate_non_negative(errors, &at.child(field), probe.int(field));
    }
    let seconds = probe.maybe_int("terminationGracePeriodSeconds");
    let seconds_at = at.child("terminationGracePeriodSeconds");
    if let Some(seconds) = seconds.filter(|seconds| *seconds <= 0) {
        errors.invalid(&seconds_at, seconds, "must be greater than 0");
    }
    match (kind, seconds) {
        (ProbeKind::Readiness, Some(seconds)) => {
            errors.invalid(&seconds_at, seconds, "must not be set for readinessProbes");
        }
        (ProbeKind::Readiness, None) => {}
        _ if probe.int("successThreshold") != 1 => {
            let threshold = probe.int("successThreshold");
            errors.invalid(&at.child("successThreshold"), threshold, "must be 1");
        }
        _ => {}
    }
}

/// `validateLifecycle`.
pub fn validate_lifecycle(errors: &mut ErrorList, lifecycle: &Value, pod: &PodContext<'_>, at: &Path<'_>) {
    for hook in ["postStart", "preStop"] {
        if let Some(handler) = lifecycle.maybe(hook) {
            let kinds = ["exec", "httpGet", "tcpSocket", "sleep"];
            validate_handler(errors, handler, &kinds, pod.grace_seconds, &at.child(hook));
        }
    }
    if let Some(signal) = lifecycle.maybe_text("stopSignal") {
        validate_stop_signal(errors, signal, pod.os, &at.child("stopSignal"));
    }
}

/// `validateStopSignal`.
fn validate_stop_signal(errors: &mut ErrorList, signal: &str, os: Option<&str>, at: &Path<'_>) {
    let supported: Vec<String> = match os {
        None => {
            return errors.forbidden(at, "may not be set for containers with empty `spec.os.name`");
        }
        Some("windows") => vec!["SIGKILL".to_owned(), "SIGTERM".to_owned()],
        Some("linux") => linux_signals(),
        Some(_) => return,
    };
    if !supported.iter().any(|name| name == signal) {
        let names: Vec<&str> = supported.iter().map(String::as_str).collect();
        errors.not_supported(at, BadValue::named(signal), &names);
    }
}

/// The signals of Linux, sorted (`supportedStopSignalsLinux`).
fn linux_signals() -> Vec<String> {
    let plain = "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT RTMAX RTMIN SEGV \
                 STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ";
    let mut names: Vec<String> = plain.split(' ').map(|name| format!("SIG{name}")).collect();
    names.extend((1..=14).map(|i| format!("SIGRTMAX-{i}")));
    names.extend((1..=15).map(|i| format!("SIGRTMIN+{i}")));
    names.sort_unstable();
    names
}

/// Requires exactly one handler of the given types (`validateHandler`).
fn validate_handler(
    errors: &mut ErrorList,
    handler: &Value,
    kinds: &[&str],
    grace: Option<i64>,
    at: &Path<'_>,
) {
    let mut found = false;
    for kind in kinds {
        let Some(action) = handler.maybe(kind) else {
            continue;
        };
        let at = at.child(kind);
        if found {
            errors.forbidden(&at, "may not specify more than 1 handler type");
            continue;
        }
        found = true;
        match *kind {
            "exec" if action.list("command").is_empty() => errors.required(&at.child("command"), ""),
            "exec" => {}
            "httpGet" => validate_http_get(errors, action, &at),
            "tcpSocket" => validate_port_number_or_name(errors, action.field("port"), &at.child("port")),
            "grpc" => validate_port_number(errors, action.int("port"), &at.child("port")),
            _ => validate_sleep(errors, action.int("seconds"), grace, &at),
        }
    }
    if !found {
        errors.required(at, "must specify a handler type");
    }
}

/// `validateHTTPGetAction`.
fn validate_http_get(errors: &mut ErrorList, action: &Value, at: &Path<'_>) {
    if action.text("path").is_empty() {
        errors.required(&at.child("path"), "");
    }
    validate_port_number_or_name(errors, action.field("port"), &at.child("port"));
    let scheme = action.text("scheme");
    if !["HTTP", "HTTPS"].contains(&scheme) {
        errors.not_supported(&at.child("scheme"), BadValue::named(scheme), &["HTTP", "HTTPS"]);
    }
    for header in action.list("httpHeaders") {
        let name = header.text("name");
        errors.invalid_each(&at.child("httpHeaders"), name, content::http_header_name(name));
    }
}

/// `validateSleepAction`.
fn validate_sleep(errors: &mut ErrorList, seconds: i64, grace: Option<i64>, at: &Path<'_>) {
    let Some(grace) = grace else { return };
    if !(0..=grace).contains(&seconds) {
        let detail = format!("must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        errors.invalid(at, seconds, detail);
    }
}
