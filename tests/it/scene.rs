//! Compares the stage with the world through entire runs: every object is shown once, whatever was shown before.

use statefulset_playground::cluster::Settings;
use statefulset_playground::kubectl::line::Line;
use statefulset_playground::object::{Key, Kind};
use statefulset_playground::scene::{Column, Scene, Slot};
use statefulset_playground::session::{Msg, Session, View, first_manifest, form, update};
use statefulset_playground::store::World;

fn set() -> Key {
    Key::new(Kind::StatefulSet, "my-db-statefulset")
}

fn session() -> Session {
    Session::new(Settings::default(), first_manifest(), View::default())
}

/// Dispatches a message while nothing is pending, and waits until nothing is pending again.
fn dispatch_and_settle(session: &mut Session, msg: Msg) {
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

fn existing(world: &World) -> Vec<Key> {
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

/// Checks at every position of the log that the stage shows what exists, and does not depend on the previous scene.
#[track_caller]
fn check(session: &Session) {
    let history = session.active_run().run().history();
    let mut previous = Scene::default();
    for seq in history.start()..=history.end() {
        let world = history.world_at(seq);
        let scene = Scene::new(&world, Some(&previous));
        assert_eq!(scene, Scene::new(&world, None), "at {seq}");
        assert_eq!(keys(&scene), existing(&world), "at {seq}");
        previous = scene;
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
fn every_object_is_shown_once() {
    let mut session = session();
    dispatch_and_settle(&mut session, Msg::Act(Line::scale(&set(), 1).into()));
    dispatch_and_settle(&mut session, Msg::Act(Line::scale(&set(), 4).into()));
    check(&session);
}

#[test]
fn orphaned_pods_move_to_the_last_band() {
    let mut session = session();
    let line = Line::delete(&set()).cascade(statefulset_playground::api::Propagation::Orphan);
    let msg = Msg::Act(line.no_wait().into());
    dispatch_and_settle(&mut session, msg);
    check(&session);
    let scene = Scene::new(session.active_run().world(), None);
    let uncontrolled = scene.band(None).expect("a band of what belongs to no workload");
    assert_eq!(uncontrolled.columns.len(), 3);
    assert!(scene.band(Some(&set())).is_none());
}

#[test]
fn many_ghosts_fold_into_one_column() {
    let mut session = session();
    dispatch_and_settle(&mut session, Msg::Act(Line::scale(&set(), 2).into()));
    let state = |label: &str, state| (label.to_owned(), state);
    assert_eq!(
        slots(&session),
        [state("0", "full"), state("1", "full"), state("2", "ghost")]
    );
    dispatch_and_settle(&mut session, Msg::Act(Line::scale(&set(), 6).into()));
    dispatch_and_settle(&mut session, Msg::Act(Line::scale(&set(), 1).into()));
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
fn a_rollout_gives_pods_the_letter_of_the_new_revision() {
    let mut session = session();
    update(&mut session, Msg::Skip);
    let msg = form::set_image(&set(), 0, "my-db-image:2".to_owned());
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
