//! `kubectl run` (`kubectl/pkg/cmd/run/run.go`, `kubectl/pkg/generate/versioned/run.go`).

use serde_json::json;

use super::super::generator::{create_and_print, usage_error};
use super::super::pairs::Pairs;
use super::super::print_flags::{DRY_RUN, DryRunStrategy};
use super::super::record::record_in;
use super::super::resource::{self, command_namespace, namespace};
use super::super::{CommandContext, CommandResult};
use super::labels;
use crate::api::{DeleteOptions, Request, is_image_reference, strict_env_var_name};
use crate::kubectl::apply::with_last_applied;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, bool, int, parse_duration, text};
use crate::object::{Kind, Map, Value};

/// The flags of `run`.
pub const FLAGS: &[Flag] = &[
    text("image", ' '),
    text("annotations", ' '),
    text("image-pull-policy", ' '),
    bool("rm", ' '),
    text("env", ' '),
    text("port", ' '),
    text("labels", 'l'),
    bool("stdin", 'i'),
    bool("tty", 't'),
    bool("attach", ' '),
    bool("leave-stdin-open", ' '),
    text("restart", ' '),
    bool("command", ' '),
    bool("expose", ' '),
    bool("quiet", 'q'),
    bool("privileged", ' '),
    text("detach-keys", ' '),
    text("field-manager", ' '),
    text("overrides", ' '),
    text("override-type", ' '),
    bool("save-config", ' '),
    bool("record", ' '),
    Flag {
        long: "pod-running-timeout",
        short: ' ',
        flag_type: FlagType::Duration,
    },
    text("filename", 'f'),
    text("kustomize", 'k'),
    bool("recursive", 'R'),
    Flag {
        long: "cascade",
        short: ' ',
        flag_type: FlagType::OptionalString("background"),
    },
    bool("force", ' '),
    int("grace-period"),
    Flag {
        long: "timeout",
        short: ' ',
        flag_type: FlagType::Duration,
    },
    bool("wait", ' '),
    text("output", 'o'),
    text("template", ' '),
    bool("allow-missing-template-keys", ' '),
    bool("show-managed-fields", ' '),
    DRY_RUN,
];

/// Runs `run`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let attached = args.is("attach") || args.is("stdin") && !args.has("attach");
    check(ctx, args, attached)?;
    let name = args.words[0].as_str();
    let mut pod = pod(args, name)?;
    labels::override_document(args, &mut pod)?;
    // The API server's answer comes before the Service is created, and the Service is printed first.
    let (mut out, mut errors) = (std::mem::take(&mut ctx.out), Vec::new());
    if let Err(failed) = send(ctx, args, Kind::Pod, pod) {
        ctx.out = out;
        return Err(failed);
    }
    let pod_printed = std::mem::take(&mut ctx.out);
    if args.is("expose") {
        ctx.print_flags.begin_stream();
        errors = service(args, name)
            .and_then(|service| send(ctx, args, Kind::Service, service).map(drop))
            .err()
            .unwrap_or_default();
        out.push_str(&std::mem::take(&mut ctx.out));
        if errors.is_empty() && args.get("output") == Some("yaml") {
            out.push_str("---\n");
        }
    }
    ctx.out = out;
    if attached {
        return Err(vec![detach(ctx, args, name)]);
    }
    ctx.out.push_str(&pod_printed);
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

/// The end of a line that would attach to its pod. The pod and the Service are deleted with `--rm`
/// (`removeCreatedObjects`), and a time-out that is named ends the wait as if nobody had started the pod.
fn detach(ctx: &mut CommandContext, args: &Args, name: &str) -> Error {
    if args.is("rm") {
        for kind in [Kind::Pod, Kind::Service] {
            if kind == Kind::Service && !args.is("expose") {
                continue;
            }
            let key = resource::key(kind, namespace(args), name);
            let request = Request::Delete {
                key,
                options: DeleteOptions::default(),
            };
            if ctx.server.send(&request).is_ok() && !args.is("quiet") {
                let noun = kind.qualified_singular();
                let space = namespace(args);
                ctx.out
                    .push_str(&format!("{noun} {name:?} deleted from {space} namespace\n"));
            }
        }
    }
    Error::Plain(match args.has("pod-running-timeout") {
        true => "timed out waiting for the condition".to_owned(),
        false => "attaching is not part of this page: nothing runs inside the pods".to_owned(),
    })
}

/// The checks of `RunOptions.Run`.
fn check(ctx: &CommandContext, args: &Args, attached: bool) -> Result<(), Error> {
    let usage = |text: String| Err(usage_error(args, &text));
    if args.words.is_empty() || args.words_at_dash == Some(0) {
        return usage("NAME is required for run".to_owned());
    }
    let timeout = args.get("pod-running-timeout").and_then(parse_duration);
    if timeout.is_some_and(|timeout| timeout <= 0) {
        return usage("--pod-running-timeout must be higher than zero".to_owned());
    }
    let image = args.get("image").unwrap_or_default();
    if image.is_empty() {
        return Err(Error::Plain("--image is required".to_owned()));
    }
    if !is_image_reference(image) {
        let text = format!("Invalid image name {image:?}: invalid reference format");
        return Err(Error::Plain(text));
    }
    if args.is("tty") && !args.is("stdin") {
        return usage("-i/--stdin is required for containers with -t/--tty=true".to_owned());
    }
    let port = args.get("port").unwrap_or_default();
    if args.is("expose") && port.is_empty() {
        return usage("--port must be set when exposing a service".to_owned());
    }
    let restart = args.get("restart").unwrap_or_default();
    if !["", "Always", "OnFailure", "Never"].contains(&restart) {
        return usage(format!("invalid restart policy: {restart}"));
    }
    if !attached && args.is("rm") {
        return usage("--rm should only be used for attached containers".to_owned());
    }
    if attached && ctx.print_flags.dry_run != DryRunStrategy::None {
        return usage(
            "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"
                .to_owned(),
        );
    }
    let policy = args.get("image-pull-policy").unwrap_or_default();
    if !["", "Always", "IfNotPresent", "Never"].contains(&policy) {
        return usage(format!("invalid image pull policy: {policy}"));
    }
    Ok(())
}

/// The pod (`BasicPod.Generate`).
fn pod(args: &Args, name: &str) -> Result<Value, Error> {
    let plain = Error::Plain;
    let env = args
        .all("env")
        .into_iter()
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) if strict_env_var_name(name).is_empty() => Ok(match value {
                "" => json!({"name": name}),
                value => json!({"name": name, "value": value}),
            }),
            _ => Err(plain(format!("invalid env: {pair}"))),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let annotations: Vec<String> = args.all("annotations").into_iter().map(str::to_owned).collect();
    let annotations = Pairs::parse(&annotations, "annotations", false).map_err(plain)?;
    let labels = pod_labels(args, name).map_err(plain)?;
    let text = |flag: &str| args.get(flag).unwrap_or_default();
    let mut container = json!({"name": name, "image": text("image"), "resources": {}});
    for (flag, field) in [("stdin", "stdin"), ("tty", "tty")] {
        if args.is(flag) {
            container[field] = json!(true);
        }
    }
    if args.is("stdin") && !args.is("leave-stdin-open") {
        container["stdinOnce"] = json!(true);
    }
    if args.is("privileged") {
        container["securityContext"] = json!({"privileged": true});
    }
    let words = &args.words[1..];
    if !words.is_empty() {
        container[if args.is("command") { "command" } else { "args" }] = json!(words);
    }
    if !env.is_empty() {
        container["env"] = json!(env);
    }
    if !text("image-pull-policy").is_empty() {
        container["imagePullPolicy"] = json!(text("image-pull-policy"));
    }
    if !text("port").is_empty() {
        container["ports"] = json!([{"containerPort": atoi(text("port")).map_err(plain)?}]);
    }
    let restart = args.get("restart").filter(|restart| !restart.is_empty());
    let mut pod = Value::from(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name},
        "spec": {
            "containers": [container],
            "dnsPolicy": "ClusterFirst",
            "restartPolicy": restart.unwrap_or("Always"),
        },
        "status": {},
    }));
    *pod.slot(&["metadata", "labels"]) = labels.into();
    for (key, value) in &annotations.set {
        *pod.slot(&["metadata", "annotations", key]) = value.as_str().into();
    }
    Ok(pod)
}

fn pod_labels(args: &Args, name: &str) -> Result<Map, String> {
    match args.get("labels").filter(|labels| !labels.is_empty()) {
        Some(labels) => labels::parse(labels),
        None => Ok(Map::from_iter([("run", name)])),
    }
}

/// `strconv.Atoi`.
pub fn atoi(text: &str) -> Result<i64, String> {
    text.parse()
        .map_err(|_| format!("strconv.Atoi: parsing {text:?}: invalid syntax"))
}

/// The Service of `--expose` (`generateService`).
fn service(args: &Args, name: &str) -> Result<Value, Vec<Error>> {
    let plain = |text: String| vec![Error::Plain(text)];
    let port = atoi(args.get("port").unwrap_or_default()).map_err(plain)?;
    let labels = pod_labels(args, name).map_err(plain)?;
    let mut service = Value::from(json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"ports": [{"port": port, "protocol": "TCP", "targetPort": port}]},
        "status": {"loadBalancer": {}},
    }));
    if args.get("labels").is_some_and(|labels| !labels.is_empty()) {
        *service.slot(&["metadata", "labels"]) = labels.clone().into();
    }
    *service.slot(&["spec", "selector"]) = labels.into();
    Ok(service)
}

/// `createGeneratedObject`.
fn send(ctx: &mut CommandContext, args: &Args, kind: Kind, mut document: Value) -> CommandResult {
    record_in(args, &mut document);
    if ctx.print_flags.dry_run == DryRunStrategy::Client {
        if command_namespace(args).enforced {
            *document.slot(&["metadata", "namespace"]) = namespace(args).into();
        }
    } else if args.is("save-config") {
        document = with_last_applied(&document);
    }
    create_and_print(ctx, args, kind, document, "", "created")
}
