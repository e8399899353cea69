//! `get --raw` (`kubectl/pkg/rawhttp/raw.go`): an answer of the API server as it is.

use std::sync::Arc;

use super::super::resource::{self, LookupScope, Targets, VisitResult};
use super::super::selector::Selector;
use super::super::{CommandContext, CommandResult, version};
use crate::api::{Reason, Status};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::Args;
use crate::object::kind::KINDS;
use crate::object::{Kind, Map, Object, Value};

/// Prints the answer to a request for a path.
pub fn run(ctx: &mut CommandContext, args: &Args, path: &str) -> CommandResult {
    let plain = |text: &str| Err(vec![Error::Plain(text.to_owned())]);
    if !args.words.is_empty() {
        return plain("arguments may not be passed when --raw is specified");
    }
    if args.is("watch") || args.is("watch-only") || args.has("selector") {
        return plain(
            "--raw may not be specified with other flags that filter the server request or alter the output",
        );
    }
    if args.has("output") {
        return plain("--raw and --output are mutually exclusive");
    }
    if !path.starts_with('/') {
        return plain(&format!(
            "--raw must be a valid URL path: parse {path:?}: invalid URI for request"
        ));
    }
    let path = path.split('?').next().unwrap_or_default();
    let printed = match path {
        "/healthz" | "/livez" | "/readyz" => "ok".to_owned(),
        "/version" | "/version/" => version::server_version(),
        path => match Address::parse(path) {
            Some(address) => answer(ctx, &address)?,
            None => return Err(vec![not_found()]),
        },
    };
    ctx.out.push_str(&printed);
    Ok(None)
}

fn not_found() -> Error {
    resource::refused(Status {
        reason: Reason::NotFound,
        message: "the server could not find the requested resource".to_owned(),
        ..Status::bad_request(String::new(), Vec::new())
    })
}

/// The resource and object that a path names.
struct Address<'a> {
    kind: Kind,
    namespace: Option<&'a str>,
    name: Option<&'a str>,
}

impl Address<'_> {
    fn parse(path: &str) -> Option<Address<'_>> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let (api_version, rest) = match parts.as_slice() {
            ["api", version, rest @ ..] => ((*version).to_owned(), rest),
            ["apis", group, version, rest @ ..] => (format!("{group}/{version}"), rest),
            _ => return None,
        };
        let (namespace, rest) = match rest {
            ["namespaces", namespace, rest @ ..] if !rest.is_empty() => (Some(*namespace), rest),
            rest => (None, rest),
        };
        let (plural, name) = match rest {
            [plural] => (plural, None),
            [plural, name] => (plural, Some(*name)),
            _ => return None,
        };
        let info = KINDS
            .iter()
            .find(|info| info.plural == *plural && info.api_version == api_version)?;
        let fits = info.namespaced || namespace.is_none();
        (info.kind != Kind::Fault && fits).then_some(Address {
            kind: info.kind,
            namespace,
            name,
        })
    }
}

/// An object, or a list of objects.
fn answer(ctx: &CommandContext, address: &Address) -> Result<String, Error> {
    let names = address.name.iter().map(|name| (*name).to_owned()).collect();
    let targets = Targets {
        kinds: vec![(address.kind, names)],
        single: address.name.is_some(),
    };
    let scope = LookupScope {
        namespace: address.namespace.unwrap_or_default(),
        all_namespaces: address.namespace.is_none() && address.name.is_none(),
        selector: Selector::default(),
    };
    let world = ctx.server.world();
    let found: VisitResult = resource::find(world, &targets, &scope);
    if let Some(error) = found.errors.first() {
        return Err(error.clone());
    }
    let objects: Vec<&Arc<Object>> = found.objects().collect();
    if let (Some(_), [object]) = (address.name, objects.as_slice()) {
        return Ok(format!("{}\n", object.document()));
    }
    let info = address.kind.info();
    let item = |object: &&Arc<Object>| {
        let mut document = object.document();
        if let Some(map) = document.as_object_mut() {
            map.remove("apiVersion");
            map.remove("kind");
        }
        document
    };
    let mut metadata = Map::new();
    metadata.insert("resourceVersion", world.seq().to_string());
    let mut list = Map::new();
    list.insert("kind", format!("{}List", info.name));
    list.insert("apiVersion", info.api_version);
    list.insert("metadata", metadata);
    list.insert("items", objects.iter().map(item).collect::<Vec<Value>>());
    Ok(format!("{}\n", Value::from(list)))
}
