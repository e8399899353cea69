//! Jobs and CronJobs (`pkg/apis/batch/validation/validation.go`).

mod cron_job;
mod failure_policy;
mod schedule;
mod success_policy;
mod time_zone;

use super::access::FieldAccess;
use super::content;
use super::difference;
use super::field::{BadValue, ErrorList, Path};
use super::label_selector::{self, SelectorMatch};
use super::pod;
use crate::object::Value;
pub use cron_job::validate_cron_job;

/// The labels that the API server gives to the pods of a Job, each with its legacy form.
const UID_LABELS: [&str; 2] = ["batch.kubernetes.io/controller-uid", "controller-uid"];
const NAME_LABELS: [&str; 2] = ["batch.kubernetes.io/job-name", "job-name"];

/// The most parallel pods and failed indexes of an Indexed Job.
const INDEXES_MAX: i64 = 100_000;

/// The same for Jobs of more than [`INDEXES_MAX`] completions that limit the retries of each index.
const INDEXES_MAX_OF_MANY: i64 = 10_000;

/// `ValidateJob`, without the metadata.
pub fn validate_job(errors: &mut ErrorList, job: &Value, creating: bool) {
    let (spec, at) = (job.field("spec"), Path::root("spec"));
    if creating {
        validate_generated_selector(errors, job);
    }
    validate_job_spec(errors, spec, &at);
    let selector = spec.field("selector");
    match spec.has("selector") {
        true => label_selector::validate(errors, selector, &at.child("selector")),
        false => errors.required(&at.child("selector"), ""),
    }
    let labels = spec.field("template").field("metadata").field("labels");
    if label_selector::match_labels(selector, labels) == SelectorMatch::Mismatch {
        let detail = "`selector` does not match template `labels`";
        errors.invalid(
            &at.child("template.metadata.labels"),
            BadValue::json(labels),
            detail,
        );
    }
    let completions = spec.maybe_int("completions").unwrap_or_default();
    if creating && spec.text("completionMode") == "Indexed" && completions > 0 {
        let name = job.field("metadata").text("name");
        let longest = format!("{name}-{}", completions - 1);
        if !content::dns_1123_label(&longest).is_empty() {
            let detail = format!("will not able to create pod with invalid DNS label: {longest}");
            errors.invalid(&Path::root("metadata.name"), name, detail);
        }
    }
}

/// `validateGeneratedSelector`.
fn validate_generated_selector(errors: &mut ErrorList, job: &Value) {
    let spec = job.field("spec");
    if spec.flag("manualSelector") || !spec.has("selector") {
        return;
    }
    let (uid, name) = (
        job.field("metadata").text("uid"),
        job.field("metadata").text("name"),
    );
    let at = Path::root("spec.template.metadata.labels");
    let labels = spec.field("template").field("metadata").field("labels");
    let mut expected = Value::object();
    let [uid_label, legacy_uid_label] = UID_LABELS;
    let [name_label, legacy_name_label] = NAME_LABELS;
    for (label, value) in [
        (legacy_uid_label, uid),
        (legacy_name_label, name),
        (uid_label, uid),
        (name_label, name),
    ] {
        *expected.slot(&[label]) = value.into();
        // `ValidateHasLabel`.
        match labels.maybe_text(label) {
            None => errors.required(&at.key(label), &format!("must be '{value}'")),
            Some(written) if written != value => {
                errors.invalid(
                    &at.key(label),
                    BadValue::json(labels),
                    format!("must be '{value}'"),
                );
            }
            Some(_) => {}
        }
    }
    let selector = spec.field("selector");
    if label_selector::match_labels(selector, &expected) == SelectorMatch::Mismatch {
        let bad = label_selector::bad_selector(selector);
        errors.invalid(&Path::root("spec.selector"), bad, "`selector` not auto-generated");
    }
}

/// `validateJobSpec`, for Jobs and the templates of CronJobs.
pub(super) fn validate_job_spec(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    for field in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ] {
        content::validate_non_negative(errors, &at.child(field), spec.int(field));
    }
    if spec.has("maxFailedIndexes") && !spec.has("backoffLimitPerIndex") {
        errors.required(
            &at.child("backoffLimitPerIndex"),
            "when maxFailedIndexes is specified",
        );
    }
    if let Some(manager) = spec.maybe_text("managedBy") {
        let at = at.child("managedBy");
        content::validate_domain_prefixed_path(errors, &at, manager);
        if manager.len() > 63 {
            errors.too_long(&at, 63);
        }
    }
    validate_completion_mode(errors, spec, at);
    if spec.has("podFailurePolicy") {
        failure_policy::validate(errors, spec, &at.child("podFailurePolicy"));
    }
    if spec.has("successPolicy") {
        success_policy::validate(errors, spec, &at.child("successPolicy"));
    }
    failure_policy::validate_pod_replacement_policy(errors, spec, &at.child("podReplacementPolicy"));
    let template = spec.field("template");
    let volumes: Vec<&Value> = template.field("spec").list("volumes").iter().collect();
    pod::validate_template(errors, template, &volumes, &at.child("template"));
    let at = at.child("template.spec.restartPolicy");
    match template.field("spec").text("restartPolicy") {
        "Always" | "" => errors.required(&at, "valid values: \"OnFailure\", \"Never\""),
        "Never" => {}
        "OnFailure" if spec.has("podFailurePolicy") => {
            let detail = "only \"Never\" is supported when podFailurePolicy is specified";
            errors.invalid(&at, BadValue::named("OnFailure"), detail);
        }
        "OnFailure" => {}
        policy => errors.not_supported(&at, BadValue::named(policy), &["OnFailure", "Never"]),
    }
}

/// The completion mode and the fields that it allows.
fn validate_completion_mode(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    let max_failed = spec.maybe_int("maxFailedIndexes");
    let mode = spec.maybe_text("completionMode");
    if let Some(mode) = mode.filter(|mode| !["NonIndexed", "Indexed"].contains(mode)) {
        let at = at.child("completionMode");
        errors.not_supported(&at, BadValue::named(mode), &["NonIndexed", "Indexed"]);
    }
    match mode {
        Some("Indexed") => validate_indexed(errors, spec, max_failed, at),
        None | Some("NonIndexed") => {
            for field in ["backoffLimitPerIndex", "maxFailedIndexes"] {
                if let Some(number) = spec.maybe_int(field) {
                    errors.invalid(&at.child(field), number, "requires indexed completion mode");
                }
            }
        }
        Some(_) => {}
    }
}

/// The limits of an Indexed Job.
fn validate_indexed(errors: &mut ErrorList, spec: &Value, max_failed: Option<i64>, at: &Path<'_>) {
    let (completions, parallelism) = (spec.maybe_int("completions"), spec.maybe_int("parallelism"));
    let (failed_at, parallelism_at) = (at.child("maxFailedIndexes"), at.child("parallelism"));
    if completions.is_none() {
        errors.required(&at.child("completions"), "when completion mode is Indexed");
    }
    if let Some(number) = parallelism.filter(|number| *number > INDEXES_MAX) {
        let detail = format!("must be less than or equal to {INDEXES_MAX} when completion mode is Indexed");
        errors.invalid(&parallelism_at, number, detail);
    }
    if let (Some(completions), Some(number)) = (completions, max_failed)
        && number > completions
    {
        errors.invalid(&failed_at, number, "must be less than or equal to completions");
    }
    if let Some(number) = max_failed.filter(|number| *number > INDEXES_MAX) {
        errors.invalid(
            &failed_at,
            number,
            format!("must be less than or equal to {INDEXES_MAX}"),
        );
    }
    if completions.is_none_or(|count| count <= INDEXES_MAX) || !spec.has("backoffLimitPerIndex") {
        return;
    }
    if max_failed.is_none() {
        let detail = format!("must be specified when completions is above {INDEXES_MAX}");
        errors.required(&failed_at, &detail);
    }
    let detail = format!(
        "must be less than or equal to {INDEXES_MAX_OF_MANY} when completions are above {INDEXES_MAX} and used with backoff limit per index"
    );
    for (number, at) in [(parallelism, &parallelism_at), (max_failed, &failed_at)] {
        if let Some(number) = number.filter(|number| *number > INDEXES_MAX_OF_MANY) {
            errors.invalid(at, number, &detail);
        }
    }
}

/// `ValidateJobSpecUpdate`. The new Job has been validated before.
pub fn validate_job_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after, at) = (old.field("spec"), new.field("spec"), Path::root("spec"));
    let completions = after.maybe_int("completions");
    let completions_at = at.child("completions");
    if after.text("completionMode") != "Indexed" {
        difference::validate_immutable(errors, before, after, "completions", &at);
    } else if let Some(count) = completions.filter(|_| before.maybe_int("completions") != completions)
        && after.maybe_int("parallelism") != Some(count)
    {
        let detail = "can only be modified in tandem with spec.parallelism";
        errors.invalid(&completions_at, count, detail);
    }
    difference::validate_immutable(errors, before, after, "selector", &at);
    validate_template_update(errors, old, new);
    for field in [
        "completionMode",
        "podFailurePolicy",
        "backoffLimitPerIndex",
        "managedBy",
        "successPolicy",
    ] {
        difference::validate_immutable(errors, before, after, field, &at);
    }
}

/// `validatePodTemplateUpdate`: a suspended Job that has not started may change where its pods run.
fn validate_template_update(errors: &mut ErrorList, old: &Value, new: &Value) {
    let (before, after) = (old.field("spec"), new.field("spec"));
    let mut stored = before.field("template").clone();
    let template = after.field("template");
    if before.flag("suspend") && !old.field("status").has("startTime") {
        for part in ["spec", "metadata"] {
            let fields: &[&str] = match part {
                "spec" => &["affinity", "nodeSelector", "tolerations", "schedulingGates"],
                _ => &["annotations", "labels"],
            };
            for field in fields {
                difference::copy_field(stored.slot(&[part]), template.field(part), field);
            }
        }
    }
    if stored != *template {
        let bad = difference::internal_template(template);
        errors.invalid(&Path::root("spec.template"), bad, "field is immutable");
    }
}
