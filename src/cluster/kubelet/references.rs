//! ConfigMaps and Secrets that volumes and environments refer to (`pkg/kubelet/kubelet_pods.go`, `volume/configmap`,
//! `volume/secret`, `volume/projected`).

use std::sync::Arc;

use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

/// A ConfigMap or Secret, or a key of one, that a pod needs and that does not exist.
pub struct MissingReference {
    /// The ConfigMap or Secret.
    pub object: Key,
    /// The key; `None` if the object does not exist.
    pub data_key: Option<Arc<str>>,
    /// The kubelet's message.
    pub message: String,
}

/// The first volume that cannot be mounted because of what it refers to (`MountVolume.SetUp`).
pub fn missing_mount(world: &World, pod: &Object) -> Option<MissingReference> {
    let volumes = pod.spec().get("volumes").and_then(Value::as_array);
    volumes.unwrap_or_default().iter().find_map(|volume| {
        let name = volume.get("name").and_then(Value::as_str)?;
        let projected = volume.at(&["projected", "sources"]).and_then(Value::as_array);
        let mut sources = projected.unwrap_or_default().iter();
        let missing = missing_items(world, pod, volume, "secretName")
            .or_else(|| sources.find_map(|source| missing_items(world, pod, source, "name")))?;
        Some(MissingReference {
            message: format!(
                "MountVolume.SetUp failed for volume \"{name}\" : {}",
                missing.message
            ),
            ..missing
        })
    })
}

/// What is missing of the ConfigMap or Secret of a volume; `secret_name` is the field with the name of a Secret.
fn missing_items(world: &World, pod: &Object, holder: &Value, secret_name: &str) -> Option<MissingReference> {
    let config = source(holder, "configMap", "name", Kind::ConfigMap);
    let (kind, source, name) = config.or_else(|| source(holder, "secret", secret_name, Kind::Secret))?;
    let items = source.get("items").and_then(Value::as_array).unwrap_or_default();
    let mut keys = items.iter().filter_map(|item| item.get("key")?.as_str());
    missing_key(world, pod, kind, name, None).or_else(|| {
        let missing = keys.find_map(|key| missing_key(world, pod, kind, name, Some(key)))?;
        let key = missing.data_key.as_deref().unwrap_or_default();
        let message = match kind {
            Kind::ConfigMap => format!("configmap references non-existent config key: {key}"),
            _ => format!("references non-existent secret key: {key}"),
        };
        Some(MissingReference { message, ..missing })
    })
}

/// The object that a volume or variable refers to, with the reference; `None` if the reference is optional.
fn source<'a>(holder: &'a Value, field: &str, name: &str, kind: Kind) -> Option<(Kind, &'a Value, &'a str)> {
    let source = holder.get(field)?;
    if source.get("optional").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    Some((kind, source, source.get(name)?.as_str()?))
}

/// The first ConfigMap or Secret, or key of one, that the environment of a container needs and that does not exist
/// (`makeEnvironmentVariables`).
pub fn missing_environment(world: &World, pod: &Object, container: &Value) -> Option<MissingReference> {
    let list = |field: &str| container.get(field).and_then(Value::as_array).unwrap_or_default();
    let env_from = list("envFrom").iter().find_map(|from| {
        let (kind, _, name) = source(from, "configMapRef", "name", Kind::ConfigMap)
            .or_else(|| source(from, "secretRef", "name", Kind::Secret))?;
        missing_key(world, pod, kind, name, None)
    });
    env_from.or_else(|| {
        list("env").iter().find_map(|variable| {
            let from = variable.get("valueFrom")?;
            let config = source(from, "configMapKeyRef", "name", Kind::ConfigMap);
            let secret = || source(from, "secretKeyRef", "name", Kind::Secret);
            let (kind, source, name) = config.or_else(secret)?;
            let key = source.get("key").and_then(Value::as_str);
            missing_key(world, pod, kind, name, key)
        })
    })
}

fn missing_key(
    world: &World,
    pod: &Object,
    kind: Kind,
    name: &str,
    data_key: Option<&str>,
) -> Option<MissingReference> {
    let object = Key {
        kind,
        namespace: pod.meta.namespace.clone(),
        name: name.into(),
    };
    let Some(found) = world.get(&object) else {
        let word = kind.info().name.to_ascii_lowercase();
        let message = format!("{word} \"{name}\" not found");
        return Some(MissingReference {
            object,
            data_key: None,
            message,
        });
    };
    let data_key = data_key?;
    let has = ["data", "binaryData", "stringData"].iter().any(|field| {
        let data = found.body.fields().get(field);
        data.is_some_and(|data| data.get(data_key).is_some())
    });
    (!has).then(|| MissingReference {
        object,
        data_key: Some(data_key.into()),
        message: format!(
            "couldn't find key {data_key} in {} {}/{name}",
            kind.info().name,
            pod.meta.namespace
        ),
    })
}
