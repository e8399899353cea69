//! `kubectl cluster-info`, `kubectl proxy` and `kubectl plugin list` (`kubectl/pkg/cmd/clusterinfo`, `proxy`, `plugin`).

use super::resource::{self, LookupScope, Targets};
use super::selector::Selector;
use super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, bool, duration, text};
use crate::object::{Kind, Object, Value};

/// Runs `cluster-info` (`clusterinfo.go`).
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let targets = Targets {
        kinds: vec![(Kind::Service, Vec::new())],
        single: false,
    };
    let namespace = args.get("namespace").filter(|namespace| !namespace.is_empty());
    let scope = LookupScope {
        namespace: namespace.unwrap_or("kube-system"),
        all_namespaces: false,
        selector: Selector::parse("kubernetes.io/cluster-service=true", "").unwrap_or_default(),
    };
    let found = resource::find(ctx.server.world(), &targets, &scope);
    let server = ctx.config.server_address();
    ctx.out
        .push_str(&format!("Kubernetes control plane is running at {server}\n"));
    for service in found.objects() {
        let name = service
            .meta
            .label("kubernetes.io/name")
            .unwrap_or(&service.meta.name);
        let link = format!("{name} is running at {}\n", link(&server, service));
        ctx.out.push_str(&link);
    }
    ctx.out
        .push_str("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
    Ok(None)
}

/// The address at which the API server proxies a Service.
fn link(server: &str, service: &Object) -> String {
    let name = &service.meta.name;
    let ports = service
        .spec()
        .get("ports")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let proxied = match ports.first() {
        None => name.to_string(),
        Some(port) => {
            let port_name = port.get("name").and_then(Value::as_str).unwrap_or_default();
            let secure = port_name == "https" || port.get("port").and_then(Value::as_i64) == Some(443);
            match (secure, port_name) {
                (true, port) => format!("https:{name}:{port}"),
                (false, "") => name.to_string(),
                (false, port) => format!("{name}:{port}"),
            }
        }
    };
    format!(
        "{server}/api/v1/namespaces/{}/services/{proxied}/proxy",
        service.meta.namespace
    )
}

/// The flags of `proxy`.
pub const PROXY_FLAGS: &[Flag] = &[
    text("www", 'w'),
    text("www-prefix", 'P'),
    text("api-prefix", ' '),
    text("accept-paths", ' '),
    text("reject-paths", ' '),
    text("accept-hosts", ' '),
    text("reject-methods", ' '),
    Flag {
        long: "port",
        short: 'p',
        flag_type: FlagType::Int,
    },
    text("address", ' '),
    bool("disable-filter", ' '),
    text("unix-socket", 'u'),
    duration("keepalive"),
    bool("append-server-path", ' '),
];

/// Runs `proxy` (`proxy.go`).
pub fn proxy(_ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let socket = args.get("unix-socket").is_some_and(|socket| !socket.is_empty());
    let text = match socket && args.int("port").is_some_and(|port| port != 8001) {
        true => "cannot set --unix-socket and --port at the same time",
        false => "there is no network on this page, so the API server cannot be served on a port",
    };
    Err(vec![Error::Plain(text.to_owned())])
}

/// The flags of `plugin list`.
pub const PLUGIN_FLAGS: &[Flag] = &[bool("name-only", ' ')];

/// Runs `plugin list` (`plugin.go`).
pub fn plugins(_ctx: &mut CommandContext, _args: &Args) -> CommandResult {
    Err(vec![Error::Plain(
        "error: unable to find any kubectl plugins in your PATH\n".to_owned(),
    )])
}
