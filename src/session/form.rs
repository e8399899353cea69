//! The form controls: the values that they show, and the message of each.

use crate::object::{Key, Kind, Object, Value};
use crate::scene::explain::Field;
use crate::store::World;
use crate::yaml::NewValue;

use super::msg::Msg;

/// What the form controls show of one workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// The workload.
    pub workload: Key,
    /// `spec.replicas`.
    pub replicas: i64,
    /// The image of the first container.
    pub image: String,
    /// `spec.updateStrategy.rollingUpdate.partition`.
    pub partition: i64,
    /// `spec.podManagementPolicy`.
    pub policy: String,
}

impl Form {
    /// The form of the selected workload, or of the first one if none is selected.
    pub fn new(world: &World, selection: Option<&Key>) -> Option<Form> {
        let is_workload = |key: &&Key| matches!(key.kind, Kind::StatefulSet | Kind::Deployment);
        let selected = selection.filter(is_workload).and_then(|key| world.get(key));
        let first = || {
            let kinds = [Kind::StatefulSet, Kind::Deployment].into_iter();
            kinds.flat_map(|kind| world.list(kind)).next()
        };
        selected.or_else(first).map(|object| Form::read(object))
    }

    fn read(workload: &Object) -> Form {
        let spec = workload.spec();
        let int = |path: &[&str], default: i64| spec.at(path).and_then(Value::as_i64).unwrap_or(default);
        let policy = spec.get("podManagementPolicy").and_then(Value::as_str);
        let containers = spec.at(&["template", "spec", "containers"]);
        let first = containers.and_then(Value::as_array).and_then(<[Value]>::first);
        let image = first.and_then(|first| first.get("image")).and_then(Value::as_str);
        Form {
            workload: workload.key(),
            replicas: int(&["replicas"], 1),
            image: image.unwrap_or_default().to_owned(),
            partition: int(&["updateStrategy", "rollingUpdate", "partition"], 0),
            policy: policy.unwrap_or("OrderedReady").to_owned(),
        }
    }
}

/// Sets the replica count.
pub fn set_replicas(workload: &Key, replicas: i64) -> Msg {
    set(workload, "spec.replicas", NewValue::Int(replicas))
}

/// Sets the image of a container, counted from 0.
pub fn set_image(workload: &Key, container: usize, image: String) -> Msg {
    let path = format!("spec.template.spec.containers[{container}].image");
    set(workload, &path, NewValue::Text(image))
}

/// Sets the partition of a rolling update: the lowest ordinal that is updated.
pub fn set_partition(workload: &Key, partition: i64) -> Msg {
    let path = "spec.updateStrategy.rollingUpdate.partition";
    set(workload, path, NewValue::Int(partition))
}

/// Sets the pod management policy: `OrderedReady` or `Parallel`.
pub fn set_policy(workload: &Key, policy: String) -> Msg {
    set(workload, "spec.podManagementPolicy", NewValue::Text(policy))
}

fn set(workload: &Key, path: &str, value: NewValue) -> Msg {
    let field = Field::new(workload, path);
    Msg::SetField { field, value }
}
