//! `kubectl api-resources` (`kubectl/pkg/cmd/apiresources/apiresources.go`).

use super::discovery::{self, ApiResource};
use super::table::TabWriter;
use super::{CommandContext, CommandResult, unexpected_arguments};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};

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
    bool("show-managed-fields", ' '),
];

/// Runs `api-resources`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: &str| Err(vec![Error::Plain(text.to_owned())]);
    if !args.words.is_empty() {
        return Err(unexpected_arguments(args, "api-resources"));
    }
    let output = args.get("output").unwrap_or_default();
    if !matches!(output, "" | "wide" | "name") {
        return plain(&format!(
            "unable to match a printer suitable for the output format {output:?}, allowed formats are: \
             json,kyaml,name,wide,yaml"
        ));
    }
    let sort = args.get("sort-by").unwrap_or_default();
    if !matches!(sort, "" | "name" | "kind") {
        return plain("--sort-by accepts only name or kind");
    }
    let mut resources = discovery::resources();
    resources.retain(|resource| is_selected(args, resource));
    resources.sort_by_key(|resource| match sort {
        "name" => ("", resource.name),
        "kind" => (resource.kind, resource.name),
        _ => (resource.group(), resource.name),
    });
    let rows = if output == "name" {
        let name = |resource: &ApiResource| match resource.group() {
            "" => vec![resource.name.to_owned()],
            group => vec![format!("{}.{group}", resource.name)],
        };
        resources.iter().map(name).collect()
    } else {
        table(&resources, !args.is("no-headers"), output == "wide")
    };
    ctx.out.push_str(&TabWriter::default().write(&rows));
    Ok(None)
}

fn table(resources: &[ApiResource], headings: bool, wide: bool) -> Vec<Vec<String>> {
    let row = |cells: [&str; 7]| -> Vec<String> {
        let shown = if wide { &cells[..] } else { &cells[..5] };
        shown.iter().map(|cell| (*cell).to_owned()).collect()
    };
    let mut rows = Vec::new();
    if headings {
        rows.push(row([
            "NAME",
            "SHORTNAMES",
            "APIVERSION",
            "NAMESPACED",
            "KIND",
            "VERBS",
            "CATEGORIES",
        ]));
    }
    rows.extend(resources.iter().map(|resource| {
        row([
            resource.name,
            resource.short,
            resource.api_version,
            if resource.namespaced { "true" } else { "false" },
            resource.kind,
            resource.verbs,
            resource.categories,
        ])
    }));
    rows
}

/// Whether the flags select a resource.
fn is_selected(args: &Args, resource: &ApiResource) -> bool {
    let has_all = |flag: &str, own: &str| {
        let own: Vec<&str> = own.split(',').collect();
        args.list(flag).iter().all(|wanted| own.contains(wanted))
    };
    args.get("api-group")
        .is_none_or(|group| group == resource.group())
        && (!args.has("namespaced") || args.is("namespaced") == resource.namespaced)
        && has_all("verbs", resource.verbs)
        && has_all("categories", resource.categories)
}
