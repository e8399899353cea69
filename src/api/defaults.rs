//! What the API server adds to a document (`pkg/apis/*/v1/defaults.go`), struct by struct.

use std::sync::Arc;

use crate::object::{Map, Value};

mod image;
mod service;
mod workload;

pub(super) use service::{complete as complete_service, complete_families, is_reachable};

/// Adds the defaults of the struct with that Go name. Its own structs have theirs already.
pub(super) fn apply(go_name: &str, map: &mut Map) {
    match go_name {
        "StatefulSetSpec" => workload::stateful_set(map),
        "DeploymentSpec" => workload::deployment(map),
        "DaemonSetSpec" => workload::daemon_set(map),
        "ReplicaSetSpec" | "ReplicationControllerSpec" => set(map, "replicas", 1),
        "JobSpec" => workload::job(map),
        "CronJobSpec" => workload::cron_job(map),
        "Service" => service::defaults(map),
        "SessionAffinityConfig" => service::client_ip_timeout(map),
        "ServicePort" | "ContainerPort" | "EndpointPort" | "NetworkPolicyPort" => {
            fill(map, "protocol", "TCP")
        }
        "discovery.EndpointPort" => {
            fill(map, "protocol", "TCP");
            set(map, "name", "");
        }
        "Container" | "EphemeralContainer" => container(map),
        "Probe" => probe(map),
        "HTTPGetAction" => {
            fill(map, "path", "/");
            fill(map, "scheme", "HTTP");
        }
        "GRPCAction" => set(map, "service", ""),
        "ObjectFieldSelector" => fill(map, "apiVersion", "v1"),
        "FileKeySelector" => set(map, "optional", false),
        "ResourceRequirements" => {}
        "PodSpec" => pod_spec(map),
        "Volume" => volume(map),
        "ConfigMapVolumeSource"
        | "SecretVolumeSource"
        | "DownwardAPIVolumeSource"
        | "ProjectedVolumeSource" => {
            set(map, "defaultMode", 420);
        }
        "ServiceAccountTokenProjection" => set(map, "expirationSeconds", 3600),
        "ImageVolumeSource" => image_volume(map),
        "HostPathVolumeSource" => set(map, "type", ""),
        "ISCSIVolumeSource" | "ISCSIPersistentVolumeSource" => fill(map, "iscsiInterface", "default"),
        "PersistentVolumeClaimSpec" => set(map, "volumeMode", "Filesystem"),
        "PersistentVolumeClaim" => phase(map, "Pending"),
        "PersistentVolumeSpec" => {
            fill(map, "persistentVolumeReclaimPolicy", "Retain");
            set(map, "volumeMode", "Filesystem");
        }
        "StorageClass" => {
            set(map, "reclaimPolicy", "Delete");
            set(map, "volumeBindingMode", "Immediate");
        }
        "Secret" => secret(map),
        "PriorityClass" => set(map, "preemptionPolicy", "PreemptLowerPriority"),
        "NetworkPolicySpec" => network_policy(map),
        "HorizontalPodAutoscalerSpec" => set(map, "minReplicas", 1),
        "RoleRef" => fill(map, "apiGroup", "rbac.authorization.k8s.io"),
        "Subject" => subject(map),
        _ => {}
    }
}

/// Sets a pointer that is not set.
fn set(map: &mut Map, key: &str, value: impl Into<Value>) {
    if map.get(key).is_none_or(Value::is_null) {
        map.insert(key, value);
    }
}

/// Sets text that is missing or empty.
fn fill(map: &mut Map, key: &str, value: &str) {
    if map.text(key).is_none_or(|text| text.is_empty()) {
        map.insert(key, value);
    }
}

/// Sets a number that is missing or zero.
fn count(map: &mut Map, key: &str, value: i64) {
    if map
        .get(key)
        .and_then(Value::as_i64)
        .is_none_or(|number| number == 0)
    {
        map.insert(key, value);
    }
}

fn phase(map: &mut Map, phase: &str) {
    let mut status = map
        .get("status")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    fill(&mut status, "phase", phase);
    map.insert("status", status);
}

fn container(map: &mut Map) {
    if map.text("imagePullPolicy").is_none_or(|text| text.is_empty()) {
        let policy = pull_policy(map.text("image"));
        map.insert("imagePullPolicy", policy);
    }
    fill(map, "terminationMessagePath", "/dev/termination-log");
    fill(map, "terminationMessagePolicy", "File");
}

fn pull_policy(image: Option<&Arc<str>>) -> &'static str {
    match image::tag(image.map_or("", AsRef::as_ref)) {
        Some("latest") => "Always",
        _ => "IfNotPresent",
    }
}

fn image_volume(map: &mut Map) {
    let policy = pull_policy(map.text("reference"));
    fill(map, "pullPolicy", policy);
}

fn probe(map: &mut Map) {
    count(map, "timeoutSeconds", 1);
    count(map, "periodSeconds", 10);
    count(map, "successThreshold", 1);
    count(map, "failureThreshold", 3);
}

fn pod_spec(map: &mut Map) {
    fill(map, "dnsPolicy", "ClusterFirst");
    fill(map, "restartPolicy", "Always");
    fill(map, "schedulerName", "default-scheduler");
    set(map, "securityContext", Value::object());
    set(map, "terminationGracePeriodSeconds", 30);
    // The deprecated alias is kept equal by the conversion to the internal form and back.
    let account = map.text("serviceAccountName").filter(|text| !text.is_empty());
    if let Some(account) = account
        .or(map.text("serviceAccount"))
        .cloned()
        .filter(|text| !text.is_empty())
    {
        map.insert("serviceAccountName", account.clone());
        map.insert("serviceAccount", account);
    }
    if map.get("hostNetwork").and_then(Value::as_bool) == Some(true) {
        for list in ["containers", "initContainers"] {
            host_ports(map, list);
        }
    }
}

/// On the host's network every port is a host port (`defaultHostNetworkPorts`).
fn host_ports(map: &mut Map, list: &str) {
    let containers = map.get_mut(list).and_then(Value::as_array_mut);
    for container in containers.into_iter().flatten() {
        let ports = container.as_object_mut().and_then(|c| c.get_mut("ports"));
        for port in ports.and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(port) = port.as_object_mut() else {
                continue;
            };
            let number = port.get("containerPort").and_then(Value::as_i64).unwrap_or(0);
            if number != 0 {
                count(port, "hostPort", number);
            }
        }
    }
}

/// What only pods get, not the templates of pods (`SetDefaults_Pod`, and the Priority admission plugin).
pub(super) fn pod(spec: &mut Map) {
    set(spec, "enableServiceLinks", true);
    set(spec, "priority", 0);
    set(spec, "preemptionPolicy", "PreemptLowerPriority");
    for list in ["containers", "initContainers"] {
        let lacks_requests = |container: &Value| {
            let limits = container.at(&["resources", "limits"]).and_then(Value::as_object);
            limits.is_some_and(|limits| {
                let requests = container.at(&["resources", "requests"]);
                limits
                    .iter()
                    .any(|(name, _)| requests.and_then(|have| have.get(name)).is_none())
            })
        };
        let containers = spec.get(list).and_then(Value::as_array).unwrap_or_default();
        if containers.iter().any(lacks_requests) {
            let containers = spec.get_mut(list).and_then(Value::as_array_mut);
            containers.into_iter().flatten().for_each(request_limits);
        }
    }
}

/// A limit without a request is also requested.
fn request_limits(container: &mut Value) {
    let limits = container
        .at(&["resources", "limits"])
        .and_then(Value::as_object)
        .cloned();
    for (name, amount) in limits.unwrap_or_default().iter() {
        let slot = container.slot(&["resources", "requests", name]);
        if slot.is_null() {
            *slot = amount.clone();
        }
    }
}

fn volume(map: &mut Map) {
    if map.iter().all(|(key, _)| key.as_ref() == "name") {
        map.insert("emptyDir", Value::object());
    }
}

/// `stringData` is written into `data`, as base64 (`dropping` it from what is stored).
fn secret(map: &mut Map) {
    use base64::Engine;
    fill(map, "type", "Opaque");
    let Some(Value::Object(texts)) = map.remove("stringData") else {
        return;
    };
    for (key, text) in texts.iter() {
        let bytes = text.as_str().unwrap_or_default();
        let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
        if !matches!(map.get("data"), Some(Value::Object(_))) {
            map.insert("data", Value::object());
        }
        if let Some(data) = map.get_mut("data").and_then(Value::as_object_mut) {
            data.insert(key.clone(), encoded);
        }
    }
}

fn network_policy(map: &mut Map) {
    if map
        .get("policyTypes")
        .and_then(Value::as_array)
        .is_some_and(|types| !types.is_empty())
    {
        return;
    }
    let mut types: Vec<Value> = vec!["Ingress".into()];
    if map
        .get("egress")
        .and_then(Value::as_array)
        .is_some_and(|rules| !rules.is_empty())
    {
        types.push("Egress".into());
    }
    map.insert("policyTypes", types);
}

fn subject(map: &mut Map) {
    let kind = map.text("kind").cloned().unwrap_or_default();
    if matches!(kind.as_ref(), "User" | "Group") {
        fill(map, "apiGroup", "rbac.authorization.k8s.io");
    }
}
