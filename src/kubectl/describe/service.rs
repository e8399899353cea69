//! Services (`describeService`).

use std::sync::Arc;

use super::DescribeContext;
use crate::kubectl::fields::{flag, host_port, int_or_string, list, maybe_text, number, or, text, texts};
use crate::kubectl::labels::format_labels;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::{Kind, Object, Value};
use crate::store::World;

/// The label of an EndpointSlice with the name of its Service (`LabelServiceName`).
const SERVICE_LABEL: &str = "kubernetes.io/service-name";

/// Maximum number of endpoints that are listed.
const ENDPOINTS_MAX: usize = 3;

/// `describeService`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    let spec = document.get("spec").unwrap_or(&Value::Null);
    w.names(document, true);
    w.labels_and_annotations(document);
    w.field(
        0,
        "Selector",
        format_labels(spec.get("selector").and_then(Value::as_object)),
    );
    w.field(0, "Type", text(spec, &["type"]));
    if let Some(policy) = maybe_text(spec, &["ipFamilyPolicy"]) {
        w.field(0, "IP Family Policy", policy);
    }
    w.field(
        0,
        "IP Families",
        or(&texts(spec, &["ipFamilies"]).join(","), "<none>"),
    );
    w.field(0, "IP", text(spec, &["clusterIP"]));
    w.field(0, "IPs", or(&texts(spec, &["clusterIPs"]).join(","), "<none>"));
    maybe(w, "External IPs", &texts(spec, &["externalIPs"]).join(","));
    maybe(w, "Desired LoadBalancer IP", text(spec, &["loadBalancerIP"]));
    maybe(w, "External Name", text(spec, &["externalName"]));
    let ingress: Vec<String> = list(document, &["status", "loadBalancer", "ingress"])
        .iter()
        .map(address)
        .collect();
    if !ingress.is_empty() {
        w.field(0, "LoadBalancer Ingress", ingress.join(", "));
    }
    let slices = slices(ctx.world, &ctx.object.meta.namespace, ctx.object.name());
    for port in list(spec, &["ports"]) {
        self::port(w, port, &slices);
    }
    w.field(0, "Session Affinity", text(spec, &["sessionAffinity"]));
    maybe(
        w,
        "External Traffic Policy",
        text(spec, &["externalTrafficPolicy"]),
    );
    if let Some(policy) = maybe_text(spec, &["internalTrafficPolicy"]) {
        w.field(0, "Internal Traffic Policy", policy);
    }
    let check = number(spec, &["healthCheckNodePort"]);
    if check != 0 {
        w.field(0, "HealthCheck NodePort", check);
    }
    maybe(
        w,
        "LoadBalancer Source Ranges",
        &texts(spec, &["loadBalancerSourceRanges"]).join(","),
    );
    maybe(w, "Traffic Distribution", text(spec, &["trafficDistribution"]));
}

/// Writes a field if it is not empty.
fn maybe(w: &mut PrefixWriter, title: &str, value: &str) {
    if !value.is_empty() {
        w.field(0, title, value);
    }
}

fn address(ingress: &Value) -> String {
    match (text(ingress, &["ip"]), maybe_text(ingress, &["ipMode"])) {
        ("", _) => text(ingress, &["hostname"]).to_owned(),
        (ip, Some(mode)) => format!("{ip} ({mode})"),
        (ip, None) => ip.to_owned(),
    }
}

fn port(w: &mut PrefixWriter, port: &Value, slices: &[&Arc<Object>]) {
    let [name, protocol] = ["name", "protocol"].map(|field| text(port, &[field]));
    let shown = or(name, "<unset>");
    w.field(
        0,
        "Port",
        format_args!("{shown}\t{}/{protocol}", number(port, &["port"])),
    );
    w.field(
        0,
        "TargetPort",
        format_args!("{}/{protocol}", int_or_string(port.get("targetPort"))),
    );
    let node_port = number(port, &["nodePort"]);
    if node_port != 0 {
        w.field(0, "NodePort", format_args!("{shown}\t{node_port}/{protocol}"));
    }
    w.field(0, "Endpoints", endpoints(slices, name));
}

/// The EndpointSlices of a Service.
pub fn slices<'a>(world: &'a World, namespace: &str, service: &str) -> Vec<&'a Arc<Object>> {
    let belongs_to_service = |slice: &&Arc<Object>| {
        let label = slice.meta.label(SERVICE_LABEL).map(AsRef::as_ref);
        slice.meta.namespace.as_ref() == namespace && label == Some(service)
    };
    world
        .list(Kind::EndpointSlice)
        .filter(belongs_to_service)
        .collect()
}

/// The first ready endpoints of a port, and the number of the others (`formatEndpointSlices`).
pub fn endpoints(slices: &[&Arc<Object>], port: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut shown: Vec<String> = Vec::new();
    let (mut more, mut count) = (false, 0_usize);
    for slice in slices {
        let fields = Value::Object(slice.body.fields().clone());
        let ports: Vec<Option<i64>> = match list(&fields, &["ports"]) {
            // A headless Service may have no ports.
            [] => vec![None],
            ports => {
                let own = ports.iter().filter(|own| text(own, &["name"]) == port);
                own.map(|own| Some(number(own, &["port"]))).collect()
            }
        };
        for port in ports {
            for endpoint in list(&fields, &["endpoints"]) {
                // Upstream checks the limit before it checks whether the endpoint is ready.
                more |= shown.len() == ENDPOINTS_MAX;
                let ready = endpoint.at(&["conditions", "ready"]).is_none_or(Value::is_null);
                if !ready && !flag(endpoint, &["conditions", "ready"]) {
                    continue;
                }
                if !more {
                    let address = texts(endpoint, &["addresses"])
                        .first()
                        .copied()
                        .unwrap_or_default();
                    shown.push(port.map_or_else(
                        || address.to_owned(),
                        |port| host_port(address, &port.to_string()),
                    ));
                }
                count += 1;
            }
        }
    }
    let line = shown.join(",");
    if more {
        format!("{line} + {} more...", count.saturating_sub(ENDPOINTS_MAX))
    } else {
        line
    }
}
