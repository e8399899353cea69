//! POST: what a new object gets from the API server before it is stored
//! (`apiserver/pkg/registry/generic/registry/store.go`, the kinds' strategies, and the default admission plugins).

use std::sync::Arc;

use super::decode::{DecodeError, Decoded, decode};
use super::validation::{Findings, validate_create, validate_pod_metadata};
use super::{Context, Reason, Status, StatusCause, Writes, defaults, service, write};
use crate::object::{Kind, Map, Object, ObjectStatus, Value};
use crate::store::World;

/// What a generated name keeps of its prefix, so that five letters fit into 63 (`names.maxGeneratedNameLength`).
const GENERATED_PREFIX: usize = 58;
/// How often another generated name is tried.
const GENERATED_TRIES: usize = 8;

/// Creates an object from a document that a person wrote.
pub(super) fn document(
    context: &mut Context,
    kind: Kind,
    namespace: &Arc<str>,
    document: &Value,
) -> Result<Writes, Status> {
    let Value::Object(map) = document else {
        return Err(Status::bad_request(
            "the body is not an object".to_owned(),
            Vec::new(),
        ));
    };
    let mut object = read(kind, map)?;
    if object.meta.namespace.is_empty() && kind.info().namespaced {
        object.meta.namespace = namespace.clone();
    } else if object.meta.namespace != *namespace {
        let message = "the namespace of the provided object does not match the namespace sent on the request";
        let causes = vec![StatusCause::new("metadata.namespace", message)];
        return Err(Status::bad_request(message.to_owned(), causes));
    }
    if object.meta.resource_version != 0 {
        let message = "resourceVersion should not be set on objects to be created";
        let mut status = Status::bad_request(
            message.to_owned(),
            vec![StatusCause::new("metadata.resourceVersion", message)],
        );
        status.reason = Reason::Unknown;
        return Err(status);
    }
    object.meta.deletion = None;
    create(context, object, Trust::Nothing)
}

/// Creates an object that a controller made of canonical parts.
pub(super) fn object(context: &mut Context, object: Object) -> Result<Writes, Status> {
    create(context, object, Trust::Body)
}

/// What of an object needs no validation.
#[derive(Clone, Copy, PartialEq)]
enum Trust {
    Nothing,
    /// The declared part comes from an object that passed.
    Body,
}

/// Decodes a body strictly.
pub(super) fn read(kind: Kind, map: &Map) -> Result<Object, Status> {
    let written = map.text("kind").map_or("", AsRef::as_ref);
    let version = map.text("apiVersion").map_or("", AsRef::as_ref);
    if !written.is_empty() && written != kind.info().name {
        let scheme = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30";
        let why = format!("no kind {written:?} is registered for version {version:?} in scheme {scheme:?}");
        return Err(refuse(
            kind,
            written,
            &why,
            vec![StatusCause::new("kind", why.clone())],
        ));
    }
    match decode(kind, map) {
        Ok(Decoded { document, unknown }) if unknown.is_empty() => Ok(Object::read(kind, &document)),
        Ok(Decoded { unknown, .. }) => {
            let texts: Vec<_> = unknown
                .iter()
                .map(|field| format!("unknown field {:?}", field.name))
                .collect();
            let causes = unknown
                .iter()
                .zip(&texts)
                .map(|(at, text)| StatusCause::new(&at.field, text))
                .collect();
            let why = format!("strict decoding error: {}", texts.join(", "));
            Err(refuse(kind, kind.info().name, &why, causes))
        }
        Err(DecodeError { message, field, .. }) => {
            let causes = vec![StatusCause::new(field, &message)];
            Err(refuse(kind, kind.info().name, &message, causes))
        }
    }
}

fn refuse(kind: Kind, written: &str, why: &str, causes: Vec<StatusCause>) -> Status {
    let info = kind.info();
    let message = format!(
        "{written} in version {:?} cannot be handled as a {}: {why}",
        info.version, info.name
    );
    Status::bad_request(message, causes)
}

fn create(context: &mut Context, mut object: Object, trust: Trust) -> Result<Writes, Status> {
    name(context, &mut object);
    if let Some(message) = missing_namespace(context.world, &object) {
        let mut status = Status::not_found(&object.key());
        status.message = message;
        return Err(status);
    }
    prepare(context, &mut object)?;
    if object.kind == Kind::Service {
        service::families(&mut object, None)?;
        service::allocate(context, &mut object, None)?;
    }
    let mut warnings = Vec::new();
    if trust == Trust::Nothing || !is_plain(&object) {
        warnings = validate(&object, trust)?;
    }
    if context.world.get(&object.key()).is_some() {
        return Err(Status::already_exists(&object.key()));
    }
    let mut writes = write(context, object);
    writes.warnings = warnings;
    Ok(writes)
}

/// Makes a name from `generateName` if there is none.
fn name(context: &mut Context, object: &mut Object) {
    let Some(prefix) = object
        .meta
        .generate_name
        .clone()
        .filter(|_| object.meta.name.is_empty())
    else {
        return;
    };
    let cut = prefix
        .char_indices()
        .map(|(at, _)| at)
        .nth(GENERATED_PREFIX)
        .unwrap_or(prefix.len());
    for _ in 0..GENERATED_TRIES {
        object.meta.name = format!("{}{}", &prefix[..cut], context.rng.letters(5)).into();
        if context.world.get(&object.key()).is_none() {
            break;
        }
    }
}

/// System fields, first status, admission (`PrepareForCreate`).
fn prepare(context: &mut Context, object: &mut Object) -> Result<(), Status> {
    object.meta.uid = context.rng.uid().into();
    object.meta.created = context.now;
    object.meta.generation = i64::from(counts_generations(object.kind));
    match object.kind {
        Kind::Pod => pod(context.world, object)?,
        Kind::StatefulSet => drop_max_unavailable(object, None),
        Kind::PersistentVolumeClaim => {
            claim_class(context.world, object);
            protect(object, "kubernetes.io/pvc-protection");
        }
        Kind::PersistentVolume => protect(object, "kubernetes.io/pv-protection"),
        Kind::Service => {
            if let Value::Object(mut spec) = object.spec().clone() {
                defaults::complete_service(&mut spec);
                *object = object.with_spec(spec.into());
            }
        }
        Kind::Namespace => {
            let name = object.meta.name.clone();
            object.meta.labels.insert("kubernetes.io/metadata.name", name);
            *object = object.with_spec(Map::from_iter([("finalizers", vec!["kubernetes".into()])]).into());
        }
        _ => {}
    }
    if let Some(status) = first_status(object.kind) {
        object.status = status;
    }
    Ok(())
}

/// Kinds whose `metadata.generation` counts changes of the spec.
fn counts_generations(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::StatefulSet
            | Kind::Deployment
            | Kind::ReplicaSet
            | Kind::DaemonSet
            | Kind::ReplicationController
            | Kind::Pod
            | Kind::EndpointSlice
            | Kind::Ingress
            | Kind::IngressClass
            | Kind::NetworkPolicy
            | Kind::PodDisruptionBudget
            | Kind::Job
            | Kind::CronJob
            | Kind::PriorityClass
    )
}

/// The status that a new object has, whatever was written; none for kinds that keep what was written.
fn first_status(kind: Kind) -> Option<ObjectStatus> {
    let document = |entries: &[(&str, Value)]| {
        let map = entries.iter().map(|(key, value)| (*key, value.clone())).collect();
        Some(ObjectStatus::Document(map))
    };
    match kind {
        Kind::Pod => Some(ObjectStatus::Pod(Arc::default())),
        Kind::StatefulSet => Some(ObjectStatus::StatefulSet(Arc::default())),
        Kind::PersistentVolumeClaim | Kind::PersistentVolume => document(&[("phase", "Pending".into())]),
        Kind::Namespace => document(&[("phase", "Active".into())]),
        Kind::Service | Kind::Ingress => document(&[("loadBalancer", Value::object())]),
        Kind::ReplicaSet | Kind::ReplicationController => document(&[("replicas", 0.into())]),
        Kind::Deployment | Kind::Job | Kind::CronJob => document(&[]),
        _ => None,
    }
}

fn protect(object: &mut Object, finalizer: &str) {
    if !object.meta.has_finalizer(finalizer) {
        let have = object.meta.finalizers.iter().cloned();
        object.meta.finalizers = have.chain([finalizer.into()]).collect();
    }
}

/// What pods get beyond their template: `SetDefaults_Pod` and the Priority plugin.
fn pod(world: &World, object: &mut Object) -> Result<(), Status> {
    let Value::Object(mut spec) = object.spec().clone() else {
        return Ok(());
    };
    priority(world, object, &mut spec)?;
    defaults::pod(&mut spec);
    *object = object.with_spec(spec.into());
    Ok(())
}

/// `plugin/pkg/admission/priority`.
fn priority(world: &World, object: &Object, spec: &mut Map) -> Result<(), Status> {
    let name = spec.text("priorityClassName").cloned().unwrap_or_default();
    let class = |found: &&Arc<Object>| match name.is_empty() {
        true => found.body.fields().get("globalDefault").and_then(Value::as_bool) == Some(true),
        false => found.name() == &name,
    };
    let value = match (name.as_ref(), world.list(Kind::PriorityClass).find(class)) {
        (_, Some(class)) => {
            spec.insert("priorityClassName", class.name().clone());
            class.body.fields().get("value").cloned().unwrap_or_default()
        }
        ("", None) => return Ok(()),
        ("system-cluster-critical", None) => 2_000_000_000.into(),
        ("system-node-critical", None) => 2_000_001_000.into(),
        (name, None) => {
            let why = format!("no PriorityClass with name {name} was found");
            return Err(Status::forbidden(&object.key(), &why));
        }
    };
    spec.insert("priority", value);
    Ok(())
}

/// A claim without a class gets the newest default class (`plugin/pkg/admission/storage/storageclass/setdefault`).
fn claim_class(world: &World, object: &mut Object) {
    const LEGACY: &str = "volume.beta.kubernetes.io/storage-class";
    if object.spec().get("storageClassName").is_some() || object.meta.annotation(LEGACY).is_some() {
        return;
    }
    if let Some(class) = default_class(world) {
        let mut spec = object.spec().clone();
        *spec.slot(&["storageClassName"]) = class.name().clone().into();
        *object = object.with_spec(spec);
    }
}

/// The default StorageClass: the newest of those that say so.
pub fn default_class(world: &World) -> Option<&Arc<Object>> {
    let says_so = |class: &&Arc<Object>| {
        [
            "storageclass.kubernetes.io/is-default-class",
            "storageclass.beta.kubernetes.io/is-default-class",
        ]
        .iter()
        .any(|key| class.meta.annotation(key).map(AsRef::as_ref) == Some("true"))
    };
    let classes = world.list(Kind::StorageClass).filter(says_so);
    classes.min_by(|a, b| {
        b.meta
            .created
            .cmp(&a.meta.created)
            .then_with(|| a.name().cmp(b.name()))
    })
}

/// The gate is off: the field vanishes unless the stored object has it (`dropStatefulSetDisabledFields`).
pub(super) fn drop_max_unavailable(object: &mut Object, old: Option<&Object>) {
    const PATH: [&str; 3] = ["updateStrategy", "rollingUpdate", "maxUnavailable"];
    let had = old.is_some_and(|old| old.spec().at(&PATH).is_some());
    if had || object.spec().at(&PATH).is_none() {
        return;
    }
    let mut spec = object.spec().clone();
    if let Some(rolling) = spec.slot(&PATH[..2]).as_object_mut() {
        rolling.remove(PATH[2]);
    }
    *object = object.with_spec(spec);
}

/// Objects go only into namespaces that exist (`plugin/pkg/admission/namespace/lifecycle`).
fn missing_namespace(world: &World, object: &Object) -> Option<String> {
    let name = &object.meta.namespace;
    if name.is_empty() || name.as_ref() == crate::object::DEFAULT_NAMESPACE {
        return None;
    }
    let key = crate::object::Key::new(Kind::Namespace, name.clone());
    world
        .get(&key)
        .is_none()
        .then(|| format!("namespaces {:?} not found", name.as_ref()))
}

/// The strategies' `Validate`; of what a controller made, only what may be wrong with it.
fn validate(object: &Object, trust: Trust) -> Result<Vec<String>, Status> {
    let Findings { causes, warnings } = match (object.kind, trust) {
        (Kind::Pod, Trust::Body) => Findings {
            causes: validate_pod_metadata(&object.meta, object.spec()),
            warnings: Vec::new(),
        },
        _ => validate_create(object.kind, &object.document()),
    };
    match causes.is_empty() {
        true => Ok(warnings),
        false => Err(Status::invalid(Some(object.kind), &object.meta.name, causes)),
    }
}

/// Whether name and labels are plainly valid, so that validation would have nothing to say about what a controller adds
/// to a body that passed before. `false` means only that validation has to look.
fn is_plain(object: &Object) -> bool {
    let word = |text: &str| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        text.len() <= 63
            && ends(text.chars().next())
            && ends(text.chars().next_back())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let name = |text: &str| {
        word(text) && !text.contains(['_', '.']) && !text.chars().any(|c| c.is_ascii_uppercase())
    };
    let key = |text: &str| match text.split_once('/') {
        Some((prefix, rest)) => prefix.split('.').all(name) && word(rest),
        None => word(text),
    };
    name(&object.meta.name)
        && object.meta.labels.iter().all(|(label, value)| {
            key(label)
                && value
                    .as_str()
                    .is_some_and(|value| value.is_empty() || word(value))
        })
}
