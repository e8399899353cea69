//! The images on the nodes, and image references (`pkg/kubelet/images`, `distribution/reference`).

use std::sync::Arc;

use imbl::OrdMap;

use crate::object::Time;

/// The images that nodes have or pull.
#[derive(Clone, Debug, Default)]
pub struct Images {
    /// By node and normalized image.
    available_at: OrdMap<(Arc<str>, Arc<str>), Time>,
}

impl Images {
    /// When the image is available on the node: a past time if the node has it.
    pub fn available_at(&self, node: &Arc<str>, image: &Arc<str>) -> Option<Time> {
        self.available_at.get(&key(node, image)).copied()
    }

    /// Sets when the image is available on the node.
    pub fn set_available_at(&mut self, node: &Arc<str>, image: &Arc<str>, at: Time) {
        self.available_at.insert(key(node, image), at);
    }

    /// Removes an image whose pull failed.
    pub fn remove(&mut self, node: &Arc<str>, image: &Arc<str>) {
        self.available_at.remove(&key(node, image));
    }
}

/// Names of one image are equal: `nginx` and `docker.io/library/nginx:latest`.
fn key(node: &Arc<str>, image: &Arc<str>) -> (Arc<str>, Arc<str>) {
    let image = reference(image).map_or_else(|| image.clone(), Into::into);
    (node.clone(), image)
}

/// The normalized reference with host, path and tag; `None` if the name is invalid
/// (`reference.ParseNormalizedNamed`).
pub fn reference(image: &str) -> Option<String> {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    if digest.is_some_and(|digest| !is_digest(digest)) {
        return None;
    }
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let (path, tag) = match name.get(slash..)?.find(':') {
        Some(colon) => (name.get(..slash + colon)?, Some(name.get(slash + colon + 1..)?)),
        None => (name, None),
    };
    if tag.is_some_and(|tag| !is_tag(tag)) {
        return None;
    }
    let (host, path) = match path.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':']) || host == "localhost" => (host, rest.to_owned()),
        Some(_) => ("docker.io", path.to_owned()),
        None => ("docker.io", format!("library/{path}")),
    };
    if !is_host(host) || !path.split('/').all(is_path_component) {
        return None;
    }
    let tag = tag.or(digest.is_none().then_some("latest"));
    let tag = tag.map_or(String::new(), |tag| format!(":{tag}"));
    let digest = digest.map_or(String::new(), |digest| format!("@{digest}"));
    Some(format!("{host}/{path}{tag}{digest}"))
}

fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        !algorithm.is_empty() && hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

fn is_tag(text: &str) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    !text.is_empty()
        && text.len() <= 128
        && text.bytes().next().is_some_and(word)
        && text.bytes().all(|b| word(b) || b == b'.' || b == b'-')
}

fn is_host(text: &str) -> bool {
    let (name, port) = text.split_once(':').unwrap_or((text, "0"));
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        && port.bytes().all(|b| b.is_ascii_digit())
}

fn is_path_component(text: &str) -> bool {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let (first, last) = (text.bytes().next(), text.bytes().last());
    first.is_some_and(letter)
        && last.is_some_and(letter)
        && text.bytes().all(|b| letter(b) || matches!(b, b'.' | b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[track_caller]
    fn check(image: &str, expected: Option<&str>) {
        assert_eq!(reference(image).as_deref(), expected, "{image}");
    }

    #[test]
    fn references_are_normalized() {
        check("nginx", Some("docker.io/library/nginx:latest"));
        check("my-db-image", Some("docker.io/library/my-db-image:latest"));
        check("bitnami/redis:7.2", Some("docker.io/bitnami/redis:7.2"));
        check(
            "registry.k8s.io/nginx-slim:0.24",
            Some("registry.k8s.io/nginx-slim:0.24"),
        );
        check("localhost:5000/a/b", Some("localhost:5000/a/b:latest"));
    }

    #[test]
    fn invalid_references_are_rejected() {
        for image in [
            "",
            "Nginx",
            "nginx:",
            "nginx:la test",
            "a//b",
            "nginx@sha256:12",
            "-a",
        ] {
            check(image, None);
        }
    }
}
