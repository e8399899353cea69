//! NetworkPolicies (`describeNetworkPolicy`).

use super::DescribeContext;
use crate::kubectl::fields::{
    entries, has, instant, int_or_string, list, maybe_number, maybe_text, or, text, texts,
};
use crate::kubectl::labels::format_label_selector;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::Value;

/// A direction of traffic, with kubectl's terms for it.
struct Direction {
    kind: &'static str,
    word: &'static str,
    rules: &'static str,
    peers: &'static str,
    title: &'static str,
    anyone: &'static str,
}

const DIRECTIONS: [Direction; 2] = [
    Direction {
        kind: "Ingress",
        word: "ingress",
        rules: "ingress",
        peers: "from",
        title: "From",
        anyone: "source",
    },
    Direction {
        kind: "Egress",
        word: "egress",
        rules: "egress",
        peers: "to",
        title: "To",
        anyone: "destination",
    },
];

/// `describeNetworkPolicy`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    w.names(document, true);
    let created = instant(document, &["metadata", "creationTimestamp"]);
    let created = created.map(|at| at.to_string().replace('T', " ").replace('Z', " +0000 UTC"));
    w.field(
        0,
        "Created on",
        created.unwrap_or_else(|| "0001-01-01 00:00:00 +0000 UTC".to_owned()),
    );
    w.labels_and_annotations(document);
    let spec = document.get("spec").unwrap_or(&Value::Null);
    w.line(0, "Spec:");
    w.write(1, "PodSelector: ");
    let pods = spec.get("podSelector").unwrap_or(&Value::Null);
    let all =
        entries(pods, &["matchLabels"]).next().is_none() && list(pods, &["matchExpressions"]).is_empty();
    if all {
        w.line(
            2,
            "<none> (Allowing the specific traffic to all pods in this namespace)",
        );
    } else {
        w.line(2, format_label_selector(Some(pods)));
    }
    let kinds = texts(spec, &["policyTypes"]);
    for direction in &DIRECTIONS {
        let word = direction.word;
        if kinds.contains(&direction.kind) {
            w.line(1, format_args!("Allowing {word} traffic:"));
            rules(w, direction, list(spec, &[direction.rules]));
        } else {
            w.line(1, format_args!("Not affecting {word} traffic"));
        }
    }
    w.line(
        1,
        format_args!("Policy Types: {}", or(&kinds.join(", "), "<none>")),
    );
}

fn rules(w: &mut PrefixWriter, direction: &Direction, rules: &[Value]) {
    let Direction {
        word, title, anyone, ..
    } = direction;
    if rules.is_empty() {
        w.line(
            2,
            format_args!("<none> (Selected pods are isolated for {word} connectivity)"),
        );
    }
    for (i, rule) in rules.iter().enumerate() {
        if i > 0 {
            w.line(2, "----------");
        }
        let ports = list(rule, &["ports"]);
        if ports.is_empty() {
            w.line(2, "To Port: <any> (traffic allowed to all ports)");
        }
        for port in ports {
            let protocol = maybe_text(port, &["protocol"]).unwrap_or("TCP");
            // Go prints a port that is not set as nil.
            let first = port
                .get("port")
                .map_or_else(|| "<nil>".to_owned(), |port| int_or_string(Some(port)));
            match maybe_number(port, &["endPort"]) {
                Some(last) => w.line(2, format_args!("To Port Range: {first}-{last}/{protocol}")),
                None => w.line(2, format_args!("To Port: {first}/{protocol}")),
            }
        }
        let peers = list(rule, &[direction.peers]);
        if peers.is_empty() {
            w.line(
                2,
                format_args!("{title}: <any> (traffic not restricted by {anyone})"),
            );
        }
        for peer in peers {
            w.line(2, format_args!("{title}:"));
            self::peer(w, peer);
        }
    }
}

fn peer(w: &mut PrefixWriter, peer: &Value) {
    let selectors = [
        ("NamespaceSelector", "namespaceSelector"),
        ("PodSelector", "podSelector"),
    ];
    for (title, field) in selectors {
        if has(peer, &[field]) {
            w.line(
                3,
                format_args!("{title}: {}", format_label_selector(peer.get(field))),
            );
        }
    }
    if has(peer, &["ipBlock"]) && selectors.iter().all(|(_, field)| !has(peer, &[field])) {
        w.line(3, "IPBlock:");
        w.line(4, format_args!("CIDR: {}", text(peer, &["ipBlock", "cidr"])));
        w.line(
            4,
            format_args!("Except: {}", texts(peer, &["ipBlock", "except"]).join(", ")),
        );
    }
}
