//! `kubectl version` (`kubectl/pkg/cmd/version/version.go`).

use super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};

/// The flags of `version`.
pub const FLAGS: &[Flag] = &[bool("client", ' '), text("output", 'o')];

const VERSION: &str = "v1.36.3";
const KUSTOMIZE: &str = "v5.8.1";

/// The fields of a version (`version.Info`), in their order in JSON.
const INFO: [(&str, &str); 9] = [
    ("major", "1"),
    ("minor", "36"),
    ("gitVersion", VERSION),
    ("gitCommit", "7b29fb077260554429dcef8234272e9fd25fcfbd"),
    ("gitTreeState", "clean"),
    ("buildDate", "2026-08-01T00:00:00Z"),
    ("goVersion", "go1.26.3"),
    ("compiler", "gc"),
    ("platform", "linux/amd64"),
];

/// The fields that only the server has, after the minor version.
const SERVER_INFO: [(&str, &str); 4] = [
    ("emulationMajor", "1"),
    ("emulationMinor", "36"),
    ("minCompatibilityMajor", "1"),
    ("minCompatibilityMinor", "35"),
];

/// Runs `version`: prints the version that is simulated.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let plain = |text: String| Err(vec![Error::Plain(text)]);
    let client_only = args.is("client");
    if !args.words.is_empty() && !client_only {
        return plain(format!("extra arguments: [{}]", args.words.join(" ")));
    }
    let printed = match args.get("output").unwrap_or_default() {
        "" => {
            let server = match client_only {
                true => String::new(),
                false => format!("Server Version: {VERSION}\n"),
            };
            format!("Client Version: {VERSION}\nKustomize Version: {KUSTOMIZE}\n{server}")
        }
        "yaml" => yaml(client_only),
        "json" => json(client_only),
        _ => return plain("--output must be 'yaml' or 'json'".to_owned()),
    };
    ctx.out.push_str(&printed);
    Ok(None)
}

fn server_info() -> Vec<(&'static str, &'static str)> {
    [&INFO[..2], &SERVER_INFO, &INFO[2..]].concat()
}

fn yaml(client_only: bool) -> String {
    let section = |title: &str, mut fields: Vec<(&str, &str)>| {
        fields.sort_unstable();
        let lines = fields.iter().map(|(name, value)| {
            let quoted = value.chars().all(|c| c.is_ascii_digit()) || value.ends_with('Z');
            match quoted {
                true => format!("  {name}: {value:?}\n"),
                false => format!("  {name}: {value}\n"),
            }
        });
        format!("{title}:\n{}", lines.collect::<String>())
    };
    let server = match client_only {
        true => String::new(),
        false => section("serverVersion", server_info()),
    };
    let client = section("clientVersion", INFO.to_vec());
    format!("{client}kustomizeVersion: {KUSTOMIZE}\n{server}\n")
}

fn json(client_only: bool) -> String {
    let section = |title: &str, fields: &[(&str, &str)]| {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("    {name:?}: {value:?}"))
            .collect();
        format!("  {title:?}: {{\n{}\n  }}", fields.join(",\n"))
    };
    let mut parts = vec![
        section("clientVersion", &INFO),
        format!("  \"kustomizeVersion\": {KUSTOMIZE:?}"),
    ];
    if !client_only {
        parts.push(section("serverVersion", &server_info()));
    }
    format!("{{\n{}\n}}\n", parts.join(",\n"))
}

/// `/version` of the API server.
pub fn server_version() -> String {
    let fields: Vec<String> = server_info()
        .iter()
        .map(|(name, value)| format!("  {name:?}: {value:?}"))
        .collect();
    format!("{{\n{}\n}}", fields.join(",\n"))
}
