//! ConfigMaps and Secrets that volumes and environments refer to (`pkg/kubelet/kubelet_pods.go`, `volume/configmap`).

use crate::object::{Key, Kind, Object, Value};
use crate::store::World;

/// The first volume whose ConfigMap or Secret does not exist, with that object.
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

/// The object that a volume or variable refers to; `None` if the reference is optional.
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

/// The first ConfigMap or Secret, or key of one, that the environment of a container needs and that does not exist,
/// with the kubelet's message (`makeEnvironmentVariables`).
pub fn missing_environment(world: &World, pod: &Object, container: &Value) -> Option<(Key, String)> {
    let list = |field: &str| container.get(field).and_then(Value::as_array).unwrap_or_default();
    let env_from = list("envFrom").iter().find_map(|from| {
        let (kind, name) = source(from, "configMapRef", "name", Kind::ConfigMap)
            .or_else(|| source(from, "secretRef", "name", Kind::Secret))?;
        missing_key(world, pod, kind, name, None)
    });
    env_from.or_else(|| {
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
    data_key: Option<&str>,
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
    let data_key = data_key?;
    let has = ["data", "binaryData", "stringData"].iter().any(|field| {
        object
            .body
            .fields()
            .get(field)
            .is_some_and(|data| data.get(data_key).is_some())
    });
    (!has).then(|| {
        let kind = if kind == Kind::ConfigMap {
            "ConfigMap"
        } else {
            "Secret"
        };
        let message = format!(
            "couldn't find key {data_key} in {kind} {}/{name}",
            pod.meta.namespace
        );
        (key, message)
    })
}
