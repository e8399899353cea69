//! The sentences that the page shows during a run, in order.

use expect_test::{Expect, expect};
use statefulset_playground::api::Propagation;
use statefulset_playground::cluster::{Fault, FaultKind, Settings};
use statefulset_playground::kubectl::line::Line;
use statefulset_playground::object::{Key, Kind, Time};
use statefulset_playground::scene::explain::{Sentence, explain};
use statefulset_playground::session::perform::{Report, perform};
use statefulset_playground::timeline::{Action, Run};

/// The set of the official tutorial, shortened.
const WEB: &str = "\
apiVersion: v1
kind: Service
metadata: {name: nginx}
spec:
  clusterIP: None
  selector: {app: nginx}
  ports: [{port: 80}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: nginx
  replicas: 3
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      terminationGracePeriodSeconds: 10
      containers:
      - name: nginx
        image: nginx:1
        volumeMounts: [{name: www, mountPath: /www}]
  volumeClaimTemplates:
  - metadata: {name: www}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
";

/// How long sentences are collected after the last action if the cluster does not become idle, in milliseconds.
const COLLECT_MS: u64 = 90_000;

/// Shortest time for which a sentence is shown to be collected, in milliseconds.
const READABLE_MS: u64 = 100;

/// The sentences of a run from a position on, one per line, without repetitions.
fn sentences(run: &Run<Report>, from: u64, until: Time) -> String {
    let history = run.history();
    let (mut text, mut last) = (String::new(), String::new());
    for entry in history.between(from, history.end()) {
        let next = history.entry(entry.seq + 1).map(|next| next.at);
        let is_readable = next.is_none_or(|next| next.since(entry.at) >= READABLE_MS);
        if !is_readable || entry.at > until {
            continue;
        }
        let line = line(&explain(&history.world_at(entry.seq), entry.at));
        if line != last {
            text.push_str(&line);
            text.push('\n');
            last = line;
        }
    }
    text
}

fn line(sentence: &Sentence) -> String {
    let text = sentence.text();
    assert!(
        text.chars().count() <= 170,
        "{} characters: {text}",
        text.chars().count()
    );
    let rule = sentence.rule.unwrap_or("-");
    let field = sentence.field.as_ref().map_or("-", |field| &field.path);
    let remedy = sentence
        .remedy
        .as_ref()
        .map(|remedy| format!(" [{}]", remedy.label()));
    format!(
        "{:?}: {text}{} ({rule}, {field})",
        sentence.progress,
        remedy.unwrap_or_default()
    )
}

/// Performs each action one second after the cluster became idle, or 60 seconds after the previous one, and compares
/// the sentences after the last action.
#[track_caller]
fn check(text: &str, actions: &[Action], expected: Expect) {
    let mut run = Run::new(Settings::default(), perform);
    let apply = Action::Apply { text: text.into() };
    let mut from = run.history().start();
    let mut at = Time(0);
    for action in std::iter::once(&apply).chain(actions) {
        while run.simulate_ahead(at, 10_000) {}
        if run.quiet() {
            at = run.history().latest().now().plus(1_000);
        } else {
            at = at.plus(60_000);
        }
        if run.history().entries().is_empty() {
            at = Time(0);
        }
        run.act(at, usize::MAX, action.clone());
        let result = run.result(run.steps().len() - 1).expect("done at once");
        assert_eq!(result.errors, []);
        from = result.seq;
    }
    while run.simulate_ahead(at, 10_000) {}
    let until = if run.quiet() {
        Time(u64::MAX)
    } else {
        at.plus(COLLECT_MS)
    };
    expected.assert_eq(&sentences(&run, from, until));
}

fn web() -> Key {
    Key::new(Kind::StatefulSet, "web")
}

fn pod(name: &str) -> Key {
    Key::new(Kind::Pod, name)
}

fn delete(object: Key) -> Action {
    Line::delete(&object).no_wait().into()
}

fn image(image: &str) -> Action {
    Line::set_image(&web(), "nginx", image).into()
}

fn scale(replicas: i64) -> Action {
    Line::scale(&web(), replicas).into()
}

fn apply(text: String) -> Action {
    Action::Apply { text: text.into() }
}

#[test]
fn ordered_pods_are_created_one_after_the_other() {
    check(
        WEB,
        &[],
        expect![[r#"
            Busy: web-0 is starting: its claim www waits for its volume to be provisioned; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its volume is being attached to node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its sandbox and network are being set up on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting: its container nginx is being started on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its claim www waits for its volume to be provisioned; web-2 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its volume is being attached to node-2; web-2 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its sandbox and network are being set up on node-2; web-2 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its image nginx:1 is being pulled on node-2; web-2 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-1 is starting: its container nginx is being started on node-2; web-2 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting: its claim www waits for its volume to be provisioned. (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting: its volume is being attached to node-3. (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting: its sandbox and network are being set up on node-3. (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting: its image nginx:1 is being pulled on node-3. (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-2 is starting: its container nginx is being started on node-3. (OrderedReady, spec.podManagementPolicy)
            Settled: All is as wanted: web has 3 of 3 pods Ready. (-, -)
        "#]],
    );
}

#[test]
fn scaling_down_deletes_the_highest_ordinal_first() {
    check(
        WEB,
        &[scale(1)],
        expect![[r#"
            Busy: web-2 is terminating (its containers are being stopped); then web-1: scaling down goes from the highest ordinal, one by one. (OrderedScaleDown, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-2 is terminating; then web-1: scaling down goes from the highest ordinal, one by one. (OrderedScaleDown, spec.podManagementPolicy)
            Busy: web-1 is terminating (its containers are being stopped): scaling down goes from the highest ordinal, and claims stay. (OrderedScaleDown, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-1 is terminating: scaling down goes from the highest ordinal, and claims stay. (OrderedScaleDown, spec.podManagementPolicy)
            Busy: The volume of www-web-1 is being detached from node-2. (Detaching, -)
            Settled: All is as wanted: web has 1 of 1 pod Ready. (-, -)
        "#]],
    );
}

#[test]
fn a_rolling_update_replaces_the_highest_ordinal_first() {
    check(
        WEB,
        &[image("nginx:2")],
        expect![[r#"
            Busy: web-2 is replaced by the new revision (its containers are being stopped); then web-1: updates go from the highest ordinal down. (OrderedReady, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-2 has ended; once it is gone it is created again with its name and claims. (UniqueName, -)
            Busy: web-2 is starting with the new revision: its sandbox and network are being set up on node-3; web-1 is updated after that (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting with the new revision: its image nginx:2 is being pulled on node-3; web-1 is updated after that (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-2 is starting with the new revision: its container nginx is being started on node-3; web-1 is updated after that (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is replaced by the new revision (its containers are being stopped); then web-0: updates go from the highest ordinal down. (OrderedReady, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-1 has ended; once it is gone it is created again with its name and claims. (UniqueName, -)
            Busy: web-1 is starting with the new revision: its sandbox and network are being set up on node-2; web-0 is updated after that (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting with the new revision: its image nginx:2 is being pulled on node-2; web-0 is updated after that (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-1 is starting with the new revision: its container nginx is being started on node-2; web-0 is updated after that (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is replaced by the new revision (its containers are being stopped). (OrderedReady, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-0 has ended; once it is gone it is created again with its name and claims. (UniqueName, -)
            Busy: web-0 is starting with the new revision: its sandbox and network are being set up on node-1. (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting with the new revision: its image nginx:2 is being pulled on node-1. (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting with the new revision: its container nginx is being started on node-1. (OrderedReady, spec.podManagementPolicy)
            Settled: All is as wanted: web has 3 of 3 pods Ready. (-, -)
        "#]],
    );
}

#[test]
fn a_deleted_pod_is_created_again() {
    check(
        WEB,
        &[delete(pod("web-1"))],
        expect![[r#"
            Busy: web-1 is terminating (its containers are being stopped); then it is created again with its name and claims. (OrderedReady, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-1 has ended; once it is gone it is created again with its name and claims. (UniqueName, -)
            Busy: web-1 is starting: its sandbox and network are being set up on node-2. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its container nginx is being started on node-2. (OrderedReady, spec.podManagementPolicy)
            Settled: All is as wanted: web has 3 of 3 pods Ready. (-, -)
        "#]],
    );
}

#[test]
fn an_image_that_cannot_be_pulled_blocks_the_set() {
    let missing = Action::Break(Fault::new(FaultKind::ImageMissing, "nginx:1"));
    let mut text = WEB.to_owned();
    text = text.replace("replicas: 3", "replicas: 0");
    check(
        &text,
        &[missing, scale(2)],
        expect![[r#"
            Busy: web-0 is starting: its claim www waits for its volume to be provisioned; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its volume is being attached to node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its sandbox and network are being set up on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-1 is not created: OrderedReady waits for web-0, whose image nginx:1 cannot be pulled (next try in 2 s). [Push the image] (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-1 is not created: OrderedReady waits for web-0, whose image nginx:1 cannot be pulled (next try in 8 s). [Push the image] (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-1 is not created: OrderedReady waits for web-0, whose image nginx:1 cannot be pulled (next try in 2 s). [Push the image] (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-1 is not created: OrderedReady waits for web-0, whose image nginx:1 cannot be pulled (next try in 18 s). [Push the image] (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-1 is not created: OrderedReady waits for web-0, whose image nginx:1 cannot be pulled (next try in 2 s). [Push the image] (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-1 is not created: OrderedReady waits for web-0, whose image nginx:1 cannot be pulled (next try in 38 s). [Push the image] (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-1 is not created: OrderedReady waits for web-0, whose image nginx:1 cannot be pulled (next try in 2 s). [Push the image] (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-1 is not created: OrderedReady waits for web-0, whose image nginx:1 cannot be pulled (next try in 78 s). [Push the image] (OrderedReady, spec.template.spec.containers[0].image)
        "#]],
    );
}

#[test]
fn fixing_the_template_does_not_fix_a_stuck_rollout() {
    let missing = Action::Break(Fault::new(FaultKind::ImageMissing, "nginx:2"));
    check(
        WEB,
        &[missing, image("nginx:2"), image("nginx:1")],
        expect![[r#"
            Broken: web-2: its image nginx:2 cannot be pulled (next try in 14 s); it gets the new template only once it is Ready or deleted. [Delete web-2] (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-2 is starting: its image nginx:2 is being pulled on node-3. (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-2: its image nginx:2 cannot be pulled (next try in 2 s); it gets the new template only once it is Ready or deleted. [Delete web-2] (OrderedReady, spec.template.spec.containers[0].image)
            Broken: web-2: its image nginx:2 cannot be pulled (next try in 78 s); it gets the new template only once it is Ready or deleted. [Delete web-2] (OrderedReady, spec.template.spec.containers[0].image)
        "#]],
    );
}

#[test]
fn a_missing_storage_class_blocks_the_first_pod() {
    let text = WEB.replace("accessModes", "storageClassName: fast\n      accessModes");
    check(
        &text,
        &[],
        expect![[r#"
            Broken: web-1 is not created: OrderedReady waits for web-0, as its claim www asks for class fast, which does not exist. [Show storageClassName] (OrderedReady, spec.volumeClaimTemplates[0].spec.storageClassName)
        "#]],
    );
}

#[test]
fn parallel_pods_are_created_together() {
    let text = WEB.replace("  replicas", "  podManagementPolicy: Parallel\n  replicas");
    check(
        &text,
        &[],
        expect![[r#"
            Busy: 3 pods at the same time; web-0: its claim www waits for its volume to be provisioned. (Provisioning, -)
            Busy: 3 pods at the same time; web-0: its volume is being attached to node-1. (Attaching, -)
            Busy: 3 pods at the same time; web-0: its sandbox and network are being set up on node-1. (PodSandbox, -)
            Busy: 3 pods at the same time; web-0: its image nginx:1 is being pulled on node-1. (Pulling, spec.template.spec.containers[0].image)
            Busy: 3 pods at the same time; web-0: its container nginx is being started on node-1. (ContainerCreating, -)
            Settled: All is as wanted: web has 3 of 3 pods Ready. (-, -)
        "#]],
    );
}

#[test]
fn a_partition_protects_the_lower_pods() {
    let update = "  updateStrategy: {rollingUpdate: {partition: 2}}\n  replicas";
    let text = WEB.replace("  replicas", update);
    check(
        &text,
        &[image("nginx:2")],
        expect![[r#"
            Busy: web-2 is replaced by the new revision (its containers are being stopped). (OrderedReady, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-2 has ended; once it is gone it is created again with its name and claims. (UniqueName, -)
            Busy: web-2 is starting with the new revision: its sandbox and network are being set up on node-3. (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting with the new revision: its image nginx:2 is being pulled on node-3. (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-2 is starting with the new revision: its container nginx is being started on node-3. (OrderedReady, spec.podManagementPolicy)
            Waiting: web-1 and lower keep the old revision, as partition: 2 updates only ordinals from 2 up. [Show partition] (Partition, spec.updateStrategy.rollingUpdate.partition)
        "#]],
    );
}

#[test]
fn on_delete_waits_for_the_deletion_of_pods() {
    let text = WEB.replace("  replicas", "  updateStrategy: {type: OnDelete}\n  replicas");
    check(
        &text,
        &[image("nginx:2")],
        expect![[r#"
            Waiting: web-2 keeps the old revision until it is deleted: OnDelete. [Delete web-2] (OnDelete, spec.updateStrategy.type)
        "#]],
    );
}

#[test]
fn min_ready_seconds_delays_the_next_pod() {
    let text = WEB.replace("  replicas: 3", "  minReadySeconds: 10\n  replicas: 2");
    check(
        &text,
        &[],
        expect![[r#"
            Busy: web-0 is starting: its claim www waits for its volume to be provisioned; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its volume is being attached to node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its sandbox and network are being set up on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting: its container nginx is being started on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Waiting: web-0 is Ready, but not yet for minReadySeconds (10 s left); web-1 waits for it. (MinReadySeconds, spec.minReadySeconds)
            Busy: web-1 is starting: its claim www waits for its volume to be provisioned. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its volume is being attached to node-2. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its sandbox and network are being set up on node-2. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its image nginx:1 is being pulled on node-2. (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-1 is starting: its container nginx is being started on node-2. (OrderedReady, spec.podManagementPolicy)
            Waiting: web-1 is Ready, but not yet for minReadySeconds (10 s left). (MinReadySeconds, spec.minReadySeconds)
            Settled: All is as wanted: web has 2 of 2 pods Ready. (-, -)
        "#]],
    );
}

#[test]
fn a_crash_loop_blocks_scaling_down() {
    let crash = Action::Break(Fault::new(FaultKind::CrashLoop, "web-0"));
    check(
        WEB,
        &[crash, scale(1)],
        expect![[r#"
            Broken: web-2 is not deleted: OrderedReady waits for web-0, whose container nginx keeps crashing (next start in 15 s). [Stop the crash loop] (OrderedReady, spec.template.spec.containers[0].command)
            Busy: web-0 is starting: its container nginx is being started on node-1; web-2 is deleted after that (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is terminating (its containers are being stopped); then web-1: scaling down goes from the highest ordinal, one by one. (OrderedScaleDown, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-2 is terminating; then web-1: scaling down goes from the highest ordinal, one by one. (OrderedScaleDown, spec.podManagementPolicy)
            Waiting: web-1 is not deleted: OrderedReady waits for web-0, whose container nginx ended and starts again in 1 s. [Stop the crash loop] (OrderedReady, spec.template.spec.containers[0].command)
            Broken: web-1 is not deleted: OrderedReady waits for web-0, whose container nginx keeps crashing (next start in 79 s). [Stop the crash loop] (OrderedReady, spec.template.spec.containers[0].command)
        "#]],
    );
}

#[test]
fn a_pod_on_an_unreachable_node_stays_terminating() {
    let lost = Action::Break(Fault::new(FaultKind::NodeLost, "node-2"));
    check(
        WEB,
        &[lost],
        expect![[r#"
            Broken: web-1: its node node-2 does not answer. [Restore node-2] (NodeSilent, -)
            Waiting: web-1: its node node-2 is NotReady; it is to be deleted in 5 min. [Restore node-2] (OrderedReady, spec.template.spec.tolerations)
            Broken: web-1 is not replaced, as two pods must never have the same name: its node node-2 is NotReady and cannot confirm that it has stopped. [Force-delete web-1] (OrderedReady, spec.podManagementPolicy)
        "#]],
    );
}

#[test]
fn a_name_that_is_too_long_is_rejected_for_each_pod() {
    let name = "a-name-that-is-legal-for-a-set-but-not-for-its-pods-label";
    check(
        &WEB.replace("name: web", &format!("name: {name}")),
        &[],
        expect![[r#"
            Broken: a-name-that-is-legal-for-a-set-but-not-for-its-pods-label-0 cannot be created: Pod "a-name-that-is-legal-for-a-set-but-not-for-its-pods-label-0" is invalid: met…. [Show template] (FailedCreate, spec.template)
        "#]],
    );
}

#[test]
fn deleting_the_set_deletes_its_pods_together() {
    check(
        WEB,
        &[delete(web())],
        expect![[r#"
            Busy: 3 pods are terminating, in no order; web-0: its containers are being stopped. (GracePeriod, spec.terminationGracePeriodSeconds)
            Busy: The volume of www-web-0 is being detached from node-1. (Detaching, -)
            Settled: The cluster is empty: apply a manifest with a StatefulSet. (-, -)
        "#]],
    );
}

#[test]
fn foreground_deletion_waits_for_dependents() {
    let line = Line::delete(&web()).cascade(Propagation::Foreground).no_wait();
    check(
        WEB,
        &[line.into()],
        expect![[r#"
            Busy: web is being deleted: all its pods go first, at the same time, and no new one is created. (ForegroundDeletion, -)
            Busy: The volume of www-web-0 is being detached from node-1. (Detaching, -)
            Settled: The cluster is empty: apply a manifest with a StatefulSet. (-, -)
        "#]],
    );
}

#[test]
fn a_claim_in_use_is_not_deleted() {
    let claim = Key::new(Kind::PersistentVolumeClaim, "www-web-1");
    check(
        WEB,
        &[delete(claim)],
        expect![[r#"
            Waiting: www-web-1 is to be deleted once web-1 no longer uses it. (ClaimProtection, metadata.finalizers)
        "#]],
    );
}

#[test]
fn a_failing_readiness_probe() {
    let fault = Action::Break(Fault::new(FaultKind::NotReady, "web-1"));
    check(
        WEB,
        &[fault, image("nginx:2")],
        expect![[r#"
            Broken: web-2 is not updated: OrderedReady waits for web-1, whose readiness probe fails; it gets the new template only once it is Ready or deleted. [Delete web-1] (OrderedReady, spec.template.spec.containers[0].readinessProbe)
        "#]],
    );
}

#[test]
fn slow_storage() {
    check(
        &WEB.replace("replicas: 3", "replicas: 0"),
        &[Action::Break(Fault::new(FaultKind::StorageSlow, "")), scale(2)],
        expect![[r#"
            Busy: web-0 is starting: its claim www waits for its volume to be provisioned; web-1 waits for it (OrderedReady). [Restore storage speed] (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its volume is being attached to node-1; web-1 waits for it (OrderedReady). [Restore storage speed] (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its sandbox and network are being set up on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting: its container nginx is being started on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its claim www waits for its volume to be provisioned. [Restore storage speed] (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its volume is being attached to node-2. [Restore storage speed] (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its sandbox and network are being set up on node-2. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its image nginx:1 is being pulled on node-2. (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-1 is starting: its container nginx is being started on node-2. (OrderedReady, spec.podManagementPolicy)
            Settled: All is as wanted: web has 2 of 2 pods Ready. (-, -)
        "#]],
    );
}

#[test]
fn wait_for_first_consumer() {
    let text = WEB.replace("accessModes", "storageClassName: wait\n      accessModes");
    check(
        &text,
        &[],
        expect![[r#"
            Busy: web-0 is starting: its claim www waits for its volume to be provisioned; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its volume is being attached to node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its sandbox and network are being set up on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting: its container nginx is being started on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its claim www waits for its volume to be provisioned; web-2 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its volume is being attached to node-2; web-2 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its sandbox and network are being set up on node-2; web-2 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its image nginx:1 is being pulled on node-2; web-2 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-1 is starting: its container nginx is being started on node-2; web-2 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting: its claim www waits for its volume to be provisioned. (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting: its volume is being attached to node-3. (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting: its sandbox and network are being set up on node-3. (OrderedReady, spec.podManagementPolicy)
            Busy: web-2 is starting: its image nginx:1 is being pulled on node-3. (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-2 is starting: its container nginx is being started on node-3. (OrderedReady, spec.podManagementPolicy)
            Settled: All is as wanted: web has 3 of 3 pods Ready. (-, -)
        "#]],
    );
}

#[test]
fn more_pods_than_can_be_simulated() {
    check(
        &WEB.replace("replicas: 3", "replicas: 2147483647"),
        &[],
        expect![[r#"
            Broken: web wants more than the 10000 pods that this playground simulates. [Show replicas] (PlaygroundLimit, spec.replicas)
        "#]],
    );
}

#[test]
fn a_pod_of_another_owner_has_the_name() {
    let bare = "apiVersion: v1\nkind: Pod\nmetadata: {name: web-1, labels: {app: other}}\nspec: {containers: [{name: a, image: a}]}\n";
    check(
        bare,
        &[apply(WEB.to_owned())],
        expect![[r#"
            Busy: web-0 is starting: its claim www waits for its volume to be provisioned; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its volume is being attached to node-2; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its sandbox and network are being set up on node-2; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-2; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting: its container nginx is being started on node-2; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Broken: web-1 cannot be created: a pod with that name exists, which web does not control. (UniqueName, metadata.name)
        "#]],
    );
}

#[test]
fn a_set_without_its_service() {
    let (_, set) = WEB.split_once("---\n").expect("two documents");
    check(
        &set.replace("replicas: 3", "replicas: 1"),
        &[],
        expect![[r#"
        Busy: web-0 is starting: its claim www waits for its volume to be provisioned. (OrderedReady, spec.podManagementPolicy)
        Busy: web-0 is starting: its volume is being attached to node-1. (OrderedReady, spec.podManagementPolicy)
        Busy: web-0 is starting: its sandbox and network are being set up on node-1. (OrderedReady, spec.podManagementPolicy)
        Busy: web-0 is starting: its image nginx:1 is being pulled on node-1. (OrderedReady, spec.template.spec.containers[0].image)
        Busy: web-0 is starting: its container nginx is being started on node-1. (OrderedReady, spec.podManagementPolicy)
        Waiting: web runs, but its Service nginx does not exist: its pods have no DNS names. (ServiceName, spec.serviceName)
    "#]],
    );
}

#[test]
fn an_evicted_pod_is_replaced() {
    let pod = "web-2".to_owned();
    check(
        WEB,
        &[Action::Break(Fault::new(FaultKind::Evicted, pod))],
        expect![[r#"
        Busy: web-2 is starting: its sandbox and network are being set up on node-3. (OrderedReady, spec.podManagementPolicy)
        Busy: web-2 is starting: its container nginx is being started on node-3. (OrderedReady, spec.podManagementPolicy)
        Settled: All is as wanted: web has 3 of 3 pods Ready. (-, -)
    "#]],
    );
}

#[test]
fn the_pods_of_a_drained_node_move() {
    let node = "node-2".to_owned();
    check(
        WEB,
        &[Action::Break(Fault::new(FaultKind::Drained, node))],
        expect![[r#"
            Busy: web-1 is terminating (its containers are being stopped); then it is created again with its name and claims. (OrderedReady, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-1 has ended; once it is gone it is created again with its name and claims. (UniqueName, -)
            Busy: web-1 is starting: its volume is still attached to node-2. (OrderedReady, spec.volumeClaimTemplates[0].spec.accessModes)
            Busy: web-1 is starting: its volume is being attached to node-1. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its sandbox and network are being set up on node-1. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its container nginx is being started on node-1. (OrderedReady, spec.podManagementPolicy)
            Settled: All is as wanted: web has 3 of 3 pods Ready. (-, -)
        "#]],
    );
}

#[test]
fn a_crashed_container_is_restarted() {
    let pod = "web-0".to_owned();
    check(
        WEB,
        &[Action::Break(Fault::new(FaultKind::CrashOnce, pod))],
        expect![[r#"
        Waiting: web-0: its container nginx ended and starts again in 1 s. (OrderedReady, spec.template.spec.containers[0].command)
        Busy: web-0 is starting: its container nginx is being started on node-1. (OrderedReady, spec.podManagementPolicy)
        Settled: All is as wanted: web has 3 of 3 pods Ready. (-, -)
    "#]],
    );
}

#[test]
fn a_slow_start_blocks_the_next_pods() {
    let fault = Action::Break(Fault::new(FaultKind::SlowStart, "web-0"));
    check(
        &WEB.replace("replicas: 3", "replicas: 0"),
        &[fault, scale(2)],
        expect![[r#"
            Busy: web-0 is starting: its claim www waits for its volume to be provisioned; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its volume is being attached to node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its sandbox and network are being set up on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-0 is starting: its image nginx:1 is being pulled on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-0 is starting: its container nginx is being started on node-1; web-1 waits for it (OrderedReady). (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its claim www waits for its volume to be provisioned. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its volume is being attached to node-2. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its sandbox and network are being set up on node-2. (OrderedReady, spec.podManagementPolicy)
            Busy: web-1 is starting: its image nginx:1 is being pulled on node-2. (OrderedReady, spec.template.spec.containers[0].image)
            Busy: web-1 is starting: its container nginx is being started on node-2. (OrderedReady, spec.podManagementPolicy)
            Settled: All is as wanted: web has 2 of 2 pods Ready. (-, -)
        "#]],
    );
}

#[test]
fn claims_are_deleted_with_when_scaled_delete() {
    let policy = "  persistentVolumeClaimRetentionPolicy: {whenScaled: Delete}\n  replicas";
    check(
        &WEB.replace("  replicas", policy),
        &[scale(1)],
        expect![[r#"
            Busy: web-2 is terminating (its containers are being stopped); then web-1: scaling down goes from the highest ordinal, one by one. (OrderedScaleDown, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-2 is terminating; then web-1: scaling down goes from the highest ordinal, one by one. (OrderedScaleDown, spec.podManagementPolicy)
            Busy: web-1 is terminating (its containers are being stopped); its claims are deleted with it: whenScaled: Delete. (OrderedScaleDown, spec.template.spec.terminationGracePeriodSeconds)
            Busy: web-1 is terminating; its claims are deleted with it: whenScaled: Delete. (OrderedScaleDown, spec.podManagementPolicy)
            Busy: The volume of www-web-1 is being detached from node-2. (Detaching, -)
            Busy: The volume of www-web-1 is being deleted. (DeletingVolume, -)
            Settled: All is as wanted: web has 1 of 1 pod Ready. (-, -)
        "#]],
    );
}

#[test]
fn a_deployment_rolls() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  replicas: 2
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: nginx, image: 'nginx:1'}]}
";
    check(
        text,
        &[apply(text.replace("nginx:1", "nginx:2"))],
        expect![[r#"
            Busy: front keeps its old pods until new ones are available (maxUnavailable); front-6976699955-z56bv: its sandbox and network are being set up on node-3. (MaxUnavailable, spec.strategy.rollingUpdate.maxUnavailable)
            Busy: front keeps its old pods until new ones are available (maxUnavailable); front-6976699955-z56bv: its image nginx:2 is being pulled on node-3. (MaxUnavailable, spec.template.spec.containers[0].image)
            Busy: front keeps its old pods until new ones are available (maxUnavailable); front-6976699955-z56bv: its container nginx is being started on node-3. (MaxUnavailable, spec.strategy.rollingUpdate.maxUnavailable)
            Busy: front keeps its old pods until new ones are available (maxUnavailable); front-6976699955-5x7zf: its sandbox and network are being set up on node-1. (MaxUnavailable, spec.strategy.rollingUpdate.maxUnavailable)
            Busy: front keeps its old pods until new ones are available (maxUnavailable); front-6976699955-5x7zf: its image nginx:2 is being pulled on node-1. (MaxUnavailable, spec.template.spec.containers[0].image)
            Busy: front keeps its old pods until new ones are available (maxUnavailable); front-6976699955-5x7zf: its container nginx is being started on node-1. (MaxUnavailable, spec.strategy.rollingUpdate.maxUnavailable)
            Busy: front-5f45f5fc98-kzg4t: its containers are being stopped. (GracePeriod, spec.template.spec.terminationGracePeriodSeconds)
            Settled: All is as wanted: front has 2 of 2 pods Ready. (-, -)
        "#]],
    );
}
