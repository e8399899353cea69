//! `kubectl api-resources` (`kubectl/pkg/cmd/apiresources/apiresources.go`).

use super::table::TabWriter;
use super::{CommandContext, CommandResult, resource};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::Kind;
use crate::object::kind::{KINDS, KindInfo};

/// The flags of `api-resources`.
pub const FLAGS: &[Flag] = &[
    text("api-group", ' '),
    bool("namespaced", ' '),
    bool("no-headers", ' '),
    bool("cached", ' '),
    text("output", 'o'),
    text("sort-by", ' '),
    text("verbs", ' '),
    text("categories", ' '),
];

/// The verbs of every resource of this API server.
const VERBS: [&str; 8] = [
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];

/// Runs `api-resources`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: &str| Err(vec![Error::Plain(text.to_owned())]);
    if !args.words.is_empty() {
        return plain(&format!(
            "unexpected arguments: [{}]\nSee 'kubectl api-resources -h' for help and examples",
            args.words.join(" ")
        ));
    }
    let sort = args.get("sort-by").unwrap_or_default();
    if !matches!(sort, "" | "name" | "kind") {
        return plain("--sort-by accepts only name or kind");
    }
    let output = args.get("output").unwrap_or_default();
    if !matches!(output, "" | "wide" | "name") {
        return plain(&format!(
            "unable to match a printer suitable for the output format {output:?}, allowed formats are: \
             json,kyaml,name,wide,yaml"
        ));
    }
    let mut kinds: Vec<&KindInfo> = KINDS.iter().filter(|info| is_selected(args, info)).collect();
    kinds.sort_by_key(|info| match sort {
        "name" => ("", info.plural),
        "kind" => ("", info.name),
        _ => (info.group, info.plural),
    });
    let rows = if output == "name" {
        kinds
            .iter()
            .map(|info| vec![info.kind.qualified_plural()])
            .collect()
    } else {
        table(&kinds, !args.is("no-headers"), output == "wide")
    };
    ctx.out.push_str(&TabWriter::default().write(&rows));
    Ok(None)
}

fn table(kinds: &[&KindInfo], headings: bool, wide: bool) -> Vec<Vec<String>> {
    let row = |cells: [&str; 5], wide_cells: [&str; 2]| -> Vec<String> {
        let wide_cells = if wide { &wide_cells[..] } else { &[] };
        cells
            .iter()
            .chain(wide_cells)
            .map(|cell| (*cell).to_owned())
            .collect()
    };
    let mut rows = Vec::new();
    if headings {
        let titles = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"];
        rows.push(row(titles, ["VERBS", "CATEGORIES"]));
    }
    rows.extend(kinds.iter().map(|info| {
        let namespaced = if info.namespaced { "true" } else { "false" };
        let short = info.short.join(",");
        let cells = [
            info.plural,
            &short,
            info.kind.api_version(),
            namespaced,
            info.name,
        ];
        let category = if resource::in_category_all(info.kind) {
            "all"
        } else {
            ""
        };
        row(cells, [&VERBS.join(","), category])
    }));
    rows
}

/// Whether the flags select a resource.
fn is_selected(args: &Args, info: &KindInfo) -> bool {
    let verbs = args.list("verbs");
    let categories = args.list("categories");
    info.kind != Kind::Fault
        && args.get("api-group").is_none_or(|group| group == info.group)
        && (!args.has("namespaced") || args.is("namespaced") == info.namespaced)
        && verbs.iter().all(|verb| VERBS.contains(verb))
        && (categories.is_empty() || categories == ["all"] && resource::in_category_all(info.kind))
}
