//! Advice beyond the API server's checks: manifests that are accepted, but will not work as intended.

use crate::kubectl::diagnostic::{Diagnostic, DiagnosticSource, Diagnostics, Fix, Severity};
use crate::object::selector::service_selects;
use crate::object::{Key, Kind, Map, Value};
use crate::store::World;
use crate::yaml::{Node, Parsed, PathPart, Style, format_path, parse_path};

/// A document of the text whose kind is known.
struct TypedDocument<'a> {
    index: usize,
    kind: Kind,
    node: &'a Node,
    value: Value,
}

/// Reports all advice about a text.
pub(super) fn report(diagnostics: &mut Diagnostics, world: &World, parsed: &Parsed) {
    let documents: Vec<TypedDocument> = parsed
        .documents
        .iter()
        .enumerate()
        .filter_map(|(index, document)| TypedDocument::new(index, document.root.as_ref()?))
        .collect();
    for document in &documents {
        match document.kind {
            Kind::StatefulSet => {
                check_unmounted_claims(diagnostics, document);
                check_governing_service(diagnostics, document, &documents, world);
                check_storage_classes(diagnostics, document, &documents, world);
                check_name_length(diagnostics, document);
            }
            Kind::Service => check_target_ports(diagnostics, document, &documents),
            _ => {}
        }
    }
}

impl<'a> TypedDocument<'a> {
    fn new(index: usize, node: &'a Node) -> Option<TypedDocument<'a>> {
        Some(TypedDocument {
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

    /// Adds a diagnostic at a field of this document.
    fn report<'d>(
        &self,
        diagnostics: &'d mut Diagnostics,
        severity: Severity,
        field: &str,
        message: String,
    ) -> &'d mut Diagnostic {
        let span = self.node.nearest_span(&parse_path(field));
        let source = DiagnosticSource::Playground;
        diagnostics.add(self.index, span, severity, source, field.to_owned(), message)
    }
}

const TEMPLATE: [&str; 3] = ["spec", "template", "spec"];

fn containers<'a>(workload: &'a TypedDocument) -> impl Iterator<Item = &'a Value> {
    let list = |name: &str| workload.list(&[TEMPLATE[0], TEMPLATE[1], TEMPLATE[2], name]);
    list("containers").iter().chain(list("initContainers"))
}

/// Reports claims that no container mounts: the pods write into their containers' own layers, which are lost with them.
fn check_unmounted_claims(diagnostics: &mut Diagnostics, set: &TypedDocument) {
    let is_mounted = |name: &str| {
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
        if name.is_empty() || is_mounted(name) {
            continue;
        }
        let field = format!("spec.volumeClaimTemplates[{i}].metadata.name");
        let message = format!("`{name}` is attached but no container mounts it: writes are lost");
        let fixes = mount_fix(set, diagnostics.text(), name).into_iter().collect();
        set.report(diagnostics, Severity::Advice, &field, message).fixes = fixes;
    }
}

/// Mounts the claim in the first container, at the directory in which its image keeps its data.
fn mount_fix(set: &TypedDocument, text: &str, claim: &str) -> Option<Fix> {
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
    let label = format!("Mount `{claim}` at {directory}");
    Some(Fix::insert(label, line_end(text, last_end(after)), lines))
}

/// The directory in which a well-known image keeps its data.
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

/// The end of the last scalar below a node.
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

/// The end of the line in which the text up to `at` ends, without trailing line breaks.
fn line_end(text: &str, at: usize) -> usize {
    let kept = text.get(..at).unwrap_or(text).trim_end().len();
    text.get(kept..)
        .and_then(|rest| rest.find(['\n', '\r']))
        .map_or(text.len(), |more| kept + more)
}

fn check_governing_service(
    diagnostics: &mut Diagnostics,
    set: &TypedDocument,
    documents: &[TypedDocument],
    world: &World,
) {
    let name = set.text(&["spec", "serviceName"]);
    if name.is_empty() {
        let message = "without `serviceName` the pods get no DNS names of their own".to_owned();
        set.report(diagnostics, Severity::Advice, "spec", message);
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
            let fixes = service_fix(set, diagnostics.text(), name).into_iter().collect();
            set.report(diagnostics, Severity::Advice, field, message).fixes = fixes;
            return;
        }
    };
    let is_external = spec.get("type").and_then(Value::as_str) == Some("ExternalName");
    if is_external || !service_selects(spec.get("selector"), &template_labels(set)) {
        let message = format!("Service `{name}` does not select these pods: their DNS names never resolve");
        set.report(diagnostics, Severity::Warning, field, message);
    } else if spec.get("clusterIP").and_then(Value::as_str) != Some("None") {
        let message = format!(
            "Service `{name}` is not headless: `clusterIP: None` is what makes its name answer with the pods"
        );
        set.report(diagnostics, Severity::Advice, field, message);
    }
}

fn template_labels(workload: &TypedDocument) -> Map {
    let labels = workload.value.at(&["spec", "template", "metadata", "labels"]);
    labels.and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Appends a headless Service for the set's pods to the text.
fn service_fix(set: &TypedDocument, text: &str, name: &str) -> Option<Fix> {
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
    let label = format!("Add a headless Service `{name}`");
    Some(Fix::insert(label, text.len(), lines))
}

fn check_storage_classes(
    diagnostics: &mut Diagnostics,
    set: &TypedDocument,
    documents: &[TypedDocument],
    world: &World,
) {
    for (i, template) in set.list(&["spec", "volumeClaimTemplates"]).iter().enumerate() {
        let Some(class) = template.at(&["spec", "storageClassName"]).and_then(Value::as_str) else {
            continue;
        };
        // Volumes that are made by hand need no StorageClass of their name.
        let is_of_class = |value: Option<&Value>| value.and_then(Value::as_str) == Some(class);
        let written = documents.iter().any(|other| match other.kind {
            Kind::StorageClass => other.name() == class,
            Kind::PersistentVolume => is_of_class(other.value.at(&["spec", "storageClassName"])),
            _ => false,
        }) || world
            .list(Kind::PersistentVolume)
            .any(|volume| is_of_class(volume.spec().get("storageClassName")));
        if class.is_empty() || written || world.get(&Key::new(Kind::StorageClass, class)).is_some() {
            continue;
        }
        let message =
            format!("StorageClass `{class}` does not exist: the claims stay Pending, and so do the pods");
        let field = format!("spec.volumeClaimTemplates[{i}].spec.storageClassName");
        set.report(diagnostics, Severity::Warning, &field, message);
    }
}

/// Reports a name from which the label `controller-revision-hash` (`<name>-<hash>`) exceeds 63 bytes.
fn check_name_length(diagnostics: &mut Diagnostics, set: &TypedDocument) {
    const REVISION_HASH: usize = 10;
    let length = set.name().len() + 1 + REVISION_HASH;
    if length > 63 && set.name().len() <= 63 {
        let message = format!(
            "this name is accepted, but no pod can be created: with the revision's hash their label \
             `controller-revision-hash` is up to {length} bytes long, and 63 are allowed"
        );
        set.report(diagnostics, Severity::Warning, "metadata.name", message);
    }
}

/// Reports target ports of a Service that no container of its pods declares.
fn check_target_ports(diagnostics: &mut Diagnostics, service: &TypedDocument, documents: &[TypedDocument]) {
    let selector = service.value.at(&["spec", "selector"]);
    let workloads = documents.iter().filter(|other| {
        matches!(
            other.kind,
            Kind::StatefulSet | Kind::Deployment | Kind::ReplicaSet
        )
    });
    let selected: Vec<&TypedDocument> = workloads
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
            let owner = format!("{} `{}`", workload.kind, workload.name());
            match &target {
                Value::String(name) if !has("name") => {
                    let message =
                        format!("no container of {owner} names a port `{name}`: this port cannot be reached");
                    service.report(diagnostics, Severity::Warning, &field, message);
                }
                Value::Int(number) if !declared.is_empty() && !has("containerPort") => {
                    let message = format!("no container of {owner} declares port {number}");
                    service.report(diagnostics, Severity::Advice, &field, message);
                }
                _ => {}
            }
        }
    }
}
