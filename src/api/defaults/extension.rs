//! Defaults of CustomResourceDefinitions, webhooks, admission policies and CSIDrivers
//! (`apiextensions/v1/defaults.go`, `pkg/apis/admissionregistration/v1/defaults.go`,
//! `pkg/apis/storage/v1/defaults.go`).

use super::{set_if_empty, set_if_nil};
use crate::object::{Map, Value};

/// Applies the defaults of the Go struct of that name.
pub(super) fn apply(go_name: &str, map: &mut Map) {
    match go_name {
        "CSIDriverSpec" => csi_driver(map),
        "CustomResourceDefinitionSpec" => custom_resource_definition(map),
        "MutatingWebhook" => {
            set_if_nil(map, "reinvocationPolicy", "Never");
            webhook(map);
        }
        "ValidatingWebhook" => webhook(map),
        "IngressClassParametersReference" => set_if_nil(map, "scope", "Cluster"),
        "MatchResources" => match_resources(map),
        "ValidatingAdmissionPolicySpec" | "MutatingAdmissionPolicySpec" => {
            set_if_nil(map, "failurePolicy", "Fail");
        }
        "RuleWithOperations" | "NamedRuleWithOperations" => set_if_nil(map, "scope", "*"),
        "ServiceReference" | "apiextensions.ServiceReference" | "apiregistration.ServiceReference" => {
            set_if_nil(map, "port", 443);
        }
        _ => {}
    }
}

/// `SetDefaults_CustomResourceDefinitionSpec`.
fn custom_resource_definition(map: &mut Map) {
    let mut names = map
        .get("names")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let kind = names.text("kind").cloned().unwrap_or_default();
    if !kind.is_empty() {
        set_if_empty(&mut names, "singular", &kind.to_ascii_lowercase());
        set_if_empty(&mut names, "listKind", &format!("{kind}List"));
    }
    map.insert("names", names);
    set_if_nil(map, "conversion", Map::from_iter([("strategy", "None")]));
}

/// `SetDefaults_ValidatingWebhook`, `SetDefaults_MutatingWebhook`.
fn webhook(map: &mut Map) {
    set_if_nil(map, "failurePolicy", "Fail");
    set_if_nil(map, "timeoutSeconds", 10);
    match_resources(map);
}

/// `SetDefaults_MatchResources`.
fn match_resources(map: &mut Map) {
    set_if_nil(map, "matchPolicy", "Equivalent");
    set_if_nil(map, "namespaceSelector", Value::object());
    set_if_nil(map, "objectSelector", Value::object());
}

/// `SetDefaults_CSIDriver`.
fn csi_driver(map: &mut Map) {
    set_if_nil(map, "attachRequired", true);
    for field in [
        "podInfoOnMount",
        "storageCapacity",
        "requiresRepublish",
        "seLinuxMount",
    ] {
        set_if_nil(map, field, false);
    }
    set_if_nil(map, "fsGroupPolicy", "ReadWriteOnceWithFSType");
    let modes = map.get("volumeLifecycleModes").and_then(Value::as_array);
    if modes.unwrap_or_default().is_empty() {
        map.insert("volumeLifecycleModes", vec![Value::from("Persistent")]);
    }
}
