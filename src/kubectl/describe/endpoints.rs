//! EndpointSlices and Endpoints.

use super::DescribeContext;
use crate::kubectl::fields::{list, maybe_number, maybe_text, number, or, text, texts};
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::Value;

/// `describeEndpointSliceV1`.
pub fn slice(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.labels_and_annotations(document);
    w.field(0, "AddressType", text(document, &["addressType"]));
    let ports = list(document, &["ports"]);
    if ports.is_empty() {
        w.line(0, "Ports: <unset>");
    } else {
        w.line(0, "Ports:");
        head(w, 1);
    }
    for port in ports {
        let number =
            maybe_number(port, &["port"]).map_or_else(|| "<unset>".to_owned(), |number| number.to_string());
        let [name, protocol] = ["name", "protocol"].map(|field| text(port, &[field]));
        w.line(1, format_args!("{}\t{number}\t{protocol}", or(name, "<unset>")));
    }
    let endpoints = list(document, &["endpoints"]);
    w.line(
        0,
        if endpoints.is_empty() {
            "Endpoints: <none>"
        } else {
            "Endpoints:"
        },
    );
    for endpoint in endpoints {
        self::endpoint(w, endpoint);
    }
}

fn head(w: &mut PrefixWriter, level: usize) {
    w.line(level, "Name\tPort\tProtocol");
    w.line(level, "----\t----\t--------");
}

fn endpoint(w: &mut PrefixWriter, endpoint: &Value) {
    let or_unset = |field: &str| maybe_text(endpoint, &[field]).unwrap_or("<unset>");
    w.field(
        1,
        "- Addresses",
        or(&texts(endpoint, &["addresses"]).join(", "), "<none>"),
    );
    w.line(2, "Conditions:");
    let ready = endpoint.at(&["conditions", "ready"]).and_then(Value::as_bool);
    w.field(
        3,
        "Ready",
        ready.map_or_else(|| "<unset>".to_owned(), |ready| ready.to_string()),
    );
    w.field(2, "Hostname", or_unset("hostname"));
    if let Some(target) = endpoint.get("targetRef").filter(|target| !target.is_null()) {
        let [kind, name] = ["kind", "name"].map(|field| text(target, &[field]));
        w.field(2, "TargetRef", format_args!("{kind}/{name}"));
    }
    w.field(2, "NodeName", or_unset("nodeName"));
    w.field(2, "Zone", or_unset("zone"));
}

/// `describeEndpoints`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    w.labels_and_annotations(document);
    w.line(0, "Subsets:");
    for subset in list(document, &["subsets"]) {
        for (title, field) in [
            ("Addresses", "addresses"),
            ("NotReadyAddresses", "notReadyAddresses"),
        ] {
            let addresses: Vec<&str> = list(subset, &[field])
                .iter()
                .map(|address| text(address, &["ip"]))
                .collect();
            w.field(1, title, or(&addresses.join(","), "<none>"));
        }
        let ports = list(subset, &["ports"]);
        if !ports.is_empty() {
            w.line(1, "Ports:");
            head(w, 2);
        }
        for port in ports {
            let [name, protocol] = ["name", "protocol"].map(|field| text(port, &[field]));
            w.line(
                2,
                format_args!("{}\t{}\t{protocol}", or(name, "<unset>"), number(port, &["port"])),
            );
        }
        w.line(0, "");
    }
}
