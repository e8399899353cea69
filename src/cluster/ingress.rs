//! Ingresses: an nginx ingress controller behind a cloud load balancer.

use std::sync::Arc;

use super::client::{Client, EventType, Synced};
use super::command::KubeletMode;
use super::dns::ready_addresses_of;
use super::queue::{Seen, Wakes};
use crate::object::status::ObjectStatus;
use crate::object::{Kind, Map, Object, Value};
use crate::store::World;

/// The load balancer's address, from the range that documents may use (RFC 5737).
pub const ADDRESS: &str = "203.0.113.10";

/// Until the controller has taken an Ingress in and the load balancer's address is known.
const SYNC_MS: u64 = 1_500;

/// The class that the controller answers to; an Ingress without a class is its own too.
const CLASS: &str = "nginx";

/// Where a request is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    /// The Service's name, in the Ingress' namespace.
    pub service: Arc<str>,
    /// The name or the number of its port.
    pub port: Arc<str>,
}

/// Ingresses that come or change.
pub fn interested(seen: &Seen, wakes: &mut Wakes) {
    let body = |object: Option<&Object>| object.map(|object| object.body.clone());
    if seen.change.key.kind == Kind::Ingress && body(seen.new()) != body(seen.old) {
        wakes.after(SYNC_MS, &seen.change.key);
    }
}

/// Gives an Ingress its address.
pub fn sync(client: &mut Client, key: &crate::object::Key) -> Synced {
    let Some(ingress) = client.get(key).cloned() else {
        return Ok(());
    };
    if client.settings().kubelet == KubeletMode::Manual || !ours(&ingress) {
        return Ok(());
    }
    client.event(&ingress, EventType::Normal, "Sync", "Scheduled for sync");
    let address = Map::from_iter([("ip", ADDRESS)]);
    let balancer = Map::from_iter([("ingress", vec![Value::from(address)])]);
    let status = Map::from_iter([("loadBalancer", balancer)]);
    if ingress.status.fields() != Some(&status) {
        client.update_status(key, ObjectStatus::Document(status))?;
    }
    Ok(())
}

fn ours(ingress: &Object) -> bool {
    ingress
        .spec()
        .get("ingressClassName")
        .and_then(Value::as_str)
        .is_none_or(|class| class == CLASS)
}

/// The Service that an Ingress sends a request to: an exact host before a wildcard before none, the longest path
/// first, else the default backend.
pub fn route(ingress: &Object, host: &str, path: &str) -> Option<Backend> {
    let spec = ingress.spec();
    let rules = spec.get("rules").and_then(Value::as_array).unwrap_or_default();
    let mut best: Option<((usize, usize, bool), Backend)> = None;
    for rule in rules {
        let Some(closeness) = host_matches(rule.get("host").and_then(Value::as_str), host) else {
            continue;
        };
        let paths = rule.at(&["http", "paths"]).and_then(Value::as_array);
        for entry in paths.unwrap_or_default() {
            let pattern = entry.get("path").and_then(Value::as_str).unwrap_or("/");
            let exact = entry.get("pathType").and_then(Value::as_str) == Some("Exact");
            if !(exact && pattern == path || !exact && has_prefix(path, pattern)) {
                continue;
            }
            let Some(backend) = backend(entry.get("backend")) else {
                continue;
            };
            let score = (closeness, pattern.len(), exact);
            if best.as_ref().is_none_or(|(highest, _)| score > *highest) {
                best = Some((score, backend));
            }
        }
    }
    best.map(|(_, backend)| backend)
        .or_else(|| backend(spec.get("defaultBackend")))
}

fn host_matches(pattern: Option<&str>, host: &str) -> Option<usize> {
    match pattern.filter(|pattern| !pattern.is_empty()) {
        None => Some(0),
        Some(pattern) if pattern.eq_ignore_ascii_case(host) => Some(2),
        Some(pattern) => {
            let domain = pattern.strip_prefix("*.")?;
            let (label, rest) = host.split_once('.')?;
            (!label.is_empty() && rest.eq_ignore_ascii_case(domain)).then_some(1)
        }
    }
}

/// Prefixes match whole segments: `/a` matches `/a/b` and not `/ab`.
fn has_prefix(path: &str, prefix: &str) -> bool {
    let segments = |path: &str| -> Vec<String> {
        path.split('/')
            .filter(|s| !s.is_empty())
            .map(str::to_owned)
            .collect()
    };
    segments(path).starts_with(&segments(prefix))
}

fn backend(value: Option<&Value>) -> Option<Backend> {
    let service = value?.get("service")?.as_object()?;
    let port = service.get("port")?;
    let name = port.get("name").and_then(Value::as_str).map(str::to_owned);
    let number = port
        .get("number")
        .and_then(Value::as_i64)
        .map(|number| number.to_string());
    Some(Backend {
        service: service.text("name")?.clone(),
        port: name.or(number)?.into(),
    })
}

/// The pods' addresses that the controller spreads requests for a Service over: it sends them straight to ready
/// endpoints.
pub fn upstreams(world: &World, service: &Object) -> Vec<String> {
    ready_addresses_of(world, service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ingress() -> Object {
        let path = |path: &str, kind: &str, service: &str| {
            json!({"path": path, "pathType": kind,
                "backend": {"service": {"name": service, "port": {"number": 80}}}})
        };
        let document: Value = json!({"spec": {
            "defaultBackend": {"service": {"name": "other", "port": {"name": "http"}}},
            "rules": [
                {"host": "shop.example", "http": {"paths": [
                    path("/", "Prefix", "shop"), path("/api", "Prefix", "api"), path("/api/v1", "Exact", "old"),
                ]}},
                {"host": "*.example", "http": {"paths": [path("/", "Prefix", "any")]}},
            ],
        }})
        .into();
        Object::read(Kind::Ingress, document.as_object().expect("an object"))
    }

    #[track_caller]
    fn check(host: &str, path: &str, expected: &str) {
        let backend = route(&ingress(), host, path).expect("a backend");
        assert_eq!(&*backend.service, expected);
    }

    #[test]
    fn the_closest_host_and_the_longest_path_win() {
        check("shop.example", "/", "shop");
        check("shop.example", "/api", "api");
        check("shop.example", "/api/x", "api");
        check("shop.example", "/apix", "shop");
        check("shop.example", "/api/v1", "old");
        check("blog.example", "/api", "any");
        check("elsewhere.test", "/", "other");
    }
}
