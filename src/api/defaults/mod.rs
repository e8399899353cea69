//! Defaults of the API types (`pkg/apis/*/v1/defaults.go`), one function for each Go struct that has any.

mod extension;
mod image;
mod policy;
mod service;
mod workload;

use std::sync::Arc;

use crate::object::{Map, Value};

pub use image::is_image_reference;
pub(super) use service::{init_ip_families, is_externally_accessible, normalize_cluster_ips};

/// Applies the defaults of the Go struct of that name. Nested structs must have been defaulted before.
pub(super) fn apply(go_name: &str, map: &mut Map) {
    match go_name {
        "StatefulSetSpec" => workload::stateful_set(map),
        "DeploymentSpec" => workload::deployment(map),
        "DaemonSetSpec" => workload::daemon_set(map),
        "ReplicaSetSpec" | "ReplicationControllerSpec" => set_if_nil(map, "replicas", 1),
        "JobSpec" => workload::job(map),
        "CronJobSpec" => workload::cron_job(map),
        "Service" => service::service(map),
        "SessionAffinityConfig" => service::client_ip_timeout(map),
        "ServicePort" | "ContainerPort" | "EndpointPort" | "NetworkPolicyPort" => {
            set_if_empty(map, "protocol", "TCP")
        }
        "discovery.EndpointPort" => {
            set_if_empty(map, "protocol", "TCP");
            set_if_nil(map, "name", "");
        }
        "Container" | "EphemeralContainer" => container(map),
        "Probe" => probe(map),
        "HTTPGetAction" => {
            set_if_empty(map, "path", "/");
            set_if_empty(map, "scheme", "HTTP");
        }
        "GRPCAction" => set_if_nil(map, "service", ""),
        "ObjectFieldSelector" => set_if_empty(map, "apiVersion", "v1"),
        "FileKeySelector" => set_if_nil(map, "optional", false),
        "PodSpec" => pod_spec(map),
        "Volume" => volume(map),
        "ConfigMapVolumeSource"
        | "SecretVolumeSource"
        | "DownwardAPIVolumeSource"
        | "ProjectedVolumeSource" => {
            set_if_nil(map, "defaultMode", 420);
        }
        "ServiceAccountTokenProjection" => set_if_nil(map, "expirationSeconds", 3600),
        "ImageVolumeSource" => image_volume(map),
        "HostPathVolumeSource" => set_if_nil(map, "type", ""),
        "ISCSIVolumeSource" | "ISCSIPersistentVolumeSource" => set_if_empty(map, "iscsiInterface", "default"),
        "PersistentVolumeClaimSpec" => set_if_nil(map, "volumeMode", "Filesystem"),
        "PersistentVolumeClaim" => status_phase(map, "Pending"),
        "PersistentVolumeSpec" => {
            set_if_empty(map, "persistentVolumeReclaimPolicy", "Retain");
            set_if_nil(map, "volumeMode", "Filesystem");
        }
        "StorageClass" => {
            set_if_nil(map, "reclaimPolicy", "Delete");
            set_if_nil(map, "volumeBindingMode", "Immediate");
        }
        "Secret" => secret(map),
        "PriorityClass" => set_if_nil(map, "preemptionPolicy", "PreemptLowerPriority"),
        "NetworkPolicySpec" => network_policy(map),
        "HorizontalPodAutoscalerSpec" => workload::autoscaler(map),
        "HorizontalPodAutoscalerBehavior" => policy::behavior(map),
        "LimitRangeItem" => policy::limit_range_item(map),
        "RoleRef" => set_if_empty(map, "apiGroup", "rbac.authorization.k8s.io"),
        "Subject" => subject(map),
        _ => extension::apply(go_name, map),
    }
}

/// Sets a pointer field that is nil.
fn set_if_nil(map: &mut Map, key: &str, value: impl Into<Value>) {
    if map.get(key).is_none_or(Value::is_null) {
        map.insert(key, value);
    }
}

/// Sets a string field that is empty.
fn set_if_empty(map: &mut Map, key: &str, value: &str) {
    if map.text(key).is_none_or(|text| text.is_empty()) {
        map.insert(key, value);
    }
}

/// Sets a number field that is 0.
fn set_if_zero(map: &mut Map, key: &str, value: i64) {
    if map
        .get(key)
        .and_then(Value::as_i64)
        .is_none_or(|number| number == 0)
    {
        map.insert(key, value);
    }
}

fn status_phase(map: &mut Map, phase: &str) {
    let mut status = map
        .get("status")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    set_if_empty(&mut status, "phase", phase);
    map.insert("status", status);
}

/// `SetDefaults_Container`.
fn container(map: &mut Map) {
    if map.text("imagePullPolicy").is_none_or(|text| text.is_empty()) {
        let policy = pull_policy(map.text("image"));
        map.insert("imagePullPolicy", policy);
    }
    set_if_empty(map, "terminationMessagePath", "/dev/termination-log");
    set_if_empty(map, "terminationMessagePolicy", "File");
}

/// `imagePullPolicy` by the tag of the image.
fn pull_policy(image: Option<&Arc<str>>) -> &'static str {
    match image::parse_tag(image.map_or("", AsRef::as_ref)) {
        Some("latest") => "Always",
        _ => "IfNotPresent",
    }
}

fn image_volume(map: &mut Map) {
    let policy = pull_policy(map.text("reference"));
    set_if_empty(map, "pullPolicy", policy);
}

/// `SetDefaults_Probe`.
fn probe(map: &mut Map) {
    set_if_zero(map, "timeoutSeconds", 1);
    set_if_zero(map, "periodSeconds", 10);
    set_if_zero(map, "successThreshold", 1);
    set_if_zero(map, "failureThreshold", 3);
}

/// `SetDefaults_PodSpec`.
fn pod_spec(map: &mut Map) {
    set_if_empty(map, "dnsPolicy", "ClusterFirst");
    set_if_empty(map, "restartPolicy", "Always");
    set_if_empty(map, "schedulerName", "default-scheduler");
    set_if_nil(map, "securityContext", Value::object());
    set_if_nil(map, "terminationGracePeriodSeconds", 30);
    // The conversion to the internal type and back sets the deprecated alias to the same value.
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
            host_network_ports(map, list);
        }
    }
}

/// Sets `hostPort` to `containerPort` in pods on the host's network (`defaultHostNetworkPorts`).
fn host_network_ports(map: &mut Map, list: &str) {
    let containers = map.get_mut(list).and_then(Value::as_array_mut);
    for container in containers.into_iter().flatten() {
        let ports = container.as_object_mut().and_then(|c| c.get_mut("ports"));
        for port in ports.and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(port) = port.as_object_mut() else {
                continue;
            };
            let number = port.get("containerPort").and_then(Value::as_i64).unwrap_or(0);
            if number != 0 {
                set_if_zero(port, "hostPort", number);
            }
        }
    }
}

/// Defaults of pods that pod templates do not get (`SetDefaults_Pod`, and the Priority admission plugin).
pub(super) fn pod(spec: &mut Map) {
    set_if_nil(spec, "enableServiceLinks", true);
    set_if_nil(spec, "priority", 0);
    set_if_nil(spec, "preemptionPolicy", "PreemptLowerPriority");
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
            containers
                .into_iter()
                .flatten()
                .for_each(default_requests_to_limits);
        }
    }
}

/// Requests the amount of each limit that has no request.
fn default_requests_to_limits(container: &mut Value) {
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

/// `SetDefaults_Volume`: a volume without a source is an `emptyDir`.
fn volume(map: &mut Map) {
    if map.iter().all(|(key, _)| key.as_ref() == "name") {
        map.insert("emptyDir", Value::object());
    }
}

/// Moves `stringData` into `data` as base64 (`Convert_v1_Secret_To_core_Secret`), and defaults the type.
fn secret(map: &mut Map) {
    use base64::Engine;
    set_if_empty(map, "type", "Opaque");
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

/// `SetDefaults_NetworkPolicy`.
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

/// `SetDefaults_Subject`.
fn subject(map: &mut Map) {
    let kind = map.text("kind").cloned().unwrap_or_default();
    if matches!(kind.as_ref(), "User" | "Group") {
        set_if_empty(map, "apiGroup", "rbac.authorization.k8s.io");
    }
}
