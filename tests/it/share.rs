//! Links: what goes in comes out, small, and nothing that comes in from outside does harm.

use proptest::prelude::*;
use statefulset_playground::api::Propagation;
use statefulset_playground::cluster::{Fault, FaultKind, Profile};
use statefulset_playground::object::{Key, Kind, Time};
use statefulset_playground::session::FIRST_MANIFEST;
use statefulset_playground::share::{LinkError, Shared, VERSION, decode, encode};
use statefulset_playground::timeline::{Action, Step};

fn first() -> Shared {
    Shared {
        version: VERSION.to_owned(),
        seed: 0,
        profile: Profile::default(),
        text: FIRST_MANIFEST.to_owned(),
        steps: vec![Step {
            at: Time(0),
            action: Action::Apply {
                text: FIRST_MANIFEST.into(),
            },
        }],
        at: Time(9_370),
        entries: 0,
    }
}

fn then(mut shared: Shared, at: u64, action: Action) -> Shared {
    if let Action::Apply { text } = &action {
        shared.text = text.to_string();
    }
    shared.at = Time(at + 4_321);
    shared.steps.push(Step { at: Time(at), action });
    shared
}

#[track_caller]
fn check(shared: &Shared, characters_max: usize) {
    let link = encode(shared);
    assert_eq!(decode(&link).as_ref(), Ok(shared));
    assert_eq!(decode(&format!("#{link}")).as_ref(), Ok(shared));
    assert!(link.len() <= characters_max, "{} characters: {link}", link.len());
}

#[test]
fn links_are_small() {
    check(&first(), 60);
    let set = Key::new(Kind::StatefulSet, "my-db-statefulset");
    let pod = Key::new(Kind::Pod, "my-db-statefulset-1");
    let five = FIRST_MANIFEST.replace("replicas: 3", "replicas: 5");
    let edited = Action::Apply {
        text: five.as_str().into(),
    };
    check(&then(first(), 12_000, edited.clone()), 119);
    let scale = Action::Scale {
        workload: set.clone(),
        replicas: 1,
    };
    check(&then(first(), 12_000, scale.clone()), 119);
    let delete = Action::Delete {
        object: pod,
        cascade: Propagation::Background,
        grace: Some(0),
    };
    let busy = then(then(then(first(), 12_000, edited), 15_200, scale), 31_007, delete);
    check(&busy, 160);
    check(&then(busy, 40_000, Action::Restart { workload: set }), 180);
}

#[test]
fn an_unapplied_edit_is_part_of_a_link() {
    let mut shared = first();
    shared.text = FIRST_MANIFEST.replace("my-db-image", "mysql:8.4");
    check(&shared, 119);
}

#[test]
fn a_link_that_is_none_of_ours_says_so() {
    for (link, error) in [
        ("", LinkError::Foreign),
        ("section-2", LinkError::Foreign),
        ("x.abc", LinkError::Foreign),
        (
            "1.abc",
            LinkError::TooNew {
                codec: "1".to_owned(),
            },
        ),
        ("0.", LinkError::Damaged),
        ("0.????", LinkError::Damaged),
        ("0.AAAA", LinkError::Damaged),
    ] {
        assert_eq!(decode(link), Err(error), "{link}");
    }
}

#[test]
fn a_link_that_unpacks_to_too_much_is_refused() {
    let mut shared = first();
    shared.text = "a".repeat(9 * 1024 * 1024);
    assert_eq!(decode(&encode(&shared)), Err(LinkError::TooLarge));
    let long = "0.".to_owned() + &"A".repeat(3 * 1024 * 1024);
    assert_eq!(decode(&long), Err(LinkError::TooLarge));
}

/// A codec that was published stays readable: this link was made by version 0.1.0.
#[test]
fn the_first_link_opens_for_ever() {
    assert_eq!(decode(PUBLISHED), Ok(first()));
}

const PUBLISHED: &str = "0.7dIxDQAACAOwhQTQhkVOPOGHCxPLvgpozmsdUHRFJ4se1nU";

fn names() -> impl Strategy<Value = String> {
    "[a-z]([a-z0-9-]{0,12}[a-z0-9])?"
}

fn keys() -> impl Strategy<Value = Key> {
    let kinds = prop::sample::select(vec![
        Kind::Pod,
        Kind::StatefulSet,
        Kind::PersistentVolumeClaim,
        Kind::Node,
    ]);
    (kinds, names(), prop::option::of(names())).prop_map(|(kind, name, namespace)| {
        let mut key = Key::new(kind, name);
        if let (Some(namespace), true) = (namespace, kind.info().namespaced) {
            key.namespace = namespace.into();
        }
        key
    })
}

fn faults() -> impl Strategy<Value = Fault> {
    prop_oneof![
        names().prop_map(|pod| Fault::new(FaultKind::CrashOnce, pod)),
        names().prop_map(|pod| Fault::new(FaultKind::CrashLoop, pod)),
        names().prop_map(|pod| Fault::new(FaultKind::NotReady, pod)),
        names().prop_map(|pod| Fault::new(FaultKind::NotAlive, pod)),
        names().prop_map(|pod| Fault::new(FaultKind::SlowStart, pod)),
        "[a-z./:0-9]{1,20}".prop_map(|image| Fault::new(FaultKind::ImageMissing, image)),
        names().prop_map(|pod| Fault::new(FaultKind::Evicted, pod)),
        names().prop_map(|node| Fault::new(FaultKind::NodeLost, node)),
        names().prop_map(|zone| Fault::new(FaultKind::ZoneLost, zone)),
        names().prop_map(|node| Fault::new(FaultKind::Drained, node)),
        Just(Fault::new(FaultKind::StorageSlow, "")),
        names().prop_map(|class| Fault::new(FaultKind::ClassMissing, class)),
        names().prop_map(|claim| Fault::new(FaultKind::ClaimDeleted, claim)),
        Just(Fault::new(FaultKind::DnsCached, "")),
    ]
}

fn actions() -> impl Strategy<Value = Action> {
    let cascades = prop::sample::select(vec![
        Propagation::Background,
        Propagation::Foreground,
        Propagation::Orphan,
    ]);
    prop_oneof![
        ".{0,200}".prop_map(|text| Action::Apply { text: text.into() }),
        Just(Action::Apply {
            text: FIRST_MANIFEST.into()
        }),
        (keys(), any::<i64>()).prop_map(|(workload, replicas)| Action::Scale { workload, replicas }),
        (keys(), prop::option::of(names()), ".{0,40}").prop_map(|(workload, container, image)| {
            Action::SetImage {
                workload,
                container: container.map(Into::into),
                image: image.into(),
            }
        }),
        (keys(), ".{0,40}").prop_map(|(object, patch)| Action::Patch {
            object,
            patch: patch.into()
        }),
        (keys(), cascades, prop::option::of(any::<i64>())).prop_map(|(object, cascade, grace)| {
            Action::Delete {
                object,
                cascade,
                grace,
            }
        }),
        keys().prop_map(|workload| Action::Restart { workload }),
        (keys(), any::<i64>()).prop_map(|(workload, revision)| Action::RollBack { workload, revision }),
        faults().prop_map(Action::Break),
        faults().prop_map(Action::Mend),
    ]
}

prop_compose! {
    fn shared()(
        seed in any::<u64>(),
        profile in prop::sample::select(vec![Profile::Realistic, Profile::Quick, Profile::SlowDisk]),
        text in ".{0,300}",
        steps in prop::collection::vec((0..1_000_000u64, actions()), 0..12),
        at in any::<u64>(),
        entries in 0..1_000u64,
    ) -> Shared {
        let mut now = 0;
        let steps = steps.into_iter().map(|(later, action)| {
            now += later;
            Step { at: Time(now), action }
        });
        Shared { version: VERSION.to_owned(), seed, profile, text, steps: steps.collect(), at: Time(at), entries }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_session_survives_its_link(shared in shared()) {
        prop_assert_eq!(decode(&encode(&shared)), Ok(shared));
    }

    #[test]
    fn a_changed_link_is_an_error_or_a_session(shared in shared(), place in any::<prop::sample::Index>(), to in "[ -~]") {
        let mut link = encode(&shared).into_bytes();
        let place = place.index(link.len());
        link.splice(place..=place, to.bytes());
        let link = String::from_utf8(link).unwrap();
        let _ = decode(&link);
    }

    #[test]
    fn any_text_is_an_error_or_a_session(text in ".{0,200}", payload in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&text);
        use base64::Engine;
        let encoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(payload);
        let opened = decode(&format!("0.{encoded}"));
        prop_assert!(opened.is_err());
    }
}
