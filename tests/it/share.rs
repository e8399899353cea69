//! Links: encoding is lossless and compact, and decoding accepts any input.

use proptest::prelude::*;
use statefulset_playground::cluster::{Fault, FaultKind, Profile, Settings};
use statefulset_playground::kubectl::line::Line;
use statefulset_playground::object::{Key, Kind, Time};
use statefulset_playground::session::perform::{Report, perform};
use statefulset_playground::session::start::StartInputs;
use statefulset_playground::session::{Session, first_manifest};
use statefulset_playground::share::{LinkError, Shared, VERSION, decode, encode};
use statefulset_playground::timeline::{Action, Run, Step};

fn first() -> Shared {
    Shared {
        version: VERSION,
        seed: 0,
        profile: Profile::default(),
        text: first_manifest().to_owned(),
        steps: vec![Step {
            at: Time(0),
            action: Action::Apply {
                text: first_manifest().into(),
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
    let five = first_manifest().replace("replicas: 3", "replicas: 5");
    let edited = Action::Apply {
        text: five.as_str().into(),
    };
    check(&then(first(), 12_000, edited.clone()), 119);
    let scale = Action::from(Line::scale(&set, 1));
    check(&then(first(), 12_000, scale.clone()), 119);
    let delete = Line::delete_pod(&pod, true).into();
    let busy = then(then(then(first(), 12_000, edited), 15_200, scale), 31_007, delete);
    check(&busy, 182);
    check(&then(busy, 40_000, Line::rollout_restart(&set).into()), 215);
}

#[test]
fn an_edit_that_is_not_applied_is_part_of_a_link() {
    let mut shared = first();
    shared.text = first_manifest().replace("my-db-image", "mysql:8.4");
    check(&shared, 119);
}

#[test]
fn a_text_that_is_not_a_link_is_an_error() {
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
fn a_link_that_inflates_beyond_the_limit_is_an_error() {
    let mut shared = first();
    shared.text = "a".repeat(9 * 1024 * 1024);
    assert_eq!(decode(&encode(&shared)), Err(LinkError::TooLarge));
    let long = "0.".to_owned() + &"A".repeat(3 * 1024 * 1024);
    assert_eq!(decode(&long), Err(LinkError::TooLarge));
}

/// Every published codec stays readable: this link was made by version 0.1.0.
#[test]
fn the_first_link_opens_for_ever() {
    let shared = Shared {
        version: 1,
        ..first()
    };
    assert_eq!(decode(PUBLISHED), Ok(shared));
}

const PUBLISHED: &str = "0.7dIxDQAACAOwhQTQhkVOPOGHCxPLvgpozmsdUHRFJ4se1nU";

/// A link with every verb that was written before actions became kubectl lines, made by version 0.1.0.
const OLD_VERBS: &str = "0.rVnNSsQwEM52Oykisgr-ICiGohRhi2s9-RLiXby54oIg7C6sEObge-zBd_QFzKRNmzZpuyteSjOZaSczX_t9JI935m4dMeYF-oM5JqxwImSe88fybTrHLXSWCdQEgJtskghZ8SOWKkI8SaMh8PkvSDeJqJ8Q-qVAubHsFwJC2mCuZYntEkDI95aA_9tutEs8NhhPCq2XYNNvMXuZVm40Krw24OWyiqsV9nByDbkuHwtZQlZIm38Re9rrO8syeb3OVX3GwjroLhDrHmT1N1c_bJvmVgH9qq6esOmGHup2wNH3ejAYNeiUwxmZjy1W1Qu80YGBP2gAQpmDpjmk1nPd_wzOfR4sykGUwQlN7xiWn1QTMU20pMMgnS2TBVx3-IC-Rvm6M7hXrsNmGpdtAkENY3pDjIhwqEKhGaoLwp116Sryzio6QQGMlDksi3DLYL9mmDDXwmGPLJws6ScDuKLhhV_GqI8qLZ5M-YWd-YVulw_IvGuJN8aHXz-nvw";

#[test]
fn old_verbs_are_read_as_lines() {
    let shared = decode(OLD_VERBS).expect("the link opens");
    let line = |step: &Step| match &step.action {
        Action::Kubectl { line, .. } => line.to_string(),
        other => panic!("{other:?}"),
    };
    let lines: Vec<String> = shared.steps[1..].iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "scale statefulset web --replicas=3",
            "scale deployment front -n other --replicas=1",
            "scale statefulset web --replicas=-1",
            "set image statefulset web side=side:2",
            r#"patch statefulset web --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/image","value":"nginx:2"}]'"#,
            "set image pod web-0 =nginx:2",
            r#"patch deployment front -n other --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/image","value":"-it'\''s"}]'"#,
            "set image deployment front -n other front=front:2",
            r#"patch statefulset web --type=merge -p '{"metadata":{"labels":{"a":"it'\''s"}}}'"#,
            "rollout restart statefulset web",
            "rollout undo statefulset web",
            "rollout undo deployment front -n other --to-revision=1",
            "rollout undo statefulset web --to-revision=1",
            "delete pod web-1 --wait=false",
            "delete pod web-0 --grace-period=0 --force --wait=false",
            "delete pod web-0 --grace-period=3 --wait=false",
            "delete pod/-x --grace-period=-3 --wait=false",
            "delete pvc www-web-1 --wait=false",
            "delete deployment front -n other --cascade=orphan --wait=false",
            "delete statefulset web --cascade=foreground --wait=false",
            "delete node node-1 --wait=false",
        ]
    );
    assert_eq!(decode(&encode(&shared)), Ok(shared));
}

/// Which steps of the link above change the cluster; the others fail. Version 0.1.0 refused the objects of namespace
/// `other`, so that the steps about `front` failed too.
#[test]
fn old_verbs_change_the_cluster_as_before() {
    let shared = decode(OLD_VERBS).expect("the link opens");
    let mut run: Run<Report> = Run::new(Settings::default(), perform);
    run.replace(shared.steps);
    while run.simulate_ahead(Time(0), 10_000) {}
    let changed: String = (0..run.steps().len())
        .map(|step| match run.result(step).expect("performed").changed {
            true => 'x',
            false => '-',
        })
        .collect();
    assert_eq!(changed, "xxx-xx-xx-xxxxxxx-xxxx");
}

#[test]
fn a_link_of_another_version_opens_with_a_notice() {
    for (version, notices) in [(VERSION, 0), (VERSION + 1, 1)] {
        let link = encode(&Shared { version, ..first() });
        let inputs = StartInputs {
            fragment: &link,
            ..StartInputs::default()
        };
        let (session, _) = Session::start(&inputs);
        assert_eq!(session.notices().len(), notices, "version {version}");
        assert_eq!(&**session.active_run().text(), first_manifest());
    }
}

fn names() -> impl Strategy<Value = String> {
    "[a-z]([a-z0-9-]{0,12}[a-z0-9])?"
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
    prop_oneof![
        ".{0,200}".prop_map(|text| Action::Apply { text: text.into() }),
        Just(Action::Apply {
            text: first_manifest().into()
        }),
        (".{0,60}", ".{0,60}").prop_map(|(line, stdin)| Action::Kubectl {
            line: line.into(),
            stdin: stdin.into(),
        }),
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
        version in 0..5u64,
    ) -> Shared {
        let mut now = 0;
        let steps = steps.into_iter().map(|(later, action)| {
            now += later;
            Step { at: Time(now), action }
        });
        Shared { version, seed, profile, text, steps: steps.collect(), at: Time(at), entries }
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
