//! `kubectl create deployment` (`kubectl/pkg/cmd/create/create_deployment.go`).

use serde_json::json;

use super::super::generator::{command_words, create, generator_flags, name};
use super::super::{CommandContext, CommandResult};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, int, text};
use crate::object::{Kind, Value};
use crate::store::Rng;

/// The flags of `create deployment`.
pub const FLAGS: &[Flag] = generator_flags![
    text("image", ' '),
    int("port"),
    Flag {
        long: "replicas",
        short: 'r',
        flag_type: FlagType::Int,
    },
];

/// Runs `create deployment`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let name = name(args)?;
    let images = args.list("image");
    let command = command_words(args);
    if images.len() > 1 && !command.is_empty() {
        let text = "cannot specify multiple --image options and command";
        return Err(vec![Error::Plain(text.to_owned())]);
    }
    let mut rng = Rng::new(ctx.now.0, ctx.server.world().seq());
    let mut containers: Vec<serde_json::Value> = images
        .iter()
        .map(|image| json!({"name": container_name(image, &mut rng), "image": image, "resources": {}}))
        .collect();
    if let Some(first) = containers.first_mut() {
        if !command.is_empty() {
            first["command"] = json!(command);
        }
        if let Some(port) = args.int("port").filter(|port| *port >= 0) {
            first["ports"] = json!([{"containerPort": port}]);
        }
    }
    let document = json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {
            "replicas": args.int("replicas").unwrap_or(1),
            "selector": {"matchLabels": {"app": name}},
            "strategy": {},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers}},
        },
        "status": {},
    });
    let failure = "failed to create deployment: ";
    create(ctx, args, Kind::Deployment, Value::from(document), failure)
}

/// The name of the container of an image: the last part of its name (`buildPodSpec`). Dots and underscores become
/// dashes, and random letters follow (`sanitizeAndUniquify`).
fn container_name(image: &str, rng: &mut Rng) -> String {
    let last = image.rsplit('/').next().unwrap_or_default();
    let name = last.split([':', '@']).next().unwrap_or_default();
    match name.contains(['_', '.']) {
        true => format!("{}-{}", name.replace(['_', '.'], "-"), rng.letters(5)),
        false => name.to_owned(),
    }
}
