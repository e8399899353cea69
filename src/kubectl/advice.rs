//! Advice beyond the API server: what is accepted and yet will not do what was meant.

use crate::kubectl::check::{Edit, Fix, Severity};
use crate::object::selector::service_selects;
use crate::object::{Key, Kind, Map, Value};
use crate::store::World;
use crate::yaml::{Node, Parsed, PathPart, Span, Style, format_path, parse_path};

/// One piece of advice.
pub(super) struct Advice {
    pub document: usize,
    pub span: Span,
    pub severity: Severity,
    pub field: String,
    pub message: String,
    pub fixes: Vec<Fix>,
}

/// A document of the text with its kind.
struct Document<'a> {
    index: usize,
    kind: Kind,
    node: &'a Node,
    value: Value,
}

/// Everything there is to advise about a text.
pub(super) fn advise(world: &World, text: &str, parsed: &Parsed) -> Vec<Advice> {
    let documents: Vec<Document> = parsed
        .documents
        .iter()
        .enumerate()
        .filter_map(|(index, document)| Document::new(index, document.root.as_ref()?))
        .collect();
    let mut advice = Vec::new();
    for document in &documents {
        match document.kind {
            Kind::StatefulSet => {
                unmounted_claims(document, text, &mut advice);
                governing_service(document, &documents, world, text, &mut advice);
                storage_classes(document, &documents, world, &mut advice);
                long_name(document, &mut advice);
            }
            Kind::Service => target_ports(document, &documents, &mut advice),
            _ => {}
        }
    }
    advice
}

impl<'a> Document<'a> {
    fn new(index: usize, node: &'a Node) -> Option<Document<'a>> {
        Some(Document {
            index,
            kind: Kind::read(node)?,
            node,
            value: node.into(),
        })
    }

    fn name(&self) -> &str {
        self.text(&["metadata", "name"])
    }

    fn text(&self, path: &[&str]) -> &str {
        self.value.at(path).and_then(Value::as_str).unwrap_or_default()
    }

    fn list(&self, path: &[&str]) -> &[Value] {
        self.value.at(path).and_then(Value::as_array).unwrap_or_default()
    }

    fn advice(&self, severity: Severity, field: &str, message: String) -> Advice {
        Advice {
            document: self.index,
            span: self.node.nearest_span(&parse_path(field)),
            severity,
            field: field.to_owned(),
            message,
            fixes: Vec::new(),
        }
    }
}

const TEMPLATE: [&str; 3] = ["spec", "template", "spec"];

fn containers<'a>(workload: &'a Document) -> impl Iterator<Item = &'a Value> {
    let list = |name: &str| workload.list(&[TEMPLATE[0], TEMPLATE[1], TEMPLATE[2], name]);
    list("containers").iter().chain(list("initContainers"))
}

/// A claim that no container mounts: its pod writes into the container's own layer, which dies with it.
fn unmounted_claims(set: &Document, text: &str, advice: &mut Vec<Advice>) {
    let uses = |name: &str| {
        containers(set).any(|container| {
            ["volumeMounts", "volumeDevices"].iter().any(|list| {
                let mounts = container.get(list).and_then(Value::as_array).unwrap_or_default();
                mounts
                    .iter()
                    .any(|mount| mount.get("name").and_then(Value::as_str) == Some(name))
            })
        })
    };
    for (i, template) in set.list(&["spec", "volumeClaimTemplates"]).iter().enumerate() {
        let name = template
            .at(&["metadata", "name"])
            .and_then(Value::as_str)
            .unwrap_or_default();
        if name.is_empty() || uses(name) {
            continue;
        }
        let field = format!("spec.volumeClaimTemplates[{i}].metadata.name");
        let message = format!("`{name}` is attached but no container mounts it: writes are lost");
        let mut one = set.advice(Severity::Advice, &field, message);
        one.fixes = mount_fix(set, text, name).into_iter().collect();
        advice.push(one);
    }
}

/// Mounts the claim in the first container, where its image keeps its data.
fn mount_fix(set: &Document, text: &str, claim: &str) -> Option<Fix> {
    let path = parse_path("spec.template.spec.containers[0]");
    let container = set.node.at(&path)?;
    let first = container.entries().first()?;
    if container.style != Style::Block {
        return None;
    }
    let image = container.get("image").and_then(Node::as_str).unwrap_or_default();
    let directory = data_directory(image);
    let (indent, head) = match container.get("volumeMounts") {
        None => (column(text, first.key_span.start), true),
        Some(mounts) if mounts.style == Style::Block => {
            let item = mounts.items().first()?;
            (column(text, item.span.start).saturating_sub(2), false)
        }
        Some(_) => return None,
    };
    let after = if head {
        container
    } else {
        container.get("volumeMounts")?
    };
    let pad = " ".repeat(indent);
    let mut lines = String::new();
    if head {
        lines.push_str(&format!("\n{pad}volumeMounts:"));
    }
    lines.push_str(&format!("\n{pad}- name: {claim}\n{pad}  mountPath: {directory}"));
    let at = line_end(text, last_end(after));
    Some(Fix {
        label: format!("Mount `{claim}` at {directory}"),
        edits: vec![Edit {
            span: Span::new(at, at),
            text: lines,
        }],
    })
}

/// Where well-known images keep their data.
fn data_directory(image: &str) -> &'static str {
    let name = image.rsplit('/').next().unwrap_or(image);
    let name = name.split([':', '@']).next().unwrap_or(name);
    match name {
        "mysql" | "mariadb" => "/var/lib/mysql",
        "postgres" => "/var/lib/postgresql/data",
        "mongo" => "/data/db",
        "nginx" | "nginx-slim" => "/usr/share/nginx/html",
        "zookeeper" => "/data",
        "rabbitmq" => "/var/lib/rabbitmq",
        "elasticsearch" => "/usr/share/elasticsearch/data",
        "cassandra" => "/var/lib/cassandra",
        _ => "/data",
    }
}

fn column(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.chars().rev().take_while(|&c| c != '\n').count()
}

/// Where the last scalar below a node ends.
fn last_end(node: &Node) -> usize {
    let last = node
        .entries()
        .last()
        .map(|entry| &entry.node)
        .or(node.items().last());
    match last {
        Some(last) if last.span.end > last.span.start => last_end(last),
        _ => node
            .entries()
            .last()
            .map_or(node.span.end, |entry| entry.key_span.end + 1),
    }
}

/// The end of the line that a piece of text ends in, line breaks at its own end not counted.
fn line_end(text: &str, at: usize) -> usize {
    let kept = text.get(..at).unwrap_or(text).trim_end().len();
    text.get(kept..)
        .and_then(|rest| rest.find(['\n', '\r']))
        .map_or(text.len(), |more| kept + more)
}

fn governing_service(
    set: &Document,
    documents: &[Document],
    world: &World,
    text: &str,
    advice: &mut Vec<Advice>,
) {
    let name = set.text(&["spec", "serviceName"]);
    if name.is_empty() {
        let message = "without `serviceName` the pods get no DNS names of their own".to_owned();
        advice.push(set.advice(Severity::Advice, "spec", message));
        return;
    }
    let field = "spec.serviceName";
    let written = documents
        .iter()
        .find(|other| other.kind == Kind::Service && other.name() == name);
    let key = Key::new(Kind::Service, name);
    let spec = match (written, world.get(&key)) {
        (Some(service), _) => service.value.get("spec").cloned().unwrap_or_default(),
        (None, Some(service)) => service.spec().clone(),
        (None, None) => {
            let message = format!(
                "no Service `{name}` in this text or in the cluster: the pods' DNS names do not exist"
            );
            let mut one = set.advice(Severity::Advice, field, message);
            one.fixes = service_fix(set, text, name).into_iter().collect();
            advice.push(one);
            return;
        }
    };
    if !service_selects(spec.get("selector"), &template_labels(set)) {
        let message = format!("Service `{name}` does not select these pods: their DNS names never resolve");
        advice.push(set.advice(Severity::Warning, field, message));
    } else if spec.get("clusterIP").and_then(Value::as_str) != Some("None") {
        let message = format!(
            "Service `{name}` is not headless: `clusterIP: None` is what makes its name answer with the pods"
        );
        advice.push(set.advice(Severity::Advice, field, message));
    }
}

fn template_labels(workload: &Document) -> Map {
    let labels = workload.value.at(&["spec", "template", "metadata", "labels"]);
    labels.and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Adds a headless Service for the set's pods at the end of the text.
fn service_fix(set: &Document, text: &str, name: &str) -> Option<Fix> {
    let labels = set.value.at(&["spec", "selector", "matchLabels"])?.as_object()?;
    let port = containers(set).find_map(|container| {
        let ports = container.get("ports")?.as_array()?;
        ports.first()?.get("containerPort")?.as_i64()
    });
    let mut lines = String::from(if text.ends_with('\n') { "" } else { "\n" });
    lines.push_str(&format!("---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {name}\nspec:\n  clusterIP: None\n  selector:\n"));
    for (key, value) in labels.iter() {
        lines.push_str(&format!("    {key}: {value}\n"));
    }
    if let Some(port) = port {
        lines.push_str(&format!("  ports:\n  - port: {port}\n"));
    }
    Some(Fix {
        label: format!("Add a headless Service `{name}`"),
        edits: vec![Edit {
            span: Span::new(text.len(), text.len()),
            text: lines,
        }],
    })
}

fn storage_classes(set: &Document, documents: &[Document], world: &World, advice: &mut Vec<Advice>) {
    for (i, template) in set.list(&["spec", "volumeClaimTemplates"]).iter().enumerate() {
        let Some(class) = template.at(&["spec", "storageClassName"]).and_then(Value::as_str) else {
            continue;
        };
        let written = documents
            .iter()
            .any(|other| other.kind == Kind::StorageClass && other.name() == class);
        if class.is_empty() || written || world.get(&Key::new(Kind::StorageClass, class)).is_some() {
            continue;
        }
        let message =
            format!("StorageClass `{class}` does not exist: the claims stay Pending, and so do the pods");
        let field = format!("spec.volumeClaimTemplates[{i}].spec.storageClassName");
        advice.push(set.advice(Severity::Warning, &field, message));
    }
}

/// Pods carry `<name>-<hash>` in a label, and labels end at 63 bytes.
fn long_name(set: &Document, advice: &mut Vec<Advice>) {
    const REVISION_HASH: usize = 10;
    let length = set.name().len() + 1 + REVISION_HASH;
    if length > 63 && set.name().len() <= 63 {
        let message = format!(
            "this name is accepted, but no pod can be created: with the revision's hash their label \
             `controller-revision-hash` is up to {length} bytes long, and 63 are allowed"
        );
        advice.push(set.advice(Severity::Warning, "metadata.name", message));
    }
}

/// A Service whose target port no container of its pods declares.
fn target_ports(service: &Document, documents: &[Document], advice: &mut Vec<Advice>) {
    let selector = service.value.at(&["spec", "selector"]);
    let workloads = documents.iter().filter(|other| {
        matches!(
            other.kind,
            Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet
        )
    });
    let selected: Vec<&Document> = workloads
        .filter(|other| service_selects(selector, &template_labels(other)))
        .collect();
    for (i, port) in service.list(&["spec", "ports"]).iter().enumerate() {
        let written = port.get("targetPort");
        let target = written.or(port.get("port")).cloned().unwrap_or_default();
        let field = format_path(&[
            PathPart::from("spec"),
            "ports".into(),
            i.into(),
            if written.is_some() { "targetPort" } else { "port" }.into(),
        ]);
        for workload in &selected {
            let declared: Vec<&Value> = containers(workload)
                .filter_map(|container| container.get("ports")?.as_array())
                .flatten()
                .collect();
            let has = |key: &str| declared.iter().any(|port| port.get(key) == Some(&target));
            let of = format!("{} `{}`", workload.kind, workload.name());
            match &target {
                Value::String(name) if !has("name") => {
                    let message =
                        format!("no container of {of} names a port `{name}`: this port leads nowhere");
                    advice.push(service.advice(Severity::Warning, &field, message));
                }
                Value::Int(number) if !declared.is_empty() && !has("containerPort") => {
                    let message = format!("no container of {of} declares port {number}");
                    advice.push(service.advice(Severity::Advice, &field, message));
                }
                _ => {}
            }
        }
    }
}
