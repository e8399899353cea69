//! Writes what the page must show of the first manifest when nothing is pending any more. A browser test reads the file
//! and compares. UIDs, addresses and the length of the log depend on every step of the run, so they agree only if
//! WebAssembly took the same steps as the native build.

use std::path::Path;

use serde_json::{Value, json};
use statefulset_playground::object::Kind;
use statefulset_playground::session::start::StartInputs;
use statefulset_playground::session::{Msg, Session, update};

/// A build artifact, not a golden: it records what this build does, not what is right.
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/first.json");

const SKIPS_MAX: usize = 50;

#[test]
fn the_first_manifest_comes_to_rest() {
    let (mut session, _) = Session::start(&StartInputs::default());
    for _ in 0..SKIPS_MAX {
        if session.active_run().quiet() {
            break;
        }
        update(&mut session, Msg::Skip);
        update(&mut session, Msg::Tick { elapsed_ms: 16 });
    }
    let run = session.active_run();
    assert!(run.quiet(), "something is still pending");
    assert_eq!(run.world().list(Kind::Pod).count(), 3);

    let shown = json!({
        "seq": run.head().seq,
        "clock": run.now().0,
        "pod": objects(&session, Kind::Pod),
        "claim": objects(&session, Kind::PersistentVolumeClaim),
        "statefulset": objects(&session, Kind::StatefulSet),
    });
    std::fs::create_dir_all(Path::new(FILE).parent().expect("a file in a folder"))
        .expect("a folder to write to");
    std::fs::write(FILE, format!("{shown:#}\n")).expect("a file to write to");
}

/// The name and UID of each object of a kind.
fn objects(session: &Session, kind: Kind) -> Value {
    let world = session.active_run().world();
    world
        .list(kind)
        .map(|object| (object.name().to_string(), json!(*object.meta.uid)))
        .collect()
}
