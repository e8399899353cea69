//! `kubectl create configmap` and `kubectl create secret` (`kubectl/pkg/cmd/create/create_configmap.go`,
//! `create_secret.go`, `create_secret_docker.go`, `create_secret_tls.go`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::super::generator::{create, generator_flags, name};
use super::super::{CommandContext, CommandResult};
use super::sources::{Sources, read_file};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Kind, Map, Value};

/// The flags of `create configmap`.
pub const CONFIG_MAP_FLAGS: &[Flag] = generator_flags![
    text("from-file", ' '),
    text("from-literal", ' '),
    text("from-env-file", ' '),
    bool("append-hash", ' '),
];
/// The flags of `create secret generic`.
pub const GENERIC_FLAGS: &[Flag] = generator_flags![
    text("from-file", ' '),
    text("from-literal", ' '),
    text("from-env-file", ' '),
    text("type", ' '),
    bool("append-hash", ' '),
];
/// The flags of `create secret tls`.
pub const TLS_FLAGS: &[Flag] =
    generator_flags![text("cert", ' '), text("key", ' '), bool("append-hash", ' ')];
/// The flags of `create secret docker-registry`.
pub const DOCKER_FLAGS: &[Flag] = generator_flags![
    text("docker-username", ' '),
    text("docker-password", ' '),
    text("docker-email", ' '),
    text("docker-server", ' '),
    text("from-file", ' '),
    bool("append-hash", ' '),
];

/// The default of `--docker-server`; it is data of the Secret, and nothing asks it for anything.
const DOCKER_HUB: &str = concat!("https", "://index.docker.io/v1/");

fn plain(text: impl Into<String>) -> Vec<Error> {
    vec![Error::Plain(text.into())]
}

/// Runs `create configmap`.
pub fn config_map(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    check_sources(args)?;
    let mut sources = Sources::new(ctx.stdin, Kind::ConfigMap, name);
    sources.add_files(&args.list("from-file")).map_err(plain)?;
    sources.add_literals(&args.all("from-literal")).map_err(plain)?;
    sources
        .add_env_files(&args.list("from-env-file"))
        .map_err(plain)?;
    let mut document = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
    if !sources.data.is_empty() {
        document["data"] = json!(sources.data);
    }
    let failure = "failed to create configmap: ";
    create(ctx, args, Kind::ConfigMap, Value::from(document), failure)
}

/// `ConfigMapOptions.Validate`, `CreateSecretOptions.Validate`.
fn check_sources(args: &Args) -> Result<(), Vec<Error>> {
    if args.has("from-env-file") && (args.has("from-file") || args.has("from-literal")) {
        return Err(plain(
            "from-env-file cannot be combined with from-file or from-literal",
        ));
    }
    match args.is("append-hash") {
        true => Err(plain("--append-hash is not part of this page")),
        false => Ok(()),
    }
}

/// Runs `create secret generic`.
pub fn generic(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    check_sources(args)?;
    let mut sources = Sources::new(ctx.stdin, Kind::Secret, name);
    sources.add_literals(&args.all("from-literal")).map_err(plain)?;
    sources.add_files(&args.list("from-file")).map_err(plain)?;
    sources
        .add_env_files(&args.list("from-env-file"))
        .map_err(plain)?;
    create_secret(ctx, args, name, args.get("type").unwrap_or_default(), sources)
}

/// Runs `create secret tls`. The only file here is the editor's text, which holds no key pair.
pub fn tls(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let _ = name(args)?;
    let [cert, key] = ["cert", "key"].map(|flag| args.get(flag).unwrap_or_default());
    if key.is_empty() || cert.is_empty() {
        return Err(plain("key and cert must be specified"));
    }
    for file in [cert, key] {
        if let Err(why) = read_file(ctx.stdin, file) {
            return Err(plain(format!("Cannot read file {file}, open {file}: {why}")));
        }
    }
    Err(plain("tls: failed to find any PEM data in certificate input"))
}

/// Runs `create secret docker-registry`.
pub fn docker_registry(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    const KEY: &str = ".dockerconfigjson";
    let files: Vec<String> = args
        .list("from-file")
        .iter()
        .map(|file| match file.contains('=') {
            true => (*file).to_owned(),
            false => format!("{KEY}={file}"),
        })
        .collect();
    let text = |flag: &str| args.get(flag).unwrap_or_default();
    let server = args.get("docker-server").unwrap_or(DOCKER_HUB);
    let (username, password) = (text("docker-username"), text("docker-password"));
    if files.is_empty() && (username.is_empty() || password.is_empty() || server.is_empty()) {
        return Err(plain(
            "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
        ));
    }
    let mut sources = Sources::new(ctx.stdin, Kind::Secret, name);
    if files.is_empty() {
        let auth = STANDARD.encode(format!("{username}:{password}"));
        let fields = [
            ("username", username),
            ("password", password),
            ("email", text("docker-email")),
            ("auth", &auth),
        ];
        // The fields are written in the order of Go's struct.
        let fields: Vec<String> = fields
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(field, value)| format!("{field:?}:{}", Value::from(*value)))
            .collect();
        let config = format!(
            "{{\"auths\":{{{}:{{{}}}}}}}",
            Value::from(server),
            fields.join(",")
        );
        sources.add(KEY, &config).map_err(plain)?;
    } else {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        sources.add_files(&files).map_err(plain)?;
    }
    create_secret(ctx, args, name, "kubernetes.io/dockerconfigjson", sources)
}

fn create_secret(
    ctx: &mut CommandContext,
    args: &Args,
    name: &str,
    secret_type: &str,
    sources: Sources,
) -> CommandResult {
    let mut document = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
    if !sources.data.is_empty() {
        let encoded = sources
            .data
            .iter()
            .map(|(key, value)| (key.as_str(), Value::from(STANDARD.encode(value))));
        document["data"] = json!({});
        for (key, value) in Map::from_iter(encoded).iter() {
            document["data"][key.as_ref()] = json!(value.as_str());
        }
    }
    if !secret_type.is_empty() {
        document["type"] = json!(secret_type);
    }
    let failure = "failed to create secret ";
    create(ctx, args, Kind::Secret, Value::from(document), failure)
}
