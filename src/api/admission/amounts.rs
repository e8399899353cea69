//! Amounts of resources by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::object::{Quantity, Value};

/// Amounts of resources, such as `cpu` or `requests.storage`.
pub type Amounts = BTreeMap<Arc<str>, Quantity>;

/// Reads a resource list; what is no quantity is left out.
pub fn read(list: Option<&Value>) -> Amounts {
    let entries = list
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(|map| map.iter());
    let amounts = entries.filter_map(|(name, amount)| {
        let amount = match amount.as_str() {
            Some(text) => Quantity::parse(text).ok()?,
            None => Quantity::parse(&amount.as_i64()?.to_string()).ok()?,
        };
        Some((name.clone(), amount))
    });
    amounts.collect()
}

/// Adds amounts.
pub fn add(sum: &mut Amounts, more: &Amounts) {
    for (name, amount) in more {
        let have = sum.get(name).copied().unwrap_or(Quantity::ZERO);
        sum.insert(name.clone(), have.plus(*amount));
    }
}

fn raise(highest: &mut Amounts, other: &Amounts) {
    for (name, amount) in other {
        let have = highest.get(name).copied();
        if have.is_none_or(|have| have < *amount) {
            highest.insert(name.clone(), *amount);
        }
    }
}

/// The `requests` or `limits` of a pod (`PodRequests`, `PodLimits` in `component-helpers/resource`): the sum of its
/// containers and sidecars, or of an init container with the sidecars before it if that is higher; its own where it has
/// some.
pub fn of_pod(spec: &Value, field: &str) -> Amounts {
    let list = |name: &str| spec.get(name).and_then(Value::as_array).unwrap_or_default();
    let amounts = |container: &Value| read(container.at(&["resources", field]));
    let mut sum = Amounts::new();
    for container in list("containers") {
        add(&mut sum, &amounts(container));
    }
    let (mut sidecars, mut highest) = (Amounts::new(), Amounts::new());
    for container in list("initContainers") {
        let own = amounts(container);
        if container.get("restartPolicy").and_then(Value::as_str) == Some("Always") {
            add(&mut sum, &own);
            add(&mut sidecars, &own);
            raise(&mut highest, &sidecars);
        } else {
            let mut with_sidecars = own;
            add(&mut with_sidecars, &sidecars);
            raise(&mut highest, &with_sidecars);
        }
    }
    raise(&mut sum, &highest);
    sum.extend(read(spec.at(&["resources", field])));
    sum
}
