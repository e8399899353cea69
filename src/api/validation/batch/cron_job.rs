//! CronJobs (`pkg/apis/batch/validation/validation.go`).

use super::{schedule, time_zone, validate_job_spec};
use crate::api::validation::access::FieldAccess;
use crate::api::validation::content;
use crate::api::validation::field::{BadValue, ErrorList, Path};
use crate::api::validation::label_selector;
use crate::object::Value;

/// The longest name of a CronJob: its Jobs get a suffix of 11 characters.
const NAME_MAX: usize = 52;

/// `ValidateCronJobCreate`, `ValidateCronJobUpdate`, without the metadata; `old` is the stored CronJob.
pub fn validate_cron_job(errors: &mut ErrorList, cron_job: &Value, old: Option<&Value>) {
    let (spec, at) = (cron_job.field("spec"), Path::root("spec"));
    let before = old.map(|old| old.field("spec"));
    match spec.text("schedule") {
        "" => errors.required(&at.child("schedule"), ""),
        text => {
            let had_zone = before.is_some_and(|before| before.text("schedule").contains("TZ"));
            validate_schedule(
                errors,
                text,
                had_zone,
                spec.has("timeZone"),
                &at.child("schedule"),
            );
        }
    }
    let seconds = "startingDeadlineSeconds";
    content::validate_non_negative(errors, &at.child(seconds), spec.int(seconds));
    let zone = spec.maybe_text("timeZone");
    if let Some(zone) = zone.filter(|_| before.is_none_or(|before| before.maybe_text("timeZone") != zone)) {
        time_zone::validate(errors, zone, &at.child("timeZone"));
    }
    let policies = ["Allow", "Forbid", "Replace"];
    let policy = spec.text("concurrencyPolicy");
    if !policies.contains(&policy) {
        errors.not_supported(&at.child("concurrencyPolicy"), BadValue::named(policy), &policies);
    }
    validate_job_template(
        errors,
        spec.field("jobTemplate").field("spec"),
        &at.child("jobTemplate.spec"),
    );
    for field in ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
        content::validate_non_negative(errors, &at.child(field), spec.int(field));
    }
    let name = cron_job.field("metadata").text("name");
    if old.is_none() && name.len() > NAME_MAX {
        let detail = format!("must be no more than {NAME_MAX} characters");
        errors.invalid(&Path::root("metadata.name"), name, detail);
    }
}

/// `validateScheduleFormat`; a stored schedule with a time zone may keep it.
fn validate_schedule(errors: &mut ErrorList, text: &str, had_zone: bool, has_field: bool, at: &Path<'_>) {
    if let Err(message) = schedule::parse_standard(text) {
        errors.invalid(at, text, message);
    }
    match (text.contains("TZ"), had_zone) {
        (true, true) if has_field => {
            let detail = "cannot use both timeZone field and TZ or CRON_TZ in schedule";
            errors.invalid(at, text, detail);
        }
        (true, false) => {
            let detail = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
            errors.invalid(at, text, detail);
        }
        _ => {}
    }
}

/// `ValidateJobTemplateSpec`.
fn validate_job_template(errors: &mut ErrorList, spec: &Value, at: &Path<'_>) {
    validate_job_spec(errors, spec, at);
    if let Some(selector) = spec.maybe("selector") {
        let bad = label_selector::bad_selector(selector);
        errors.invalid(&at.child("selector"), bad, "`selector` will be auto-generated");
    }
    if spec.flag("manualSelector") {
        errors.not_supported(&at.child("manualSelector"), true, &["nil", "false"]);
    }
}
