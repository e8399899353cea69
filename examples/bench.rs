//! How fast the simulation is: ordered sets of growing size are created and rolled.
//!
//! `cargo run --release --example bench`; figures are printed, never asserted.

use std::time::Instant;

use statefulset_playground::cluster::command::{Command, PatchType, Target};
use statefulset_playground::cluster::{Settings, Sim};

const SIZES: [u32; 5] = [10, 100, 1_000, 3_000, 10_000];

fn main() {
    let largest = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(u32::MAX);
    println!("## Simulating natively\n\n```text");
    println!("  pods    created ms     rolled ms   entries   µs/pod   growth");
    let mut before: Option<(u32, f64)> = None;
    for pods in SIZES.into_iter().filter(|&pods| pods <= largest) {
        let (created, rolled, entries) = run(pods);
        let total = created + rolled;
        // The exponent of the growth between this size and the one before: 1 is linear, 2 is quadratic.
        let growth = before.map_or_else(String::new, |(smaller, time)| {
            let exponent = (total / time).ln() / (f64::from(pods) / f64::from(smaller)).ln();
            format!("n^{exponent:.2}")
        });
        let each = total * 1000.0 / f64::from(pods);
        println!("{pods:>6} {created:>13.1} {rolled:>13.1} {entries:>9} {each:>8.0}   {growth}");
        before = Some((pods, total));
    }
    println!("```");
}

fn run(pods: u32) -> (f64, f64, usize) {
    let mut sim = Sim::new(Settings::default());
    let start = Instant::now();
    sim.command(&Command::Apply { text: manifest(pods) });
    sim.settle();
    let mut entries = sim.take_entries().len();
    let created = start.elapsed().as_secs_f64() * 1000.0;
    check(&sim, pods);
    let start = Instant::now();
    sim.command(&Command::Patch {
        target: Target {
            kind: "StatefulSet".into(),
            namespace: None,
            name: "web".into(),
        },
        how: PatchType::Merge,
        patch: serde_json::json!({"spec": {"template": {"metadata": {"annotations": {"v": "2"}}}}}),
    });
    sim.settle();
    entries += sim.take_entries().len();
    let rolled = start.elapsed().as_secs_f64() * 1000.0;
    check(&sim, pods);
    (created, rolled, entries)
}

fn check(sim: &Sim, pods: u32) {
    use statefulset_playground::object::{Key, Kind};
    let set = sim.world().get(&Key::new(Kind::StatefulSet, "web"));
    let status = set
        .and_then(|set| set.status.stateful_set().cloned())
        .unwrap_or_default();
    let done = i64::from(status.updated_replicas) == i64::from(pods)
        && i64::from(status.ready_replicas) == i64::from(pods);
    if !done {
        println!("not done: {status:?}");
    }
}

fn manifest(pods: u32) -> String {
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
