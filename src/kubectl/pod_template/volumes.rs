//! Volumes of pods, and the sources of PersistentVolumes (`describeVolumes` in `describe.go`).

use super::claim;
use super::containers::ContainerOwner;
use crate::kubectl::fields::{
    entries, flag, go_dump, has, list, maybe_number, maybe_text, number, quantity, text, texts,
};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::Value;

/// How a field of a volume source is printed; each variant names the field.
enum FieldFormat {
    Text(&'static str),
    Number(&'static str),
    Flag(&'static str),
    /// A list in Go's format.
    List(&'static str),
    /// A list joined with commas.
    Joined(&'static str),
    /// A map in Go's format.
    Map(&'static str),
    /// A string, or a default.
    Or(&'static str, &'static str),
    /// An integer, or a default.
    NumberOr(&'static str, &'static str),
    /// A reference to a Secret in Go's format.
    Secret(&'static str),
    /// A string of a nested object.
    Inner(&'static str, &'static str),
}

/// A volume source: its field, kubectl's name for it, and its fields with their labels.
struct VolumeSourceFormat {
    field: &'static str,
    title: &'static str,
    fields: &'static [(&'static str, FieldFormat)],
}

macro_rules! sources {
    ($($field:literal $title:literal { $($label:literal $format:expr;)* })*) => {
        &[$(VolumeSourceFormat { field: $field, title: $title, fields: &[$(($label, $format)),*] }),*]
    };
}

use FieldFormat::{Flag, Inner, Joined, List, Map, Number, NumberOr, Or, Secret, Text};

/// The sources that are printed alike for pods and PersistentVolumes, in kubectl's order.
const SHARED_SOURCES: &[VolumeSourceFormat] = sources! {
    "hostPath" "HostPath (bare host directory volume)" {
        "Path:\t" Text("path"); "HostPathType:\t" Or("type", "<none>");
    }
    "gcePersistentDisk" "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)" {
        "PDName:\t" Text("pdName"); "FSType:\t" Text("fsType"); "Partition:\t" Number("partition");
        "ReadOnly:\t" Flag("readOnly");
    }
    "awsElasticBlockStore" "AWSElasticBlockStore (a Persistent Disk resource in AWS)" {
        "VolumeID:\t" Text("volumeID"); "FSType:\t" Text("fsType"); "Partition:\t" Number("partition");
        "ReadOnly:\t" Flag("readOnly");
    }
    "gitRepo" "GitRepo (a volume that is pulled from git when the pod is created)" {
        "Repository:\t" Text("repository"); "Revision:\t" Text("revision");
    }
    "secret" "Secret (a volume populated by a Secret)" {
        "SecretName:\t" Text("secretName"); "Optional:\t" Flag("optional");
    }
    "configMap" "ConfigMap (a volume populated by a ConfigMap)" {
        "Name:\t" Text("name"); "Optional:\t" Flag("optional");
    }
    "nfs" "NFS (an NFS mount that lasts the lifetime of a pod)" {
        "Server:\t" Text("server"); "Path:\t" Text("path"); "ReadOnly:\t" Flag("readOnly");
    }
    "iscsi" "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)" {
        "TargetPortal:\t" Text("targetPortal"); "IQN:\t" Text("iqn"); "Lun:\t" Number("lun");
        "ISCSIInterface\t" Text("iscsiInterface"); "FSType:\t" Text("fsType"); "ReadOnly:\t" Flag("readOnly");
        "Portals:\t" List("portals"); "DiscoveryCHAPAuth:\t" Flag("chapAuthDiscovery");
        "SessionCHAPAuth:\t" Flag("chapAuthSession"); "SecretRef:\t" Secret("secretRef");
        "InitiatorName:\t" Or("initiatorName", "<none>");
    }
    "persistentVolumeClaim" "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)" {
        "ClaimName:\t" Text("claimName"); "ReadOnly:\t" Flag("readOnly");
    }
    "rbd" "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)" {
        "CephMonitors:\t" List("monitors"); "RBDImage:\t" Text("image"); "FSType:\t" Text("fsType");
        "RBDPool:\t" Text("pool"); "RadosUser:\t" Text("user"); "Keyring:\t" Text("keyring");
        "SecretRef:\t" Secret("secretRef"); "ReadOnly:\t" Flag("readOnly");
    }
    "quobyte" "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)" {
        "Registry:\t" Text("registry"); "Volume:\t" Text("volume"); "ReadOnly:\t" Flag("readOnly");
    }
    "vsphereVolume" "vSphereVolume (a Persistent Disk resource in vSphere)" {
        "VolumePath:\t" Text("volumePath"); "FSType:\t" Text("fsType"); "StoragePolicyName:\t" Text("storagePolicyName");
    }
    "cinder" "Cinder (a Persistent Disk resource in OpenStack)" {
        "VolumeID:\t" Text("volumeID"); "FSType:\t" Text("fsType"); "ReadOnly:\t" Flag("readOnly");
        "SecretRef:\t" Secret("secretRef");
    }
    "azureDisk" "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)" {
        "DiskName:\t" Text("diskName"); "DiskURI:\t" Text("diskURI"); "Kind: \t" Text("kind");
        "FSType:\t" Text("fsType"); "CachingMode:\t" Text("cachingMode"); "ReadOnly:\t" Flag("readOnly");
    }
    "photonPersistentDisk" "PhotonPersistentDisk (a Persistent Disk resource in photon platform)" {
        "PdID:\t" Text("pdID"); "FSType:\t" Text("fsType");
    }
    "portworxVolume" "PortworxVolume (a Portworx Volume resource)" {
        "VolumeID:\t" Text("volumeID");
    }
    "local" "LocalVolume (a persistent volume backed by local storage on a node)" {
        "Path:\t" Text("path");
    }
    "cephfs" "CephFS (a CephFS mount on the host that shares a pod's lifetime)" {
        "Monitors:\t" List("monitors"); "Path:\t" Text("path"); "User:\t" Text("user");
        "SecretFile:\t" Text("secretFile"); "SecretRef:\t" Secret("secretRef"); "ReadOnly:\t" Flag("readOnly");
    }
    "storageos" "StorageOS (a StorageOS Persistent Disk resource)" {
        "VolumeName:\t" Text("volumeName"); "VolumeNamespace:\t" Text("volumeNamespace"); "FSType:\t" Text("fsType");
        "ReadOnly:\t" Flag("readOnly");
    }
    "fc" "FC (a Fibre Channel disk)" {
        "TargetWWNs:\t" Joined("targetWWNs"); "LUN:\t" NumberOr("lun", "<none>"); "FSType:\t" Text("fsType");
        "ReadOnly:\t" Flag("readOnly");
    }
    "flexVolume" "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)" {
        "Driver:\t" Text("driver"); "FSType:\t" Text("fsType"); "SecretRef:\t" Secret("secretRef");
        "ReadOnly:\t" Flag("readOnly"); "Options:\t" Map("options");
    }
    "flocker" "Flocker (a Flocker volume mounted by the Flocker agent)" {
        "DatasetName:\t" Text("datasetName"); "DatasetUUID:\t" Text("datasetUUID");
    }
    "image" "Image (a container image or OCI artifact)" {
        "Reference:\t" Text("reference"); "PullPolicy:\t" Text("pullPolicy");
    }
};

/// The sources that are printed in this way for pods only.
const POD_SOURCES: &[VolumeSourceFormat] = sources! {
    "glusterfs" "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)" {
        "EndpointsName:\t" Text("endpoints"); "Path:\t" Text("path"); "ReadOnly:\t" Flag("readOnly");
    }
    "scaleIO" "ScaleIO (a persistent volume backed by a block device in ScaleIO)" {
        "Gateway:\t" Text("gateway"); "System:\t" Text("system"); "Protection Domain:\t" Text("protectionDomain");
        "Storage Pool:\t" Text("storagePool"); "Storage Mode:\t" Text("storageMode"); "VolumeName:\t" Text("volumeName");
        "FSType:\t" Text("fsType"); "ReadOnly:\t" Flag("readOnly");
    }
    "azureFile" "AzureFile (an Azure File Service mount on the host and bind mount to the pod)" {
        "SecretName:\t" Text("secretName"); "ShareName:\t" Text("shareName"); "ReadOnly:\t" Flag("readOnly");
    }
    "csi" "CSI (a Container Storage Interface (CSI) volume source)" {
        "Driver:\t" Text("driver"); "FSType:\t" Text("fsType"); "ReadOnly:\t" Flag("readOnly");
    }
};

/// The sources that are printed in this way for PersistentVolumes only.
const PERSISTENT_VOLUME_SOURCES: &[VolumeSourceFormat] = sources! {
    "glusterfs" "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)" {
        "EndpointsName:\t" Text("endpoints"); "EndpointsNamespace:\t" Or("endpointsNamespace", "<unset>");
        "Path:\t" Text("path"); "ReadOnly:\t" Flag("readOnly");
    }
    "scaleIO" "ScaleIO (a persistent volume backed by a block device in ScaleIO)" {
        "Gateway:\t" Text("gateway"); "System:\t" Text("system"); "Protection Domain:\t" Text("protectionDomain");
        "Storage Pool:\t" Text("storagePool"); "Storage Mode:\t" Text("storageMode"); "VolumeName:\t" Text("volumeName");
        "SecretName:\t" Inner("secretRef", "name"); "SecretNamespace:\t" Inner("secretRef", "namespace");
        "FSType:\t" Text("fsType"); "ReadOnly:\t" Flag("readOnly");
    }
    "azureFile" "AzureFile (an Azure File Service mount on the host and bind mount to the pod)" {
        "SecretName:\t" Text("secretName"); "SecretNamespace:\t" Text("secretNamespace");
        "ShareName:\t" Text("shareName"); "ReadOnly:\t" Flag("readOnly");
    }
    "csi" "CSI (a Container Storage Interface (CSI) volume source)" {
        "Driver:\t" Text("driver"); "FSType:\t" Text("fsType"); "VolumeHandle:\t" Text("volumeHandle");
        "ReadOnly:\t" Flag("readOnly");
    }
};

/// Writes the volumes of a pod or pod template.
pub fn describe(w: &mut PrefixWriter, volumes: &[Value], owner: ContainerOwner<'_>) {
    if volumes.is_empty() {
        w.line(0, format_args!("{}Volumes:\t<none>", owner.space()));
        return;
    }
    w.line(0, format_args!("{}Volumes:", owner.space()));
    for volume in volumes {
        w.line(
            1,
            format_args!("{}{}:", owner.name_indent(), text(volume, &["name"])),
        );
        if let Some(empty) = volume.get("emptyDir").filter(|source| !source.is_null()) {
            empty_dir(w, empty);
        } else if let Some(projected) = volume.get("projected").filter(|source| !source.is_null()) {
            self::projected(w, projected);
        } else if let Some(items) = volume.get("downwardAPI").filter(|source| !source.is_null()) {
            downward(w, items);
        } else if let Some(ephemeral) = volume.get("ephemeral").filter(|source| !source.is_null()) {
            w.field(2, "Type", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)");
            if let Some(template) = ephemeral.get("volumeClaimTemplate") {
                w.nested(2, |w| claim::print(w, template, None));
            }
        } else if !known_source(w, volume, POD_SOURCES, false) {
            w.line(1, "<unknown>");
        }
    }
}

/// Writes the source of a PersistentVolume.
pub fn source(w: &mut PrefixWriter, spec: &Value) {
    if !known_source(w, spec, PERSISTENT_VOLUME_SOURCES, true) {
        w.line(1, "<unknown>");
    }
}

/// Writes the source of a volume, and returns whether it is known. Sources of PersistentVolumes refer to Secrets with
/// their namespace.
fn known_source(w: &mut PrefixWriter, volume: &Value, own: &[VolumeSourceFormat], persistent: bool) -> bool {
    let found = SHARED_SOURCES
        .iter()
        .chain(own)
        .find(|source| has(volume, &[source.field]));
    let Some((source, value)) = found.and_then(|source| Some((source, volume.get(source.field)?))) else {
        return false;
    };
    w.field(2, "Type", source.title);
    for (label, format) in source.fields {
        w.line(2, format_args!("{label}{}", formatted(value, format, persistent)));
    }
    if source.field == "csi" {
        w.attributes("VolumeAttributes", value.get("volumeAttributes"));
    }
    true
}

/// Formats a field of a volume source.
fn formatted(value: &Value, format: &FieldFormat, persistent: bool) -> String {
    match *format {
        Text(field) => text(value, &[field]).to_owned(),
        Number(field) => number(value, &[field]).to_string(),
        Flag(field) => flag(value, &[field]).to_string(),
        List(field) => format!("[{}]", texts(value, &[field]).join(" ")),
        Joined(field) => texts(value, &[field]).join(", "),
        Map(field) => {
            let pairs: Vec<String> = entries(value, &[field])
                .map(|(key, value)| format!("{key}:{}", go_dump(value)))
                .collect();
            format!("map[{}]", pairs.join(" "))
        }
        Or(field, default) => maybe_text(value, &[field]).unwrap_or(default).to_owned(),
        NumberOr(field, default) => {
            maybe_number(value, &[field]).map_or_else(|| default.to_owned(), |number| number.to_string())
        }
        Inner(outer, field) => text(value, &[outer, field]).to_owned(),
        Secret(field) if !has(value, &[field]) => "nil".to_owned(),
        Secret(field) if persistent => {
            let [name, namespace] = ["name", "namespace"].map(|part| text(value, &[field, part]));
            format!("&SecretReference{{Name:{name},Namespace:{namespace},}}")
        }
        Secret(field) => format!("&LocalObjectReference{{Name:{},}}", text(value, &[field, "name"])),
    }
}

fn empty_dir(w: &mut PrefixWriter, source: &Value) {
    let limit = quantity(source.get("sizeLimit"));
    w.field(
        2,
        "Type",
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
    );
    w.field(2, "Medium", text(source, &["medium"]));
    if limit.is_zero() || limit.is_negative() {
        w.field(2, "SizeLimit", "<unset>");
    } else {
        w.field(2, "SizeLimit", limit);
    }
}

fn projected(w: &mut PrefixWriter, source: &Value) {
    w.field(
        2,
        "Type",
        "Projected (a volume that contains injected data from multiple sources)",
    );
    for part in list(source, &["sources"]) {
        let named = |w: &mut PrefixWriter, label: &str, field: &str| {
            w.field(2, label, text(part, &[field, "name"]));
            w.field(2, "Optional", flag(part, &[field, "optional"]));
        };
        if has(part, &["secret"]) {
            named(w, "SecretName", "secret");
        } else if has(part, &["downwardAPI"]) {
            w.field(2, "DownwardAPI", true);
        } else if has(part, &["configMap"]) {
            named(w, "ConfigMapName", "configMap");
        } else if has(part, &["serviceAccountToken"]) {
            w.field(
                2,
                "TokenExpirationSeconds",
                number(part, &["serviceAccountToken", "expirationSeconds"]),
            );
        }
    }
}

fn downward(w: &mut PrefixWriter, source: &Value) {
    w.field(
        2,
        "Type",
        "DownwardAPI (a volume populated by information about the pod)",
    );
    w.line(2, "Items:");
    for item in list(source, &["items"]) {
        for path in [["fieldRef", "fieldPath"], ["resourceFieldRef", "resource"]] {
            if has(item, &path[..1]) {
                w.line(
                    3,
                    format_args!("{} -> {}", text(item, &path), text(item, &["path"])),
                );
            }
        }
    }
}
