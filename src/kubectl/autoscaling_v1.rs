//! HorizontalPodAutoscalers of `autoscaling/v1`, which the API server converts to the stored version
//! (`pkg/apis/autoscaling/v1/conversion.go`).

use crate::object::{Kind, Value};

/// The document in the version that is stored; others are returned as they are.
pub fn convert(mut document: Value, version: &str, kind: &str) -> Value {
    let info = Kind::HorizontalPodAutoscaler.info();
    if version != "autoscaling/v1" || kind != info.name {
        return document;
    }
    *document.slot(&["apiVersion"]) = info.api_version.into();
    let spec = document.at(&["spec"]).and_then(Value::as_object);
    let Some(mut spec) = spec.cloned() else {
        return document;
    };
    if let Some(percent) = spec.remove("targetCPUUtilizationPercentage") {
        let mut metric = Value::object();
        *metric.slot(&["type"]) = "Resource".into();
        *metric.slot(&["resource", "name"]) = "cpu".into();
        *metric.slot(&["resource", "target", "type"]) = "Utilization".into();
        *metric.slot(&["resource", "target", "averageUtilization"]) = percent;
        spec.insert("metrics", vec![metric]);
    }
    *document.slot(&["spec"]) = spec.into();
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_becomes_a_metric() {
        let document = Value::from(serde_json::json!({
            "apiVersion": "autoscaling/v1",
            "kind": "HorizontalPodAutoscaler",
            "spec": {"maxReplicas": 3, "targetCPUUtilizationPercentage": 70},
        }));
        let converted = convert(document, "autoscaling/v1", "HorizontalPodAutoscaler");
        assert_eq!(
            converted.to_string(),
            r#"{"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","spec":{"maxReplicas":3,"metrics":[{"resource":{"name":"cpu","target":{"averageUtilization":70,"type":"Utilization"}},"type":"Resource"}]}}"#
        );
    }
}
