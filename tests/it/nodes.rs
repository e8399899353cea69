//! Nodes: what drains print and do while PodDisruptionBudgets refuse, the status of these budgets, preemption, and nodes
//! that run out of addresses.

use expect_test::{Expect, expect};
use statefulset_playground::api::{Patch, Request};
use statefulset_playground::cluster::{Fault, FaultKind, Profile, Settings, Sim};
use statefulset_playground::kubectl::console::{Process, output, start};
use statefulset_playground::kubectl::server::{LiveServer, Server};
use statefulset_playground::object::{Key, Kind, Object, Time, Value, pod};
use statefulset_playground::scene::explain::explain;
use statefulset_playground::timeline::History;

use crate::support::command::apply_manifest;

/// A cluster with its log, and the lines that were typed.
struct Terminal {
    sim: Sim,
    history: History,
    lines: Vec<(String, Process)>,
}

impl Terminal {
    fn new() -> Terminal {
        let mut sim = Sim::new(Settings {
            seed: 1,
            profile: Profile::Quick,
            ..Settings::default()
        });
        sim.take_entries();
        let history = History::new(sim.world().clone());
        Terminal {
            sim,
            history,
            lines: Vec::new(),
        }
    }

    #[track_caller]
    fn apply(&mut self, text: &str) {
        apply_manifest(&mut self.sim, text);
        self.pass(30);
    }

    /// Lets time pass.
    fn pass(&mut self, seconds: u64) {
        self.sim.advance(Time(self.sim.now().0 + seconds * 1000));
        self.history.append(self.sim.take_entries());
    }

    fn run(&mut self, line: &str) {
        let now = self.sim.now();
        let process = start(&mut LiveServer::begin(&mut self.sim), line, "", now);
        self.history.append(self.sim.take_entries());
        self.lines.push((line.to_owned(), process));
    }

    /// What the last line has printed.
    fn printed(&self) -> String {
        let (line, process) = self.lines.last().expect("a line");
        let printed = output(process, &self.history, self.history.end(), None);
        let exit = printed
            .exit
            .map_or("running".to_owned(), |exit| format!("exit {exit}"));
        format!("$ {line}\n{}{}({exit})\n", printed.stdout, printed.stderr)
    }

    #[track_caller]
    fn check(&self, expected: &Expect) {
        expected.assert_eq(&self.printed());
    }

    fn get(&self, kind: Kind, name: &str) -> &Object {
        self.sim.world().get(&Key::new(kind, name)).expect("it exists")
    }

    /// The sentence of the page.
    fn sentence(&self) -> String {
        explain(self.sim.world(), self.sim.now()).text()
    }
}

fn stateful_set(replicas: u32, node: &str) -> String {
    format!(
        "apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: web}}
spec:
  serviceName: web
  replicas: {replicas}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      nodeSelector: {{kubernetes.io/hostname: {node}}}
      containers: [{{name: c, image: app:1}}]
"
    )
}

fn budget(spec: &str) -> String {
    format!(
        "apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: web}}
spec: {{selector: {{matchLabels: {{app: web}}}}, {spec}}}
"
    )
}

#[test]
fn a_drain_tries_again_until_the_budget_allows_it() {
    let mut terminal = Terminal::new();
    terminal.apply(&stateful_set(2, "node-1"));
    terminal.apply(&budget("minAvailable: 2"));
    terminal.run("drain node-1");
    terminal.pass(11);
    terminal.check(&expect![[r#"
        $ drain node-1
        node/node-1 cordoned
        evicting pod default/web-0
        evicting pod default/web-1
        evicting pod default/web-0
        evicting pod default/web-1
        evicting pod default/web-0
        evicting pod default/web-1
        error when evicting pods/"web-0" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-0" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-0" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        (running)
    "#]]);
    expect!["2 pods at the same time; web-0 cannot be evicted from its node: PodDisruptionBudget web needs 2 of its pods to be healthy and 2 are; the drain tries again every 5 seconds."].assert_eq(&terminal.sentence());
    let key = Key::new(Kind::PodDisruptionBudget, "web");
    let mut patch = Value::Null;
    *patch.slot(&["spec", "minAvailable"]) = 1.into();
    let patch = Patch::Merge(patch);
    let mut server = LiveServer::begin(&mut terminal.sim);
    server.send(&Request::Patch { key, patch }).expect("it is valid");
    terminal.pass(20);
    terminal.check(&expect![[r#"
        $ drain node-1
        node/node-1 cordoned
        evicting pod default/web-0
        evicting pod default/web-1
        evicting pod default/web-0
        evicting pod default/web-1
        evicting pod default/web-0
        evicting pod default/web-1
        evicting pod default/web-0
        evicting pod default/web-1
        pod/web-0 evicted
        evicting pod default/web-1
        evicting pod default/web-1
        evicting pod default/web-1
        error when evicting pods/"web-0" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-0" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-0" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-1" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        (running)
    "#]]);
}

#[test]
fn a_drain_ends_at_its_timeout_and_with_its_errors() {
    let mut terminal = Terminal::new();
    terminal.apply(&stateful_set(1, "node-1"));
    terminal.apply(&budget("maxUnavailable: 0"));
    terminal.apply(
        "apiVersion: v1
kind: Pod
metadata: {name: lone}
spec:
  nodeName: node-2
  terminationGracePeriodSeconds: 0
  containers: [{name: c, image: app:1}]
  volumes: [{name: tmp, emptyDir: {}}]
",
    );
    terminal.run("drain node-1 node-2 --timeout=7s");
    terminal.pass(20);
    terminal.check(&expect![[r#"
        $ drain node-1 node-2 --timeout=7s
        node/node-1 cordoned
        node/node-2 cordoned
        evicting pod default/web-0
        evicting pod default/web-0
        evicting pod default/web-0
        error when evicting pods/"web-0" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        error when evicting pods/"web-0" -n "default" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.
        There are pending pods in node "node-1" when an error occurred: error when evicting pods/"web-0" -n "default": global timeout reached: 7s
        pod/web-0
        error: unable to drain node "node-1" due to error: error when evicting pods/"web-0" -n "default": global timeout reached: 7s, continuing command...
        error: unable to drain node "node-2" due to error: cannot delete Pods with local storage (use --delete-emptydir-data to override): default/lone, continuing command...
        There are pending nodes to be drained:
         node-1
         node-2
        error when evicting pods/"web-0" -n "default": global timeout reached: 7s
        cannot delete Pods with local storage (use --delete-emptydir-data to override): default/lone
        (exit 1)
    "#]]);
    terminal.run("drain node-2 --delete-emptydir-data");
    terminal.check(&expect![[r#"
        $ drain node-2 --delete-emptydir-data
        node/node-2 already cordoned
        error: unable to drain node "node-2" due to error: cannot delete Pods that declare no controller (use --force to override): default/lone, continuing command...
        There are pending nodes to be drained:
         node-2
        cannot delete Pods that declare no controller (use --force to override): default/lone
        (exit 1)
    "#]]);
    terminal.run("drain node-2 --force --delete-emptydir-data");
    terminal.pass(5);
    terminal.check(&expect![[r#"
        $ drain node-2 --force --delete-emptydir-data
        node/node-2 already cordoned
        evicting pod default/lone
        pod/lone evicted
        node/node-2 drained
        Warning: deleting Pods that declare no controller: default/lone
        (exit 0)
    "#]]);
    terminal.run("drain node-1 --disable-eviction");
    terminal.pass(60);
    terminal.check(&expect![[r#"
        $ drain node-1 --disable-eviction
        node/node-1 already cordoned
        pod/web-0 deleted
        node/node-1 drained
        (exit 0)
    "#]]);
    terminal.run("drain -l kubernetes.io/os=linux --dry-run=client --force");
    terminal.check(&expect![[r#"
        $ drain -l kubernetes.io/os=linux --dry-run=client --force
        node/node-1 already cordoned (dry run)
        node/node-2 already cordoned (dry run)
        node/node-3 cordoned (dry run)
        node/node-1 drained (dry run)
        node/node-2 drained (dry run)
        node/node-3 drained (dry run)
        (exit 0)
    "#]]);
}

#[test]
fn the_fault_respects_budgets_and_ends_with_uncordon() {
    let mut terminal = Terminal::new();
    terminal.apply(&stateful_set(1, "node-1"));
    terminal.apply(&budget("minAvailable: 100%"));
    let fault = Fault::new(FaultKind::Drained, "node-1");
    terminal.sim.inject_fault(&fault).expect("the node exists");
    terminal.pass(20);
    assert!(!terminal.get(Kind::Pod, "web-0").meta.terminating());
    expect!["web-0 cannot be evicted from its node: PodDisruptionBudget web needs 1 of its pods to be healthy and 1 are; the drain tries again every 5 seconds."].assert_eq(&terminal.sentence());
    terminal.sim.mend_fault(&fault).expect("the node exists");
    terminal.pass(1);
    terminal.run("delete pdb web");
    terminal.pass(20);
    assert!(!terminal.get(Kind::Pod, "web-0").meta.terminating());
    assert!(pod::ready(terminal.get(Kind::Pod, "web-0")));
}

/// Checks the status of a budget of three pods, one of which is not ready.
#[track_caller]
fn check_budget(spec: &str, expected: [i64; 4], allows_unhealthy: bool) {
    let mut terminal = Terminal::new();
    terminal.apply(&stateful_set(3, "node-1"));
    terminal.apply(&budget(spec));
    let fault = Fault::new(FaultKind::NotReady, "web-1");
    terminal.sim.inject_fault(&fault).expect("the pod exists");
    terminal.pass(60);
    let status = terminal.get(Kind::PodDisruptionBudget, "web").status.fields();
    let status = status.expect("a status");
    let numbers = [
        "expectedPods",
        "desiredHealthy",
        "currentHealthy",
        "disruptionsAllowed",
    ]
    .map(|field| status.get(field).and_then(Value::as_i64).unwrap_or(-1));
    assert_eq!(numbers, expected, "{spec}");
    let mut server = LiveServer::begin(&mut terminal.sim);
    let request = Request::Evict {
        pod: Key::new(Kind::Pod, "web-1"),
        options: Default::default(),
    };
    let refused = server.send(&request).err().map(|status| status.message);
    let message = "Cannot evict pod as it would violate the pod's disruption budget.";
    let message = (!allows_unhealthy).then(|| message.to_owned());
    assert_eq!(refused, message, "{spec}");
}

#[test]
fn budgets_count_the_healthy_pods_of_the_controller() {
    check_budget("minAvailable: 1", [3, 1, 2, 1], true);
    check_budget("minAvailable: 2", [3, 2, 2, 0], true);
    check_budget("minAvailable: 3", [3, 3, 2, 0], false);
    check_budget(
        "minAvailable: 3, unhealthyPodEvictionPolicy: AlwaysAllow",
        [3, 3, 2, 0],
        true,
    );
    check_budget("minAvailable: 50%", [3, 2, 2, 0], true);
    check_budget("maxUnavailable: 1", [3, 2, 2, 0], true);
    check_budget("maxUnavailable: 34%", [3, 1, 2, 1], true);
    check_budget("maxUnavailable: 100%", [3, 0, 2, 2], true);
}

/// A pod that asks for ten CPUs of a node, with a priority class.
fn hungry(name: &str, class: &str) -> String {
    format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec:
  priorityClassName: {class}
  terminationGracePeriodSeconds: 30
  containers: [{{name: c, image: app:1, resources: {{requests: {{cpu: 10}}}}}}]
"
    )
}

const CLASSES: &str = "apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: low}
value: 1
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: middle}
value: 5
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 10
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: polite}
value: 10
preemptionPolicy: Never
";

/// Fills the nodes, then asks for one more pod; returns the events about both and what became of it.
fn preempt(class: &str) -> String {
    let mut terminal = Terminal::new();
    terminal.apply(CLASSES);
    for (name, class) in [("a", "middle"), ("b", "low"), ("c", "low")] {
        terminal.apply(&hungry(name, class));
    }
    terminal.run("get pods");
    terminal.apply(&hungry("new", class));
    let mut text = String::new();
    for event in terminal.sim.world().list(Kind::Event) {
        let fields = event.body.fields();
        let field = |key: &str| fields.get(key).and_then(Value::as_str).unwrap_or_default();
        let about = fields
            .get("involvedObject")
            .and_then(|about| about.get("name")?.as_str());
        if ["FailedScheduling", "Preempted"].contains(&field("reason")) {
            let message = field("message").replace(&*terminal.get(Kind::Pod, "new").meta.uid, "<new>");
            text += &format!("{}: {}: {message}\n", about.unwrap_or_default(), field("reason"));
        }
    }
    for pod in terminal.sim.world().list(Kind::Pod) {
        let node = pod::node(pod).map_or("-", AsRef::as_ref);
        text += &format!("{} {node}\n", pod.name());
    }
    text
}

#[test]
fn preemption_evicts_the_least_important_pod() {
    expect![[r#"
        c: Preempted: Preempted by pod <new> on node node-3
        new: FailedScheduling: 0/3 nodes are available: 3 Insufficient cpu.
        a node-1
        b node-2
        new node-3
    "#]]
    .assert_eq(&preempt("high"));
    expect![[r#"
        new: FailedScheduling: 0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.
        a node-1
        b node-2
        c node-3
        new -
    "#]]
    .assert_eq(&preempt("polite"));
    expect![[r#"
        new: FailedScheduling: 0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.
        a node-1
        b node-2
        c node-3
        new -
    "#]].assert_eq(&preempt("low"));
}

#[test]
fn a_node_without_addresses_fails_to_create_the_sandbox() {
    let mut terminal = Terminal::new();
    terminal.run("delete node node-2 node-3");
    let mut node = Object::clone(terminal.get(Kind::Node, "node-1"));
    let mut spec = node.spec().clone();
    *spec.slot(&["podCIDR"]) = "10.9.0.0/29".into();
    node = node.with_spec(spec);
    let mut server = LiveServer::begin(&mut terminal.sim);
    server
        .send(&Request::Update(Box::new(node)))
        .expect("it is valid");
    terminal.apply(
        &stateful_set(6, "node-1").replace("serviceName", "podManagementPolicy: Parallel\n  serviceName"),
    );
    let last = terminal.get(Kind::Pod, "web-5");
    assert!(!pod::ready(last) && pod::ip(last).is_none());
    expect!["web-5: its sandbox cannot be created: node-1 has no free address for a pod (next try in 1 s)."]
        .assert_eq(&terminal.sentence());
    let events = terminal.sim.world().list(Kind::Event);
    let message = events
        .filter_map(|event| {
            let fields = event.body.fields();
            let is_failure = fields.get("reason")?.as_str()? == "FailedCreatePodSandBox";
            is_failure.then(|| fields.get("message").and_then(Value::as_str).map(str::to_owned))?
        })
        .next()
        .expect("an event");
    assert!(message.ends_with("range set: 10.9.0.1-10.9.0.6"), "{message}");
    terminal.run("delete pod web-0 --wait=false");
    terminal.pass(60);
    let ready = terminal.sim.world().list(Kind::Pod).filter(|pod| pod::ready(pod));
    assert_eq!(ready.count(), 5);
}

/// Applies objects, then a pod `new`; returns the node of the pod, or why it has none.
#[track_caller]
fn check_node(before: &str, lines: &[&str], spec: &str, expected: &str) {
    let mut terminal = Terminal::new();
    if !before.is_empty() {
        terminal.apply(before);
    }
    for line in lines {
        terminal.run(line);
        assert!(
            terminal.printed().ends_with("(exit 0)\n"),
            "{}",
            terminal.printed()
        );
        terminal.pass(1);
    }
    terminal.apply(&format!(
        "apiVersion: v1
kind: Pod
metadata: {{name: new, labels: {{app: new}}}}
spec: {{containers: [{{name: c, image: app:1}}], {spec}}}
"
    ));
    let pod = terminal.get(Kind::Pod, "new");
    let condition = pod::status(pod).and_then(|status| status.condition("PodScheduled"));
    let message = condition.and_then(|condition| condition.message.as_deref());
    let node = pod::node(pod).map(AsRef::as_ref);
    let reached = node.or(message).unwrap_or("-");
    assert_eq!(reached.split(". no new").next(), Some(expected), "{spec}");
}

#[test]
fn preferences_are_weighed_as_kube_scheduler_does() {
    let prefer = |node: &str, weight: u32| {
        format!(
            "affinity: {{nodeAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: {weight}, preference: \
             {{matchExpressions: [{{key: kubernetes.io/hostname, operator: In, values: [{node}]}}]}}}}]}}}}"
        )
    };
    check_node("", &[], &prefer("node-2", 1), "node-2");
    // A taint weighs more than an affinity of any weight.
    let taint = "taint node node-2 a=b:PreferNoSchedule";
    check_node("", &[taint], &prefer("node-2", 100), "node-1");
    // What a standing pod prefers counts too.
    let standing = |terms: &str| {
        format!(
            "apiVersion: v1
kind: Pod
metadata: {{name: old}}
spec:
  nodeName: node-1
  containers: [{{name: c, image: app:1}}]
  affinity: {{{terms}}}
"
        )
    };
    let term = "{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: new}}}";
    let preferred =
        format!("preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 9, podAffinityTerm: {term}}}]");
    check_node(
        &standing(&format!("podAffinity: {{{preferred}}}")),
        &[],
        "",
        "node-1",
    );
    check_node(
        &standing(&format!("podAntiAffinity: {{{preferred}}}")),
        &[],
        "",
        "node-2",
    );
    let required = format!("requiredDuringSchedulingIgnoredDuringExecution: [{term}]");
    let near = "affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: \
                [{key: kubernetes.io/hostname, operator: In, values: [node-1]}]}]}}}";
    check_node(
        &standing(&format!("podAntiAffinity: {{{required}}}")),
        &[],
        near,
        "0/3 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules, 2 node(s) didn't match Pod's \
         node affinity/selector",
    );
    // A pod with many requests leaves its node to others.
    let busy = "apiVersion: v1
kind: Pod
metadata: {name: old}
spec:
  nodeName: node-1
  containers: [{name: c, image: app:1, resources: {requests: {cpu: 8, memory: 32Gi}}}]
";
    check_node(busy, &[], "", "node-2");
}

#[test]
fn a_pod_is_tried_again_when_a_node_changes_for_the_better() {
    let mut terminal = Terminal::new();
    terminal.run("taint node node-1 a=1:NoSchedule");
    terminal.run("cordon node-2 node-3");
    terminal.apply(&hungry("new", "system-cluster-critical"));
    let failures = |terminal: &Terminal| {
        let events = terminal.sim.world().list(Kind::Event).filter(|event| {
            let reason = event.body.fields().get("reason").and_then(Value::as_str);
            reason == Some("FailedScheduling")
        });
        events.count()
    };
    assert_eq!(failures(&terminal), 1);
    terminal.run("label node node-1 disk=ssd");
    terminal.run("taint node node-2 b=2:NoExecute");
    terminal.pass(30);
    assert_eq!(failures(&terminal), 1);
    terminal.run("uncordon node-2");
    terminal.pass(30);
    assert_eq!(failures(&terminal), 2);
    terminal.run("taint node node-2 b-");
    terminal.pass(30);
    assert_eq!(
        pod::node(terminal.get(Kind::Pod, "new")).map(AsRef::as_ref),
        Some("node-2")
    );
}
