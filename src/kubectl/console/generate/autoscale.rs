//! `kubectl autoscale` (`kubectl/pkg/cmd/autoscale/autoscale.go`).

use serde_json::json;

use super::super::generator::create_and_print;
use super::super::print_flags::{DRY_RUN, DryRunStrategy};
use super::super::record::record_in;
use super::super::resource::{self, command_namespace, namespace};
use super::super::scale::is_scalable;
use super::super::{CommandContext, CommandResult};
use crate::kubectl::apply::with_last_applied;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, int, text};
use crate::object::quantity::Quantity;
use crate::object::{Kind, Object, Value};

/// The flags of `autoscale`.
pub const FLAGS: &[Flag] = &[
    int("min"),
    int("max"),
    int("cpu-percent"),
    text("cpu", ' '),
    text("memory", ' '),
    text("name", ' '),
    text("field-manager", ' '),
    bool("save-config", ' '),
    bool("record", ' '),
    text("filename", 'f'),
    text("kustomize", 'k'),
    bool("recursive", 'R'),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    DRY_RUN,
];

/// The target of a metric.
#[derive(Clone, Debug, PartialEq)]
enum MetricTarget {
    /// A percentage of the requests.
    Utilization(i64),
    /// A quantity.
    AverageValue(String),
}

/// Runs `autoscale`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| vec![Error::Plain(text)];
    let metrics = validate(args).map_err(plain)?;
    let found = ctx.selected(args)?;
    let result = resource::visit(ctx, &found, &mut |ctx, object| {
        if !is_scalable(object.kind) {
            let info = object.kind.info();
            return Err(plain(format!(
                "cannot autoscale a {}: could not find scale subresource for {}/{}, Resource={} in discovery information",
                info.name, info.group, info.version, info.plural
            )));
        }
        let scaler = scaler(args, object, &metrics);
        autoscale(ctx, args, scaler, &metrics)
    });
    match (result, found.objects().next()) {
        (Ok(_), None) => Err(plain("no objects passed to autoscale".to_owned())),
        (result, _) => result,
    }
}

/// `AutoscaleOptions.Validate`; returns the metrics.
fn validate(args: &Args) -> Result<Vec<(&'static str, MetricTarget)>, String> {
    let (min, max) = (args.int("min").unwrap_or(-1), args.int("max").unwrap_or(-1));
    if max < 1 {
        return Err(format!(
            "--max=MAXPODS is required and must be at least 1, max: {max}"
        ));
    }
    if max < min {
        return Err(format!(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"
        ));
    }
    let cpu = args.get("cpu").unwrap_or_default();
    let percent = args.int("cpu-percent").filter(|percent| *percent > 0);
    if percent.is_some() && !cpu.is_empty() {
        return Err("--cpu-percent and --cpu are mutually exclusive".to_owned());
    }
    let mut metrics: Vec<(&str, MetricTarget)> = Vec::new();
    metrics.extend(percent.map(|percent| ("cpu", MetricTarget::Utilization(percent))));
    for (resource, unit) in [("cpu", "m"), ("memory", "Mi")] {
        let text = args.get(resource).unwrap_or_default();
        if !text.is_empty() {
            metrics.push((resource, metric_target(text, resource, unit)?));
        }
    }
    Ok(metrics)
}

/// `parseResourceInput`.
fn metric_target(text: &str, resource: &str, unit: &str) -> Result<MetricTarget, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("empty input".to_owned());
    }
    if let Some(percent) = text.strip_suffix('%') {
        return match percent.parse::<i32>() {
            Ok(percent) if percent >= 0 => Ok(MetricTarget::Utilization(percent.into())),
            _ => Err(format!("invalid percentage value: {percent}")),
        };
    }
    let with_unit = match text.parse::<f64>() {
        Ok(number) => format!("{number}{unit}"),
        Err(_) => text.to_owned(),
    };
    match Quantity::parse(&with_unit) {
        Ok(quantity) => Ok(MetricTarget::AverageValue(quantity.to_string())),
        Err(_) => Err(format!("invalid resource {resource} value: {text}")),
    }
}

/// `createHorizontalPodAutoscalerV2`.
fn scaler(args: &Args, object: &Object, metrics: &[(&str, MetricTarget)]) -> Value {
    let name = args.get("name").filter(|name| !name.is_empty());
    let mut spec = json!({
        "maxReplicas": args.int("max"),
        "scaleTargetRef": {
            "apiVersion": object.kind.api_version(),
            "kind": object.kind.info().name,
            "name": object.name().as_ref() as &str,
        },
    });
    if let Some(min) = args.int("min").filter(|min| *min > 0) {
        spec["minReplicas"] = json!(min);
    }
    let metrics: Vec<serde_json::Value> = metrics
        .iter()
        .map(|(resource, target)| {
            let target = match target {
                MetricTarget::Utilization(percent) => {
                    json!({"averageUtilization": percent, "type": "Utilization"})
                }
                MetricTarget::AverageValue(quantity) => {
                    json!({"averageValue": quantity, "type": "AverageValue"})
                }
            };
            json!({"resource": {"name": resource, "target": target}, "type": "Resource"})
        })
        .collect();
    if !metrics.is_empty() {
        spec["metrics"] = json!(metrics);
    }
    let mut document = Value::from(json!({
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name.unwrap_or(object.name())},
        "spec": spec,
        "status": {"currentMetrics": null, "desiredReplicas": 0},
    }));
    if command_namespace(args).enforced {
        *document.slot(&["metadata", "namespace"]) = namespace(args).into();
    }
    document
}

/// Creates the autoscaler. After an error, kubectl tries version 1 of the API if it can express the metrics
/// (`handleHPA`, `canCreateHPAV1`).
fn autoscale(
    ctx: &mut CommandContext,
    args: &Args,
    mut scaler: Value,
    metrics: &[(&str, MetricTarget)],
) -> Result<(), Vec<Error>> {
    record_in(args, &mut scaler);
    let client = ctx.print_flags.dry_run == DryRunStrategy::Client;
    if args.is("save-config") && !client {
        scaler = with_last_applied(&scaler);
    }
    let operation = if client { "created" } else { "autoscaled" };
    let Err(errors) = create_and_print(ctx, args, Kind::HorizontalPodAutoscaler, scaler, "", operation)
    else {
        return Ok(());
    };
    let incompatible =
        "failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ";
    if args.get("cpu").is_none_or(|cpu| cpu.trim().is_empty()) {
        return Err(vec![Error::Plain(format!("{incompatible}empty input"))]);
    }
    match metrics {
        [(_, MetricTarget::Utilization(_))] => Err(errors),
        _ => Err(vec![Error::Plain(format!("{incompatible}%!w(<nil>)"))]),
    }
}
