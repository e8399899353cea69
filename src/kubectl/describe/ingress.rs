//! Ingresses and their classes.

use std::collections::BTreeSet;

use super::{DescribeContext, service};
use crate::kubectl::fields::{has, list, maybe_text, number, or, text, texts};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::{Kind, Value};

/// `describeIngressV1`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, false);
    w.labels("", "Labels", document.at(&["metadata", "labels"]));
    w.field(0, "Namespace", text(document, &["metadata", "namespace"]));
    let addresses: BTreeSet<&str> = list(document, &["status", "loadBalancer", "ingress"])
        .iter()
        .map(|ingress| or(text(ingress, &["ip"]), text(ingress, &["hostname"])))
        .filter(|address| !address.is_empty())
        .collect();
    let addresses: Vec<&str> = addresses.into_iter().collect();
    w.field(0, "Address", addresses.join(","));
    w.field(
        0,
        "Ingress Class",
        maybe_text(document, &["spec", "ingressClassName"]).unwrap_or("<none>"),
    );
    let default = match document.at(&["spec", "defaultBackend"]) {
        Some(default) => backend(ctx, default),
        None => "<default>".to_owned(),
    };
    w.field(0, "Default backend", &default);
    certificates(w, list(document, &["spec", "tls"]));
    w.line(0, "Rules:");
    w.line(1, "Host\tPath\tBackends");
    w.line(1, "----\t----\t--------");
    let rules = list(document, &["spec", "rules"])
        .iter()
        .filter(|rule| has(rule, &["http"]));
    let mut none = true;
    for rule in rules {
        none = false;
        w.line(1, format_args!("{}\t", or(text(rule, &["host"]), "*")));
        for path in list(rule, &["http", "paths"]) {
            let target = backend(ctx, path.get("backend").unwrap_or(&Value::Null));
            w.line(2, format_args!("\t{} \t{target}", text(path, &["path"])));
        }
    }
    if none {
        w.line(1, format_args!("*\t*\t{default}"));
    }
    w.annotations("Annotations", document.at(&["metadata", "annotations"]));
}

fn certificates(w: &mut PrefixWriter, certificates: &[Value]) {
    if !certificates.is_empty() {
        w.line(0, "TLS:");
    }
    for certificate in certificates {
        let hosts = texts(certificate, &["hosts"]).join(",");
        match text(certificate, &["secretName"]) {
            "" => w.line(1, format_args!("SNI routes {hosts}")),
            secret => w.line(1, format_args!("{secret} terminates {hosts}")),
        }
    }
}

/// A backend with its endpoints (`describeBackendV1`).
fn backend(ctx: &DescribeContext<'_>, backend: &Value) -> String {
    if let Some(target) = backend.get("service").filter(|target| !target.is_null()) {
        return service_backend(ctx, target);
    }
    if let Some(resource) = backend.get("resource").filter(|resource| !resource.is_null()) {
        let group = maybe_text(resource, &["apiGroup"]).unwrap_or("<none>");
        let [kind, name] = ["kind", "name"].map(|field| text(resource, &[field]));
        return format!("APIGroup: {group}, Kind: {kind}, Name: {name}");
    }
    String::new()
}

fn service_backend(ctx: &DescribeContext<'_>, target: &Value) -> String {
    let name = text(target, &["name"]);
    let (wanted, wanted_name) = (
        number(target, &["port", "number"]),
        text(target, &["port", "name"]),
    );
    let shown = if wanted == 0 {
        wanted_name.to_owned()
    } else {
        wanted.to_string()
    };
    let key = ctx.object.key().beside(Kind::Service, name);
    let Some(found) = ctx.world.get(&key) else {
        return format!("{name}:{shown} (<error: services \"{name}\" not found>)");
    };
    let is_wanted = |port: &&Value| {
        let by_number = wanted != 0 && wanted == number(port, &["port"]);
        by_number || (!wanted_name.is_empty() && wanted_name == text(port, &["name"]))
    };
    let port = list(found.spec(), &["ports"]).iter().rfind(is_wanted);
    let slices = service::slices(ctx.world, &key.namespace, name);
    let endpoints = service::endpoints(&slices, port.map_or("", |port| text(port, &["name"])));
    format!("{name}:{shown} ({endpoints})")
}

/// `describeIngressClassV1`.
pub fn class(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, false);
    w.labels_and_annotations(document);
    w.field(0, "Controller", text(document, &["spec", "controller"]));
    let parameters = ["spec", "parameters"];
    let Some(parameters) = document
        .at(&parameters)
        .filter(|parameters| !parameters.is_null())
    else {
        return;
    };
    w.line(0, "Parameters:");
    if let Some(group) = maybe_text(parameters, &["apiGroup"]) {
        w.field(1, "APIGroup", group);
    }
    w.field(1, "Kind", text(parameters, &["kind"]));
    w.field(1, "Name", text(parameters, &["name"]));
}
