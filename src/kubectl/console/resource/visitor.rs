//! Looks objects up and visits them (`cli-runtime/pkg/resource/visitor.go`).

use std::sync::Arc;

use super::super::selector::Selector;
use super::super::{CommandContext, CommandResult};
use super::args::Targets;
use super::{namespace, refused};
use crate::api::Status;
use crate::cluster::controllers::endpoints;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::{Kind, Object};
use crate::store::World;

/// Namespaces and selectors of a lookup.
#[derive(Clone, Debug)]
pub struct LookupScope<'a> {
    /// `-n`.
    pub namespace: &'a str,
    /// `-A`.
    pub all_namespaces: bool,
    /// `-l` and `--field-selector`.
    pub selector: Selector,
}

impl<'a> LookupScope<'a> {
    /// Reads `-n`, `-A`, `-l` and `--field-selector`.
    pub fn from_args(args: &'a Args) -> LookupScope<'a> {
        let labels = args.get("selector").unwrap_or_default();
        let fields = args.get("field-selector").unwrap_or_default();
        LookupScope {
            namespace: namespace(args),
            all_namespaces: args.is("all-namespaces"),
            // An invalid selector is refused when the first kind is listed, as by the API server.
            selector: Selector::parse(labels, fields)
                .unwrap_or_else(|error| Selector::invalid(labels, fields, error)),
        }
    }
}

/// Objects by kind in the order of the arguments, and the errors on the way (`resource.Result`).
#[derive(Clone, Debug, Default)]
pub struct VisitResult {
    /// The objects of each kind; a kind that was listed has an entry even if it has no objects.
    pub kinds: Vec<(Kind, Vec<Arc<Object>>)>,
    /// Objects that were not found, and refused requests.
    pub errors: Vec<Error>,
    /// The number of objects before each error.
    pub error_positions: Vec<usize>,
}

impl VisitResult {
    /// All objects in order.
    pub fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.kinds.iter().flat_map(|(_, objects)| objects)
    }

    fn fail(&mut self, error: Error, before: usize) {
        self.errors.push(error);
        self.error_positions.push(before);
    }
}

/// Looks the objects up.
pub fn find(world: &World, targets: &Targets, scope: &LookupScope) -> VisitResult {
    let mut found = VisitResult::default();
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

/// Visits one object (`resource.VisitorFunc`).
type VisitorFunc<'a> = &'a mut dyn FnMut(&mut CommandContext, &Arc<Object>) -> Result<(), Vec<Error>>;

/// Visits each object, and collects the errors in the order of the arguments (`ContinueOnError`).
pub fn visit(ctx: &mut CommandContext, found: &VisitResult, visitor: VisitorFunc) -> CommandResult {
    let mut missing = found.error_positions.iter().zip(&found.errors).peekable();
    let mut errors = Vec::new();
    for (i, object) in found.objects().enumerate() {
        while let Some((_, error)) = missing.next_if(|(position, _)| **position <= i) {
            errors.push(error.clone());
        }
        if let Err(more) = visitor(ctx, object) {
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
    scope: &LookupScope,
    before: usize,
    found: &mut VisitResult,
) -> Result<Vec<Arc<Object>>, Error> {
    if !scope.selector.is_empty() {
        return Err(Error::Plain(
            "name cannot be provided when a selector is specified".to_owned(),
        ));
    }
    if scope.all_namespaces && kind.info().namespaced {
        return Err(Error::Plain(
            "a resource cannot be retrieved by name across all namespaces".to_owned(),
        ));
    }
    let mut objects = Vec::new();
    for name in names {
        let key = super::key(kind, scope.namespace, name);
        let object = match kind {
            Kind::Endpoints => endpoints::get(world, &key),
            _ => world.get(&key).cloned(),
        };
        match object {
            Some(object) => objects.push(object),
            None => {
                let namespace = super::key(Kind::Namespace, "", &key.namespace);
                let namespace_missing = kind.info().namespaced && world.get(&namespace).is_none();
                let missing = if namespace_missing { &namespace } else { &key };
                found.fail(refused(Status::not_found(missing)), before + objects.len());
            }
        }
    }
    Ok(objects)
}

fn list(world: &World, kind: Kind, scope: &LookupScope) -> Result<Vec<Arc<Object>>, Error> {
    let selector = &scope.selector;
    selector.validate_fields(kind).map_err(|error| {
        let info = kind.info();
        let message = format!(
            "Unable to find \"{}/{}, Resource={}\" that match label selector {:?}, field selector {:?}: {error}",
            info.group, info.version, info.plural, selector.label_text, selector.field_text
        );
        refused(Status::bad_request(message, Vec::new()))
    })?;
    let in_scope = |object: &&Arc<Object>| {
        scope.all_namespaces || !kind.info().namespaced || object.meta.namespace.as_ref() == scope.namespace
    };
    let is_selected = |object: &&Arc<Object>| in_scope(object) && selector.matches(object);
    Ok(match kind {
        Kind::Endpoints => endpoints::list(world)
            .iter()
            .filter(is_selected)
            .cloned()
            .collect(),
        _ => world.list(kind).filter(is_selected).cloned().collect(),
    })
}
