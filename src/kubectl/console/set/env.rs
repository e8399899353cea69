//! `kubectl set env` (`kubectl/pkg/cmd/set/set_env.go`, `kubectl/pkg/cmd/set/env`).

use std::sync::Arc;

use super::super::resource::{self, LookupScope};
use super::super::{CommandContext, CommandResult};
use super::env_value::{reference, resolve};
use super::template::{
    Update, change_containers, check_local, infos, object_error, pod_spec, send, set_flags,
};
use crate::api::strict_env_var_name;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};
use crate::object::{Kind, Map, Object, Value};

/// The flags of `set env`.
pub const FLAGS: &[Flag] = set_flags![
    text("kustomize", 'k'),
    text("selector", 'l'),
    text("containers", 'c'),
    text("from", ' '),
    text("prefix", ' '),
    text("env", 'e'),
    text("keys", ' '),
    bool("list", ' '),
    bool("resolve", ' '),
    bool("overwrite", ' ')
];

/// The variables that a line sets, as in `env:`, and the names of those that it removes.
#[derive(Default)]
struct Variables {
    set: Vec<Value>,
    removed: Vec<String>,
}

fn plain(text: impl Into<String>) -> Vec<Error> {
    vec![Error::Plain(text.into())]
}

fn variable_name(variable: &Value) -> &str {
    variable.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// Runs `set env`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    if args.is("all") && args.has("selector") {
        return Err(plain("cannot set --all and --selector at the same time"));
    }
    let (names, pairs) = split(&args.words)?;
    check_local(ctx, args)?;
    validate(args, names)?;
    let mut variables = parse(ctx, args, pairs).map_err(plain)?;
    if let Some(from) = args.get("from").filter(|from| !from.is_empty()) {
        import(ctx, args, from, &mut variables)?;
    }
    if let Some(prefix) = args.get("prefix").filter(|prefix| !prefix.is_empty()) {
        for variable in &mut variables.set {
            let name = format!("{prefix}{}", variable_name(variable));
            *variable.slot(&["name"]) = name.into();
        }
    }
    let mut errors = Vec::new();
    for object in infos(ctx, &args.with_words(names.to_vec()))? {
        match set_variables(ctx, args, &object, &variables) {
            Ok(false) => {}
            Ok(true) if variables.set.is_empty() && pairs.is_empty() => {
                return Err(plain("at least one environment variable must be provided"));
            }
            Ok(true) => {}
            Err(error) => errors.push(error),
        }
    }
    match errors.is_empty() {
        true => Ok(None),
        false => Err(errors),
    }
}

/// Splits the words that name objects from those about variables (`SplitEnvironmentFromResources`).
fn split(words: &[String]) -> Result<(&[String], &[String]), Error> {
    let is_variable = |word: &String| word.rfind('=').is_some_and(|at| at > 0) || word.ends_with('-');
    let first = words.iter().position(is_variable).unwrap_or(words.len());
    let (names, pairs) = words.split_at(first);
    match pairs.iter().all(is_variable) {
        true => Ok((names, pairs)),
        false => Err(Error::Plain(format!(
            "all resources must be specified before environment changes: {}",
            words.join(" ")
        ))),
    }
}

/// `EnvOptions.Validate`.
fn validate(args: &Args, names: &[String]) -> Result<(), Vec<Error>> {
    let given = |flag: &str| args.get(flag).is_some_and(|value| !value.is_empty());
    if names.is_empty() && !args.has("filename") {
        return Err(plain(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    if args.is("list") && given("output") {
        return Err(plain("--list and --output may not be specified together"));
    }
    if given("keys") && !given("from") {
        return Err(plain(
            "when specifying --keys, a configmap or secret must be provided with --from",
        ));
    }
    Ok(())
}

/// Parses `-e` and the words about variables (`ParseEnv`); `-` reads them from standard input.
fn parse(ctx: &CommandContext, args: &Args, words: &[String]) -> Result<Variables, String> {
    let mut variables = Variables::default();
    let words = args
        .all("env")
        .into_iter()
        .chain(words.iter().map(String::as_str));
    for word in words {
        if word == "-" {
            let lines = ctx
                .stdin
                .lines()
                .map(|line| line.split('#').next().unwrap_or_default());
            let pairs = lines.filter_map(|line| line.split_once('='));
            variables
                .set
                .extend(pairs.map(|(name, value)| literal(name, value)));
        } else if let Some((name, value)) = word.split_once('=') {
            let errors = strict_env_var_name(name);
            if !errors.is_empty() {
                return Err(format!("{name:?} is not a valid key name: {}", errors.join(";")));
            }
            variables.set.push(literal(name, value));
        } else if let Some(name) = word.strip_suffix('-') {
            variables.removed.push(name.to_owned());
        } else {
            return Err(format!("unknown environment variable: {word}"));
        }
    }
    let both = |name: &String| variables.set.iter().any(|set| variable_name(set) == name);
    match variables.removed.iter().any(both) {
        true => {
            Err("can not both modify and remove the same environment variable in the same command".to_owned())
        }
        false => Ok(variables),
    }
}

fn literal(name: &str, value: &str) -> Value {
    let mut variable = Map::from_iter([("name", name)]);
    if !value.is_empty() {
        variable.insert("value", value);
    }
    variable.into()
}

/// Adds a variable for each key of the ConfigMap or Secret that `--from` names.
fn import(
    ctx: &mut CommandContext,
    args: &Args,
    from: &str,
    variables: &mut Variables,
) -> Result<(), Vec<Error>> {
    let targets = resource::parse_args(&[from.to_owned()])?;
    if targets.kinds.iter().any(|(_, names)| names.is_empty()) && !args.is("all") {
        return Err(plain("resource(s) were provided, but no name was specified"));
    }
    let found = resource::find(ctx.server.world(), &targets, &LookupScope::from_args(args));
    if !found.errors.is_empty() {
        return Err(found.errors);
    }
    let keys = args.list("keys");
    let objects: Vec<Arc<Object>> = found.objects().cloned().collect();
    for object in objects {
        let field = match object.kind {
            Kind::Secret => "secretKeyRef",
            Kind::ConfigMap => "configMapKeyRef",
            _ => return Err(plain("unsupported resource specified in --from")),
        };
        let document = object.document();
        let data = document.get("data").and_then(Value::as_object).cloned();
        for (key, _) in data.unwrap_or_default().iter() {
            if !keys.is_empty() && !keys.contains(&key.as_ref()) {
                continue;
            }
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = key.replace(|c| !word(c), "_").to_ascii_uppercase();
            if name != **key {
                let text = format!("key {key} transferred to {name}");
                ctx.warn(&[text]);
            }
            let mut variable = literal(&name, "");
            let source = Map::from_iter([("key", key.as_ref()), ("name", object.name().as_ref())]);
            *variable.slot(&["valueFrom", field]) = source.into();
            variables.set.push(variable);
        }
    }
    Ok(())
}

/// Changes or lists the variables of one object.
fn set_variables(
    ctx: &mut CommandContext,
    args: &Args,
    object: &Object,
    variables: &Variables,
) -> Result<bool, Error> {
    let path = pod_spec(object).map_err(|why| object_error(object, &why))?;
    let pattern = args.get("containers").unwrap_or("*");
    let mut document = object.document();
    let mut changed: Vec<Value> = Vec::new();
    let mut conflict = None;
    let count = change_containers(document.slot(path), pattern, &mut |container| {
        let have = container.get("env").and_then(Value::as_array).unwrap_or_default();
        if !args.is_not_false("overwrite") && conflict.is_none() {
            conflict = overwritten(have, &variables.set);
        }
        let env = updated(have, variables);
        match env.is_empty() {
            true => {
                if let Some(map) = container.as_object_mut() {
                    map.remove("env");
                }
            }
            false => *container.slot(&["env"]) = env.into(),
        }
        changed.push(container.clone());
    });
    let kind = object.kind.info().name;
    if count == 0 {
        let text = format!(
            "{kind}/{} does not have any containers matching {pattern:?}",
            object.name()
        );
        ctx.warn(&[text]);
        return Ok(false);
    }
    if let Some(why) = conflict {
        return Err(object_error(object, &why));
    }
    if args.is("list") {
        for container in &changed {
            list(ctx, args, object, container);
        }
        return Ok(false);
    }
    let update = Update {
        operation: "env updated",
        failure: "failed to patch env update to pod template: ",
        unchanged_too: false,
    };
    send(ctx, args, object, &document, update)
}

/// The error for a variable that has another value already (`validateNoOverwrites`).
fn overwritten(have: &[Value], set: &[Value]) -> Option<String> {
    let text = |variable: &Value| {
        let value = variable.get("value").and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    set.iter().find_map(|new| {
        let old = have.iter().find(|old| variable_name(old) == variable_name(new))?;
        (text(old) != text(new)).then(|| {
            format!(
                "'{}' already has a value ({}), and --overwrite is false",
                variable_name(old),
                text(old)
            )
        })
    })
}

/// `updateEnv`.
fn updated(have: &[Value], variables: &Variables) -> Vec<Value> {
    let mut covered: Vec<String> = variables.removed.clone();
    let mut out = Vec::new();
    for old in have {
        let name = variable_name(old);
        if covered.iter().any(|covered| covered == name) {
            continue;
        }
        match variables.set.iter().find(|new| variable_name(new) == name) {
            Some(new) => {
                covered.push(name.to_owned());
                out.push(new.clone());
            }
            None => out.push(old.clone()),
        }
    }
    for new in &variables.set {
        let name = variable_name(new);
        if !covered.iter().any(|covered| covered == name) {
            covered.push(name.to_owned());
            out.push(new.clone());
        }
    }
    out
}

/// `--list`: prints the variables of a container.
fn list(ctx: &mut CommandContext, args: &Args, object: &Object, container: &Value) {
    let text = |value: &Value, field: &str| {
        let value = value.get(field).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let title = format!(
        "# {} {}, container {}\n",
        object.kind.info().name,
        object.name(),
        text(container, "name")
    );
    ctx.out.push_str(&title);
    let env = container.get("env").and_then(Value::as_array).unwrap_or_default();
    for variable in env {
        let name = variable_name(variable);
        let line = match variable.get("valueFrom") {
            None => format!("{name}={}\n", text(variable, "value")),
            Some(source) if args.is("resolve") => {
                match resolve(ctx.server.world(), object, container, source) {
                    Ok(value) => format!("{name}={value}\n"),
                    Err(why) => {
                        let error = format!("error retrieving reference for {name}: {why}\n");
                        ctx.err.push_str(&error);
                        format!("# {name} from {}\n", reference(source))
                    }
                }
            }
            Some(source) => format!("# {name} from {}\n", reference(source)),
        };
        ctx.out.push_str(&line);
    }
}
