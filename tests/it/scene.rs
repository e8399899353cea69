//! The stage against the world through whole runs: every object stands there once, however one got there.

use statefulset_playground::cluster::Settings;
use statefulset_playground::object::{Key, Kind};
use statefulset_playground::scene::{Column, Scene, Slot};
use statefulset_playground::session::{FIRST_MANIFEST, Msg, Session, View, update};
use statefulset_playground::store::World;

fn set() -> Key {
    Key::new(Kind::StatefulSet, "my-db-statefulset")
}

fn session() -> Session {
    Session::new(Settings::default(), FIRST_MANIFEST, View::default())
}

/// Does something when everything before has come to rest.
fn then(session: &mut Session, msg: Msg) {
    update(session, Msg::Skip);
    update(session, msg);
    update(session, Msg::Skip);
}

fn keys(scene: &Scene) -> Vec<Key> {
    let mut keys = Vec::new();
    for band in &scene.bands {
        keys.extend(band.id().cloned());
        keys.extend(
            band.rails
                .iter()
                .filter(|rail| rail.own)
                .map(|rail| rail.key.clone()),
        );
        for slot in band.slots() {
            keys.extend(slot.pod.as_ref().map(|pod| pod.key.clone()));
            keys.extend(slot.volume.as_ref().map(|volume| volume.key.clone()));
            for claim in slot.claims.iter().flatten() {
                keys.push(claim.key.clone());
                keys.extend(claim.volume.as_ref().map(|volume| volume.key.clone()));
            }
        }
    }
    keys.sort();
    keys
}

fn standing(world: &World) -> Vec<Key> {
    let kinds = [
        Kind::Pod,
        Kind::PersistentVolumeClaim,
        Kind::PersistentVolume,
        Kind::Service,
        Kind::StatefulSet,
    ];
    let mut keys: Vec<Key> = kinds
        .iter()
        .flat_map(|kind| world.list(*kind).map(|object| object.key()))
        .collect();
    keys.sort();
    keys
}

/// Every moment of a run: what is seen is what there is, and does not depend on what was seen before.
#[track_caller]
fn check(session: &Session) {
    let history = session.active_run().run().history();
    let mut before = Scene::default();
    for seq in history.start()..=history.end() {
        let world = history.world_at(seq);
        let scene = Scene::new(&world, Some(&before));
        assert_eq!(scene, Scene::new(&world, None), "at {seq}");
        assert_eq!(keys(&scene), standing(&world), "at {seq}");
        before = scene;
    }
}

fn slots(session: &Session) -> Vec<(String, &'static str)> {
    let scene = Scene::new(session.active_run().world(), None);
    let band = scene.band(Some(&set())).expect("the set has a band").clone();
    band.slots()
        .map(|slot| (slot.label.to_string(), slot.state.name()))
        .collect()
}

#[test]
fn every_object_stands_on_the_stage_once() {
    let mut session = session();
    then(
        &mut session,
        Msg::Scale {
            workload: set(),
            replicas: 1,
        },
    );
    then(
        &mut session,
        Msg::Scale {
            workload: set(),
            replicas: 4,
        },
    );
    check(&session);
}

#[test]
fn what_loses_its_controller_stands_in_the_last_band() {
    let mut session = session();
    let msg = Msg::DeleteSet {
        workload: set(),
        cascade: statefulset_playground::api::Propagation::Orphan,
    };
    then(&mut session, msg);
    check(&session);
    let scene = Scene::new(session.active_run().world(), None);
    let loose = scene.band(None).expect("a band without a controller");
    assert_eq!(loose.columns.len(), 3);
    assert!(scene.band(Some(&set())).is_none());
}

#[test]
fn ghosts_stay_where_pods_were_and_fold_when_there_are_many() {
    let mut session = session();
    then(
        &mut session,
        Msg::Scale {
            workload: set(),
            replicas: 2,
        },
    );
    let state = |label: &str, state| (label.to_owned(), state);
    assert_eq!(
        slots(&session),
        [state("0", "full"), state("1", "full"), state("2", "ghost")]
    );
    then(
        &mut session,
        Msg::Scale {
            workload: set(),
            replicas: 6,
        },
    );
    then(
        &mut session,
        Msg::Scale {
            workload: set(),
            replicas: 1,
        },
    );
    let scene = Scene::new(session.active_run().world(), None);
    let band = scene.band(Some(&set())).expect("the set has a band");
    let folded: Vec<usize> = band
        .columns
        .iter()
        .map(|column| match column {
            Column::Slot(_) => 1,
            Column::Folded(slots) => slots.len(),
        })
        .collect();
    assert_eq!(folded, [1, 5]);
    check(&session);
}

#[test]
fn a_new_revision_has_a_letter_and_a_tint_of_its_own() {
    let mut session = session();
    update(&mut session, Msg::Skip);
    let msg = Msg::SetImage {
        workload: set(),
        container: 0,
        image: "my-db-image:2".to_owned(),
    };
    update(&mut session, msg);
    let history = session.active_run().run().history();
    let mut seen: Vec<String> = Vec::new();
    for seq in history.start()..=history.end() {
        let scene = Scene::new(&history.world_at(seq), None);
        let Some(band) = scene.band(Some(&set())) else {
            continue;
        };
        let letter = |slot: &std::sync::Arc<Slot>| Some(slot.pod.as_ref()?.letter.as_ref()?.0.to_string());
        let letters: String = band
            .slots()
            .map(|slot| letter(slot).unwrap_or("-".to_owned()))
            .collect();
        if seen.last() != Some(&letters) {
            seen.push(letters);
        }
    }
    let rollout: Vec<&str> = seen
        .iter()
        .skip_while(|letters| *letters != "AAA")
        .map(String::as_str)
        .collect();
    assert_eq!(rollout, ["AAA", "AA-", "AAB", "A-B", "ABB", "-BB", "BBB"]);
}
