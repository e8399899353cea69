//! The checks of level baseline.

use std::collections::BTreeSet;

use super::{
    Pod, SECCOMP, Violation, adding, containers, flag, name, plural, quoted, setters, text, violation,
};
use crate::object::Value;

pub(super) fn app_armor_profile(pod: &Pod) -> Option<Violation> {
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

pub(super) fn capabilities_baseline(pod: &Pod) -> Option<Violation> {
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

pub(super) fn host_namespaces(pod: &Pod) -> Option<Violation> {
    let shared = ["hostIPC", "hostNetwork", "hostPID"].into_iter();
    let shared: Vec<&str> = shared
        .filter(|field| flag(pod.spec, &[field]) == Some(true))
        .collect();
    (!shared.is_empty())
        .then(|| violation("host namespaces", shared.join(", ")))
        .flatten()
}

pub(super) fn host_path_volumes(pod: &Pod) -> Option<Violation> {
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

pub(super) fn host_ports(pod: &Pod) -> Option<Violation> {
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

pub(super) fn host_probes(pod: &Pod) -> Option<Violation> {
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

pub(super) fn privileged(pod: &Pod) -> Option<Violation> {
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

pub(super) fn proc_mount(pod: &Pod) -> Option<Violation> {
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

pub(super) fn se_linux_options(pod: &Pod) -> Option<Violation> {
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

/// Profiles that are set and not allowed.
pub(super) fn seccomp_profile_baseline(pod: &Pod) -> Option<Violation> {
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

pub(super) fn sysctls(pod: &Pod) -> Option<Violation> {
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

pub(super) fn windows_host_process(pod: &Pod) -> Option<Violation> {
    const FIELD: [&str; 3] = ["securityContext", "windowsOptions", "hostProcess"];
    let own = flag(pod.spec, &FIELD) == Some(true);
    let names = pod.containers_with(|container| flag(container, &FIELD) == Some(true));
    let who = setters(own, &names);
    let detail = || format!("{who} must not set securityContext.windowsOptions.hostProcess=true");
    (!who.is_empty())
        .then(|| violation("hostProcess", detail()))
        .flatten()
}
