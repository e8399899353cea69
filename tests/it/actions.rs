//! Every action that the page offers: the line that a button shows is the line that it runs, and it succeeds.

use std::collections::BTreeMap;

use statefulset_playground::cluster::faults::FaultEffect;
use statefulset_playground::cluster::{Fault, FaultKind, Settings};
use statefulset_playground::object::{Key, Kind, Object};
use statefulset_playground::scene::explain::Remedy;
use statefulset_playground::session::faults;
use statefulset_playground::session::form::{self, Form};
use statefulset_playground::session::menu::{self, MenuCommand};
use statefulset_playground::session::{Msg, Session, View, update};
use statefulset_playground::timeline::Action;

/// Objects of every kind that a person may select; controllers create the rest.
const CLUSTER: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: other}
---
apiVersion: v1
kind: Service
metadata: {name: nginx}
spec: {clusterIP: None, selector: {app: nginx}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: nginx
  replicas: 2
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      containers:
      - name: nginx
        image: nginx:1
        volumeMounts: [{name: www, mountPath: /www}]
  volumeClaimTemplates:
  - metadata: {name: www}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  replicas: 2
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: front, image: 'front:1'}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
---
apiVersion: v1
kind: Secret
metadata: {name: password}
stringData: {a: b}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: nginx}}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: slow}
provisioner: example.com/slow
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed}
spec: {podSelector: {}}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: high}
value: 1000
";

/// A Deployment in another namespace than kubectl's default.
const ELSEWHERE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: back, namespace: other}
spec:
  replicas: 1
  selector: {matchLabels: {app: back}}
  template:
    metadata: {labels: {app: back}}
    spec: {containers: [{name: back, image: 'back:1'}]}
";

fn settle(session: &mut Session) {
    for _ in 0..100_000 {
        if !session.moving() {
            return;
        }
        update(session, Msg::Tick { elapsed_ms: 250 });
    }
    panic!("playback does not end");
}

/// A quiet cluster in which every workload has two revisions.
fn cluster() -> Session {
    let mut session = Session::new(Settings::default(), CLUSTER, View::default());
    settle(&mut session);
    let newer = CLUSTER
        .replace("nginx:1", "nginx:2")
        .replace("front:1", "front:2");
    for (text, line) in [
        (newer.as_str(), "apply -f manifest.yaml"),
        (ELSEWHERE, "apply -n other -f manifest.yaml"),
        (newer.as_str(), "set image deployment back -n other back=back:2"),
    ] {
        update(&mut session, Msg::Edit(text.to_owned()));
        update(&mut session, Msg::Line(line.to_owned()));
        assert_eq!(last_line(&session), (format!("kubectl {line}"), Some(0)));
        settle(&mut session);
    }
    session
}

/// The last line of the terminal, and its exit code.
fn last_line(session: &Session) -> (String, Option<i32>) {
    let lines = session.active_run().lines(None);
    let last = lines.last().expect("a line");
    (format!("kubectl {}", last.text), last.output.exit)
}

#[test]
fn every_menu_entry_runs_the_line_that_it_shows() {
    let session = cluster();
    let world = session.active_run().world();
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    let one_of_each = world.all().filter(|object| {
        let seen = kinds.entry(object.kind).or_default();
        *seen += 1;
        let workload = matches!(object.kind, Kind::StatefulSet | Kind::Deployment);
        *seen == 1 || workload
    });
    let keys: Vec<Key> = one_of_each.map(|object| object.key()).collect();
    assert!(keys.len() >= 20, "{keys:?}");
    for key in keys {
        let entries = menu::entries(world, &key);
        assert!(!entries.is_empty(), "{key:?}");
        for entry in entries {
            let mut session = session.clone();
            let shown = entry.command.explanation();
            update(&mut session, Msg::Choose(entry.clone()));
            assert_eq!(session.active_run().refusals(), [], "{shown}");
            match entry.command {
                // Draining waits for the pods to end.
                MenuCommand::Run(line) if line.as_str().starts_with("drain ") => {
                    assert_eq!(last_line(&session).0, shown);
                }
                MenuCommand::Run(_) => assert_eq!(last_line(&session), (shown, Some(0))),
                MenuCommand::Break(fault) => {
                    update(&mut session, Msg::Skip);
                    let lasts = fault.kind().effect() == FaultEffect::UntilMended;
                    let world = session.active_run().world();
                    assert_eq!(fault.is_active(world), lasts, "{fault}");
                    assert_eq!(faults::active(world).contains(&fault), lasts, "{fault}");
                }
                MenuCommand::Mend(fault) => panic!("nothing is broken: {fault}"),
            }
        }
    }
}

#[test]
fn menus_offer_what_can_be_done_with_the_object() {
    let session = cluster();
    let lines = |session: &Session, key: &Key| -> Vec<String> {
        let entries = menu::entries(session.active_run().world(), key);
        let lines = entries.iter().filter_map(|entry| match &entry.command {
            MenuCommand::Run(line) => Some(line.to_string()),
            MenuCommand::Break(_) | MenuCommand::Mend(_) => None,
        });
        lines.collect()
    };
    assert_eq!(
        lines(&session, &Key::new(Kind::Pod, "web-1")),
        [
            "kubectl get pod web-1 -o yaml",
            "kubectl describe pod web-1",
            "kubectl logs web-1 --all-containers",
            "kubectl delete pod web-1 --wait=false",
            "kubectl delete pod web-1 --grace-period=0 --force --wait=false",
        ]
    );
    let mut back = Key::new(Kind::Deployment, "back");
    back.namespace = "other".into();
    assert_eq!(
        lines(&session, &back),
        [
            "kubectl get deployment back -n other -o yaml",
            "kubectl describe deployment back -n other",
            "kubectl scale deployment back -n other --replicas=2",
            "kubectl scale deployment back -n other --replicas=0",
            "kubectl rollout restart deployment back -n other",
            "kubectl rollout undo deployment back -n other",
            "kubectl delete deployment back -n other --wait=false",
            "kubectl delete deployment back -n other --cascade=foreground --wait=false",
            "kubectl delete deployment back -n other --cascade=orphan --wait=false",
        ]
    );
    assert_eq!(
        lines(&session, &Key::new(Kind::Pod, "nothing")),
        Vec::<String>::new()
    );
    // Without an earlier revision there is nothing to undo.
    let mut fresh = Session::new(Settings::default(), CLUSTER, View::default());
    settle(&mut fresh);
    let web = Key::new(Kind::StatefulSet, "web");
    let undo = "kubectl rollout undo statefulset web".to_owned();
    assert!(lines(&session, &web).contains(&undo));
    assert!(!lines(&fresh, &web).contains(&undo));
}

#[test]
fn every_remedy_succeeds() {
    let pod = || "web-1".to_owned();
    let node = || "node-1".to_owned();
    let bad_image = CLUSTER.replace("nginx:1", "nginx:missing");
    let missing = Fault::new(FaultKind::ImageMissing, "nginx:missing");
    let (mut deleted, mut forced, mut ended) = (0, 0, 0);
    for (fault, text) in [
        (Fault::new(FaultKind::CrashLoop, pod()), None),
        (Fault::new(FaultKind::NotReady, pod()), None),
        (Fault::new(FaultKind::NodeLost, node()), None),
        (Fault::new(FaultKind::Drained, node()), None),
        (missing, Some(bad_image)),
    ] {
        let mut session = Session::new(Settings::default(), CLUSTER, View::default());
        settle(&mut session);
        update(&mut session, Msg::Act(Action::Break(fault.clone())));
        if let Some(text) = text {
            update(&mut session, Msg::Edit(text));
            update(&mut session, Msg::Apply);
            update(&mut session, Msg::Skip);
            update(&mut session, Msg::Act(Action::Mend(fault.clone())));
            update(&mut session, Msg::Edit(CLUSTER.to_owned()));
            update(&mut session, Msg::Apply);
        }
        update(&mut session, Msg::Pause);
        let mut seen = Vec::new();
        for _ in 0..120 {
            update(&mut session, Msg::Step);
            let Some(remedy) = session.active_run().sentence().remedy else {
                continue;
            };
            if seen.contains(&remedy) {
                continue;
            }
            seen.push(remedy.clone());
            let mut session = session.clone();
            update(&mut session, Msg::Follow(remedy.clone()));
            assert_eq!(session.active_run().refusals(), [], "{:?}", remedy);
            match &remedy {
                Remedy::Run { line, .. } => {
                    assert_eq!(last_line(&session), (line.to_string(), Some(0)));
                    match line.as_str().contains("--force") {
                        true => forced += 1,
                        false => deleted += 1,
                    }
                }
                Remedy::EndFault(_) => ended += 1,
                Remedy::ShowField(_) => {}
            }
        }
    }
    assert!(
        deleted > 0 && forced > 0 && ended > 0,
        "{deleted} {forced} {ended}"
    );
}

#[test]
fn every_form_control_succeeds() {
    let session = cluster();
    for declared in [true, false] {
        let world = session.active_run().world();
        let workloads: Vec<&std::sync::Arc<Object>> = world
            .list(Kind::StatefulSet)
            .chain(world.list(Kind::Deployment))
            .filter(|object| *object.meta.namespace == *"default")
            .collect();
        assert_eq!(workloads.len(), 2);
        for object in workloads {
            let form = Form::new(world, Some(&object.key())).expect("a form");
            assert_eq!(form.workload, object.key());
            let key = &form.workload;
            let mut messages = vec![form::set_replicas(key, form.replicas + 1)];
            if declared {
                messages.push(form::set_image(key, 0, format!("{}-new", form.image)));
            }
            if object.kind == Kind::StatefulSet {
                messages.push(form::set_partition(key, form.partition + 1));
            }
            for msg in messages {
                let mut session = session.clone();
                if !declared {
                    update(&mut session, Msg::Edit(String::new()));
                }
                let steps = session.active_run().run().steps().len();
                update(&mut session, msg.clone());
                assert_eq!(session.active_run().refusals(), [], "{msg:?}");
                assert!(session.notices().is_empty(), "{msg:?}");
                assert_eq!(session.active_run().run().steps().len(), steps + 1, "{msg:?}");
                assert_eq!(last_line(&session).1, Some(0), "{msg:?}");
            }
        }
    }
}

#[test]
fn faults_are_found_by_the_words_of_their_labels() {
    let session = cluster();
    let world = session.active_run().world();
    let labels = |search: &str| -> Vec<String> {
        let (found, count) = faults::search(world, search);
        assert_eq!(found.len(), count.min(faults::LISTED_MAX));
        found.iter().map(Fault::label).collect()
    };
    assert_eq!(labels("crash web-1"), ["Crash once web-1", "Crash loop web-1"]);
    assert_eq!(labels("IMAGE nginx:2"), ["Remove image nginx:2"]);
    assert_eq!(
        labels("zone"),
        ["Disconnect zone a", "Disconnect zone b", "Disconnect zone c"]
    );
    assert_eq!(labels("dns"), ["Cache DNS answers"]);
    assert_eq!(labels("no such fault"), Vec::<String>::new());
    assert!(labels("").len() > 20);
}

#[test]
fn what_is_broken_is_listed_with_the_way_to_mend_it() {
    let mut session = Session::new(Settings::default(), CLUSTER, View::default());
    settle(&mut session);
    let node = Key::new(Kind::Node, "node-1");
    for label in ["Crash loop web-1", "Slow storage"] {
        let (found, _) = faults::search(session.active_run().world(), label);
        update(&mut session, Msg::Choose(menu::break_entry(found[0].clone())));
    }
    let cordon = menu::entries(session.active_run().world(), &node);
    let cordon = cordon.into_iter().find(|entry| entry.label == "Cordon node-1");
    update(&mut session, Msg::Choose(cordon.expect("an entry")));
    let broken = |session: &Session| faults::active(session.active_run().world());
    let labels: Vec<String> = broken(&session)
        .into_iter()
        .map(|fault| menu::mend(fault).label)
        .collect();
    assert_eq!(
        labels,
        ["Stop the crash loop", "Restore storage speed", "Uncordon node-1"]
    );
    for fault in broken(&session) {
        update(&mut session, Msg::Choose(menu::mend(fault)));
    }
    assert_eq!(broken(&session), []);
}
