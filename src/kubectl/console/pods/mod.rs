//! What `logs`, `exec`, `attach`, `cp`, `port-forward` and `debug` share: the pod and the container that a line names
//! (`kubectl/pkg/polymorphichelpers`, `kubectl/pkg/cmd/util/podcmd`).

pub mod cp;
pub mod debug;
pub mod exec;
pub mod logs;
pub mod port_forward;

mod best;

use std::sync::Arc;

use super::resource::{self, LookupScope, Targets};
use super::timeouts::TIMED_OUT;
use super::{CommandContext, CommandResult};
use crate::api::Status;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, FlagType, duration};
use crate::object::selector::{LabelSelector, service_selects};
use crate::object::{Kind, Map, Object, Value, pod};
use best::PodOrder;

/// `--pod-running-timeout` (`AddPodRunningTimeoutFlag`).
const RUNNING_TIMEOUT: Flag = duration("pod-running-timeout");

/// `--container` (`AddContainerVarFlags`).
const CONTAINER: Flag = Flag {
    long: "container",
    short: 'c',
    flag_type: FlagType::String,
};

/// The annotation that names the container of a line without `-c` (`DefaultContainerAnnotationName`).
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// `GetPodRunningTimeoutFlag`.
fn check_running_timeout(args: &Args) -> Result<(), Error> {
    match args.duration(RUNNING_TIMEOUT.long) {
        Some(ms) if ms <= 0 => Err(Error::Plain(
            "--pod-running-timeout must be higher than zero".to_owned(),
        )),
        _ => Ok(()),
    }
}

/// The single object that a word names: a pod, or `TYPE/NAME` (`ResourceNames("pods", …)`).
fn named_object(ctx: &CommandContext, args: &Args, word: &str) -> Result<Arc<Object>, Error> {
    let targets = match word.contains('/') {
        true => ctx.targets(&args.with_words(vec![word.to_owned()]))?,
        false => Targets {
            kinds: vec![(Kind::Pod, vec![word.to_owned()])],
            single: true,
        },
    };
    let scope = LookupScope {
        selector: super::selector::Selector::default(),
        all_namespaces: false,
        ..LookupScope::from_args(args)
    };
    let found = resource::find(ctx.server.world(), &targets, &scope);
    match found.errors.into_iter().next() {
        Some(error) => Err(error),
        None => {
            let object = found.kinds.into_iter().flat_map(|(_, objects)| objects).next();
            object.ok_or_else(|| Error::Plain("expected a resource".to_owned()))
        }
    }
}

/// The pods that an object selects, the best one first (`GetPodList`, `SelectorsForObject`). `purpose` is how an error
/// begins.
fn pods_of(
    ctx: &CommandContext,
    object: &Object,
    purpose: &str,
    order: PodOrder,
) -> Result<Vec<Arc<Object>>, Error> {
    let failed = |why: String| {
        let info = object.kind.info();
        Error::Plain(format!("{purpose} *{}.{}: {why}", info.version, info.name))
    };
    let selector = object.spec().get("selector");
    let selects: Box<dyn Fn(&Map) -> bool> = match object.kind {
        Kind::StatefulSet | Kind::Deployment | Kind::DaemonSet | Kind::ReplicaSet | Kind::Job => {
            let selector = LabelSelector::read(selector);
            Box::new(move |labels| selector.selects(labels))
        }
        Kind::ReplicationController => Box::new(move |labels| service_selects(selector, labels)),
        Kind::Service => {
            if selector.and_then(Value::as_object).is_none_or(Map::is_empty) {
                let name = &object.meta.name;
                return Err(failed(format!(
                    "invalid service '{name}': Service is defined without a selector"
                )));
            }
            Box::new(move |labels| service_selects(selector, labels))
        }
        kind => {
            let info = kind.info();
            return Err(failed(format!(
                "selector for *{}.{} not implemented",
                info.version, info.name
            )));
        }
    };
    let pods = ctx.server.world().list(Kind::Pod);
    let mut pods: Vec<Arc<Object>> = pods
        .filter(|pod| pod.meta.namespace == object.meta.namespace && selects(&pod.meta.labels))
        .cloned()
        .collect();
    if pods.is_empty() {
        return Err(Error::Plain(TIMED_OUT.to_owned()));
    }
    best::sort(&mut pods, order);
    Ok(pods)
}

/// The pod that a word names, or the best one of a workload or Service (`AttachablePodForObjectFn`).
fn attachable_pod(ctx: &CommandContext, object: Arc<Object>) -> Result<Arc<Object>, Error> {
    if object.kind == Kind::Pod {
        return Ok(object);
    }
    let pods = pods_of(ctx, &object, "cannot attach to", PodOrder::Attaching)?;
    let first = pods.into_iter().next();
    first.ok_or_else(|| Error::Plain(TIMED_OUT.to_owned()))
}

/// All container names, with marks for ephemeral and init containers (`AllContainerNames`).
fn all_container_names(pod: &Object) -> String {
    let names = |field: &str, mark: &str| -> Vec<String> {
        let containers = pod
            .spec()
            .get(field)
            .and_then(Value::as_array)
            .unwrap_or_default();
        let names = containers
            .iter()
            .filter_map(|container| container.get("name")?.as_str());
        names.map(|name| format!("{name}{mark}")).collect()
    };
    let names = [
        names("containers", ""),
        names("ephemeralContainers", " (ephem)"),
        names("initContainers", " (init)"),
    ];
    names.concat().join(", ")
}

/// The name of the first container, and whether it is the only one of any sort.
fn first_container(pod: &Object) -> (&str, bool) {
    let containers = pod::containers(pod);
    let first = containers
        .first()
        .and_then(|container| container.get("name")?.as_str());
    let ephemeral = pod.spec().get("ephemeralContainers").and_then(Value::as_array);
    let others = pod::init_containers(pod).len() + ephemeral.map_or(0, <[Value]>::len);
    (first.unwrap_or_default(), containers.len() == 1 && others == 0)
}

/// Whether a pod has a container of that name (`FindContainerByName`).
fn has_container(pod: &Object, name: &str) -> bool {
    ["containers", "initContainers", "ephemeralContainers"]
        .iter()
        .filter_map(|field| pod.spec().get(field)?.as_array())
        .flatten()
        .any(|container| container.get("name").and_then(Value::as_str) == Some(name))
}

fn invalid_container(pod: &Object, name: &str) -> Error {
    Error::Plain(format!(
        "container {name} is not valid for pod {} out of: {}",
        pod.meta.name,
        all_container_names(pod)
    ))
}

/// The container of a line (`FindOrDefaultContainerByName`).
fn container_or_default(ctx: &mut CommandContext, pod: &Object, args: &Args) -> Result<String, Error> {
    let annotated = pod.meta.annotation(DEFAULT_CONTAINER).map(AsRef::as_ref);
    let named = args.get(CONTAINER.long).filter(|name| !name.is_empty());
    if let Some(name) = named.or(annotated).filter(|name: &&str| !name.is_empty()) {
        return match has_container(pod, name) {
            true => Ok(name.to_owned()),
            false => Err(invalid_container(pod, name)),
        };
    }
    let (name, only) = first_container(pod);
    if !only && !args.is("quiet") {
        let names = all_container_names(pod);
        ctx.err
            .push_str(&format!("Defaulted container {name:?} out of: {names}\n"));
    }
    Ok(name.to_owned())
}

/// The API server's answer for a pod that the scheduler has not assigned (`streamLocation` in
/// `kubernetes/pkg/registry/core/pod/strategy.go`).
fn check_assigned(pod: &Object) -> Result<(), Error> {
    if pod::node(pod).is_some_and(|node| !node.is_empty()) {
        return Ok(());
    }
    Err(bad_request(format!(
        "pod {} does not have a host assigned",
        pod.meta.name
    )))
}

fn bad_request(message: String) -> Error {
    resource::refused(Status::bad_request(message, Vec::new()))
}

/// What cannot be simulated: an honest sentence.
fn not_simulated(text: String) -> CommandResult {
    Err(vec![Error::Plain(text)])
}
