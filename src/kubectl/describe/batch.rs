//! Jobs and CronJobs.

use super::{DescribeContext, workload};
use crate::kubectl::age;
use crate::kubectl::fields::{date, flag, has, instant, list, maybe_number, maybe_text, number, text, truth};
use crate::kubectl::labels::label_selector_string;
use crate::kubectl::pod_template;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::Value;

/// A longer list of indexes is truncated at the next comma.
const INDEXES_LEN: usize = 50;

/// `describeJob`.
pub fn job(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.field(
        0,
        "Selector",
        label_selector_string(document.at(&["spec", "selector"])),
    );
    w.labels_and_annotations(document);
    workload::controlled_by(w, ctx.object);
    let spec = |field: &str| maybe_number(document, &["spec", field]);
    if let Some(count) = spec("parallelism") {
        w.field(0, "Parallelism", count);
    }
    number_or_unset(w, "Completions", spec("completions"), "");
    if let Some(mode) = maybe_text(document, &["spec", "completionMode"]) {
        w.field(0, "Completion Mode", mode);
    }
    if has(document, &["spec", "suspend"]) {
        w.field(0, "Suspend", flag(document, &["spec", "suspend"]));
    }
    for (title, field) in [
        ("Backoff Limit", "backoffLimit"),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
    ] {
        if let Some(count) = spec(field) {
            w.field(0, title, count);
        }
    }
    job_times(w, document);
    if let Some(seconds) = spec("activeDeadlineSeconds") {
        w.field(0, "Active Deadline Seconds", format_args!("{seconds}s"));
    }
    let status = |field: &str| number(document, &["status", field]);
    let ready = match maybe_number(document, &["status", "ready"]) {
        Some(ready) => format!(" ({ready} Ready)"),
        None => String::new(),
    };
    let [active, succeeded, failed] = ["active", "succeeded", "failed"].map(status);
    w.field(
        0,
        "Pods Statuses",
        format_args!("{active} Active{ready} / {succeeded} Succeeded / {failed} Failed"),
    );
    if text(document, &["spec", "completionMode"]) == "Indexed" {
        w.field(
            0,
            "Completed Indexes",
            indexes(text(document, &["status", "completedIndexes"])),
        );
    }
    pod_template::describe(w, document.at(&["spec", "template"]));
}

fn job_times(w: &mut PrefixWriter, document: &Value) {
    let time = |field: &str| instant(document, &["status", field]);
    let (start, end) = (time("startTime"), time("completionTime"));
    if start.is_some() {
        w.field(0, "Start Time", date(document, &["status", "startTime"]));
    }
    if end.is_some() {
        w.field(0, "Completed At", date(document, &["status", "completionTime"]));
    }
    if let (Some(start), Some(end)) = (start, end) {
        w.field(0, "Duration", age::since(start, end));
    }
}

fn number_or_unset(w: &mut PrefixWriter, title: &str, number: Option<i64>, unit: &str) {
    match number {
        Some(number) => w.field(0, title, format_args!("{number}{unit}")),
        None => w.field(0, title, "<unset>"),
    }
}

/// `capIndexesListOrNone`.
fn indexes(indexes: &str) -> String {
    let comma = indexes.get(INDEXES_LEN..).and_then(|rest| rest.find(','));
    match comma {
        _ if indexes.is_empty() => "<none>".to_owned(),
        Some(comma) => format!("{}...", indexes.get(..=INDEXES_LEN + comma).unwrap_or(indexes)),
        None => indexes.to_owned(),
    }
}

/// `describeCronJob`.
pub fn cron_job(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.labels_and_annotations(document);
    let spec = |field: &str| maybe_number(document, &["spec", field]);
    w.field(0, "Schedule", text(document, &["spec", "schedule"]));
    w.field(
        0,
        "Concurrency Policy",
        text(document, &["spec", "concurrencyPolicy"]),
    );
    let suspend = document.at(&["spec", "suspend"]).and_then(Value::as_bool);
    w.field(0, "Suspend", suspend.map_or("<unset>", truth));
    w.field(
        0,
        "Time Zone",
        maybe_text(document, &["spec", "timeZone"]).unwrap_or("<unset>"),
    );
    number_or_unset(
        w,
        "Successful Job History Limit",
        spec("successfulJobsHistoryLimit"),
        "",
    );
    number_or_unset(w, "Failed Job History Limit", spec("failedJobsHistoryLimit"), "");
    number_or_unset(
        w,
        "Starting Deadline Seconds",
        spec("startingDeadlineSeconds"),
        "s",
    );
    job_template(w, document.at(&["spec", "jobTemplate"]).unwrap_or(&Value::Null));
    if has(document, &["status", "lastScheduleTime"]) {
        w.field(
            0,
            "Last Schedule Time",
            date(document, &["status", "lastScheduleTime"]),
        );
    } else {
        w.field(0, "Last Schedule Time", "<unset>");
    }
    let active: Vec<&str> = list(document, &["status", "active"])
        .iter()
        .map(|job| text(job, &["name"]))
        .collect();
    let active = active.join(", ");
    w.field(0, "Active Jobs", crate::kubectl::fields::or(&active, "<none>"));
}

/// `describeJobTemplate`.
fn job_template(w: &mut PrefixWriter, template: &Value) {
    let spec = |field: &str| maybe_number(template, &["spec", field]);
    match template.at(&["spec", "selector"]) {
        Some(selector) => w.field(0, "Selector", label_selector_string(Some(selector))),
        None => w.field(0, "Selector", "<unset>"),
    }
    number_or_unset(w, "Parallelism", spec("parallelism"), "");
    number_or_unset(w, "Completions", spec("completions"), "");
    if let Some(seconds) = spec("activeDeadlineSeconds") {
        w.field(0, "Active Deadline Seconds", format_args!("{seconds}s"));
    }
    pod_template::describe(w, template.at(&["spec", "template"]));
}
