//! The measured workload, natively and in a browser: sets of growing size that are created and rolled out, and texts
//! that are checked as during typing. The caller provides the clock.

use statefulset_playground::cluster::{Settings, Sim};
use statefulset_playground::kubectl::check::check;
use statefulset_playground::kubectl::line::Line;
use statefulset_playground::object::{Key, Kind};
use statefulset_playground::session::perform::perform;
use statefulset_playground::session::presets::first_manifest;
use statefulset_playground::store::World;
use statefulset_playground::timeline::Action;

/// Sizes of sets, in pods.
pub const SIZES: [u32; 3] = [100, 1_000, 10_000];

/// `spec.podManagementPolicy`.
pub const POLICIES: [&str; 2] = ["OrderedReady", "Parallel"];

/// Reads a clock, in milliseconds; only differences matter.
pub type Clock<'a> = &'a dyn Fn() -> f64;

/// The figures of one set.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Milliseconds from Apply until nothing is pending.
    pub created: f64,
    /// Milliseconds from a changed template until nothing is pending.
    pub rolled: f64,
    /// Total entries of the log.
    pub entries: usize,
}

/// A table of both policies and the sizes up to `largest`.
pub fn simulation(largest: u32, clock: Clock) -> String {
    let mut out =
        String::from("pods    policy          created ms     rolled ms   entries   µs/pod   growth\n");
    for policy in POLICIES {
        let mut before: Option<(u32, f64)> = None;
        for pods in SIZES.into_iter().filter(|pods| *pods <= largest) {
            let run = median_run(pods, policy, clock);
            let total = run.created + run.rolled;
            // The exponent of the growth between this size and the one before: 1 is linear, 2 is quadratic.
            let growth = before.map_or_else(String::new, |(smaller, time)| {
                let exponent = (total / time).ln() / (f64::from(pods) / f64::from(smaller)).ln();
                format!("n^{exponent:.2}")
            });
            out.push_str(&format!(
                "{pods:<7} {policy:<12} {:>13.1} {:>13.1} {:>9} {:>8.0}   {growth}\n",
                run.created,
                run.rolled,
                run.entries,
                total * 1000.0 / f64::from(pods)
            ));
            before = Some((pods, total));
        }
    }
    out
}

/// The median of five measurements; a single one for the largest set, which takes seconds.
fn median_run(pods: u32, policy: &str, clock: Clock) -> Run {
    let count = if pods >= 10_000 { 1 } else { 5 };
    let mut runs: Vec<Run> = (0..count).map(|_| run(pods, policy, clock)).collect();
    runs.sort_by(|a, b| (a.created + a.rolled).total_cmp(&(b.created + b.rolled)));
    runs[runs.len() / 2]
}

fn run(pods: u32, policy: &str, clock: Clock) -> Run {
    let mut sim = Sim::new(Settings::default());
    let start = clock();
    act(
        &mut sim,
        Action::Apply {
            text: manifest(pods, policy).into(),
        },
    );
    let _ = sim.settle();
    let mut entries = sim.take_entries().len();
    let created = clock() - start;
    assert_done(&sim, pods);
    let start = clock();
    let patch = r#"{"spec":{"template":{"metadata":{"annotations":{"v":"2"}}}}}"#;
    let web = Key::new(Kind::StatefulSet, "web");
    act(&mut sim, Line::patch_merge(&web, patch).into());
    let _ = sim.settle();
    entries += sim.take_entries().len();
    let rolled = clock() - start;
    assert_done(&sim, pods);
    Run {
        created,
        rolled,
        entries,
    }
}

fn act(sim: &mut Sim, action: Action) {
    assert!(perform(sim, &[], &action).errors.is_empty());
}

/// Checks that the work was done, so that no figure measures a failed run.
fn assert_done(sim: &Sim, pods: u32) {
    let set = sim.world().get(&Key::new(Kind::StatefulSet, "web"));
    let status = set
        .and_then(|set| set.status.stateful_set().cloned())
        .unwrap_or_default();
    let counts = [status.updated_replicas, status.ready_replicas];
    assert!(
        counts.iter().all(|count| u32::try_from(*count) == Ok(pods)),
        "not done: {status:?}"
    );
}

/// Checking a text: the first manifest, and one of 400 lines.
pub fn checking(clock: Clock) -> String {
    let first = first_manifest();
    let long = first.lines().count();
    let copies = 400_usize.div_ceil(long + 1);
    let texts = (0..copies).map(|i| first.trim_end().replace("my-db", &format!("db-{i}")));
    let long = texts.collect::<Vec<_>>().join("\n---\n");
    let mut out = String::from("text                         median ms   95th percentile ms\n");
    for (name, text) in [
        ("the first manifest", first),
        ("the same many times over", long.as_str()),
    ] {
        let mut times: Vec<f64> = (0..200)
            .map(|_| {
                let start = clock();
                std::hint::black_box(check(&World::default(), text));
                clock() - start
            })
            .collect();
        times.sort_by(f64::total_cmp);
        let lines = text.lines().count();
        out.push_str(&format!(
            "{:<28} {:>9.2} {:>20.2}\n",
            format!("{name}, {lines} lines"),
            times[times.len() / 2],
            times[times.len() * 95 / 100]
        ));
    }
    out
}

fn manifest(pods: u32, policy: &str) -> String {
    format!(
        "apiVersion: v1
kind: Service
metadata: {{name: web}}
spec:
  clusterIP: None
  selector: {{app: web}}
  ports: [{{name: http, port: 80}}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: web}}
spec:
  serviceName: web
  replicas: {pods}
  podManagementPolicy: {policy}
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec:
      containers:
      - name: web
        image: nginx:1
        volumeMounts: [{{name: data, mountPath: /data}}]
  volumeClaimTemplates:
  - metadata: {{name: data}}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {{requests: {{storage: 1Gi}}}}
"
    )
}
