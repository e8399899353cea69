//! Parses the parts of image references that determine `imagePullPolicy` (`pkg/util/parsers/parsers.go`).

/// Returns the tag of an image reference: `latest` when it has neither tag nor digest, `None` when it has only a digest
/// or cannot be parsed (`ParseImageName`).
pub(super) fn parse_tag(image: &str) -> Option<&str> {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let (repository, tag) = match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
        _ => (name, None),
    };
    let valid = is_repository(repository) && tag.is_none_or(is_tag);
    match (tag, digest) {
        _ if !valid => None,
        (Some(tag), _) => Some(tag),
        (None, Some(_)) => None,
        (None, None) => Some("latest"),
    }
}

/// Whether a text is an image reference (`ReferenceRegexp` in `github.com/distribution/reference`).
pub fn is_image_reference(image: &str) -> bool {
    let (name, digest) = match image.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (image, None),
    };
    let (repository, tag) = match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
        _ => (name, None),
    };
    let is_digest = |digest: &str| {
        digest.split_once(':').is_some_and(|(algorithm, hex)| {
            let letters = |part: &str| {
                part.starts_with(|c: char| c.is_ascii_alphabetic())
                    && part.chars().all(|c| c.is_ascii_alphanumeric())
            };
            algorithm.split(['-', '_', '+', '.']).all(letters)
                && hex.len() >= 32
                && hex.bytes().all(|b| b.is_ascii_hexdigit())
        })
    };
    is_repository(repository) && tag.is_none_or(is_tag) && digest.is_none_or(is_digest)
}

/// Whether a name is an optional domain, which may have upper-case letters, and lower-case path components.
fn is_repository(name: &str) -> bool {
    let mut parts: Vec<&str> = name.split('/').collect();
    let is_domain = |part: &str| {
        part.contains(['.', ':']) || part == "localhost" || part.contains(|c: char| c.is_ascii_uppercase())
    };
    if parts.len() > 1 && is_domain(parts[0]) {
        let domain = parts.remove(0);
        if domain.is_empty()
            || !domain
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-.:[]".contains(c))
        {
            return false;
        }
    }
    parts.iter().all(|part| is_path_component(part))
}

/// Whether a path component consists of lower-case letters and digits, separated by one `.`, one or two `_`, or any
/// number of `-`.
fn is_path_component(part: &str) -> bool {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !part.starts_with(word) || !part.ends_with(word) {
        return false;
    }
    let separators = part.split(word).filter(|between| !between.is_empty());
    separators
        .into_iter()
        .all(|between| matches!(between, "." | "_" | "__") || between.chars().all(|c| c == '-'))
}

fn is_tag(tag: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !tag.is_empty()
        && tag.len() <= 128
        && tag.starts_with(word)
        && tag.chars().all(|c| word(c) || matches!(c, '.' | '-'))
}

#[cfg(test)]
mod tests {
    use super::parse_tag;

    #[track_caller]
    fn check(image: &str, want: Option<&str>) {
        assert_eq!(parse_tag(image), want, "{image}");
    }

    #[test]
    fn tags_are_parsed() {
        check("nginx", Some("latest"));
        check("nginx:1.27", Some("1.27"));
        check("registry.k8s.io/nginx-slim:0.24", Some("0.24"));
        check("localhost:5000/nginx", Some("latest"));
        check("nginx@sha256:0123", None);
        check("nginx:1@sha256:0123", Some("1"));
    }

    #[test]
    fn invalid_references_have_no_tag() {
        for image in ["", "nginx ", "Nginx", "a//b", "nginx:", "nginx:a b", "-x"] {
            check(image, None);
        }
    }
}
