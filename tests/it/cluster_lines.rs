//! Lines that wait, that ask containers, and that are about the cluster and the kubeconfig.

use statefulset_playground::cluster::{Settings, Sim};
use statefulset_playground::kubectl::console::{Output, Position, Process, changes, output, start};
use statefulset_playground::kubectl::server::DryRun;
use statefulset_playground::session::{Msg, Session, View, update};
use statefulset_playground::timeline::History;

use crate::support::command::apply_manifest;
use crate::support::settle;

const CLUSTER: &str = "
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: None
  selector: {app: web}
  ports: [{name: http, port: 80}, {name: dns, port: 53, protocol: UDP}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      initContainers: [{name: setup, image: busybox}]
      containers:
      - {name: nginx, image: nginx, ports: [{name: http, containerPort: 80}]}
      - {name: log, image: busybox}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules: [{apiGroups: [''], resources: [pods], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
";

/// What a ServiceAccount with a Role may do.
const LISTED: &str = "\
selfsubjectreviews.authentication.k8s.io        []             []    [create]
selfsubjectaccessreviews.authorization.k8s.io   []             []    [create]
selfsubjectrulesreviews.authorization.k8s.io    []             []    [create]
pods                                            []             []    [get list]\n\
\x20                                               [/api/*]       []    [get]\n\
\x20                                               [/api]         []    [get]\n\
\x20                                               [/apis/*]      []    [get]\n\
\x20                                               [/apis]        []    [get]\n\
\x20                                               [/healthz]     []    [get]\n\
\x20                                               [/healthz]     []    [get]\n\
\x20                                               [/livez]       []    [get]\n\
\x20                                               [/livez]       []    [get]\n\
\x20                                               [/openapi/*]   []    [get]\n\
\x20                                               [/openapi]     []    [get]\n\
\x20                                               [/readyz]      []    [get]\n\
\x20                                               [/readyz]      []    [get]\n\
\x20                                               [/version/]    []    [get]\n\
\x20                                               [/version/]    []    [get]\n\
\x20                                               [/version]     []    [get]\n\
\x20                                               [/version]     []    [get]
";

fn cluster() -> (Sim, History) {
    let mut sim = Sim::new(Settings::default());
    sim.take_entries();
    let history = History::new(sim.world().clone());
    apply_manifest(&mut sim, CLUSTER);
    (sim, history)
}

#[track_caller]
fn check(printed: &Output, line: &str, exit: i32, stdout: &str, stderr: &str) {
    assert_eq!(printed.stderr, stderr, "{line}");
    assert_eq!(printed.stdout, stdout, "{line}");
    assert_eq!(printed.exit, Some(exit), "{line}");
}

#[test]
fn lines_fail_as_in_kubectl_before_they_need_a_program() {
    let (mut sim, _) = cluster();
    settle(&mut sim);
    let out_of = "out of: nginx, log, setup (init)";
    let not_found = "Error from server (NotFound): pods \"web-9\" not found\n";
    let exec_usage = "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n\
                      See 'kubectl exec -h' for help and examples\n";
    let forward_usage = "error: TYPE/NAME and list of ports are required for port-forward\n\
                         See 'kubectl port-forward -h' for help and examples\n";
    let cases = [
        ("logs web-0 -c nope", format!("error: container nope is not valid for pod web-0 {out_of}\n")),
        (
            "logs web-0 -c log -p",
            "Error from server (BadRequest): previous terminated container \"log\" in pod \"web-0\" not found\n"
                .to_owned(),
        ),
        ("logs web-0 --tail=-2", "error: --tail must be greater than or equal to -1\n".to_owned()),
        (
            "logs web-0 --all-containers -c log",
            "error: --all-containers=true should not be specified with container name log\n".to_owned(),
        ),
        (
            "logs cm/settings",
            "error: cannot get the logs from *v1.ConfigMap: selector for *v1.ConfigMap not implemented\n".to_owned(),
        ),
        ("exec web-0", "error: you must specify at least one command for the container\n".to_owned()),
        ("exec web-0 ls", exec_usage.to_owned()),
        ("exec -- ls", "error: pod, type/name or --filename must be specified\n".to_owned()),
        ("exec web-9 -- ls", not_found.to_owned()),
        (
            "exec web-0 -c nope -- ls",
            format!("error: container nope is not valid for pod web-0 {out_of}\n"),
        ),
        (
            "exec web-0 -c setup -- ls",
            "error: unable to upgrade connection: container not found (\"setup\")\n".to_owned(),
        ),
        (
            "get pods --request-timeout=soon",
            "error: Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a \
             corresponding time unit (e.g. 1s | 2m | 3h)\n"
                .to_owned(),
        ),
        ("attach", "error: at least 1 argument is required for attach\n".to_owned()),
        ("port-forward web-0", forward_usage.to_owned()),
        ("port-forward svc/web 8080:81", "error: Service web does not have a service port 81\n".to_owned()),
        ("port-forward svc/web 8080:dns", "error: UDP protocol is not supported for dns\n".to_owned()),
        ("port-forward web-0 x", "error: Pod 'web-0' does not have a named port 'x'\n".to_owned()),
        ("cp a b", "error: one of src or dest must be a remote file specification\n".to_owned()),
        ("cp a web-0:/b", "error: a doesn't exist in local filesystem\n".to_owned()),
        ("cp web-9:/a b", not_found.to_owned()),
        ("debug web-0", "error: you must specify --image when not using --copy-to.\n".to_owned()),
        ("top pods web-0 -l app=web", "error: only one of NAME or selector can be provided\n".to_owned()),
        ("top no", "error: Metrics API not available\n".to_owned()),
        ("config use minikube", "error: no context exists with the name: \"minikube\"\n".to_owned()),
        ("wait pods --all --for=ready", "error: unrecognized condition: \"ready\"\n".to_owned()),
        (
            "wait --for=condition=Ready=False pods --all --timeout=0",
            "condition not met for pods/web-0\ncondition not met for pods/web-1\n".to_owned(),
        ),
        (
            "wait --for=jsonpath={.status.conditions} pod/web-0 --timeout=0 --for=jsonpath={.spec.containers[*].name}",
            "error: given jsonpath expression matches more than one value\n".to_owned(),
        ),
        ("events --for=web", "error: --for must be in resource/name form\n".to_owned()),
        ("events --types=Bad", "error: valid --types are Normal or Warning\n".to_owned()),
        (
            "get --raw /nope",
            "Error from server (NotFound): the server could not find the requested resource\n".to_owned(),
        ),
    ];
    for (line, stderr) in &cases {
        let printed = start(&mut DryRun::new(sim.world()), line, "", sim.now());
        assert_eq!(printed.printed().stderr, *stderr, "{line}");
        assert_eq!(printed.printed().exit, Some(1), "{line}");
    }
}

#[test]
fn lines_about_the_cluster_answer() {
    let (mut sim, _) = cluster();
    settle(&mut sim);
    let reader = "--as=system:serviceaccount:default:reader";
    let cases = [
        ("auth can-i delete nodes -A".to_owned(), 0, "yes\n", ""),
        ("exec web-0 -q -- hostname".to_owned(), 0, "web-0\n", ""),
        (
            "exec web-1 -c log -- sh -c 'hostname -f'".to_owned(),
            0,
            "web-1.web.default.svc.cluster.local\n",
            "",
        ),
        (format!("auth can-i list po {reader}"), 0, "yes\n", ""),
        (format!("auth can-i delete pods {reader}"), 1, "no\n", ""),
        (
            format!("auth can-i list pods -n kube-system {reader}"),
            1,
            "no\n",
            "",
        ),
        (
            "auth can-i get nodez".to_owned(),
            0,
            "yes\n",
            "Warning: the server doesn't have a resource type 'nodez'\n\n",
        ),
        (
            "auth whoami".to_owned(),
            0,
            "ATTRIBUTE   VALUE\nUsername    admin\nGroups      [system:masters system:authenticated]\n",
            "",
        ),
        ("auth can-i get /healthz --as=somebody".to_owned(), 0, "yes\n", ""),
        (
            format!("auth can-i --list --no-headers {reader} -n default"),
            0,
            LISTED,
            "",
        ),
        ("config current-context".to_owned(), 0, "playground\n", ""),
        ("config get-contexts -o name".to_owned(), 0, "playground\n", ""),
        ("get --raw=/healthz".to_owned(), 0, "ok", ""),
        ("wait --for=delete pod/web-9".to_owned(), 0, "", ""),
        (
            "wait --for=condition=ready pod web-0".to_owned(),
            0,
            "pod/web-0 condition met\n",
            "",
        ),
        (
            "wait pod/web-0 --for=create --for=jsonpath='{.status.phase}'=Running".to_owned(),
            0,
            "pod/web-0 condition met\npod/web-0 condition met\n",
            "",
        ),
        (
            "events --for sts/nope".to_owned(),
            0,
            "",
            "No events found in default namespace.\n",
        ),
        (
            "events -A --types=warning".to_owned(),
            0,
            "",
            "No events found.\n",
        ),
    ];
    for (line, exit, stdout, stderr) in cases {
        let printed = start(&mut DryRun::new(sim.world()), &line, "", sim.now());
        check(printed.printed(), &line, exit, stdout, stderr);
    }
}

/// A line that was entered at the start of a cluster, and what it has printed when the cluster has settled.
fn waited(line: &str) -> (Process, Output) {
    let (mut sim, mut history) = cluster();
    let process = start(&mut DryRun::new(sim.world()), line, "", sim.now());
    settle(&mut sim);
    history.append(sim.take_entries());
    let position = Position {
        seq: history.end(),
        quiet: true,
    };
    let printed = output(&process, &history, position, None);
    (process, printed)
}

#[test]
fn lines_wait_until_their_time_is_over() {
    let timed_out = "error: timed out waiting for the condition";
    let cases = [
        ("wait --for=create pod/web-1 --timeout=60s", 0, "pod/web-1 condition met\n", String::new()),
        ("wait --for=create pod/web-7 --timeout=60s", 1, "", format!("{timed_out}\n")),
        (
            "wait --for=jsonpath={.status.readyReplicas}=2 sts/web --timeout=5m",
            0,
            "statefulset.apps/web condition met\n",
            String::new(),
        ),
        (
            "wait --for=condition=Available sts/web cm/settings --timeout=1s",
            1,
            "",
            "timed out waiting for the condition on statefulsets/web\ntimed out waiting for the condition on \
             configmaps/settings\n"
                .to_owned(),
        ),
        (
            "wait --for=delete sts/web --timeout=1s",
            1,
            "",
            format!("{timed_out} on statefulsets/web\n"),
        ),
        (
            "rollout status sts/web --timeout=1ms",
            1,
            "Waiting for statefulset spec update to be observed...\nWaiting for 2 pods to be ready...\nWaiting for 2 pods \
             to be ready...\n",
            format!("{timed_out}\n"),
        ),
        ("get cm -w --request-timeout=1 -o name", 0, "configmap/settings\n", String::new()),
    ];
    for (line, exit, stdout, stderr) in &cases {
        let (process, printed) = waited(line);
        assert_eq!(
            process.printed().exit.filter(|_| process.deadline().is_none()),
            None,
            "{line}"
        );
        let shown = printed
            .stdout
            .lines()
            .filter(|line| !line.contains("kube-root-ca"));
        let shown: String = shown.map(|line| format!("{line}\n")).collect();
        check(
            &Output {
                stdout: shown,
                ..printed
            },
            line,
            *exit,
            stdout,
            stderr,
        );
    }
    let (_, printed) = waited("rollout status sts/web --timeout=10m");
    assert_eq!(printed.exit, Some(0), "{}", printed.stdout);
}

#[test]
fn the_context_has_a_namespace_until_undo() {
    let text = "{apiVersion: v1, kind: Namespace, metadata: {name: db}}\n---\n\
                {apiVersion: v1, kind: ConfigMap, metadata: {name: own}}\n";
    let mut session = Session::new(Settings::default(), text, View::default());
    let mut enter = |line: &str| {
        update(&mut session, Msg::Line(line.to_owned()));
        while session.moving() {
            update(&mut session, Msg::Tick { elapsed_ms: 250 });
        }
        let lines = session.active_run().lines(None);
        let output = lines.last().map(|line| line.output.clone()).unwrap_or_default();
        format!("{}{}", output.stdout, output.stderr)
    };
    assert!(changes("config set-context --current --namespace=db"));
    enter("get cm");
    assert_eq!(
        enter("config set-context --current --namespace=db"),
        "Context \"playground\" modified.\n"
    );
    assert_eq!(
        enter("get cm own"),
        "Error from server (NotFound): configmaps \"own\" not found\n"
    );
    assert_eq!(
        enter("apply -f manifest.yaml"),
        "namespace/db unchanged\nconfigmap/own created\n"
    );
    assert_eq!(enter("get cm own -o jsonpath={.metadata.namespace}"), "db");
    assert_eq!(enter("get cm own -n default -o name"), "configmap/own\n");
    assert!(enter("config view -o yaml").contains("    namespace: db\n"));
    assert_eq!(
        enter("delete cm own"),
        "configmap \"own\" deleted from db namespace\n"
    );
    for _ in 0..3 {
        update(&mut session, Msg::Undo);
    }
    update(&mut session, Msg::Line("config view".to_owned()));
    let lines = session.active_run().lines(None);
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_ref()).collect();
    assert_eq!(texts.last(), Some(&"config view"), "{texts:?}");
    let last = lines.last().expect("a line");
    assert!(
        last.output.stdout.contains("    namespace: default\n"),
        "{}",
        last.output.stdout
    );
}
