//! What admission plugins refuse and warn about: `admission.yaml`.

use serde::Deserialize;
use statefulset_playground::kubectl::apply::apply;
use statefulset_playground::kubectl::server::DryRun;
use statefulset_playground::store::World;

#[derive(Deserialize)]
struct Case {
    /// What is applied first, without errors.
    given: String,
    /// What is applied then.
    apply: String,
    /// What kubectl prints to stderr.
    says: String,
}

#[test]
fn plugins_refuse_and_warn() {
    let cases: Vec<Case> = serde_yaml::from_str(include_str!("admission.yaml")).expect("the cases are YAML");
    assert!(cases.len() > 10);
    for case in &cases {
        check(case);
    }
}

#[track_caller]
fn check(case: &Case) {
    let mut server = DryRun::new(&World::default());
    if !case.given.is_empty() {
        let given = apply(&mut server, &case.given, "manifest.yaml");
        assert_eq!(given.exit, 0, "{}", given.stderr);
    }
    let outcome = apply(&mut server, &case.apply, "manifest.yaml");
    let prefix = "Error from server (Forbidden): error when creating \"manifest.yaml\": ";
    let stderr = outcome
        .stderr
        .replace(prefix, "")
        .replace("Warning: ", "warning: ");
    assert_eq!(stderr.trim_end(), case.says.trim_end(), "{}", case.apply);
}
