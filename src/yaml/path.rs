//! Field paths as the API server writes them: `spec.template.spec.containers[0].image`, `metadata.labels[app]`.

/// One element of a field path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathPart {
    /// A field, or a key of a map.
    Key(String),
    /// A list item, counted from 0.
    Index(usize),
}

impl From<&str> for PathPart {
    fn from(key: &str) -> PathPart {
        PathPart::Key(key.to_owned())
    }
}

impl From<usize> for PathPart {
    fn from(index: usize) -> PathPart {
        PathPart::Index(index)
    }
}

/// Parses a field path as the API server's messages contain it (`field.Path.String`). Brackets contain an index if the
/// text is a number and a map key otherwise; an unclosed bracket extends to the end.
pub fn parse_path(path: &str) -> Vec<PathPart> {
    let mut parts = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (inner, after) = inside.split_once(']').unwrap_or((inside, ""));
            parts.push(match inner.parse() {
                Ok(index) => PathPart::Index(index),
                Err(_) => PathPart::from(inner),
            });
            rest = after;
        } else if let Some(after) = rest.strip_prefix('.') {
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            parts.push(PathPart::from(name));
            rest = after;
        }
    }
    parts
}

/// Formats a path so that [`parse_path`] restores it: keys that are not plain names are in brackets.
pub fn format_path(parts: &[PathPart]) -> String {
    let mut path = String::new();
    for part in parts {
        match part {
            PathPart::Index(index) => path.push_str(&format!("[{index}]")),
            PathPart::Key(key) if key.is_empty() || key.contains(['.', '[', ']']) => {
                path.push_str(&format!("[{key}]"));
            }
            PathPart::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
            }
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, parts: &[PathPart]) {
        assert_eq!(parse_path(path), parts);
        assert_eq!(format_path(parts), path);
    }

    #[test]
    fn paths_round_trip() {
        check("", &[]);
        check("spec", &["spec".into()]);
        check(
            "spec.ports[0].port",
            &["spec".into(), "ports".into(), 0.into(), "port".into()],
        );
        check("a[0][12]", &["a".into(), 0.into(), 12.into()]);
        check(
            "metadata.labels[app.kubernetes.io/name]",
            &[
                "metadata".into(),
                "labels".into(),
                "app.kubernetes.io/name".into(),
            ],
        );
    }

    #[test]
    fn brackets_hold_any_key() {
        assert_eq!(parse_path("data[x]"), ["data".into(), "x".into()]);
        assert_eq!(parse_path("data[x"), ["data".into(), "x".into()]);
    }
}
