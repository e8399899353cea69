//! The checks of the Pod Security Standards (`staging/src/k8s.io/pod-security-admission/policy`).

use std::collections::BTreeSet;

use super::pod_security::Level;
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
    (false, app_armor_profile),
    (true, capabilities_baseline),
    (false, host_namespaces),
    (false, host_path_volumes),
    (false, host_ports),
    (false, host_probes),
    (false, privileged),
    (false, proc_mount),
    (false, se_linux_options),
    (true, seccomp_profile_baseline),
    (false, sysctls),
    (false, windows_host_process),
];

/// The checks that level restricted adds, ordered by ID.
const RESTRICTED: [Check; 6] = [
    allow_privilege_escalation,
    capabilities_restricted,
    restricted_volumes,
    run_as_non_root,
    run_as_user,
    seccomp_profile_restricted,
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

fn app_armor_profile(pod: &Pod) -> Option<Violation> {
    const TYPE: [&str; 3] = ["securityContext", "appArmorProfile", "type"];
    let bad = |value: &&str| !["RuntimeDefault", "Localhost", ""].contains(value);
    let mut values: BTreeSet<&str> = BTreeSet::new();
    let own = text(pod.spec, &TYPE).filter(bad);
    values.extend(own);
    let names = pod.containers_with(|container| {
        text(container, &TYPE).filter(bad).is_some_and(|value| {
            values.insert(value);
            true
        })
    });
    let annotations = pod
        .metadata
        .and_then(|metadata| metadata.get("annotations"))
        .and_then(Value::as_object);
    let annotations = annotations.into_iter().flat_map(|map| map.iter());
    let annotated: Vec<String> = annotations
        .filter_map(|(key, value)| {
            let value = value.as_str().unwrap_or_default();
            let allowed = value.is_empty() || value == "runtime/default" || value.starts_with("localhost/");
            let concerns = key.starts_with("container.apparmor.security.beta.kubernetes.io/");
            (concerns && !allowed).then(|| format!("{key}={value:?}"))
        })
        .collect();
    let mut who: Vec<String> = Vec::new();
    who.extend(own.map(|_| "pod".to_owned()));
    who.extend((!names.is_empty()).then(|| containers(&names)));
    who.extend(
        (!annotated.is_empty()).then(|| plural("annotation", "annotations", annotated.len()).to_owned()),
    );
    if who.is_empty() {
        return None;
    }
    let all: Vec<String> = values.iter().map(ToString::to_string).chain(annotated).collect();
    violation(
        plural(
            "forbidden AppArmor profile",
            "forbidden AppArmor profiles",
            all.len(),
        ),
        format!(
            "{} must not set AppArmor profile type to {}",
            who.join(" and "),
            quoted(&all)
        ),
    )
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

fn capabilities_baseline(pod: &Pod) -> Option<Violation> {
    const ALLOWED: [&str; 13] = [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ];
    let (names, found) = adding(pod, &ALLOWED);
    if names.is_empty() {
        return None;
    }
    let detail = format!(
        "{} must not include {} in securityContext.capabilities.add",
        containers(&names),
        quoted(found)
    );
    violation("non-default capabilities", detail)
}

fn capabilities_restricted(pod: &Pod) -> Option<Violation> {
    if pod.version < 22 || pod.is_windows() {
        return None;
    }
    let missing = pod.containers_with(|container| {
        !strings(container.at(&["securityContext", "capabilities", "drop"]))
            .any(|capability| capability == "ALL")
    });
    let (names, found) = adding(pod, &["NET_BIND_SERVICE"]);
    let mut details = Vec::new();
    if !missing.is_empty() {
        details.push(format!(
            "{} must set securityContext.capabilities.drop=[\"ALL\"]",
            containers(&missing)
        ));
    }
    if !names.is_empty() {
        let found = quoted(found);
        details.push(format!(
            "{} must not include {found} in securityContext.capabilities.add",
            containers(&names)
        ));
    }
    (!details.is_empty())
        .then(|| violation("unrestricted capabilities", details.join("; ")))
        .flatten()
}

fn host_namespaces(pod: &Pod) -> Option<Violation> {
    let shared = ["hostIPC", "hostNetwork", "hostPID"].into_iter();
    let shared: Vec<&str> = shared
        .filter(|field| flag(pod.spec, &[field]) == Some(true))
        .collect();
    (!shared.is_empty())
        .then(|| violation("host namespaces", shared.join(", ")))
        .flatten()
}

fn host_path_volumes(pod: &Pod) -> Option<Violation> {
    let volumes = pod
        .volumes()
        .iter()
        .filter(|volume| volume.get("hostPath").is_some());
    let names: Vec<String> = volumes.map(name).collect();
    let detail = || format!("{} {}", plural("volume", "volumes", names.len()), quoted(&names));
    (!names.is_empty())
        .then(|| violation("hostPath volumes", detail()))
        .flatten()
}

fn host_ports(pod: &Pod) -> Option<Violation> {
    let mut found = BTreeSet::new();
    let names = pod.containers_with(|container| {
        let ports = container
            .get("ports")
            .and_then(Value::as_array)
            .unwrap_or_default();
        let ports = ports
            .iter()
            .filter_map(|port| port.get("hostPort").and_then(Value::as_i64));
        let used: Vec<String> = ports
            .filter(|port| *port != 0)
            .map(|port| port.to_string())
            .collect();
        found.extend(used.iter().cloned());
        !used.is_empty()
    });
    if names.is_empty() {
        return None;
    }
    let (use_, ports) = (
        plural("uses", "use", names.len()),
        plural("hostPort", "hostPorts", found.len()),
    );
    let list = found.into_iter().collect::<Vec<_>>().join(", ");
    violation(
        "hostPort",
        format!("{} {use_} {ports} {list}", containers(&names)),
    )
}

fn host_probes(pod: &Pod) -> Option<Violation> {
    if pod.version < 34 {
        return None;
    }
    let handlers: [&[&str]; 5] = [
        &["livenessProbe"],
        &["readinessProbe"],
        &["startupProbe"],
        &["lifecycle", "postStart"],
        &["lifecycle", "preStop"],
    ];
    let mut found = BTreeSet::new();
    let names: BTreeSet<String> = pod
        .containers_with(|container| {
            let handlers = handlers.iter().filter_map(|path| container.at(path));
            let hosts = handlers.flat_map(|handler| {
                [
                    text(handler, &["httpGet", "host"]),
                    text(handler, &["tcpSocket", "host"]),
                ]
            });
            let hosts: Vec<&str> = hosts.flatten().filter(|host| !host.is_empty()).collect();
            found.extend(hosts.iter().copied());
            !hosts.is_empty()
        })
        .into_iter()
        .collect();
    if names.is_empty() {
        return None;
    }
    let names: Vec<String> = names.into_iter().collect();
    let use_ = plural("uses", "use", names.len());
    let hosts = plural("probe or lifecycle host", "probe or lifecycle hosts", found.len());
    violation(
        "probe or lifecycle host",
        format!("{} {use_} {hosts} {}", containers(&names), quoted(found)),
    )
}

fn privileged(pod: &Pod) -> Option<Violation> {
    let names =
        pod.containers_with(|container| flag(container, &["securityContext", "privileged"]) == Some(true));
    let detail = || {
        format!(
            "{} must not set securityContext.privileged=true",
            containers(&names)
        )
    };
    (!names.is_empty())
        .then(|| violation("privileged", detail()))
        .flatten()
}

fn proc_mount(pod: &Pod) -> Option<Violation> {
    if pod.has_user_namespace() {
        return None;
    }
    let mut found = BTreeSet::new();
    let names = pod.containers_with(|container| {
        let mount = text(container, &["securityContext", "procMount"]).filter(|mount| *mount != "Default");
        found.extend(mount);
        mount.is_some()
    });
    let detail = || {
        format!(
            "{} must not set securityContext.procMount to {}",
            containers(&names),
            quoted(&found)
        )
    };
    (!names.is_empty())
        .then(|| violation("procMount", detail()))
        .flatten()
}

fn se_linux_options(pod: &Pod) -> Option<Violation> {
    let (mut types, mut user, mut role) = (BTreeSet::new(), false, false);
    let mut bad = |holder: &Value| {
        let Some(options) = holder.at(&["securityContext", "seLinuxOptions"]).cloned() else {
            return false;
        };
        let set = |field: &str| text(&options, &[field]).is_some_and(|text| !text.is_empty());
        let name = text(&options, &["type"]).unwrap_or_default().to_owned();
        let known = ["", "container_t", "container_init_t", "container_kvm_t"].contains(&name.as_str())
            || pod.version >= 31 && name == "container_engine_t";
        if !known {
            types.insert(name);
        }
        user |= set("user");
        role |= set("role");
        !known || set("user") || set("role")
    };
    let own = bad(pod.spec);
    let names = pod.containers_with(|container| bad(container));
    if !own && names.is_empty() {
        return None;
    }
    let mut data = Vec::new();
    if !types.is_empty() {
        data.push(format!(
            "{} {}",
            plural("type", "types", types.len()),
            quoted(&types)
        ));
    }
    data.extend(user.then(|| "user may not be set".to_owned()));
    data.extend(role.then(|| "role may not be set".to_owned()));
    let detail = format!(
        "{} set forbidden securityContext.seLinuxOptions: {}",
        setters(own, &names),
        data.join("; ")
    );
    violation("seLinuxOptions", detail)
}

const SECCOMP: [&str; 3] = ["securityContext", "seccompProfile", "type"];

/// Profiles that are set and not allowed.
fn seccomp_profile_baseline(pod: &Pod) -> Option<Violation> {
    if pod.version < 19 {
        return None;
    }
    let bad = |value: &&str| !["RuntimeDefault", "Localhost"].contains(value);
    let mut values = BTreeSet::new();
    let own = text(pod.spec, &SECCOMP).filter(bad);
    values.extend(own);
    let names = pod.containers_with(|container| {
        let value = text(container, &SECCOMP).filter(bad);
        values.extend(value);
        value.is_some()
    });
    let who = setters(own.is_some(), &names);
    let detail = || {
        format!(
            "{who} must not set securityContext.seccompProfile.type to {}",
            quoted(&values)
        )
    };
    (!who.is_empty())
        .then(|| violation("seccompProfile", detail()))
        .flatten()
}

fn seccomp_profile_restricted(pod: &Pod) -> Option<Violation> {
    if pod.version < 19 || pod.is_windows() {
        return None;
    }
    if let Some(found) = seccomp_profile_baseline(pod) {
        return Some(found);
    }
    let own = text(pod.spec, &SECCOMP).is_some();
    let names = pod.containers_with(|container| !own && text(container, &SECCOMP).is_none());
    let detail = || {
        format!(
            "pod or {} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"",
            containers(&names)
        )
    };
    (!names.is_empty())
        .then(|| violation("seccompProfile", detail()))
        .flatten()
}

fn sysctls(pod: &Pod) -> Option<Violation> {
    /// With the version since which each is allowed.
    const ALLOWED: [(&str, u32); 12] = [
        ("kernel.shm_rmid_forced", 0),
        ("net.ipv4.ip_local_port_range", 0),
        ("net.ipv4.tcp_syncookies", 0),
        ("net.ipv4.ping_group_range", 0),
        ("net.ipv4.ip_unprivileged_port_start", 0),
        ("net.ipv4.ip_local_reserved_ports", 27),
        ("net.ipv4.tcp_keepalive_time", 29),
        ("net.ipv4.tcp_fin_timeout", 29),
        ("net.ipv4.tcp_keepalive_intvl", 29),
        ("net.ipv4.tcp_keepalive_probes", 29),
        ("net.ipv4.tcp_rmem", 32),
        ("net.ipv4.tcp_wmem", 32),
    ];
    let list = pod
        .spec
        .at(&["securityContext", "sysctls"])
        .and_then(Value::as_array);
    let names = list.unwrap_or_default().iter().map(name);
    let bad = |name: &String| {
        !ALLOWED
            .iter()
            .any(|(allowed, since)| allowed == name && pod.version >= *since)
    };
    let names: Vec<String> = names.filter(bad).collect();
    (!names.is_empty())
        .then(|| violation("forbidden sysctls", names.join(", ")))
        .flatten()
}

fn windows_host_process(pod: &Pod) -> Option<Violation> {
    const FIELD: [&str; 3] = ["securityContext", "windowsOptions", "hostProcess"];
    let own = flag(pod.spec, &FIELD) == Some(true);
    let names = pod.containers_with(|container| flag(container, &FIELD) == Some(true));
    let who = setters(own, &names);
    let detail = || format!("{who} must not set securityContext.windowsOptions.hostProcess=true");
    (!who.is_empty())
        .then(|| violation("hostProcess", detail()))
        .flatten()
}

fn allow_privilege_escalation(pod: &Pod) -> Option<Violation> {
    if pod.version < 8 || pod.is_windows() {
        return None;
    }
    let names = pod.containers_with(|container| {
        flag(container, &["securityContext", "allowPrivilegeEscalation"]) != Some(false)
    });
    let detail = || {
        format!(
            "{} must set securityContext.allowPrivilegeEscalation=false",
            containers(&names)
        )
    };
    (!names.is_empty())
        .then(|| violation("allowPrivilegeEscalation != false", detail()))
        .flatten()
}

fn restricted_volumes(pod: &Pod) -> Option<Violation> {
    const ALLOWED: [&str; 8] = [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ];
    let (mut names, mut types) = (Vec::new(), BTreeSet::new());
    for volume in pod.volumes() {
        let fields = volume.as_object().into_iter().flat_map(|map| map.iter());
        let source = fields
            .map(|(field, _)| &**field)
            .find(|field| *field != "name")
            .unwrap_or("unknown");
        if !ALLOWED.contains(&source) {
            names.push(name(volume));
            types.insert(source);
        }
    }
    if names.is_empty() {
        return None;
    }
    let count = names.len();
    let detail = format!(
        "{} {} {} {} {}",
        plural("volume", "volumes", count),
        quoted(&names),
        plural("uses", "use", count),
        plural("restricted volume type", "restricted volume types", types.len()),
        quoted(&types),
    );
    violation("restricted volume types", detail)
}

fn run_as_non_root(pod: &Pod) -> Option<Violation> {
    const FIELD: [&str; 2] = ["securityContext", "runAsNonRoot"];
    if pod.has_user_namespace() {
        return None;
    }
    let own = flag(pod.spec, &FIELD);
    let setting = pod.containers_with(|container| flag(container, &FIELD) == Some(false));
    let who = setters(own == Some(false), &setting);
    if !who.is_empty() {
        return violation(
            "runAsNonRoot != true",
            format!("{who} must not set securityContext.runAsNonRoot=false"),
        );
    }
    let names = pod.containers_with(|container| own != Some(true) && flag(container, &FIELD).is_none());
    let detail = || {
        format!(
            "pod or {} must set securityContext.runAsNonRoot=true",
            containers(&names)
        )
    };
    (!names.is_empty())
        .then(|| violation("runAsNonRoot != true", detail()))
        .flatten()
}

fn run_as_user(pod: &Pod) -> Option<Violation> {
    if pod.version < 23 || pod.has_user_namespace() {
        return None;
    }
    let is_root = |holder: &Value| {
        holder
            .at(&["securityContext", "runAsUser"])
            .and_then(Value::as_i64)
            == Some(0)
    };
    let names = pod.containers_with(|container| is_root(container));
    let who = setters(is_root(pod.spec), &names);
    (!who.is_empty())
        .then(|| violation("runAsUser=0", format!("{who} must not set runAsUser=0")))
        .flatten()
}
