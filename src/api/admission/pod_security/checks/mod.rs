//! The checks of the Pod Security Standards (`staging/src/k8s.io/pod-security-admission/policy`).

mod baseline;
mod restricted;

use std::collections::BTreeSet;

use super::Level;
use crate::object::Value;

/// A violated check (`CheckResult`).
pub(super) struct Violation {
    /// `ForbiddenReason`.
    pub reason: String,
    /// `ForbiddenDetail`.
    pub detail: String,
}

/// The pod that is checked, and the minor version of Kubernetes whose rules apply.
struct Pod<'a> {
    metadata: Option<&'a Value>,
    spec: &'a Value,
    version: u32,
}

type Check = fn(&Pod) -> Option<Violation>;

/// The checks of level baseline, ordered by ID; the flag tells those that a check of level restricted replaces.
const BASELINE: [(bool, Check); 12] = [
    (false, baseline::app_armor_profile),
    (true, baseline::capabilities_baseline),
    (false, baseline::host_namespaces),
    (false, baseline::host_path_volumes),
    (false, baseline::host_ports),
    (false, baseline::host_probes),
    (false, baseline::privileged),
    (false, baseline::proc_mount),
    (false, baseline::se_linux_options),
    (true, baseline::seccomp_profile_baseline),
    (false, baseline::sysctls),
    (false, baseline::windows_host_process),
];

/// The checks that level restricted adds, ordered by ID.
const RESTRICTED: [Check; 6] = [
    restricted::allow_privilege_escalation,
    restricted::capabilities_restricted,
    restricted::restricted_volumes,
    restricted::run_as_non_root,
    restricted::run_as_user,
    restricted::seccomp_profile_restricted,
];

/// The checks that a pod violates, in the order of their IDs, those of level baseline first (`EvaluatePod`).
pub(super) fn evaluate(level: Level, version: u32, metadata: Option<&Value>, spec: &Value) -> Vec<Violation> {
    let pod = Pod {
        metadata,
        spec,
        version,
    };
    let restricted = level == Level::Restricted;
    let baseline = BASELINE.iter().filter(|(replaced, _)| !(*replaced && restricted));
    let baseline = baseline
        .filter(|_| level != Level::Privileged)
        .map(|(_, check)| *check);
    let added = RESTRICTED.into_iter().filter(|_| restricted);
    baseline.chain(added).filter_map(|check| check(&pod)).collect()
}

impl<'a> Pod<'a> {
    /// All containers, init containers first (`visitContainers`).
    fn containers(&self) -> impl Iterator<Item = &'a Value> + use<'a> {
        let spec = self.spec;
        let lists = ["initContainers", "containers", "ephemeralContainers"].into_iter();
        lists.flat_map(move |list| spec.get(list).and_then(Value::as_array).unwrap_or_default())
    }

    /// The names of the containers for which a test holds.
    fn containers_with(&self, test: impl FnMut(&&'a Value) -> bool) -> Vec<String> {
        self.containers().filter(test).map(name).collect()
    }

    fn volumes(&self) -> &'a [Value] {
        self.spec
            .get("volumes")
            .and_then(Value::as_array)
            .unwrap_or_default()
    }

    /// Pods of Windows need no settings that only Linux has, since version 1.25.
    fn is_windows(&self) -> bool {
        let os = self.spec.at(&["os", "name"]).and_then(Value::as_str);
        self.version >= 25 && os == Some("windows")
    }

    /// Root in a user namespace is no root on the node (`relaxPolicyForUserNamespacePod`).
    fn has_user_namespace(&self) -> bool {
        self.version >= 34 && self.spec.get("hostUsers").and_then(Value::as_bool) == Some(false)
    }
}

fn violation(reason: &str, detail: String) -> Option<Violation> {
    let reason = reason.to_owned();
    Some(Violation { reason, detail })
}

fn name(item: &Value) -> String {
    text(item, &["name"]).unwrap_or_default().to_owned()
}

fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    value.at(path).and_then(Value::as_str)
}

fn flag(value: &Value, path: &[&str]) -> Option<bool> {
    value.at(path).and_then(Value::as_bool)
}

fn plural<'a>(one: &'a str, many: &'a str, count: usize) -> &'a str {
    if count == 1 { one } else { many }
}

/// `joinQuote`.
fn quoted<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> String {
    let items = items.into_iter().map(|item| format!("\"{}\"", item.as_ref()));
    items.collect::<Vec<_>>().join(", ")
}

/// `container "a"` or `containers "a", "b"`.
fn containers(names: &[String]) -> String {
    format!(
        "{} {}",
        plural("container", "containers", names.len()),
        quoted(names)
    )
}

/// Who sets something: the pod, and containers.
fn setters(pod: bool, names: &[String]) -> String {
    let own = pod.then(|| "pod".to_owned());
    let others = (!names.is_empty()).then(|| containers(names));
    own.into_iter().chain(others).collect::<Vec<_>>().join(" and ")
}

fn strings<'a>(value: Option<&'a Value>) -> impl Iterator<Item = &'a str> + use<'a> {
    let list = value.and_then(Value::as_array).unwrap_or_default();
    list.iter().filter_map(Value::as_str)
}

/// The containers that add capabilities which are not allowed, and these capabilities.
fn adding<'a>(pod: &Pod<'a>, allowed: &[&str]) -> (Vec<String>, BTreeSet<&'a str>) {
    let mut found = BTreeSet::new();
    let names = pod.containers_with(|container| {
        let added = strings(container.at(&["securityContext", "capabilities", "add"]));
        let bad: Vec<&str> = added.filter(|capability| !allowed.contains(capability)).collect();
        found.extend(bad.iter().copied());
        !bad.is_empty()
    });
    (names, found)
}

const SECCOMP: [&str; 3] = ["securityContext", "seccompProfile", "type"];
