//! Measures moving in a run: worlds, scenes and sentences at random positions of a log of 50,000 entries, and acting in
//! the past.
//!
//! `cargo run --release --example timeline`; prints figures and asserts none.

use std::time::{Duration, Instant};

use statefulset_playground::cluster::Settings;
use statefulset_playground::kubectl::line::Line;
use statefulset_playground::object::{Key, Kind, Time};
use statefulset_playground::scene::Scene;
use statefulset_playground::scene::explain::explain;
use statefulset_playground::session::perform::perform;
use statefulset_playground::session::presets::first_manifest;
use statefulset_playground::store::Rng;
use statefulset_playground::timeline::{Action, Run};

/// Measures at random positions.
const LOOKS: u32 = 1_000;

fn main() {
    println!("## Looking at a run\n\n```text");
    for pods in [100, 1_000] {
        let start = Instant::now();
        let mut run = Run::new(Settings::default(), perform);
        run.act(
            Time(0),
            usize::MAX,
            Action::Apply {
                text: first_manifest()
                    .replace("replicas: 3", &format!("replicas: {pods}"))
                    .into(),
            },
        );
        let before = memory_kib();
        while run.history().entries().len() < 50_000 {
            while run.simulate_ahead(Time(0), 10_000) {}
            let at = run.history().latest().now().plus(1_000);
            let workload = Key::new(Kind::StatefulSet, "my-db-statefulset");
            run.act(at, usize::MAX, Line::rollout_restart(&workload).into());
        }
        let entries = run.history().entries().len();
        println!(
            "{pods} pods, {entries} entries: {:.0} ms to simulate",
            ms(start.elapsed())
        );
        println!(
            "  memory of the run        {:>9.1} MiB",
            (memory_kib() - before) as f64 / 1024.0
        );
        let mut rng = Rng::new(1, 1);
        let history = run.history();
        let mut place = || history.start() + u64::from(rng.below(entries as u32));
        measure("world_at", &mut || place(), |seq| {
            run.world_at(seq);
        });
        let worlds: Vec<_> = (0..LOOKS).map(|_| run.world_at(place())).collect();
        let mut next = 0;
        let mut world = || {
            next += 1;
            (next - 1) as usize
        };
        measure("explain", &mut world, |index| {
            explain(&worlds[index], worlds[index].now());
        });
        let mut next = 0;
        let mut world = || {
            next += 1;
            (next - 1) as usize
        };
        measure("scene from nothing", &mut world, |index| {
            Scene::new(&worlds[index], None);
        });
        let middle = history
            .entry(history.start() + entries as u64 / 2)
            .map_or(Time(0), |entry| entry.at);
        let start = Instant::now();
        let workload = Key::new(Kind::StatefulSet, "my-db-statefulset");
        run.act(middle, usize::MAX, Line::scale(&workload, 1).into());
        println!("  acting in the middle     {:>9.3} ms", ms(start.elapsed()));
    }
    println!("```");
}

fn measure<T>(name: &str, place: &mut dyn FnMut() -> T, mut look: impl FnMut(T)) {
    let mut times: Vec<Duration> = (0..LOOKS)
        .map(|_| {
            let place = place();
            let start = Instant::now();
            look(place);
            start.elapsed()
        })
        .collect();
    times.sort();
    let at = |part: usize| ms(times[(times.len() - 1) * part / 100]);
    println!(
        "  {name:<24} {:>9.3} ms median, {:.3} ms 95th, {:.3} ms longest",
        at(50),
        at(95),
        at(100)
    );
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Memory of the process, in KiB; 0 if the system does not provide it.
fn memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}
