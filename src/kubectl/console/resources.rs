//! Which objects a line is about: `pods`, `pod web-0`, `sts/web`, `svc,sts`, `all` (`cli-runtime/pkg/resource/builder.go`).

use std::sync::Arc;

use super::flags::Args;
use super::selector::Selector;
use super::{Ended, Shell};
use crate::api::{Reason, Status};
use crate::kubectl::errors::Error;
use crate::object::kind::KINDS;
use crate::object::{Key, Kind, Object};
use crate::store::World;

/// The words that say which objects are meant, resolved against what the API server serves.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    /// Kinds with the names that are asked for; no names: all objects of the kind.
    pub kinds: Vec<(Kind, Vec<String>)>,
    /// Whether one object was asked for by its name, so that it stands for itself and not in a list.
    pub single: bool,
}

/// Where a line looks.
#[derive(Clone, Debug)]
pub struct Scope<'a> {
    /// The namespace that `-n` names.
    pub namespace: &'a str,
    /// Whether `-A` asks for all of them.
    pub everywhere: bool,
    /// `-l` and `--field-selector`.
    pub selector: Selector,
}

impl<'a> Scope<'a> {
    /// Reads `-n`, `-A`, `-l` and `--field-selector`.
    pub fn of(args: &'a Args) -> Scope<'a> {
        let labels = args.get("selector").unwrap_or_default();
        let fields = args.get("field-selector").unwrap_or_default();
        Scope {
            namespace: namespace(args),
            everywhere: args.is("all-namespaces"),
            // What cannot be read is refused when the first kind is listed, as the API server does.
            selector: Selector::parse(labels, fields)
                .unwrap_or_else(|why| Selector::unreadable(labels, fields, why)),
        }
    }
}

/// The namespace that a line works in.
pub fn namespace(args: &Args) -> &str {
    args.get("namespace").unwrap_or(crate::object::DEFAULT_NAMESPACE)
}

/// The kinds of `all`, in the order in which discovery has them.
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

/// What follows them there.
const ALL_BATCH: [Kind; 2] = [Kind::CronJob, Kind::Job];

/// Reads the words of a line (`ResourceTypeOrNameArgs`).
///
/// # Errors
/// The builder's, and that of a resource which the server does not have.
pub fn read(words: &[String]) -> Result<Targets, Error> {
    let words = spread(words);
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
                Ok(all())
            } else {
                kind(word).map(|kind| vec![kind])
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

/// Whether `all` stands for a kind too.
pub fn is_of_all(kind: Kind) -> bool {
    ALL.contains(&kind) || ALL_BATCH.contains(&kind)
}

fn all() -> Vec<Kind> {
    ALL.into_iter().chain(ALL_BATCH).collect()
}

/// Several kinds with names are pairs of both: `sts,svc web` is `sts/web svc/web`.
fn spread(words: &[String]) -> Vec<String> {
    match words {
        [types, names @ ..] if !names.is_empty() && types.contains(',') => types
            .split(',')
            .flat_map(|of| names.iter().map(move |name| format!("{of}/{name}")))
            .collect(),
        words => words.to_vec(),
    }
}

fn tuples(words: &[String]) -> Result<Targets, Error> {
    let mut kinds: Vec<(Kind, Vec<String>)> = Vec::new();
    for word in words {
        let parts: Vec<&str> = word.split('/').collect();
        let [of, name] = parts.as_slice() else {
            let text = "arguments in resource/name form may not have more than one slash";
            return Err(Error::Plain(text.to_owned()));
        };
        if of.is_empty() || name.is_empty() || of.contains(',') {
            let text = "arguments in resource/name form must have a single resource and name";
            return Err(Error::Plain(text.to_owned()));
        }
        kinds.push((kind(of)?, vec![(*name).to_owned()]));
    }
    Ok(Targets {
        single: kinds.len() == 1,
        kinds,
    })
}

/// The kind that a word names: plural, singular or short, with or without group, in any case.
///
/// # Errors
/// That the server does not have it.
pub fn kind(word: &str) -> Result<Kind, Error> {
    let lower = word.to_ascii_lowercase();
    let (name, group) = match lower.split_once('.') {
        Some((name, group)) => (name, Some(group)),
        None => (lower.as_str(), None),
    };
    let found = KINDS.iter().filter(|info| info.kind != Kind::Fault).find(|info| {
        let named =
            info.plural == name || info.short.contains(&name) || info.name.to_ascii_lowercase() == name;
        let versioned = format!("{}.{}", info.version, info.group);
        named && group.is_none_or(|group| group == info.group || group == versioned)
    });
    found.map(|info| info.kind).ok_or_else(|| {
        // A group that is there, or is none, is left out.
        let shown = word.split('.').next().unwrap_or_default();
        Error::Plain(format!("the server doesn't have a resource type {shown:?}"))
    })
}

/// What was found: objects by kind in the order of the words, and what went wrong on the way.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The objects of each kind; a kind that was listed stands here even without any.
    pub kinds: Vec<(Kind, Vec<Arc<Object>>)>,
    /// What was not found, or refused.
    pub errors: Vec<Error>,
    /// How many objects were found before each error.
    pub places: Vec<usize>,
}

impl Found {
    /// All objects in order.
    pub fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.kinds.iter().flat_map(|(_, objects)| objects)
    }

    fn fail(&mut self, error: Error, before: usize) {
        self.errors.push(error);
        self.places.push(before);
    }
}

/// Looks for the objects.
pub fn find(world: &World, targets: &Targets, scope: &Scope) -> Found {
    let mut found = Found::default();
    let mut before = 0;
    for (kind, names) in &targets.kinds {
        let result = if names.is_empty() {
            list(world, *kind, scope)
        } else {
            named(world, *kind, names, scope, before, &mut found)
        };
        match result {
            Ok(objects) => {
                before += objects.len();
                if names.is_empty() || !objects.is_empty() {
                    found.kinds.push((*kind, objects));
                }
            }
            Err(error) => found.fail(error, before),
        }
    }
    found
}

/// What several objects, and the errors between them, are visited with.
type Visit<'a> = &'a mut dyn FnMut(&mut Shell, &Arc<Object>) -> Result<(), Vec<Error>>;

/// Does something to each object that was found, and gathers what goes wrong in the order of the words.
pub fn each(shell: &mut Shell, found: &Found, act: Visit) -> Ended {
    let mut missing = found.places.iter().zip(&found.errors).peekable();
    let mut errors = Vec::new();
    for (i, object) in found.objects().enumerate() {
        while let Some((_, error)) = missing.next_if(|(place, _)| **place <= i) {
            errors.push(error.clone());
        }
        if let Err(more) = act(shell, object) {
            errors.extend(more);
        }
    }
    errors.extend(missing.map(|(_, error)| error.clone()));
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

fn named(
    world: &World,
    kind: Kind,
    names: &[String],
    scope: &Scope,
    before: usize,
    found: &mut Found,
) -> Result<Vec<Arc<Object>>, Error> {
    if !scope.selector.is_empty() {
        return Err(Error::Plain(
            "name cannot be provided when a selector is specified".to_owned(),
        ));
    }
    if scope.everywhere && kind.info().namespaced {
        return Err(Error::Plain(
            "a resource cannot be retrieved by name across all namespaces".to_owned(),
        ));
    }
    let mut objects = Vec::new();
    for name in names {
        let key = key(kind, scope.namespace, name);
        match world.get(&key) {
            Some(object) => objects.push(object.clone()),
            None => {
                let namespace = self::key(Kind::Namespace, "", &key.namespace);
                let nowhere = kind.info().namespaced && world.get(&namespace).is_none();
                let missing = if nowhere { &namespace } else { &key };
                found.fail(refused(Status::not_found(missing)), before + objects.len());
            }
        }
    }
    Ok(objects)
}

fn list(world: &World, kind: Kind, scope: &Scope) -> Result<Vec<Arc<Object>>, Error> {
    let selector = &scope.selector;
    selector.fits(kind).map_err(|why| {
        let info = kind.info();
        let message = format!(
            "Unable to find \"{}/{}, Resource={}\" that match label selector {:?}, field selector {:?}: {why}",
            info.group, info.version, info.plural, selector.label_text, selector.field_text
        );
        refused(Status::bad_request(message, Vec::new()))
    })?;
    let here = |object: &&Arc<Object>| {
        scope.everywhere || !kind.info().namespaced || object.meta.namespace.as_ref() == scope.namespace
    };
    let objects = world.list(kind).filter(here);
    Ok(objects
        .filter(|object| selector.matches(object))
        .cloned()
        .collect())
}

/// The key of an object that a line names.
pub fn key(kind: Kind, namespace: &str, name: &str) -> Key {
    let namespace = if kind.info().namespaced { namespace } else { "" };
    Key {
        kind,
        namespace: namespace.into(),
        name: name.into(),
    }
}

/// A refusal without anything before its message.
pub fn refused(status: Status) -> Error {
    Error::Refused {
        while_doing: String::new(),
        status,
    }
}

/// Whether an error says that something is not there.
pub fn is_not_found(error: &Error) -> bool {
    matches!(error, Error::Refused { status, .. } if status.reason == Reason::NotFound)
}

/// `missingResourceError`.
pub fn nothing_named() -> Error {
    Error::Plain(
        "You must provide one or more resources by argument or filename.\n\
         Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   \
         '<resource> <name>'\n   '<resource>'"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[(Kind, &[&str])], single: bool) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let targets = read(&words).expect("targets");
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
    fn words_name_objects() {
        check("pods", &[(Kind::Pod, &[])], false);
        check("PO web-0 web-1", &[(Kind::Pod, &["web-0", "web-1"])], false);
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
        let message = read(&words).expect_err("an error").message();
        assert!(message.starts_with(start), "{message}");
    }

    #[test]
    fn what_names_nothing_is_refused() {
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
