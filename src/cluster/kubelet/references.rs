//! ConfigMaps and Secrets that a pod needs before it can start (`pkg/kubelet/kubelet_pods.go`, `volume/configmap`).

use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

/// A volume's ConfigMap or Secret that does not exist: the volume's name and the object.
pub fn missing_mount(world: &World, pod: &Object) -> Option<(String, Key)> {
    let volumes = pod.spec().get("volumes").and_then(Value::as_array);
    volumes.unwrap_or_default().iter().find_map(|volume| {
        let name = volume.get("name").and_then(Value::as_str)?;
        let config = source(volume, "configMap", "name", Kind::ConfigMap);
        let secret = source(volume, "secret", "secretName", Kind::Secret);
        let (kind, object) = config.or(secret)?;
        let key = beside(pod, kind, object);
        world.get(&key).is_none().then(|| (name.to_owned(), key))
    })
}

fn source<'a>(holder: &'a Value, field: &str, name: &str, kind: Kind) -> Option<(Kind, &'a str)> {
    let source = holder.get(field)?;
    if source.get("optional").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    Some((kind, source.get(name)?.as_str()?))
}

fn beside(pod: &Object, kind: Kind, name: &str) -> Key {
    Key {
        kind,
        namespace: pod.meta.namespace.clone(),
        name: name.into(),
    }
}

/// What a container's environment needs and does not find: the object and the kubelet's words.
pub fn missing_environment(world: &World, pod: &Object, container: &Value) -> Option<(Key, String)> {
    let list = |field: &str| container.get(field).and_then(Value::as_array).unwrap_or_default();
    let whole = list("envFrom").iter().find_map(|from| {
        let (kind, name) = source(from, "configMapRef", "name", Kind::ConfigMap)
            .or_else(|| source(from, "secretRef", "name", Kind::Secret))?;
        missing_key(world, pod, kind, name, None)
    });
    whole.or_else(|| {
        list("env").iter().find_map(|variable| {
            let from = variable.get("valueFrom")?;
            let config = source(from, "configMapKeyRef", "name", Kind::ConfigMap);
            let (kind, name) = config.or_else(|| source(from, "secretKeyRef", "name", Kind::Secret))?;
            let field = if kind == Kind::ConfigMap {
                "configMapKeyRef"
            } else {
                "secretKeyRef"
            };
            let key = from.at(&[field, "key"]).and_then(Value::as_str);
            missing_key(world, pod, kind, name, key)
        })
    })
}

fn missing_key(
    world: &World,
    pod: &Object,
    kind: Kind,
    name: &str,
    entry: Option<&str>,
) -> Option<(Key, String)> {
    let key = beside(pod, kind, name);
    let word = if kind == Kind::ConfigMap {
        "configmap"
    } else {
        "secret"
    };
    let Some(object) = world.get(&key) else {
        return Some((key, format!("{word} \"{name}\" not found")));
    };
    let entry = entry?;
    let has = ["data", "binaryData", "stringData"].iter().any(|field| {
        object
            .body
            .fields()
            .get(field)
            .is_some_and(|data| data.get(entry).is_some())
    });
    (!has).then(|| {
        let kind = if kind == Kind::ConfigMap {
            "ConfigMap"
        } else {
            "Secret"
        };
        let message = format!(
            "couldn't find key {entry} in {kind} {}/{name}",
            pod.meta.namespace
        );
        (key, message)
    })
}
