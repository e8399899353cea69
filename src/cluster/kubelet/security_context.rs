//! The user of a container (`pkg/kubelet/kuberuntime/security_context.go`).

use super::images::reference;
use crate::object::{Object, Value};

/// Why a container may not run although it must not run as root (`verifyRunAsNonRoot`). The user of an image is not
/// known here: the official images of Docker Hub are taken to run as root, and all others as another user.
pub fn non_root_error(pod: &Object, container: &Value) -> Option<&'static str> {
    let effective = |field: &str| {
        let own = container.at(&["securityContext", field]);
        own.or_else(|| pod.spec().at(&["securityContext", field]))
    };
    if effective("runAsNonRoot").and_then(Value::as_bool) != Some(true) {
        return None;
    }
    let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
    match effective("runAsUser").and_then(Value::as_i64) {
        Some(0) => Some("container's runAsUser breaks non-root policy"),
        Some(_) => None,
        None => reference(image)
            .is_some_and(|image| image.starts_with("docker.io/library/"))
            .then_some("container has runAsNonRoot and image will run as root"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::{Kind, Map};
    use serde_json::json;

    #[track_caller]
    fn check(pod: serde_json::Value, container: serde_json::Value, expected: Option<&str>) {
        let document: Value = json!({"metadata": {"name": "p"}, "spec": {"securityContext": pod}}).into();
        let map: &Map = document.as_object().expect("an object");
        let mut spec = json!({"image": "nginx"});
        spec["securityContext"] = container;
        assert_eq!(
            non_root_error(&Object::read(Kind::Pod, map), &spec.into()),
            expected
        );
    }

    #[test]
    fn containers_that_must_not_run_as_root() {
        let root = Some("container has runAsNonRoot and image will run as root");
        let zero = Some("container's runAsUser breaks non-root policy");
        check(json!({}), json!({}), None);
        check(json!({"runAsNonRoot": true}), json!({}), root);
        check(json!({"runAsNonRoot": true}), json!({"runAsUser": 0}), zero);
        check(json!({"runAsNonRoot": true, "runAsUser": 1000}), json!({}), None);
        check(
            json!({"runAsNonRoot": true, "runAsUser": 1000}),
            json!({"runAsUser": 0}),
            zero,
        );
        check(
            json!({"runAsNonRoot": true}),
            json!({"runAsNonRoot": false}),
            None,
        );
    }
}
