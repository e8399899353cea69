//! Warnings about files of one volume that hide each other (`warningsForOverlappingVirtualPaths` in
//! `pkg/api/pod/warnings.go`).

use crate::api::validation::access::FieldAccess;
use crate::object::Value;

/// A path in a volume, and where it comes from.
#[derive(PartialEq)]
struct PathSource {
    path: String,
    source: String,
}

impl PathSource {
    fn text(&self) -> String {
        match self.source.as_str() {
            "" => format!("{:?}", self.path),
            source => format!("{:?} ({source})", self.path),
        }
    }
}

/// Warns about overlapping paths in the volumes of a pod.
pub fn warn_overlaps(warnings: &mut Vec<String>, spec: &Value) {
    for volume in spec.list("volumes") {
        let name = volume.text("name");
        for (kind, title, field) in [
            ("configMap", "ConfigMap", "name"),
            ("secret", "Secret", "secretName"),
            ("downwardAPI", "DownwardAPI", ""),
        ] {
            let source = volume.field(kind);
            let described = match field {
                "" => title.to_owned(),
                field => format!("{title} {:?}", source.text(field)),
            };
            warn_paths(warnings, name, &described, item_paths(source, ""));
        }
        let Some(projected) = volume.maybe("projected") else {
            continue;
        };
        let mut paths = Vec::new();
        for source in projected.list("sources") {
            match source.as_object().is_some_and(|map| map.is_empty()) {
                true => warnings.push(format!("volume {name:?} (Projected) has no sources provided")),
                false => paths.extend(source_paths(source)),
            }
        }
        warn_paths(warnings, name, "Projected", paths);
    }
}

/// The paths of the items of a source.
fn item_paths(source: &Value, described: &str) -> Vec<PathSource> {
    let items = source.list("items").iter();
    items
        .map(|item| PathSource {
            path: item.text("path").to_owned(),
            source: described.to_owned(),
        })
        .collect()
}

/// The paths of a source of a projected volume.
fn source_paths(source: &Value) -> Vec<PathSource> {
    for (kind, title) in [("configMap", "ConfigMap"), ("secret", "Secret")] {
        let part = source.field(kind);
        if !part.list("items").is_empty() {
            return item_paths(part, &format!("{title} {:?}", part.text("name")));
        }
    }
    let part = source.field("downwardAPI");
    if !part.list("items").is_empty() {
        return item_paths(part, "DownwardAPI");
    }
    let one = |path: &str, source: String| PathSource {
        path: path.to_owned(),
        source,
    };
    if let Some(token) = source.maybe("serviceAccountToken") {
        return vec![one(token.text("path"), "ServiceAccountToken".to_owned())];
    }
    if let Some(bundle) = source.maybe("clusterTrustBundle") {
        let name = bundle
            .maybe_text("name")
            .unwrap_or_else(|| bundle.text("signerName"));
        return vec![one(bundle.text("path"), format!("ClusterTrustBundle {name:?}"))];
    }
    let certificate = source.field("podCertificate");
    [
        ("certificateChainPath", "PodCertificate chain"),
        ("keyPath", "PodCertificate key"),
        ("credentialBundlePath", "PodCertificate credential bundle"),
    ]
    .into_iter()
    .filter(|(field, _)| !certificate.text(field).is_empty())
    .map(|(field, title)| one(certificate.text(field), title.to_owned()))
    .collect()
}

/// `checkVolumeMappingForOverlap`.
fn warn_paths(warnings: &mut Vec<String>, volume: &str, described: &str, paths: Vec<PathSource>) {
    let mut seen: Vec<PathSource> = Vec::new();
    for mut one in paths {
        one.path = one.path.trim_end_matches('/').to_owned();
        let inside = |inner: &str, outer: &str| format!("{inner}/").starts_with(&format!("{outer}/"));
        for other in seen
            .iter()
            .filter(|other| !one.path.is_empty() && !other.path.is_empty())
        {
            if inside(&other.path, &one.path) || inside(&one.path, &other.path) {
                warnings.push(format!(
                    "volume {volume:?} ({described}): overlapping paths: {} with {}",
                    one.text(),
                    other.text()
                ));
            }
        }
        seen.push(one);
    }
}
