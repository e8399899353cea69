//! StatefulSets, Deployments, ReplicaSets, DaemonSets (`pkg/apis/apps/validation`).

use super::claim;
use super::difference;
use super::field::{Bad, Errors, Path};
use super::pod;
use super::read::Read;
use super::selector::{self, Verdict};
use super::text;
use crate::object::Value;

const MISMATCH: &str = "`selector` does not match template `labels`";

/// `ValidateStatefulSetSpec`; on update the claims and the service's name are not looked at again.
pub fn stateful_set(errors: &mut Errors, spec: &Value, creating: bool) {
    let at = Path::root("spec");
    match spec.text("podManagementPolicy") {
        "" => errors.required(&at.child("podManagementPolicy"), ""),
        "OrderedReady" | "Parallel" => {}
        policy => {
            let detail = "must be 'OrderedReady' or 'Parallel'";
            errors.invalid(&at.child("podManagementPolicy"), Bad::named(policy), detail);
        }
    }
    update_strategy(errors, spec.part("updateStrategy"), &at.child("updateStrategy"));
    let retention = "persistentVolumeClaimRetentionPolicy";
    if let Some(policy) = spec.maybe(retention) {
        let at = at.child(retention);
        for field in ["whenDeleted", "whenScaled"] {
            let policies = ["Retain", "Delete"];
            let text = policy.text(field);
            if !policies.contains(&text) {
                errors.not_supported(&at.child(field), Bad::named(text), &policies);
            }
        }
    }
    if creating {
        let claims_at = at.child("volumeClaimTemplates");
        for (i, template) in spec.list("volumeClaimTemplates").iter().enumerate() {
            claim::spec(errors, template.part("spec"), &claims_at.index(i).child("spec"));
        }
    }
    text::non_negative(errors, &at.child("replicas"), spec.int("replicas"));
    text::non_negative(errors, &at.child("minReadySeconds"), spec.int("minReadySeconds"));
    text::non_negative(
        errors,
        &at.child("ordinals.start"),
        spec.part("ordinals").int("start"),
    );
    let service = spec.text("serviceName");
    if creating && !service.is_empty() {
        text::label(errors, &at.child("serviceName"), service);
    }
    let template = spec.part("template");
    let verdict = selects(errors, spec, "statefulset", &at);
    if verdict == Verdict::Broken {
        errors.invalid(&at.child("selector"), selector::bad(spec.part("selector")), "");
    } else {
        let template_at = at.child("template");
        labels_match(errors, template, verdict, &template_at);
        let claims = claim_volumes(spec);
        pod::template(errors, template, &with_claims(spec, &claims), &template_at);
    }
    only_always(errors, template, "StatefulSet", &at.child("template"));
}

fn update_strategy(errors: &mut Errors, strategy: &Value, at: &Path<'_>) {
    let rolling = strategy.maybe("rollingUpdate");
    match strategy.text("type") {
        "" => errors.required(at, ""),
        "OnDelete" => {
            if let Some(rolling) = rolling {
                let bad = Bad::Json(rolling_update(rolling));
                let detail = "only allowed for updateStrategy 'RollingUpdate'";
                errors.invalid(&at.child("rollingUpdate"), bad, detail);
            }
        }
        "RollingUpdate" => {
            let Some(rolling) = rolling else { return };
            let at = at.child("rollingUpdate");
            text::non_negative(errors, &at.child("partition"), rolling.int("partition"));
            if let Some(most) = rolling.maybe("maxUnavailable") {
                let at = at.child("maxUnavailable");
                positive_or_percent(errors, most, &at);
                if number_or_percent(most) == 0 {
                    errors.invalid(&at, Bad::json(most), "cannot be 0");
                }
                at_most_all(errors, most, &at);
            }
        }
        kind => {
            let rolling = rolling.map_or_else(|| "null".to_owned(), rolling_update);
            let bad = format!("{{\"Type\":{},\"RollingUpdate\":{rolling}}}", Value::from(kind));
            errors.invalid(at, Bad::Json(bad), "must be 'RollingUpdate' or 'OnDelete'");
        }
    }
}

/// Go's internal `RollingUpdateStatefulSetStrategy` as JSON.
fn rolling_update(rolling: &Value) -> String {
    let most = rolling.part("maxUnavailable");
    format!(
        "{{\"Partition\":{},\"MaxUnavailable\":{most}}}",
        rolling.int("partition")
    )
}

/// The volumes that a StatefulSet gives its pods, one for each claim template's name.
fn claim_volumes(spec: &Value) -> Vec<Value> {
    let mut names: Vec<&str> = Vec::new();
    for template in spec.list("volumeClaimTemplates") {
        let name = template.part("metadata").text("name");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .map(|name| {
            let mut volume = Value::object();
            *volume.slot(&["name"]) = name.into();
            *volume.slot(&["persistentVolumeClaim", "claimName"]) = name.into();
            volume
        })
        .collect()
}

/// The claims' volumes and then the template's, except those that a claim takes the place of.
fn with_claims<'a>(spec: &'a Value, claims: &'a [Value]) -> Vec<&'a Value> {
    let own = spec.part("template").part("spec").list("volumes");
    let replaced = |volume: &Value| {
        claims
            .iter()
            .any(|claim| claim.text("name") == volume.text("name"))
    };
    claims
        .iter()
        .chain(own.iter().filter(|volume| !replaced(volume)))
        .collect()
}

/// Validates `spec.selector`, which must be there and not be empty, and asks it about the template's labels.
fn selects(errors: &mut Errors, spec: &Value, kind: &str, at: &Path<'_>) -> Verdict {
    let selector = spec.part("selector");
    let at = at.child("selector");
    let labels = spec.part("template").part("metadata").part("labels");
    let verdict = selector::verdict(selector, labels);
    if selector.is_null() {
        errors.required(&at, "");
    } else {
        selector::validate(errors, selector, &at);
        if verdict == Verdict::Empty {
            let detail = format!("empty selector is invalid for {kind}");
            errors.invalid(&at, selector::bad(selector), detail);
        }
    }
    verdict
}

fn labels_match(errors: &mut Errors, template: &Value, verdict: Verdict, at: &Path<'_>) {
    if verdict == Verdict::Differs {
        let labels = Bad::json(template.part("metadata").part("labels"));
        errors.invalid(&at.child("metadata.labels"), labels, MISMATCH);
    }
}

fn only_always(errors: &mut Errors, template: &Value, kind: &str, at: &Path<'_>) {
    let spec = template.part("spec");
    let policy = spec.text("restartPolicy");
    if policy != "Always" {
        errors.not_supported(&at.child("spec.restartPolicy"), Bad::named(policy), &["Always"]);
    }
    if spec.has("activeDeadlineSeconds") {
        let detail = format!("activeDeadlineSeconds in {kind} is not Supported");
        errors.forbidden(&at.child("spec.activeDeadlineSeconds"), detail);
    }
}

/// What `ValidateStatefulSetUpdate` adds: what may not change.
pub fn stateful_set_update(errors: &mut Errors, old: &Value, new: &Value) {
    let mut compared = new.part("spec").clone();
    for field in [
        "replicas",
        "template",
        "updateStrategy",
        "minReadySeconds",
        "ordinals",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
    ] {
        difference::copy(&mut compared, old.part("spec"), field);
    }
    if compared != *old.part("spec") {
        let detail = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
        errors.forbidden(&Path::root("spec"), detail);
    }
}

/// `ValidateDeploymentSpec`.
pub fn deployment(errors: &mut Errors, spec: &Value) {
    let at = Path::root("spec");
    text::non_negative(errors, &at.child("replicas"), spec.int("replicas"));
    selector_and_template(errors, spec, &at);
    deployment_strategy(errors, spec.part("strategy"), &at.child("strategy"));
    text::non_negative(errors, &at.child("minReadySeconds"), spec.int("minReadySeconds"));
    text::non_negative(
        errors,
        &at.child("revisionHistoryLimit"),
        spec.int("revisionHistoryLimit"),
    );
    if let Some(seconds) = spec.maybe_int("progressDeadlineSeconds") {
        let at = at.child("progressDeadlineSeconds");
        text::non_negative(errors, &at, seconds);
        if seconds <= spec.int("minReadySeconds") {
            errors.invalid(&at, seconds, "must be greater than minReadySeconds");
        }
    }
}

/// `ValidateReplicaSetSpec`.
pub fn replica_set(errors: &mut Errors, spec: &Value) {
    let at = Path::root("spec");
    text::non_negative(errors, &at.child("replicas"), spec.int("replicas"));
    text::non_negative(errors, &at.child("minReadySeconds"), spec.int("minReadySeconds"));
    selector_and_template(errors, spec, &at);
}

fn selector_and_template(errors: &mut Errors, spec: &Value, at: &Path<'_>) {
    // Upstream says "deployment" of a ReplicaSet's selector too.
    let verdict = selects(errors, spec, "deployment", at);
    if verdict == Verdict::Broken {
        let bad = selector::bad(spec.part("selector"));
        return errors.invalid(&at.child("selector"), bad, "invalid label selector");
    }
    let (template, at) = (spec.part("template"), at.child("template"));
    labels_match(errors, template, verdict, &at);
    let volumes: Vec<&Value> = template.part("spec").list("volumes").iter().collect();
    pod::template(errors, template, &volumes, &at);
    only_always(errors, template, "ReplicaSet", &at);
}

fn deployment_strategy(errors: &mut Errors, strategy: &Value, at: &Path<'_>) {
    let rolling = strategy.maybe("rollingUpdate");
    let rolling_at = at.child("rollingUpdate");
    match strategy.text("type") {
        "Recreate" if rolling.is_some() => {
            let detail = "may not be specified when strategy `type` is 'Recreate'";
            errors.forbidden(&rolling_at, detail);
        }
        "Recreate" => {}
        "RollingUpdate" => match rolling {
            None => errors.required(&rolling_at, "this should be defaulted and never be nil"),
            Some(rolling) => {
                let (down, up) = (rolling.part("maxUnavailable"), rolling.part("maxSurge"));
                let down_at = rolling_at.child("maxUnavailable");
                positive_or_percent(errors, down, &down_at);
                positive_or_percent(errors, up, &rolling_at.child("maxSurge"));
                if number_or_percent(down) == 0 && number_or_percent(up) == 0 {
                    errors.invalid(&down_at, Bad::json(down), "may not be 0 when `maxSurge` is 0");
                }
                at_most_all(errors, down, &down_at);
            }
        },
        kind => {
            let bad = unknown_strategy(kind, rolling);
            errors.not_supported(at, bad, &["Recreate", "RollingUpdate"]);
        }
    }
}

fn unknown_strategy(kind: &str, rolling: Option<&Value>) -> Bad {
    let rolling = rolling.map_or_else(
        || "null".to_owned(),
        |rolling| {
            let or_zero = |field| rolling.maybe(field).cloned().unwrap_or(Value::Int(0));
            let (down, up) = (or_zero("maxUnavailable"), or_zero("maxSurge"));
            format!("{{\"MaxUnavailable\":{down},\"MaxSurge\":{up}}}")
        },
    );
    Bad::Json(format!(
        "{{\"Type\":{},\"RollingUpdate\":{rolling}}}",
        Value::from(kind)
    ))
}

/// `ValidateDaemonSetSpec`.
pub fn daemon_set(errors: &mut Errors, spec: &Value) {
    let at = Path::root("spec");
    let (selector, template) = (spec.part("selector"), spec.part("template"));
    selector::validate(errors, selector, &at.child("selector"));
    let verdict = selector::verdict(selector, template.part("metadata").part("labels"));
    let template_at = at.child("template");
    labels_match(errors, template, verdict, &template_at);
    if verdict == Verdict::Empty {
        let detail = "empty selector is invalid for daemonset";
        errors.invalid(&at.child("selector"), selector::bad(selector), detail);
    }
    let volumes: Vec<&Value> = template.part("spec").list("volumes").iter().collect();
    pod::template(errors, template, &volumes, &template_at);
    only_always(errors, template, "DaemonSet", &template_at);
    text::non_negative(errors, &at.child("minReadySeconds"), spec.int("minReadySeconds"));
    daemon_set_strategy(errors, spec.part("updateStrategy"), &at.child("updateStrategy"));
    text::non_negative(
        errors,
        &at.child("revisionHistoryLimit"),
        spec.int("revisionHistoryLimit"),
    );
}

fn daemon_set_strategy(errors: &mut Errors, strategy: &Value, at: &Path<'_>) {
    let rolling = strategy.maybe("rollingUpdate");
    let at_rolling = at.child("rollingUpdate");
    match (strategy.text("type"), rolling) {
        ("OnDelete", _) => {}
        ("RollingUpdate", None) => errors.required(&at_rolling, ""),
        ("RollingUpdate", Some(rolling)) => {
            let (down, up) = (rolling.part("maxUnavailable"), rolling.part("maxSurge"));
            let (down_at, up_at) = (at_rolling.child("maxUnavailable"), at_rolling.child("maxSurge"));
            positive_or_percent(errors, down, &down_at);
            positive_or_percent(errors, up, &up_at);
            at_most_all(errors, down, &down_at);
            at_most_all(errors, up, &up_at);
            match (number_or_percent(down) != 0, number_or_percent(up) != 0) {
                (true, true) => {
                    errors.invalid(
                        &up_at,
                        Bad::json(up),
                        "may not be set when maxUnavailable is non-zero",
                    );
                }
                (false, false) => errors.required(&down_at, "cannot be 0 when maxSurge is 0"),
                _ => {}
            }
        }
        (kind, rolling) => {
            errors.not_supported(
                at,
                unknown_strategy(kind, rolling),
                &["RollingUpdate", "OnDelete"],
            );
        }
    }
}

/// `ValidateDeploymentUpdate` and its like: `strategy.PrepareForUpdate` and validation keep the selector.
pub fn immutable_selector(errors: &mut Errors, old: &Value, new: &Value) {
    let (before, after) = (
        old.part("spec").part("selector"),
        new.part("spec").part("selector"),
    );
    if before != after {
        let bad = match after.is_null() {
            true => Bad::from("null"),
            false => selector::bad(after),
        };
        errors.invalid(&Path::root("spec.selector"), bad, "field is immutable");
    }
}

/// `ValidatePositiveIntOrPercent`.
pub fn positive_or_percent(errors: &mut Errors, value: &Value, at: &Path<'_>) {
    match value {
        Value::String(percent) => {
            for message in text::percent(percent) {
                errors.invalid(at, Bad::json(value), message);
            }
        }
        value => text::non_negative(errors, at, value.as_i64().unwrap_or_default()),
    }
}

/// `getIntOrPercentValue`.
fn number_or_percent(value: &Value) -> i64 {
    match value {
        Value::String(percent) => percent.trim_end_matches('%').parse().unwrap_or(0),
        value => value.as_i64().unwrap_or_default(),
    }
}

/// `IsNotMoreThan100Percent`.
pub fn at_most_all(errors: &mut Errors, value: &Value, at: &Path<'_>) {
    let percent = value.as_str().filter(|percent| text::percent(percent).is_empty());
    if percent.is_some() && number_or_percent(value) > 100 {
        errors.invalid(at, Bad::json(value), "must not be greater than 100%");
    }
}
