//! Volumes of a pod.

use std::collections::BTreeMap;

use super::claim;
use super::container::pull_policy;
use super::field::{Bad, Errors, Path};
use super::meta;
use super::projected;
use super::read::Read;
use super::text;
use crate::object::{Quantity, Value};

/// `ValidateVolumes`: the volumes that are right, by name; `is_pod`: in a pod itself, not in a template.
pub fn volumes<'a>(
    errors: &mut Errors,
    list: &[&'a Value],
    is_pod: bool,
    at: &Path<'_>,
) -> BTreeMap<&'a str, &'a Value> {
    let mut known = BTreeMap::new();
    for (i, &volume) in list.iter().enumerate() {
        let at = at.index(i);
        let name = volume.text("name");
        let before = errors.len();
        source(errors, volume, is_pod, &at);
        match name {
            "" => errors.required(&at.child("name"), ""),
            name => text::label(errors, &at.child("name"), name),
        }
        if known.contains_key(name) {
            errors.duplicate(&at.child("name"), name);
        }
        if errors.len() == before {
            known.insert(name, volume);
        }
    }
    known
}

/// How a kind of source is validated.
enum Rule {
    /// These texts are required.
    Texts(&'static [&'static str]),
    /// By a function.
    With(fn(&mut Errors, &Value, &Path<'_>)),
    /// By a function that tells pods from templates.
    InPod(fn(&mut Errors, &Value, bool, &Path<'_>)),
}

/// Kinds of sources in the order of validation: field, name in the message of a second source, name in paths, rule.
const SOURCES: &[(&str, &str, &str, Rule)] = &[
    ("emptyDir", "emptyDir", "emptyDir", Rule::With(empty_dir)),
    ("hostPath", "hostPath", "hostPath", Rule::With(host_path)),
    ("gitRepo", "gitRepo", "gitRepo", Rule::With(git_repo)),
    (
        "gcePersistentDisk",
        "gcePersistentDisk",
        "persistentDisk",
        Rule::With(gce_disk),
    ),
    (
        "awsElasticBlockStore",
        "awsElasticBlockStore",
        "awsElasticBlockStore",
        Rule::With(aws_disk),
    ),
    ("secret", "secret", "secret", Rule::With(projected::secret)),
    ("nfs", "nfs", "nfs", Rule::With(nfs)),
    ("iscsi", "iscsi", "iscsi", Rule::Texts(&["targetPortal", "iqn"])),
    (
        "glusterfs",
        "glusterfs",
        "glusterfs",
        Rule::Texts(&["endpoints", "path"]),
    ),
    ("flocker", "flocker", "flocker", Rule::With(flocker)),
    (
        "persistentVolumeClaim",
        "persistentVolumeClaim",
        "persistentVolumeClaim",
        Rule::Texts(&["claimName"]),
    ),
    ("rbd", "rbd", "rbd", Rule::With(rbd)),
    ("cinder", "cinder", "cinder", Rule::Texts(&["volumeID"])),
    ("cephfs", "cephFS", "cephfs", Rule::With(monitors)),
    ("quobyte", "quobyte", "quobyte", Rule::With(quobyte)),
    (
        "downwardAPI",
        "downwarAPI",
        "downwardAPI",
        Rule::With(projected::downward),
    ),
    ("fc", "fc", "fc", Rule::With(fibre)),
    ("flexVolume", "flexVolume", "flexVolume", Rule::Texts(&["driver"])),
    (
        "configMap",
        "configMap",
        "configMap",
        Rule::With(projected::config_map),
    ),
    (
        "azureFile",
        "azureFile",
        "azureFile",
        Rule::Texts(&["secretName", "shareName"]),
    ),
    (
        "vsphereVolume",
        "vsphereVolume",
        "vsphereVolume",
        Rule::Texts(&["volumePath"]),
    ),
    (
        "photonPersistentDisk",
        "photonPersistentDisk",
        "photonPersistentDisk",
        Rule::Texts(&["pdID"]),
    ),
    (
        "portworxVolume",
        "portworxVolume",
        "portworxVolume",
        Rule::Texts(&["volumeID"]),
    ),
    (
        "azureDisk",
        "azureDisk",
        "azureDisk",
        Rule::Texts(&["diskName", "diskURI"]),
    ),
    (
        "storageos",
        "storageos",
        "storageos",
        Rule::Texts(&["volumeName"]),
    ),
    (
        "projected",
        "projected",
        "projected",
        Rule::With(projected::projected),
    ),
    (
        "scaleIO",
        "scaleIO",
        "scaleIO",
        Rule::Texts(&["gateway", "system", "volumeName"]),
    ),
    ("csi", "csi", "csi", Rule::With(csi)),
    ("ephemeral", "ephemeral", "ephemeral", Rule::With(ephemeral)),
    ("image", "image", "image", Rule::InPod(image)),
];

/// `validateVolumeSource`: one source, and only one.
fn source(errors: &mut Errors, volume: &Value, is_pod: bool, at: &Path<'_>) {
    let mut found = false;
    for (field, again, place, rule) in SOURCES {
        let Some(source) = volume.maybe(field) else {
            continue;
        };
        if found {
            errors.forbidden(&at.child(again), "may not specify more than 1 volume type");
            continue;
        }
        found = true;
        let at = at.child(place);
        match rule {
            Rule::Texts(fields) => required_texts(errors, source, fields, &at),
            Rule::With(validate) => validate(errors, source, &at),
            Rule::InPod(validate) => validate(errors, source, is_pod, &at),
        }
    }
    if !found {
        errors.required(at, "must specify a volume type");
    }
}

pub fn required_texts(errors: &mut Errors, source: &Value, fields: &[&str], at: &Path<'_>) {
    for field in fields {
        if source.text(field).is_empty() {
            errors.required(&at.child(field), "");
        }
    }
}

fn empty_dir(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    if source.amount("sizeLimit").is_some_and(Quantity::is_negative) {
        let detail = "SizeLimit field must be a valid resource quantity";
        errors.forbidden(&at.child("sizeLimit"), detail);
    }
}

/// `validateHostPathVolumeSource`.
pub fn host_path(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    let path = source.text("path");
    if path.is_empty() {
        return errors.required(&at.child("path"), "");
    }
    text::no_backsteps(errors, &at.child("path"), path);
    let types = [
        "",
        "BlockDevice",
        "CharDevice",
        "Directory",
        "DirectoryOrCreate",
        "File",
        "FileOrCreate",
        "Socket",
    ];
    if let Some(kind) = source.maybe_text("type").filter(|kind| !types.contains(kind)) {
        errors.not_supported(&at.child("type"), Bad::named(kind), &types);
    }
}

fn git_repo(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    required_texts(errors, source, &["repository"], at);
    text::descending_path(errors, &at.child("directory"), source.text("directory"));
}

fn gce_disk(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    required_texts(errors, source, &["pdName"], at);
    partition(errors, source, at);
}

fn aws_disk(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    required_texts(errors, source, &["volumeID"], at);
    partition(errors, source, at);
}

fn partition(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    let number = source.int("partition");
    if !(0..=255).contains(&number) {
        errors.invalid(&at.child("partition"), number, text::between(1, 255));
    }
}

/// `validateNFSVolumeSource`.
pub fn nfs(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    required_texts(errors, source, &["server", "path"], at);
    let path = source.text("path");
    if !path.starts_with('/') {
        errors.invalid(&at.child("path"), path, "must be an absolute path");
    }
}

fn flocker(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    let (name, id) = (source.text("datasetName"), source.text("datasetUUID"));
    if name.is_empty() && id.is_empty() {
        errors.required(at, "one of datasetName and datasetUUID is required");
    }
    if !name.is_empty() && !id.is_empty() {
        let detail = "datasetName and datasetUUID can not be specified simultaneously";
        errors.invalid(at, "resource", detail);
    }
    if name.contains('/') {
        errors.invalid(&at.child("datasetName"), name, "must not contain '/'");
    }
}

fn rbd(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    monitors(errors, source, at);
    required_texts(errors, source, &["image"], at);
}

fn monitors(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    if source.list("monitors").is_empty() {
        errors.required(&at.child("monitors"), "");
    }
}

fn quobyte(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    let pairs = "must be a host:port pair or multiple pairs separated by commas";
    let registry = source.text("registry");
    if registry.is_empty() {
        errors.required(&at.child("registry"), pairs);
    } else if source.text("tenant").len() >= 65 {
        let detail = "must be a UUID and may not exceed a length of 64 characters";
        errors.required(&at.child("tenant"), detail);
    } else {
        let bad = registry.split(',').filter(|pair| pair.matches(':').count() != 1);
        for _ in bad {
            errors.invalid(&at.child("registry"), registry, pairs);
        }
    }
    required_texts(errors, source, &["volume"], at);
}

fn fibre(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    let (names, ids) = (source.list("targetWWNs"), source.list("wwids"));
    let names_at = at.child("targetWWNs");
    if names.is_empty() && ids.is_empty() {
        errors.required(&names_at, "must specify either targetWWNs or wwids, but not both");
    }
    if !names.is_empty() && !ids.is_empty() {
        let detail = "targetWWNs and wwids can not be specified simultaneously";
        errors.invalid(&names_at, Bad::json(source.part("targetWWNs")), detail);
    }
    if !names.is_empty() {
        match source.maybe_int("lun") {
            None => errors.required(&at.child("lun"), "lun is required if targetWWNs is specified"),
            Some(lun) if !(0..=255).contains(&lun) => {
                errors.invalid(&at.child("lun"), lun, text::between(0, 255));
            }
            Some(_) => {}
        }
    }
}

/// `ValidateCSIDriverName`.
pub fn driver_name(errors: &mut Errors, name: &str, at: &Path<'_>) {
    if name.is_empty() {
        errors.required(at, "");
    }
    if name.len() > 63 {
        errors.too_long(at, 63);
    }
    errors.invalid_each(at, name, text::dns_1123_subdomain(&text::lower_case(name)));
}

fn csi(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    driver_name(errors, source.text("driver"), &at.child("driver"));
    if let Some(reference) = source.maybe("nodePublishSecretRef") {
        match reference.text("name") {
            "" => errors.required(&at.child("nodePublishSecretRef.name"), ""),
            name => errors.invalid_each(&at.child("name"), name, text::dns_1123_subdomain(name)),
        }
    }
}

fn ephemeral(errors: &mut Errors, source: &Value, at: &Path<'_>) {
    let at = at.child("volumeClaimTemplate");
    let Some(template) = source.maybe("volumeClaimTemplate") else {
        return errors.required(&at, "");
    };
    let (meta, meta_at) = (template.part("metadata"), at.child("metadata"));
    meta::annotations(errors, meta, &meta_at.child("annotations"));
    meta::labels(errors, meta.part("labels"), &meta_at.child("labels"));
    for (field, value) in template.entries("metadata") {
        if !["annotations", "labels"].contains(&field) && !value.is_null() {
            errors.forbidden(&meta_at.child(field), "cannot be set");
        }
    }
    claim::spec(errors, template.part("spec"), &at.child("spec"));
}

fn image(errors: &mut Errors, source: &Value, is_pod: bool, at: &Path<'_>) {
    if is_pod {
        required_texts(errors, source, &["reference"], at);
    }
    pull_policy(errors, source.text("pullPolicy"), &at.child("pullPolicy"));
}
