//! `kubectl create ingress` (`kubectl/pkg/cmd/create/create_ingress.go`).

use serde_json::json;

use super::super::generator::{create, generator_flags, name};
use super::super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, text};
use crate::object::{Kind, Map, Value};

/// The flags of `create ingress`.
pub const FLAGS: &[Flag] = generator_flags![
    text("class", ' '),
    text("rule", ' '),
    text("default-backend", ' '),
    text("annotation", ' '),
];

/// A rule `HOST/PATH=SERVICE:PORT[,tls[=SECRET]]`.
struct Rule<'a> {
    host: &'a str,
    path: &'a str,
    service: &'a str,
    /// The secret's name, which may be empty; none without `tls`.
    secret: Option<&'a str>,
}

/// Runs `create ingress`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| vec![Error::Plain(text)];
    let name = name(args)?;
    let (rules, backend) = (args.all("rule"), args.get("default-backend").unwrap_or_default());
    if rules.is_empty() && backend.is_empty() {
        return Err(plain(
            "not enough information provided: every ingress has to either specify a default-backend (which catches \
             all traffic) or a list of rules (which catch specific paths)"
                .to_owned(),
        ));
    }
    let rules: Vec<Rule> = rules
        .into_iter()
        .map(|rule| {
            parse(rule).ok_or_else(|| {
                plain(format!(
                    "rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
                ))
            })
        })
        .collect::<Result<_, _>>()?;
    let mut annotations = Map::new();
    for annotation in args.all("annotation") {
        match annotation.split_once('=') {
            Some((key, value)) => annotations.insert(key, value),
            None => {
                return Err(plain(format!(
                    "annotation {annotation} is invalid and should be in format key=[value]"
                )));
            }
        };
    }
    if !backend.is_empty() && backend.split(':').count() != 2 {
        return Err(plain(
            "default-backend should be in format servicename:serviceport".to_owned(),
        ));
    }
    let mut spec = json!({});
    if let Some(class) = args.get("class").filter(|class| !class.is_empty()) {
        spec["ingressClassName"] = json!(class);
    }
    if !backend.is_empty() {
        spec["defaultBackend"] = service_backend(backend);
    }
    for (field, values) in [("rules", http_rules(&rules)), ("tls", tls(&rules))] {
        if !values.is_empty() {
            spec[field] = json!(values);
        }
    }
    let mut document = Value::from(json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name},
        "spec": spec,
        "status": {"loadBalancer": {}},
    }));
    if !annotations.is_empty() {
        *document.slot(&["metadata", "annotations"]) = annotations.into();
    }
    create(ctx, args, Kind::Ingress, document, "failed to create ingress: ")
}

/// Parses a rule (`ruleRegex`: greedy, and not anchored at its end).
fn parse(rule: &str) -> Option<Rule<'_>> {
    let (main, option) = match rule.split_once(',') {
        Some((main, option)) => (main, Some(option)),
        None => (rule, None),
    };
    let (host, rest) = main.split_once('/')?;
    let of_host = |c: char| c.is_ascii_alphanumeric() || "_*-.".contains(c);
    let (path, service) = rest.split_once('=')?;
    let (name, port) = service.split_once(':')?;
    let is_word = |text: &str| {
        let start = text.chars().next();
        start.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    };
    let valid = host.chars().all(of_host) && is_word(name) && is_word(port);
    let secret = option
        .and_then(|option| option.strip_prefix("tls"))
        .map(|secret| secret.strip_prefix('=').unwrap_or_default());
    valid.then_some(Rule {
        host,
        path,
        service,
        secret,
    })
}

/// `buildIngressBackendSvc`.
fn service_backend(service: &str) -> serde_json::Value {
    let mut parts = service.split(':');
    let (name, port) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let port = match port.parse::<i64>() {
        Ok(number) => json!({"number": number}),
        Err(_) => json!({"name": port}),
    };
    json!({"service": {"name": name, "port": port}})
}

/// The rules, one for each host (`buildIngressRules`).
fn http_rules(rules: &[Rule]) -> Vec<serde_json::Value> {
    let mut hosts: Vec<(&str, Vec<serde_json::Value>)> = Vec::new();
    for rule in rules {
        let full = format!("/{}", rule.path);
        let (path, path_type) = match full.strip_suffix('*') {
            Some(path) => (path, "Prefix"),
            None => (full.as_str(), "Exact"),
        };
        let path = json!({"backend": service_backend(rule.service), "path": path, "pathType": path_type});
        match hosts.iter_mut().find(|(host, _)| *host == rule.host) {
            Some((_, paths)) => paths.push(path),
            None => hosts.push((rule.host, vec![path])),
        }
    }
    let rule = |(host, paths): (&str, Vec<serde_json::Value>)| {
        let mut rule = json!({"http": {"paths": paths}});
        if !host.is_empty() {
            rule["host"] = json!(host);
        }
        rule
    };
    hosts.into_iter().map(rule).collect()
}

/// The TLS sections, one for each secret (`buildTLSRules`).
fn tls(rules: &[Rule]) -> Vec<serde_json::Value> {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for rule in rules {
        let Some(secret) = rule.secret else { continue };
        if seen.contains(&rule.host) {
            continue;
        }
        seen.push(rule.host);
        match sections.iter_mut().find(|(have, _)| *have == secret) {
            Some((_, hosts)) => hosts.push(rule.host),
            None if secret.is_empty() && rule.host.is_empty() => {}
            None => {
                let hosts = if rule.host.is_empty() {
                    Vec::new()
                } else {
                    vec![rule.host]
                };
                sections.push((secret, hosts));
            }
        }
    }
    let section = |(secret, hosts): (&str, Vec<&str>)| {
        let mut section = json!({});
        if !hosts.is_empty() {
            section["hosts"] = json!(hosts);
        }
        if !secret.is_empty() {
            section["secretName"] = json!(secret);
        }
        section
    };
    sections.into_iter().map(section).collect()
}
