//! POST: decoding, naming, defaulting, admission, validation
//! (`apiserver/pkg/registry/generic/registry/store.go`, the strategies of the kinds, and the default admission
//! plugins).

use std::sync::Arc;

use super::checks::validators;
use super::decode::{DecodeError, Decoded, UnknownField, decode};
use super::validation::{ValidationResult, validate_pod_metadata};
use super::{
    Context, FieldValidation, Reason, Status, StatusCause, Writes, admission, defaults, definition, job,
    service, storage, store_new,
};
use crate::object::disruption_budget::DisruptionBudgetStatus;
use crate::object::{DEFAULT_NAMESPACE, Key, Kind, Map, Object, ObjectStatus, Value};
use crate::store::World;

/// Maximum length of the prefix of a generated name, in characters: with five random letters, 63
/// (`MaxGeneratedNameLength` in `apiserver/pkg/storage/names`).
const GENERATED_PREFIX_MAX: usize = 58;
/// How many names are generated until one is free (`maxNameGenerationCreateAttempts`).
const GENERATED_ATTEMPTS: usize = 8;

/// Creates an object from a document.
pub(super) fn create_document(
    context: &mut Context,
    kind: Kind,
    namespace: &Arc<str>,
    document: &Value,
    validation: FieldValidation,
) -> Result<Writes, Status> {
    let Value::Object(map) = document else {
        return Err(Status::bad_request(
            "the body is not an object".to_owned(),
            Vec::new(),
        ));
    };
    let (mut object, warnings) = decode_body(kind, map, validation)?;
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
    let mut writes = create(context, object, Origin::User)?;
    writes.warnings.splice(0..0, warnings);
    Ok(writes)
}

/// Creates an object that a controller built from canonical parts.
pub(super) fn create_object(context: &mut Context, object: Object) -> Result<Writes, Status> {
    create(context, object, Origin::Controller)
}

/// Who built an object, which decides how much of it is validated.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    /// A user: everything is validated.
    User,
    /// A controller: its spec comes from a stored object, so only what the controller added is validated.
    Controller,
}

/// Decodes a request's body; returns the warnings about unknown fields.
pub(super) fn decode_body(
    kind: Kind,
    map: &Map,
    validation: FieldValidation,
) -> Result<(Object, Vec<String>), Status> {
    let written = map.text("kind").map_or("", AsRef::as_ref);
    let version = map.text("apiVersion").map_or("", AsRef::as_ref);
    if !written.is_empty() && written != kind.info().name {
        let scheme = "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30";
        let why = format!("no kind {written:?} is registered for version {version:?} in scheme {scheme:?}");
        return Err(decoding_error(
            kind,
            written,
            &why,
            vec![StatusCause::new("kind", why.clone())],
        ));
    }
    match decode(kind, map) {
        Ok(Decoded { document, unknown }) if unknown.is_empty() || validation != FieldValidation::Strict => {
            let warnings = match validation {
                FieldValidation::Warn => unknown_fields(&unknown),
                FieldValidation::Strict | FieldValidation::Ignore => Vec::new(),
            };
            Ok((Object::read(kind, &document), warnings))
        }
        Ok(Decoded { unknown, .. }) => {
            let texts = unknown_fields(&unknown);
            let causes = unknown
                .iter()
                .zip(&texts)
                .map(|(at, text)| StatusCause::new(&at.field, text))
                .collect();
            let why = format!("strict decoding error: {}", texts.join(", "));
            Err(decoding_error(kind, kind.info().name, &why, causes))
        }
        Err(DecodeError { message, field, .. }) => {
            let causes = vec![StatusCause::new(field, &message)];
            Err(decoding_error(kind, kind.info().name, &message, causes))
        }
    }
}

/// What is said about each unknown field.
pub(super) fn unknown_fields(unknown: &[UnknownField]) -> Vec<String> {
    let texts = unknown
        .iter()
        .map(|field| format!("unknown field {:?}", field.name));
    texts.collect()
}

/// `BadRequest` for a body that cannot be decoded; `written` is the kind that it names.
fn decoding_error(kind: Kind, written: &str, why: &str, causes: Vec<StatusCause>) -> Status {
    let info = kind.info();
    let message = format!(
        "{written} in version {:?} cannot be handled as a {}: {why}",
        info.version, info.name
    );
    Status::bad_request(message, causes)
}

fn create(context: &mut Context, mut object: Object, origin: Origin) -> Result<Writes, Status> {
    generate_name(context, &mut object);
    check_namespace_exists(context.world, &object)?;
    let sent = object.clone();
    prepare_for_create(context, &mut object)?;
    if object.kind == Kind::Service {
        service::init_ip_families(&mut object, None)?;
        service::allocate(context, &mut object, None)?;
    }
    let mut warnings = Vec::new();
    if origin == Origin::User || !has_plain_metadata(&object) {
        warnings = validate(&object, origin)?;
    }
    warnings.extend(admission::validate(context.world, &object, None)?);
    if context.world.get(&object.key()).is_some() {
        return Err(Status::already_exists(&object.key()));
    }
    let mut writes = store_new(context, object, sent);
    writes.warnings = warnings;
    Ok(writes)
}

/// Generates a name from `generateName` if the object has none (`rest.BeforeCreate`).
fn generate_name(context: &mut Context, object: &mut Object) {
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
        .nth(GENERATED_PREFIX_MAX)
        .unwrap_or(prefix.len());
    for _ in 0..GENERATED_ATTEMPTS {
        object.meta.name = format!("{}{}", &prefix[..cut], context.rng.letters(5)).into();
        if context.world.get(&object.key()).is_none() {
            break;
        }
    }
}

/// Sets system fields, the initial status, and what admission plugins add (`PrepareForCreate`).
fn prepare_for_create(context: &mut Context, object: &mut Object) -> Result<(), Status> {
    object.meta.uid = context.rng.uid().into();
    object.meta.created = context.now;
    object.meta.generation = i64::from(has_generation(object.kind));
    match object.kind {
        Kind::Pod => prepare_pod(context, object)?,
        Kind::StatefulSet => drop_disabled_fields(object, None),
        Kind::Job => job::generate_selector(object),
        Kind::PersistentVolumeClaim => {
            storage::normalize_data_sources(object);
            set_default_storage_class(context.world, object);
            add_finalizer(object, "kubernetes.io/pvc-protection");
        }
        Kind::PersistentVolume => add_finalizer(object, "kubernetes.io/pv-protection"),
        Kind::Service => {
            if let Value::Object(mut spec) = object.spec().clone() {
                defaults::normalize_cluster_ips(&mut spec);
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
    if let Some(status) = initial_status(object.kind) {
        object.status = status;
    }
    match object.kind {
        Kind::PersistentVolume => object.status = storage::new_volume_status(context.now),
        Kind::CustomResourceDefinition => object.status = definition::new_status(object, context.now),
        _ => {}
    }
    Ok(())
}

/// Whether `metadata.generation` of a kind counts changes of its spec.
fn has_generation(kind: Kind) -> bool {
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
            | Kind::CustomResourceDefinition
            | Kind::MutatingWebhookConfiguration
            | Kind::ValidatingWebhookConfiguration
            | Kind::MutatingAdmissionPolicy
            | Kind::MutatingAdmissionPolicyBinding
            | Kind::ValidatingAdmissionPolicy
            | Kind::ValidatingAdmissionPolicyBinding
            | Kind::PodTemplate
            | Kind::FlowSchema
            | Kind::PriorityLevelConfiguration
            | Kind::DeviceClass
            | Kind::ResourceSlice
    )
}

/// The status of a new object, whatever its document says; `None` for kinds that keep the status in the document.
fn initial_status(kind: Kind) -> Option<ObjectStatus> {
    let document = |entries: &[(&str, Value)]| {
        let map = entries.iter().map(|(key, value)| (*key, value.clone())).collect();
        Some(ObjectStatus::Document(map))
    };
    match kind {
        Kind::Pod => Some(ObjectStatus::Pod(Arc::default())),
        Kind::StatefulSet => Some(ObjectStatus::StatefulSet(Arc::default())),
        Kind::PersistentVolumeClaim => document(&[("phase", "Pending".into())]),
        Kind::Namespace => document(&[("phase", "Active".into())]),
        Kind::Service | Kind::Ingress => document(&[("loadBalancer", Value::object())]),
        Kind::ReplicaSet | Kind::ReplicationController => document(&[("replicas", 0.into())]),
        Kind::Deployment | Kind::Job | Kind::CronJob => document(&[]),
        Kind::PodDisruptionBudget => Some(ObjectStatus::Document(
            DisruptionBudgetStatus::default().document(),
        )),
        _ => None,
    }
}

/// Adds a finalizer that the object lacks (`plugin/pkg/admission/storage/storageobjectinuseprotection`).
fn add_finalizer(object: &mut Object, finalizer: &str) {
    if !object.meta.has_finalizer(finalizer) {
        let have = object.meta.finalizers.iter().cloned();
        object.meta.finalizers = have.chain([finalizer.into()]).collect();
    }
}

/// Sets what pods get beyond their template: the priority, and `SetDefaults_Pod`.
fn prepare_pod(context: &mut Context, object: &mut Object) -> Result<(), Status> {
    let Value::Object(mut spec) = object.spec().clone() else {
        return Ok(());
    };
    defaults::pod(&mut spec);
    admission::mutate_pod(context, object, &mut spec)?;
    *object = object.with_spec(spec.into());
    Ok(())
}

/// Sets the default class in a claim that has none (`plugin/pkg/admission/storage/storageclass/setdefault`).
fn set_default_storage_class(world: &World, object: &mut Object) {
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

/// Returns the default StorageClass: the newest of those annotated as default (`GetDefaultClass`).
pub fn default_class(world: &World) -> Option<&Arc<Object>> {
    let is_default = |class: &&Arc<Object>| {
        [
            "storageclass.kubernetes.io/is-default-class",
            "storageclass.beta.kubernetes.io/is-default-class",
        ]
        .iter()
        .any(|key| class.meta.annotation(key).map(AsRef::as_ref) == Some("true"))
    };
    let classes = world.list(Kind::StorageClass).filter(is_default);
    classes.min_by(|a, b| {
        b.meta
            .created
            .cmp(&a.meta.created)
            .then_with(|| a.name().cmp(b.name()))
    })
}

/// Drops `maxUnavailable`, whose feature gate is off, unless the stored object has it
/// (`dropStatefulSetDisabledFields`).
pub(super) fn drop_disabled_fields(object: &mut Object, old: Option<&Object>) {
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

/// Requires that the object's namespace exists (`plugin/pkg/admission/namespace/lifecycle`).
fn check_namespace_exists(world: &World, object: &Object) -> Result<(), Status> {
    let name = &object.meta.namespace;
    if name.is_empty() || name.as_ref() == DEFAULT_NAMESPACE {
        return Ok(());
    }
    let key = Key::new(Kind::Namespace, name.clone());
    if world.get(&key).is_some() {
        return Ok(());
    }
    let mut status = Status::not_found(&object.key());
    status.message = format!("namespaces {:?} not found", name.as_ref());
    Err(status)
}

/// Validates a new object and returns the warnings (`Validate` and `WarningsOnCreate` of the strategies).
fn validate(object: &Object, origin: Origin) -> Result<Vec<String>, Status> {
    let ValidationResult { causes, warnings } = match (object.kind, origin) {
        (Kind::Pod, Origin::Controller) => ValidationResult {
            causes: validate_pod_metadata(&object.meta, object.spec()),
            warnings: Vec::new(),
        },
        _ => validators().map_or_else(ValidationResult::default, |validators| {
            validators.create(object.kind, &object.document())
        }),
    };
    match causes.is_empty() {
        true => Ok(warnings),
        false => Err(Status::invalid(Some(object.kind), &object.meta.name, causes)),
    }
}

/// Whether the name and the labels are certainly valid. A fast path for objects of controllers: `false` only means that
/// they must be validated.
fn has_plain_metadata(object: &Object) -> bool {
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
