//! `kubectl logs` (`kubectl/pkg/cmd/logs/logs.go`, `kubectl/pkg/polymorphichelpers/logsforobject.go`) and what the kubelet
//! answers (`validateContainerLogStatus` in `kubernetes/pkg/kubelet/kubelet_pods.go`).

use std::sync::Arc;

use super::super::resource::{self, LookupScope, Targets};
use super::super::{CommandContext, CommandResult, usage_error};
use super::best::PodOrder;
use super::{
    CONTAINER, DEFAULT_CONTAINER, RUNNING_TIMEOUT, all_container_names, bad_request, check_running_timeout,
    first_container, has_container, invalid_container, named_object, pods_of,
};
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, duration, int, text};
use crate::object::status::{ContainerState, ContainerStatus};
use crate::object::{Kind, Object, pod};

/// The flags of `logs`.
pub const FLAGS: &[Flag] = &[
    bool("all-pods", ' '),
    bool("all-containers", ' '),
    bool("follow", 'f'),
    bool("timestamps", ' '),
    int("limit-bytes"),
    bool("previous", 'p'),
    int("tail"),
    bool("ignore-errors", ' '),
    text("since-time", ' '),
    duration("since"),
    CONTAINER,
    bool("insecure-skip-tls-verify-backend", ' '),
    RUNNING_TIMEOUT,
    text("selector", 'l'),
    int("max-log-requests"),
    bool("prefix", ' '),
];

const USAGE: &str = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for \
                     the logs command";

/// A container whose log is asked for.
struct LogRequest {
    pod: Arc<Object>,
    container: String,
}

/// Runs `logs`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    let selected = args.get("selector").is_some_and(|selector| !selector.is_empty());
    let (object, inline) = match args.words.as_slice() {
        [] if selected => (None, None),
        [_] if selected => {
            let text = "only a selector (-l) or a POD name is allowed";
            return Err(usage_error("logs", text));
        }
        [object] => (Some(object), None),
        [object, container] => (Some(object), Some(container.clone())),
        _ => return Err(usage_error("logs", USAGE)),
    };
    check_running_timeout(args)?;
    check_since_time(args)?;
    let objects = match object {
        Some(word) => vec![find(ctx, args, word)?],
        None => select(ctx, args)?,
    };
    let container = inline.or_else(|| args.get(CONTAINER.long).map(str::to_owned));
    validate(args, container.as_deref())?;
    let mut requests = Vec::new();
    for object in objects {
        requests.extend(requests_for(ctx, args, &object, container.as_deref())?);
    }
    let concurrent = args.int("max-log-requests").unwrap_or(5);
    if args.is("follow") && requests.len() > 1 && requests.len() as i64 > concurrent {
        return Err(vec![Error::Plain(format!(
            "you are attempting to follow {} log streams, but maximum allowed concurrency is {concurrent}, use \
             --max-log-requests to increase the limit",
            requests.len()
        ))]);
    }
    for request in &requests {
        if let Err(error) = read(ctx, args, request) {
            if !args.is("ignore-errors") {
                return Err(vec![error]);
            }
            ctx.out.push_str(&format!("error: {}\n", error.message()));
        }
    }
    Ok(None)
}

/// `--since-time` (`ParseRFC3339`).
fn check_since_time(args: &Args) -> Result<(), Error> {
    let text = args.get("since-time").unwrap_or_default();
    let has_year = text.len() >= 4 && text.bytes().take(4).all(|byte| byte.is_ascii_digit());
    if text.is_empty() || has_year {
        return Ok(());
    }
    Err(Error::Plain(format!(
        "parsing time {text:?} as \"2006-01-02T15:04:05Z07:00\": cannot parse {text:?} as \"2006\""
    )))
}

/// The object that a word names.
fn find(ctx: &CommandContext, args: &Args, word: &str) -> Result<Arc<Object>, Error> {
    named_object(ctx, args, word).map_err(|error| match &error {
        Error::Refused { status, .. } if resource::is_not_found(&error) => Error::Plain(format!(
            "error from server (NotFound): {} in namespace {:?}",
            status.message,
            args.namespace()
        )),
        _ => error,
    })
}

/// The pods that `-l` selects.
fn select(ctx: &mut CommandContext, args: &Args) -> Result<Vec<Arc<Object>>, Error> {
    let targets = Targets {
        kinds: vec![(Kind::Pod, Vec::new())],
        single: false,
    };
    let found = resource::find(ctx.server.world(), &targets, &LookupScope::from_args(args));
    if let Some(error) = found.errors.first() {
        return Err(error.clone());
    }
    let pods: Vec<Arc<Object>> = found.objects().cloned().collect();
    if pods.is_empty() {
        let text = format!("No resources found in {} namespace.\n", args.namespace());
        ctx.err.push_str(&text);
    }
    Ok(pods)
}

/// `LogsOptions.Validate`.
fn validate(args: &Args, container: Option<&str>) -> Result<(), Error> {
    let since = args.duration("since").unwrap_or(0);
    let since_time = args.get("since-time").is_some_and(|time| !time.is_empty());
    let error = match container {
        _ if since_time && since != 0 => {
            "at most one of `sinceTime` or `sinceSeconds` may be specified".to_owned()
        }
        Some(name) if args.is("all-containers") && !name.is_empty() => {
            format!("--all-containers=true should not be specified with container name {name}")
        }
        _ if args.has(CONTAINER.long) && args.words.len() == 2 => {
            "only one of -c or an inline [CONTAINER] arg is allowed".to_owned()
        }
        _ if args.int("limit-bytes").is_some_and(|bytes| bytes < 0) => {
            "--limit-bytes must be greater than 0".to_owned()
        }
        // Half a second rounds to zero.
        _ if since <= -500 => "--since must be greater than 0".to_owned(),
        _ if args.int("tail").is_some_and(|lines| lines < -1) => {
            "--tail must be greater than or equal to -1".to_owned()
        }
        _ => return Ok(()),
    };
    Err(Error::Plain(error))
}

/// The containers whose logs are read (`logsForObjectWithClient`).
fn requests_for(
    ctx: &mut CommandContext,
    args: &Args,
    object: &Arc<Object>,
    container: Option<&str>,
) -> Result<Vec<LogRequest>, Error> {
    if object.kind == Kind::Pod {
        return requests_for_pod(ctx, args, object, container);
    }
    let pods = pods_of(ctx, object, "cannot get the logs from", PodOrder::Logging)?;
    if args.is("all-pods") {
        let mut requests = Vec::new();
        for pod in &pods {
            requests.extend(requests_for_pod(ctx, args, pod, container)?);
        }
        return Ok(requests);
    }
    if pods.len() > 1 {
        let text = format!("Found {} pods, using pod/{}\n", pods.len(), pods[0].meta.name);
        ctx.err.push_str(&text);
    }
    requests_for_pod(ctx, args, &pods[0], container)
}

fn requests_for_pod(
    ctx: &mut CommandContext,
    args: &Args,
    pod: &Arc<Object>,
    container: Option<&str>,
) -> Result<Vec<LogRequest>, Error> {
    let request = |container: &str| LogRequest {
        pod: pod.clone(),
        container: container.to_owned(),
    };
    if args.is("all-containers") {
        let fields = ["initContainers", "containers", "ephemeralContainers"];
        let containers = fields
            .iter()
            .filter_map(|field| pod.spec().get(field)?.as_array());
        let names = containers
            .flatten()
            .filter_map(|container| container.get("name")?.as_str());
        return Ok(names.map(request).collect());
    }
    let mut name = container.unwrap_or_default().to_owned();
    let annotated = pod
        .meta
        .annotation(DEFAULT_CONTAINER)
        .cloned()
        .unwrap_or_default();
    if name.is_empty() && !annotated.is_empty() {
        match has_container(pod, &annotated) {
            true => name = annotated.to_string(),
            false => ctx.err.push_str(&format!(
                "Default container name {annotated:?} not found in pod {}\n",
                pod.meta.name
            )),
        }
    }
    if name.is_empty() {
        let (first, only) = first_container(pod);
        first.clone_into(&mut name);
        if !only && !args.is("all-pods") {
            let names = all_container_names(pod);
            let text = format!("Defaulted container {name:?} out of: {names}\n");
            ctx.err.push_str(&text);
        }
    }
    match has_container(pod, &name) {
        true => Ok(vec![request(&name)]),
        false => Err(invalid_container(pod, &name)),
    }
}

/// Reads the log of a container: the kubelet's error, or that nothing was written.
fn read(ctx: &mut CommandContext, args: &Args, request: &LogRequest) -> Result<(), Error> {
    let LogRequest { pod, container } = request;
    if pod::node(pod).is_none_or(|node| node.is_empty()) {
        // The API server answers with an empty log.
        return Ok(());
    }
    check_status(pod, container, args.is("previous"))?;
    ctx.err.push_str(&format!(
        "The simulation runs no programs, so container {container:?} in pod \"{}\" has written no log.\n",
        pod.meta.name
    ));
    Ok(())
}

/// Whether the kubelet has a log of a container (`validateContainerLogStatus`).
fn check_status(pod: &Object, container: &str, previous: bool) -> Result<(), Error> {
    let name = pod.meta.name.as_ref();
    let Some(status) = status_of(pod, container) else {
        return Err(bad_request(format!(
            "container {container:?} in pod {name:?} is not available"
        )));
    };
    let ended_before = matches!(status.last, Some(ContainerState::Terminated { .. }));
    let waiting = |why: &str| {
        Err(bad_request(format!(
            "container {container:?} in pod {name:?} is waiting to start: {why}"
        )))
    };
    match &status.state {
        _ if previous && ended_before => Ok(()),
        _ if previous => Err(bad_request(format!(
            "previous terminated container {container:?} in pod {name:?} not found"
        ))),
        ContainerState::Running { .. } | ContainerState::Terminated { .. } => Ok(()),
        ContainerState::Waiting { .. } if ended_before => Ok(()),
        ContainerState::Waiting { reason, .. } => match reason.as_ref() {
            "ErrImagePull" => waiting("image can't be pulled"),
            "ImagePullBackOff" => waiting("trying and failing to pull image"),
            reason => waiting(reason),
        },
    }
}

fn status_of<'a>(pod: &'a Object, container: &str) -> Option<&'a ContainerStatus> {
    let status = pod::status(pod)?;
    let all = status.containers.iter().chain(&status.init_containers);
    all.into_iter().find(|status| *status.name == *container)
}

/// Whether a container of a pod runs.
pub(super) fn is_running(pod: &Object, container: &str) -> bool {
    status_of(pod, container).is_some_and(|status| matches!(status.state, ContainerState::Running { .. }))
}
