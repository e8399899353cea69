//! `kubectl explain` (`kubectl/pkg/cmd/explain/explain.go`).

mod openapi_v2;
mod plaintext;
mod schema;
mod wrap;

use super::{CommandContext, CommandResult, Docs, Pending, resource};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::Kind;
use crate::object::kind::KINDS;

/// The flags of `explain`.
pub const FLAGS: &[Flag] = &[
    bool("recursive", 'R'),
    text("api-version", ' '),
    text("output", 'o'),
];

/// How a description is printed (`--output`).
#[derive(Clone, Copy, Debug)]
enum Format {
    Plaintext,
    OpenApiV2,
}

/// The type or field to explain.
#[derive(Clone, Debug)]
pub struct ExplainOptions {
    kind: Kind,
    /// The API version that is printed with the kind.
    version: String,
    path: Vec<String>,
    recursive: bool,
    format: Format,
}

/// Runs `explain`: resolves the field. [`print`] prints it once the descriptions are loaded.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: &str| vec![Error::Plain(text.to_owned())];
    let word = match args.words.as_slice() {
        [] => {
            return Err(plain(
                "You must specify the type of resource to explain. Use \"kubectl api-resources\" for a complete list \
                 of supported resources.\n",
            ));
        }
        [word] => word,
        _ => return Err(plain("We accept only this format: explain RESOURCE\n")),
    };
    let version = args.get("api-version").unwrap_or_default();
    let (kind, path) = parse(word, version.is_empty())?;
    let mut options = ExplainOptions {
        kind,
        version: kind.api_version().to_owned(),
        path,
        recursive: args.is("recursive"),
        format: Format::Plaintext,
    };
    let format = args.get("output").unwrap_or("plaintext");
    if format == "plaintext-openapiv2" {
        options.format = Format::OpenApiV2;
        return check_openapi_v2(options, version);
    }
    check_version(kind, version).map_err(Error::Plain)?;
    if format != "plaintext" {
        return Err(plain(&format!("unrecognized format: {format}")));
    }
    match schema::resolve(kind, &options.path) {
        Some(_) => Ok(Some(Pending::Explain(options))),
        None => {
            ctx.out.push_str(&plaintext::header(kind));
            let missing = options.path.last().map_or("", String::as_str);
            Err(plain(&format!("field {missing:?} does not exist")))
        }
    }
}

/// The output of `explain`.
pub fn print(options: &ExplainOptions, docs: &dyn Docs) -> String {
    match options.format {
        Format::Plaintext => plaintext::print(options, docs),
        Format::OpenApiV2 => openapi_v2::print(options, docs),
    }
}

/// The kind and the path of fields in `TYPE[.GROUP].FIELD...` (`SplitAndParseResourceRequestWithMatchingPrefix`, and
/// `SplitAndParseResourceRequest` with `--api-version`, in `kubectl/pkg/explain/explain.go`).
fn parse(word: &str, matches_group: bool) -> Result<(Kind, Vec<String>), Vec<Error>> {
    let word = word.strip_suffix('.').unwrap_or(word);
    let first = word.split('.').next().unwrap_or_default();
    // kubectl prints no `error: ` before this message.
    let kind = resource::parse_kind(first).map_err(|error| vec![Error::Raw(error.message())])?;
    let plural = kind.info().plural;
    let of_type = |kind: Kind| {
        let info = kind.info();
        let qualified = match info.group {
            "" => plural.to_owned(),
            group => format!("{plural}.{group}"),
        };
        let rest = word.strip_prefix(&qualified)?.to_owned();
        (info.plural == plural && matches_group).then_some((kind, rest))
    };
    let kinds = KINDS.iter().map(|info| info.kind);
    let (kind, rest) = kinds
        .filter_map(of_type)
        .next()
        .unwrap_or_else(|| (kind, word[first.len()..].to_owned()));
    let path: Vec<String> = rest.split('.').skip(1).map(str::to_owned).collect();
    if path
        .iter()
        .any(|field| field.is_empty() || field.contains(['[', '*']))
    {
        let nodes = if matches_group {
            "first node must be field node"
        } else {
            "all nodes must be field nodes"
        };
        return Err(vec![Error::Plain(format!("invalid jsonpath syntax, {nodes}"))]);
    }
    Ok((kind, path))
}

/// Checks `--api-version`: each kind has one version here.
fn check_version(kind: Kind, version: &str) -> Result<(), String> {
    if version.is_empty() || version == kind.api_version() {
        return Ok(());
    }
    if version.matches('/').count() > 1 {
        return Err(format!("unexpected GroupVersion string: {version}"));
    }
    let slash = if version.contains('/') { "" } else { "/" };
    let resource = format!("{slash}{version}, Resource={}", kind.info().plural);
    Err(
        match KINDS.iter().any(|info| info.kind.api_version() == version) {
            true => format!("GVR ({resource}) not found in OpenAPI schema"),
            false => format!("couldn't find resource for {resource:?}"),
        },
    )
}

/// Checks what `-o plaintext-openapiv2` looks up (`renderOpenAPIV2`).
fn check_openapi_v2(mut options: ExplainOptions, version: &str) -> CommandResult {
    if !version.is_empty() && version != options.version {
        let (slash, kind) = (
            if version.contains('/') { "" } else { "/" },
            options.kind.info().name,
        );
        return Err(vec![Error::Plain(format!(
            "couldn't find resource for \"{slash}{version}, Kind={kind}\""
        ))]);
    }
    if let Err(missing) = openapi_v2::check(options.kind, &options.path) {
        return Err(vec![Error::Plain(format!("field {missing:?} does not exist"))]);
    }
    options.format = Format::OpenApiV2;
    Ok(Some(Pending::Explain(options)))
}
