//! The admission plugin PodSecurity (`staging/src/k8s.io/pod-security-admission/admission/admission.go`).

mod checks;

use std::collections::BTreeMap;
use std::fmt;

use crate::api::{Status, StatusCause};
use crate::object::{Key, Kind, Object, Value};
use crate::store::World;
use checks::{Violation, evaluate};

/// The prefix of a namespace's labels.
const LABELS: &str = "pod-security.kubernetes.io/";
/// Pods of a namespace that are checked against a new level (`defaultNamespaceMaxPodsToCheck`).
const PODS_MAX: usize = 3000;
/// The minor version of Kubernetes 1 that `latest` means.
const LATEST: u32 = 36;

/// A level of the Pod Security Standards, the least strict first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each variant is the level of that name")]
pub(super) enum Level {
    #[default]
    Privileged,
    Baseline,
    Restricted,
}

/// A level, and the minor version of Kubernetes whose rules apply; none is the latest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct LevelVersion {
    level: Level,
    version: Option<u32>,
}

impl fmt::Display for LevelVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.level {
            Level::Privileged => "privileged",
            Level::Baseline => "baseline",
            Level::Restricted => "restricted",
        })?;
        match self.version {
            Some(version) => write!(f, ":v1.{version}"),
            None => f.write_str(":latest"),
        }
    }
}

/// What a namespace enforces, and what it warns about (`Policy`). What it audits is seen by nobody here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Policy {
    enforce: LevelVersion,
    warn: LevelVersion,
}

/// `Validate`.
pub(super) fn validate(world: &World, object: &Object, old: Option<&Object>) -> Result<Vec<String>, Status> {
    match object.kind {
        Kind::Namespace => validate_namespace(world, object, old),
        Kind::Pod => validate_pod(world, object, old),
        _ => Ok(validate_controller(world, object)),
    }
}

/// `ValidateNamespace`: the labels, and the pods that violate a stricter level.
fn validate_namespace(world: &World, object: &Object, old: Option<&Object>) -> Result<Vec<String>, Status> {
    let (policy, causes) = read_policy(object);
    let (before, old_causes) = old.map(read_policy).unwrap_or_default();
    if !causes.is_empty() && (old.is_none() || causes != old_causes) {
        return Err(Status::invalid(Some(Kind::Namespace), &object.meta.name, causes));
    }
    let (new, old) = match old {
        Some(_) => (policy.enforce, before.enforce),
        None => return Ok(Vec::new()),
    };
    let relaxed = new.version == old.version && new.level <= old.level;
    if relaxed || new.level == Level::Privileged {
        return Ok(Vec::new());
    }
    Ok(evaluate_pods(world, &object.meta.name, new))
}

/// `EvaluatePodsInNamespace`: a warning for each combination of violations, with the first pod that has it.
fn evaluate_pods(world: &World, namespace: &str, enforce: LevelVersion) -> Vec<String> {
    let pods: Vec<_> = world
        .list(Kind::Pod)
        .filter(|pod| *pod.meta.namespace == *namespace)
        .collect();
    let mut warnings = Vec::new();
    if pods.len() > PODS_MAX {
        let all = pods.len();
        warnings.push(format!(
            "new PodSecurity enforce level only checked against the first {PODS_MAX} of {all} existing pods"
        ));
    }
    let mut violating: BTreeMap<String, (&str, usize)> = BTreeMap::new();
    for pod in pods.iter().take(PODS_MAX) {
        let found = violations(enforce, pod_metadata(pod).as_ref(), pod.spec());
        if !found.is_empty() {
            let reasons: Vec<&str> = found.iter().map(|violation| violation.reason.as_str()).collect();
            let (first, count) = violating.entry(reasons.join(", ")).or_insert((&pod.meta.name, 0));
            *first = (*first).min(&*pod.meta.name);
            *count += 1;
        }
    }
    if !violating.is_empty() {
        warnings.push(format!(
            "existing pods in namespace {namespace:?} violate the new PodSecurity enforce level \"{enforce}\""
        ));
    }
    let mut lines: Vec<String> = Vec::new();
    for (reasons, (first, count)) in violating {
        lines.push(match count {
            1 => format!("{first}: {reasons}"),
            2 => format!("{first} (and 1 other pod): {reasons}"),
            _ => format!("{first} (and {} other pods): {reasons}", count - 1),
        });
    }
    lines.sort();
    warnings.extend(lines);
    warnings
}

/// `ValidatePod`.
fn validate_pod(world: &World, pod: &Object, old: Option<&Object>) -> Result<Vec<String>, Status> {
    let policy = policy_of(world, pod);
    if policy == Policy::default() || old.is_some_and(|old| !is_significant(pod, old)) {
        return Ok(Vec::new());
    }
    let metadata = pod_metadata(pod);
    let found = violations(policy.enforce, metadata.as_ref(), pod.spec());
    if !found.is_empty() {
        let why = format!("violates PodSecurity \"{}\": {}", policy.enforce, details(&found));
        return Err(Status::forbidden(&pod.key(), &why));
    }
    Ok(warning(policy.warn, metadata.as_ref(), pod.spec()))
}

/// `ValidatePodController`: only warns.
fn validate_controller(world: &World, object: &Object) -> Vec<String> {
    let policy = policy_of(world, object);
    match super::pod_template(object) {
        Some((metadata, spec)) => warning(policy.warn, metadata, spec),
        None => Vec::new(),
    }
}

fn warning(warn: LevelVersion, metadata: Option<&Value>, spec: &Value) -> Vec<String> {
    let found = violations(warn, metadata, spec);
    let text = |found: &[Violation]| format!("would violate PodSecurity \"{warn}\": {}", details(found));
    (!found.is_empty()).then(|| text(&found)).into_iter().collect()
}

fn violations(level: LevelVersion, metadata: Option<&Value>, spec: &Value) -> Vec<Violation> {
    evaluate(level.level, level.version.unwrap_or(LATEST), metadata, spec)
}

/// `ForbiddenDetail` of all violations.
fn details(found: &[Violation]) -> String {
    let texts = found
        .iter()
        .map(|violation| format!("{} ({})", violation.reason, violation.detail));
    texts.collect::<Vec<_>>().join(", ")
}

fn pod_metadata(pod: &Object) -> Option<Value> {
    pod.document().get("metadata").cloned()
}

/// Whether an update changes what the plugin looks at (`isSignificantPodUpdate`).
fn is_significant(pod: &Object, old: &Object) -> bool {
    let images = |pod: &Object| -> Vec<Option<Value>> {
        let lists = ["initContainers", "containers", "ephemeralContainers"].into_iter();
        let lists = lists.filter_map(|list| pod.spec().get(list).and_then(Value::as_array));
        lists
            .flatten()
            .map(|container| container.get("image").cloned())
            .collect()
    };
    images(pod) != images(old)
}

fn policy_of(world: &World, object: &Object) -> Policy {
    let name = &object.meta.namespace;
    let key = Key::new(Kind::Namespace, name.clone());
    world
        .get(&key)
        .map(|namespace| read_policy(namespace).0)
        .unwrap_or_default()
}

/// Reads a namespace's labels, and what is wrong with them (`api.PolicyToEvaluate`).
fn read_policy(namespace: &Object) -> (Policy, Vec<StatusCause>) {
    let mut causes = Vec::new();
    let mut read = |mode: &str, wrong: Level| {
        let mut found = LevelVersion::default();
        let label = |name: String| namespace.meta.labels.text(&name).map(|text| (name, text.clone()));
        let level = label(format!("{LABELS}{mode}"));
        if let Some((name, text)) = &level {
            found.level = parse_level(text).unwrap_or_else(|| {
                causes.push(invalid(
                    name,
                    text,
                    "must be one of privileged, baseline, restricted",
                ));
                wrong
            });
        }
        if let Some((name, text)) = label(format!("{LABELS}{mode}-version")) {
            found.version = parse_version(&text).unwrap_or_else(|| {
                causes.push(invalid(&name, &text, "must be \"latest\" or \"v1.x\""));
                None
            });
        }
        (found, level.is_some())
    };
    // An invalid level to enforce is the strictest one.
    let (enforce, _) = read("enforce", Level::Restricted);
    read("audit", Level::Privileged);
    let (mut warn, sets_warn) = read("warn", Level::Privileged);
    if !sets_warn && enforce.level > warn.level {
        warn = enforce;
    }
    (Policy { enforce, warn }, causes)
}

fn parse_level(text: &str) -> Option<Level> {
    match text {
        "privileged" => Some(Level::Privileged),
        "baseline" => Some(Level::Baseline),
        "restricted" => Some(Level::Restricted),
        _ => None,
    }
}

/// `None` for a text that is no version; a version of `None` is the latest.
fn parse_version(text: &str) -> Option<Option<u32>> {
    if text == "latest" {
        return Some(None);
    }
    let minor = text.strip_prefix("v1.")?;
    let is_plain = minor == "0" || !minor.starts_with('0') && minor.bytes().all(|b| b.is_ascii_digit());
    is_plain.then(|| minor.parse().ok()).flatten().map(Some)
}

fn invalid(label: &str, value: &str, why: &str) -> StatusCause {
    let field = format!("metadata.labels[{label}]");
    let message = format!("Invalid value: {value:?}: {why}");
    StatusCause::new(&field, &message)
}
