//! Arguments that name resources (`ResourceTypeOrNameArgs` in `cli-runtime/pkg/resource/builder.go`).

use crate::kubectl::errors::Error;
use crate::object::Kind;
use crate::object::kind::KINDS;

/// The kinds and names that arguments select.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    /// Kinds with names; without names, all objects of the kind.
    pub kinds: Vec<(Kind, Vec<String>)>,
    /// Whether a single object is named, so that it is not printed as a list (`SingleItemImplied`).
    pub single: bool,
}

/// The core and `apps` kinds of the category `all`, in the order of discovery.
const ALL: [Kind; 8] = [
    Kind::Pod,
    Kind::ReplicationController,
    Kind::Service,
    Kind::DaemonSet,
    Kind::Deployment,
    Kind::ReplicaSet,
    Kind::StatefulSet,
    Kind::HorizontalPodAutoscaler,
];

/// The `batch` kinds of the category `all`; discovery lists them last.
const ALL_BATCH: [Kind; 2] = [Kind::CronJob, Kind::Job];

/// Parses arguments that name resources (`ResourceTypeOrNameArgs`).
///
/// # Errors
/// The error of upstream's builder, or one for a resource type that the server does not have.
pub fn parse_args(words: &[String]) -> Result<Targets, Error> {
    let words = expand_type_lists(words);
    let with_slash = words.iter().filter(|word| word.contains('/')).count();
    if with_slash > 0 && with_slash < words.len() {
        return Err(Error::Plain(
            "there is no need to specify a resource type as a separate argument when passing arguments in \
             resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource \
             resource/<resource_name>'"
                .to_owned(),
        ));
    }
    if with_slash > 0 {
        return tuples(&words);
    }
    let Some((types, names)) = words.split_first() else {
        return Ok(Targets::default());
    };
    let kinds = types
        .split(',')
        .map(|word| {
            if word == "all" {
                Ok(category_all())
            } else {
                parse_kind(word).map(|kind| vec![kind])
            }
        })
        .collect::<Result<Vec<_>, Error>>()?
        .concat();
    let mut kinds = kinds;
    let mut seen = Vec::new();
    kinds.retain(|kind| {
        !seen.contains(kind) && {
            seen.push(*kind);
            true
        }
    });
    Ok(Targets {
        single: kinds.len() == 1 && names.len() == 1,
        kinds: kinds.into_iter().map(|kind| (kind, names.to_vec())).collect(),
    })
}

fn category_all() -> Vec<Kind> {
    ALL.into_iter().chain(ALL_BATCH).collect()
}

/// Expands several types with names to pairs of both: `sts,svc web` to `sts/web svc/web`.
fn expand_type_lists(words: &[String]) -> Vec<String> {
    match words {
        [types, names @ ..] if !names.is_empty() && types.contains(',') => types
            .split(',')
            .flat_map(|resource| names.iter().map(move |name| format!("{resource}/{name}")))
            .collect(),
        words => words.to_vec(),
    }
}

/// Parses arguments of the form `resource/name` (`splitResourceTypeName`).
fn tuples(words: &[String]) -> Result<Targets, Error> {
    let mut kinds: Vec<(Kind, Vec<String>)> = Vec::new();
    for word in words {
        let parts: Vec<&str> = word.split('/').collect();
        let [resource, name] = parts.as_slice() else {
            let text = "arguments in resource/name form may not have more than one slash";
            return Err(Error::Plain(text.to_owned()));
        };
        if resource.is_empty() || name.is_empty() || resource.contains(',') {
            let text = "arguments in resource/name form must have a single resource and name";
            return Err(Error::Plain(text.to_owned()));
        }
        kinds.push((parse_kind(resource)?, vec![(*name).to_owned()]));
    }
    Ok(Targets {
        single: kinds.len() == 1,
        kinds,
    })
}

/// The kind of a resource type: plural, singular or short name, with or without group, in any case.
///
/// # Errors
/// An error for a type that the server does not have.
pub fn parse_kind(word: &str) -> Result<Kind, Error> {
    let lower = word.to_ascii_lowercase();
    let (name, group) = match lower.split_once('.') {
        Some((name, group)) => (name, Some(group)),
        None => (lower.as_str(), None),
    };
    // Short names are compared as they are written (`expandResourceShortcut`), resource names in lower case.
    let written = word.split('.').next().unwrap_or_default();
    let found = KINDS.iter().filter(|info| info.kind != Kind::Fault).find(|info| {
        let named =
            info.plural == name || info.short.contains(&written) || info.name.to_ascii_lowercase() == name;
        let versioned = format!("{}.{}", info.version, info.group);
        named && group.is_none_or(|group| group == info.group || group == versioned)
    });
    found.map(|info| info.kind).ok_or_else(|| {
        // The message leaves the group out.
        let shown = word.split('.').next().unwrap_or_default();
        Error::Plain(format!("the server doesn't have a resource type {shown:?}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[(Kind, &[&str])], single: bool) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let targets = parse_args(&words).expect("targets");
        let have: Vec<(Kind, Vec<&str>)> = targets
            .kinds
            .iter()
            .map(|(kind, names)| (*kind, names.iter().map(String::as_str).collect()))
            .collect();
        let want: Vec<(Kind, Vec<&str>)> = expected
            .iter()
            .map(|(kind, names)| (*kind, names.to_vec()))
            .collect();
        assert_eq!((have, targets.single), (want, single));
    }

    #[test]
    fn arguments_name_objects() {
        check("pods", &[(Kind::Pod, &[])], false);
        check("Pods web-0 web-1", &[(Kind::Pod, &["web-0", "web-1"])], false);
        check("po web-0", &[(Kind::Pod, &["web-0"])], true);
        assert!(parse_kind("PO").is_err());
        check("sts web", &[(Kind::StatefulSet, &["web"])], true);
        check("statefulset.apps/web", &[(Kind::StatefulSet, &["web"])], true);
        check("statefulsets.v1.apps", &[(Kind::StatefulSet, &[])], false);
        check(
            "svc,sts",
            &[(Kind::Service, &[]), (Kind::StatefulSet, &[])],
            false,
        );
        check(
            "svc,sts web",
            &[(Kind::Service, &["web"]), (Kind::StatefulSet, &["web"])],
            false,
        );
        check(
            "pod/a svc/b",
            &[(Kind::Pod, &["a"]), (Kind::Service, &["b"])],
            false,
        );
    }

    #[track_caller]
    fn check_error(line: &str, start: &str) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let message = parse_args(&words).expect_err("an error").message();
        assert!(message.starts_with(start), "{message}");
    }

    #[test]
    fn invalid_arguments_are_refused() {
        check_error(
            "statefulsts",
            "the server doesn't have a resource type \"statefulsts\"",
        );
        check_error("faults", "the server doesn't have a resource type \"faults\"");
        check_error("pods pod/a", "there is no need to specify a resource type");
        check_error(
            "a/b/c",
            "arguments in resource/name form may not have more than one slash",
        );
        check_error(
            "pod/",
            "arguments in resource/name form must have a single resource and name",
        );
    }
}
