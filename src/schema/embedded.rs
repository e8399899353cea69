//! Structs that Go embeds in others: their fields are those of the outer struct in JSON, but errors name them.

/// The struct that is embedded in a type and has the field of that name.
pub fn embedded_struct(go_struct: &str, field: &str) -> Option<&'static str> {
    let source = match go_struct {
        "Volume" if field != "name" => "VolumeSource",
        "Probe" if ["exec", "httpGet", "tcpSocket", "grpc"].contains(&field) => "ProbeHandler",
        "EphemeralContainer" if field != "targetContainerName" => "EphemeralContainerCommon",
        "IngressRule" if field == "http" => "IngressRuleValue",
        "RuleWithOperations" if field != "operations" => "Rule",
        "NamedRuleWithOperations" if field == "operations" => "RuleWithOperations",
        "NamedRuleWithOperations" if field != "resourceNames" => "RuleWithOperations.Rule",
        "ConfigMapKeySelector"
        | "SecretKeySelector"
        | "ConfigMapEnvSource"
        | "SecretEnvSource"
        | "ConfigMapProjection"
        | "SecretProjection"
        | "ConfigMapVolumeSource"
            if field == "name" =>
        {
            "LocalObjectReference"
        }
        "PersistentVolumeSpec" if !OWN_FIELDS_OF_VOLUMES.contains(&field) => "PersistentVolumeSource",
        _ => return None,
    };
    Some(source)
}

/// The fields of a PersistentVolume that do not name its source.
const OWN_FIELDS_OF_VOLUMES: [&str; 9] = [
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
];
