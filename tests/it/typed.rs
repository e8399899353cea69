//! Compares the typed views with k8s-openapi's types, which are generated from Kubernetes' own schema.

use k8s_openapi::api::apps::v1;
use k8s_openapi::apimachinery::pkg::apis::meta::v1 as meta;
use k8s_openapi::apimachinery::pkg::util::intstr;
use serde_json::{Value as Json, json};
use statefulset_playground::object::selector::LabelSelector;
use statefulset_playground::object::typed::{DeploymentSpec, IntOrString, ReplicaSetSpec, StatefulSetSpec};
use statefulset_playground::object::{Kind, Map, Object, Value};
use statefulset_playground::yaml::parse;

use super::yaml::manifests;

/// Compares the view of a document with its k8s-openapi type; returns false if that type rejects the document.
#[track_caller]
fn check(kind: Kind, document: &Value) -> bool {
    let object = Object::read(kind, document.as_object().unwrap_or(&Map::new()));
    let spec = Json::from(object.spec());
    fn read<T: serde::de::DeserializeOwned>(spec: Json) -> Option<T> {
        serde_json::from_value(spec).ok()
    }
    let (ours, theirs) = match kind {
        Kind::StatefulSet => (
            StatefulSetSpec::read(&object).map(|spec| stateful_set(&spec)),
            read(spec).map(|spec: v1::StatefulSetSpec| stateful_set_of(&spec)),
        ),
        Kind::Deployment => (
            DeploymentSpec::read(&object).map(|spec| deployment(&spec)),
            read(spec).map(|spec: v1::DeploymentSpec| deployment_of(&spec)),
        ),
        _ => (
            ReplicaSetSpec::read(&object).map(|spec| replica_set(&spec)),
            read(spec).map(|spec: v1::ReplicaSetSpec| replica_set_of(&spec)),
        ),
    };
    let Some(theirs) = theirs else { return false };
    assert_eq!(ours, Some(theirs), "{document}");
    true
}

fn stateful_set(spec: &StatefulSetSpec) -> Json {
    json!({
        "replicas": spec.replicas,
        "selector": selector(&spec.selector),
        "serviceName": spec.service_name,
        "templates": spec.volume_claim_templates.iter().map(|template| template.at(&["metadata", "name"]).map(Json::from)).collect::<Vec<_>>(),
        "policy": spec.pod_management_policy,
        "strategy": spec.update_strategy_type,
        "rolling": spec.rolling_update.map(|rolling| json!({ "partition": rolling.partition })),
        "history": spec.revision_history_limit,
        "minReadySeconds": spec.min_ready_seconds,
        "whenDeleted": spec.when_deleted,
        "whenScaled": spec.when_scaled,
        "start": spec.ordinals_start,
    })
}

fn stateful_set_of(spec: &v1::StatefulSetSpec) -> Json {
    let strategy = spec.update_strategy.as_ref();
    let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
    let retention = spec.persistent_volume_claim_retention_policy.as_ref();
    let templates = spec.volume_claim_templates.iter().flatten();
    json!({
        "replicas": spec.replicas,
        "selector": selector_of(&spec.selector),
        "serviceName": spec.service_name,
        "templates": templates.map(|template| template.metadata.name.as_ref()).collect::<Vec<_>>(),
        "policy": spec.pod_management_policy,
        "strategy": strategy.and_then(|strategy| strategy.type_.as_ref()),
        "rolling": rolling.map(|rolling| json!({ "partition": rolling.partition })),
        "history": spec.revision_history_limit,
        "minReadySeconds": spec.min_ready_seconds,
        "whenDeleted": retention.and_then(|retention| retention.when_deleted.as_ref()),
        "whenScaled": retention.and_then(|retention| retention.when_scaled.as_ref()),
        "start": spec.ordinals.as_ref().and_then(|ordinals| ordinals.start),
    })
}

fn deployment(spec: &DeploymentSpec) -> Json {
    let count = |value: Option<IntOrString>| match value {
        Some(IntOrString::Int(count)) => json!(count),
        Some(IntOrString::String(text)) => json!(text),
        None => Json::Null,
    };
    json!({
        "replicas": spec.replicas,
        "selector": selector(&spec.selector),
        "strategy": spec.strategy_type,
        "surge": count(spec.max_surge),
        "unavailable": count(spec.max_unavailable),
        "minReadySeconds": spec.min_ready_seconds,
        "history": spec.revision_history_limit,
        "paused": spec.paused,
        "deadline": spec.progress_deadline_seconds,
    })
}

fn deployment_of(spec: &v1::DeploymentSpec) -> Json {
    let count = |value: Option<&intstr::IntOrString>| match value {
        Some(intstr::IntOrString::Int(count)) => json!(count),
        Some(intstr::IntOrString::String(text)) => json!(text),
        None => Json::Null,
    };
    let strategy = spec.strategy.as_ref();
    let rolling = strategy.and_then(|strategy| strategy.rolling_update.as_ref());
    json!({
        "replicas": spec.replicas,
        "selector": selector_of(&spec.selector),
        "strategy": strategy.and_then(|strategy| strategy.type_.as_ref()),
        "surge": count(rolling.and_then(|rolling| rolling.max_surge.as_ref())),
        "unavailable": count(rolling.and_then(|rolling| rolling.max_unavailable.as_ref())),
        "minReadySeconds": spec.min_ready_seconds,
        "history": spec.revision_history_limit,
        "paused": spec.paused,
        "deadline": spec.progress_deadline_seconds,
    })
}

fn replica_set(spec: &ReplicaSetSpec) -> Json {
    json!({
        "replicas": spec.replicas,
        "minReadySeconds": spec.min_ready_seconds,
        "selector": selector(&spec.selector),
    })
}

fn replica_set_of(spec: &v1::ReplicaSetSpec) -> Json {
    json!({
        "replicas": spec.replicas,
        "minReadySeconds": spec.min_ready_seconds,
        "selector": selector_of(&spec.selector),
    })
}

/// The requirements of a selector; a missing map or list has no entries.
fn selector(selector: &LabelSelector) -> Json {
    let expressions = selector.match_expressions().map(|expression| {
        let values = expression.values.iter().map(Json::from);
        json!([expression.key, expression.operator, values.collect::<Vec<_>>()])
    });
    let labels = selector.match_labels.cloned().unwrap_or_default();
    json!({ "labels": Json::from(&Value::Object(labels)), "expressions": expressions.collect::<Vec<_>>() })
}

fn selector_of(selector: &meta::LabelSelector) -> Json {
    let expressions = selector.match_expressions.iter().flatten().map(|expression| {
        let values = expression.values.iter().flatten();
        json!([expression.key, expression.operator, values.collect::<Vec<_>>()])
    });
    json!({
        "labels": selector.match_labels.iter().flatten().collect::<std::collections::BTreeMap<_, _>>(),
        "expressions": expressions.collect::<Vec<_>>(),
    })
}

/// All documents of these kinds in the recordings.
#[test]
fn recorded_manifests_agree() {
    let (mut read, mut refused) = (0, 0);
    for text in manifests::all() {
        for document in parse(&text).documents {
            let Some(document) = document.root.map(|root| Value::from(&root)) else {
                continue;
            };
            let word = |field: &str| document.get(field).and_then(Value::as_str);
            let kind = word("apiVersion").zip(word("kind"));
            let Some(kind @ (Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet)) =
                kind.and_then(|(version, kind)| Kind::from_type_meta(version, kind))
            else {
                continue;
            };
            match check(kind, &document) {
                true => read += 1,
                false => refused += 1,
            }
        }
    }
    assert!(read >= 300, "only {read} documents, {refused} refused");
    assert!(refused * 4 < read, "{refused} refused of {read}");
}

/// For each kind a document with every field and one with none.
#[test]
fn every_field_agrees() {
    let selector = json!({
        "matchLabels": {"app": "web", "tier": "a"},
        "matchExpressions": [
            {"key": "app", "operator": "In", "values": ["web", "db"]},
            {"key": "old", "operator": "DoesNotExist"},
        ],
    });
    let template = json!({"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}});
    let rolling = |fields: Json| json!({"type": "RollingUpdate", "rollingUpdate": fields});
    let cases = [
        (
            Kind::StatefulSet,
            json!({
                "replicas": 3, "selector": selector, "template": template, "serviceName": "web",
                "volumeClaimTemplates": [{"metadata": {"name": "www"}}, {"metadata": {"name": "logs"}}],
                "podManagementPolicy": "Parallel", "updateStrategy": rolling(json!({"partition": 2})),
                "revisionHistoryLimit": 4, "minReadySeconds": 5, "ordinals": {"start": 6},
                "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete", "whenScaled": "Retain"},
            }),
        ),
        (
            Kind::StatefulSet,
            json!({"selector": {}, "template": template, "updateStrategy": rolling(json!({}))}),
        ),
        (
            Kind::StatefulSet,
            json!({"selector": {}, "template": template, "ordinals": null}),
        ),
        (
            Kind::Deployment,
            json!({
                "replicas": 3, "selector": selector, "template": template,
                "strategy": rolling(json!({"maxSurge": "30%", "maxUnavailable": 2})),
                "minReadySeconds": 5, "revisionHistoryLimit": 4, "paused": true, "progressDeadlineSeconds": 7,
            }),
        ),
        (
            Kind::Deployment,
            json!({"selector": {}, "template": template, "strategy": {"type": "Recreate"}}),
        ),
        (Kind::Deployment, json!({"selector": {}, "template": template})),
        (
            Kind::ReplicaSet,
            json!({"replicas": 0, "minReadySeconds": 5, "selector": selector, "template": template}),
        ),
        (Kind::ReplicaSet, json!({"selector": {"matchExpressions": []}})),
    ];
    for (kind, spec) in cases {
        assert!(check(kind, &json!({ "spec": spec }).into()), "refused: {spec}");
    }
}
