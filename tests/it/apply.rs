//! `kubectl apply`, in cases that no recording covers.

use statefulset_playground::kubectl::apply::{ApplyOptions, ManifestCommand, apply, apply_manifest};
use statefulset_playground::kubectl::server::DryRun;
use statefulset_playground::store::World;
use statefulset_playground::yaml;

/// Applies texts one after another, and compares what the last one printed.
#[track_caller]
fn check(texts: &[&str], want: &str) {
    let mut server = DryRun::new(&World::default());
    let mut said = String::new();
    for text in texts {
        let outcome = apply(&mut server, text, "f.yaml");
        said = outcome.stdout + &outcome.stderr;
    }
    assert_eq!(said, want);
}

const MAP: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: '1', b: '2'}}";

#[test]
fn a_second_apply_changes_nothing() {
    check(&[MAP, MAP], "configmap/m unchanged\n");
    check(&[MAP, &MAP.replace(", b: '2'", "")], "configmap/m configured\n");
}

#[test]
fn a_list_is_its_items() {
    let other = MAP.replace("name: m", "name: other");
    let list = format!("{{apiVersion: v1, kind: List, items: [{MAP}, {other}]}}");
    check(&[&list], "configmap/m created\nconfigmap/other created\n");
}

#[test]
fn kubectl_refuses_by_itself() {
    check(
        &[&MAP.replace("v1", "a/b/c")],
        "error: error validating \"f.yaml\": error validating data: unexpected GroupVersion string: a/b/c; if you \
         choose to ignore these errors, turn validation off with --validate=false\n",
    );
    check(
        &[&MAP.replace("{name: m}", "m")],
        "error: unable to decode \"f.yaml\": json: cannot unmarshal string into Go struct field \
         metadataOnlyObject.metadata of type v1.ObjectMeta\n",
    );
    check(
        &[&MAP.replace("name: m", "name: a/b")],
        "error: error when retrieving current configuration of:\nResource: \"/v1, Resource=configmaps\", \
         GroupVersionKind: \"/v1, Kind=ConfigMap\"\nName: \"a/b\", Namespace: \"default\"\nfrom server for: \
         \"f.yaml\": invalid resource name \"a/b\": [may not contain '/']\n",
    );
    check(
        &[&MAP.replace("name: m", "generateName: m-")],
        "error: from m-: cannot use generate name with apply\n",
    );
    check(
        &[&MAP.replace("name: m", "name: m, resourceVersion: '5'")],
        "Error from server: error when creating \"f.yaml\": resourceVersion should not be set on objects to be created\n",
    );
    check(
        &[&MAP.replace("name: m", "name: m, creationTimestamp: now")],
        "error: unable to decode \"f.yaml\": parsing time \"now\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \
         \"now\" as \"2006\"\n",
    );
}

/// Recorded sessions begin with applies; until another command changes the cluster, every word must agree.
#[test]
fn recorded_sessions_begin_alike() {
    let folder = format!("{}/tests/kubernetes/console", env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for file in std::fs::read_dir(folder).expect("the recordings are there") {
        let path = file.expect("the folder can be read").path();
        let text = std::fs::read_to_string(&path).expect("the recording can be read");
        let recording: serde_yaml::Value = serde_yaml::from_str(&text).expect("a recording is YAML");
        let steps = recording["steps"].as_sequence().expect("a recording has steps");
        let mut server = DryRun::new(&World::default());
        let sends = |step: &&serde_yaml::Value| {
            matches!(step["kubectl"].as_str(), Some("apply -f -" | "create -f -"))
        };
        for step in steps.iter().take_while(sends) {
            let command = match step["kubectl"].as_str() {
                Some("create -f -") => ManifestCommand::Create,
                _ => ManifestCommand::Apply,
            };
            let options = ApplyOptions {
                file: "manifest.yaml",
                namespace: "default",
                command,
                save_config: false,
            };
            let text = step["stdin"].as_str().unwrap_or_default();
            let outcome = apply_manifest(&mut server, &yaml::parse(text), &options);
            let name = path.display();
            assert_eq!(Some(outcome.stdout.as_str()), step["stdout"].as_str(), "{name}");
            assert_eq!(Some(outcome.stderr.as_str()), step["stderr"].as_str(), "{name}");
            checked += 1;
        }
    }
    assert!(checked > 10, "only {checked} commands were recorded");
}

#[test]
fn create_only_creates() {
    let options = ApplyOptions {
        file: "f.yaml",
        namespace: "dev",
        command: ManifestCommand::Create,
        save_config: false,
    };
    let mut server = DryRun::new(&World::default());
    let text = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: dev\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  \
                name: m\n---\nx: [\n";
    let outcome = apply_manifest(&mut server, &yaml::parse(text), &options);
    assert_eq!(outcome.stdout, "namespace/dev created\nconfigmap/m created\n");
    assert!(
        outcome.stderr.starts_with("error: error parsing f.yaml: "),
        "{}",
        outcome.stderr
    );
    let again = apply_manifest(&mut server, &yaml::parse(text), &options);
    let lines: Vec<&str> = again.stderr.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "Error from server (AlreadyExists): error when creating \"f.yaml\": namespaces \"dev\" already exists",
            "Error from server (AlreadyExists): error when creating \"f.yaml\": configmaps \"m\" already exists",
        ]
    );
    assert!(lines[2].starts_with("error parsing f.yaml: "), "{lines:?}");
}
