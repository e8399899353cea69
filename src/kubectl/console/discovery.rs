//! `kubectl api-resources` (`kubectl/pkg/cmd/apiresources/apiresources.go`) and `kubectl version`
//! (`kubectl/pkg/cmd/version/version.go`).

use super::flags::{Args, Flag, bool, text};
use super::table::Tabs;
use super::{Ended, Shell, resources};
use crate::kubectl::errors::Error;
use crate::object::Kind;
use crate::object::kind::{KINDS, KindInfo};

/// The flags of `api-resources`.
pub const RESOURCES_FLAGS: &[Flag] = &[
    text("api-group", ' '),
    bool("namespaced", ' '),
    bool("no-headers", ' '),
    bool("cached", ' '),
    text("output", 'o'),
    text("sort-by", ' '),
    text("verbs", ' '),
    text("categories", ' '),
];

/// The flags of `version`.
pub const VERSION_FLAGS: &[Flag] = &[bool("client", ' '), text("output", 'o')];

/// What every kind of this API server can.
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
pub fn resources(shell: &mut Shell, args: &Args) -> Ended {
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
    let mut kinds: Vec<&KindInfo> = KINDS.iter().filter(|info| is_asked_for(args, info)).collect();
    kinds.sort_by_key(|info| match sort {
        "name" => ("", info.plural),
        "kind" => ("", info.name),
        _ => (info.group, info.plural),
    });
    let mut rows = Vec::new();
    if output == "name" {
        rows.extend(kinds.iter().map(|info| vec![info.kind.qualified_plural()]));
    } else {
        let wide = output == "wide";
        let row = |cells: [&str; 5], more: [&str; 2]| {
            let more = if wide { &more[..] } else { &[] };
            cells.iter().chain(more).map(|cell| (*cell).to_owned()).collect()
        };
        if !args.is("no-headers") {
            let headings = ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"];
            rows.push(row(headings, ["VERBS", "CATEGORIES"]));
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
            row(
                cells,
                [
                    &VERBS.join(","),
                    if resources::is_of_all(info.kind) {
                        "all"
                    } else {
                        ""
                    },
                ],
            )
        }));
    }
    shell.out.push_str(&Tabs::default().write(&rows));
    Ok(None)
}

fn is_asked_for(args: &Args, info: &KindInfo) -> bool {
    let verbs = args.list("verbs");
    let categories = args.list("categories");
    info.kind != Kind::Fault
        && args.get("api-group").is_none_or(|group| group == info.group)
        && (!args.has("namespaced") || args.is("namespaced") == info.namespaced)
        && verbs.iter().all(|verb| VERBS.contains(verb))
        && (categories.is_empty() || categories == ["all"] && resources::is_of_all(info.kind))
}

/// Runs `api-versions`.
pub fn versions(shell: &mut Shell, args: &Args) -> Ended {
    if !args.words.is_empty() {
        return Err(super::manifests::unexpected(args, "api-versions"));
    }
    let kinds = KINDS.iter().filter(|info| info.kind != Kind::Fault);
    let versions: std::collections::BTreeSet<&str> = kinds.map(|info| info.kind.api_version()).collect();
    for version in versions {
        shell.out.push_str(&format!("{version}\n"));
    }
    Ok(None)
}

/// Runs `version`: the one that is simulated.
pub fn version(shell: &mut Shell, args: &Args) -> Ended {
    let plain = |text: String| Err(vec![Error::Plain(text)]);
    if !args.words.is_empty() {
        return plain(format!("extra arguments: [{}]", args.words.join(" ")));
    }
    if !matches!(args.get("output").unwrap_or_default(), "" | "json" | "yaml") {
        return plain("--output must be 'yaml' or 'json'".to_owned());
    }
    if args.has("output") {
        return plain("version -o is not part of this page".to_owned());
    }
    shell
        .out
        .push_str("Client Version: v1.36.3\nKustomize Version: v5.8.1\n");
    if !args.is("client") {
        shell.out.push_str("Server Version: v1.36.3\n");
    }
    Ok(None)
}
