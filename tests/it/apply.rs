//! `kubectl apply`: cases that no recording covers.

use statefulset_playground::kubectl::apply::{
    ApplyOptions, ApplyOutcome, ManifestCommand, apply, apply_manifest,
};
use statefulset_playground::kubectl::manifest::CommandNamespace;
use statefulset_playground::kubectl::server::DryRun;
use statefulset_playground::store::World;
use statefulset_playground::yaml;

/// Applies texts one after another, and compares the output of the last one.
#[track_caller]
fn check(texts: &[&str], want: &str) {
    let mut server = DryRun::new(&World::default());
    let mut printed = String::new();
    for text in texts {
        let outcome = apply(&mut server, text, "f.yaml");
        printed = outcome.stdout + &outcome.stderr;
    }
    assert_eq!(printed, want);
}

const MAP: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: '1', b: '2'}}";

#[test]
fn a_second_apply_changes_nothing() {
    check(&[MAP, MAP], "configmap/m unchanged\n");
    check(&[MAP, &MAP.replace(", b: '2'", "")], "configmap/m configured\n");
}

#[test]
fn the_items_of_a_list_are_applied() {
    let other = MAP.replace("name: m", "name: other");
    let list = format!("{{apiVersion: v1, kind: List, items: [{MAP}, {other}]}}");
    check(&[&list], "configmap/m created\nconfigmap/other created\n");
}

#[test]
fn errors_of_kubectl_itself() {
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
        &[&MAP.replace("name: m", "name: m, creationTimestamp: now")],
        "error: unable to decode \"f.yaml\": parsing time \"now\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \
         \"now\" as \"2006\"\n",
    );
}

/// Recorded sessions start with `apply` or `create`; the output must match until another command follows.
#[test]
fn recorded_applies_match() {
    let folder = format!("{}/tests/kubernetes/console", env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for file in std::fs::read_dir(folder).expect("the folder of recordings") {
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
                namespace: CommandNamespace {
                    name: "default",
                    enforced: true,
                },
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
fn create_fails_for_existing_objects() {
    let options = ApplyOptions {
        file: "f.yaml",
        namespace: CommandNamespace {
            name: "dev",
            enforced: true,
        },
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

fn in_namespace(text: &str, namespace: CommandNamespace) -> ApplyOutcome {
    let options = ApplyOptions {
        file: "f.yaml",
        namespace,
        command: ManifestCommand::Apply,
        save_config: false,
    };
    apply_manifest(&mut DryRun::new(&World::default()), &yaml::parse(text), &options)
}

#[test]
fn every_document_has_its_own_namespace() {
    let text = "{apiVersion: v1, kind: Namespace, metadata: {name: db}}\n---\n\
                {apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: db}}\n---\n\
                {apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: db}}\n---\n\
                {apiVersion: v1, kind: ConfigMap, metadata: {name: m}}\n---\n\
                {apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: none}}\n";
    let outcome = in_namespace(text, CommandNamespace::DEFAULT);
    assert_eq!(
        outcome.stdout,
        "namespace/db created\nconfigmap/m created\nconfigmap/m unchanged\nconfigmap/m created\n"
    );
    assert_eq!(
        outcome.stderr,
        "Error from server (NotFound): error when creating \"f.yaml\": namespaces \"none\" not found\n"
    );
    let enforced = CommandNamespace {
        name: "default",
        enforced: true,
    };
    let outcome = in_namespace(text, enforced);
    assert_eq!(outcome.stdout, "namespace/db created\nconfigmap/m created\n");
    let refused = |name: &str| {
        format!(
            "the namespace from the provided object \"{name}\" does not match the namespace \"default\". You must pass \
             '--namespace={name}' to perform this operation.\n"
        )
    };
    let lines = [refused("db"), refused("db"), refused("none")];
    assert_eq!(outcome.stderr, lines.concat());
}

#[test]
fn lists_are_flattened_and_their_errors_collected() {
    let item = |name: &str| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}}}}}");
    let list = |items: &[String]| format!("{{apiVersion: v1, kind: List, items: [{}]}}", items.join(", "));
    let apply = |text: &str| {
        let outcome = in_namespace(text, CommandNamespace::DEFAULT);
        (outcome.stdout, outcome.stderr)
    };
    let nested = list(&[list(&[item("a")]), list(&[]), item("b")]);
    assert_eq!(
        apply(&nested),
        (
            "configmap/b created\nconfigmap/a created\n".to_owned(),
            String::new()
        )
    );
    assert_eq!(apply(&list(&[])).1, "error: no objects passed to apply\n");
    let typed = "{apiVersion: v1, kind: ConfigMapList, items: [{metadata: {name: a}}]}";
    assert_eq!(apply(typed).0, "configmap/a created\n");
    let unknown = "{apiVersion: x/v1, kind: Foo, metadata: {name: a}}".to_owned();
    let message = "unable to recognize no matches for kind \"Foo\" in version \"x/v1\"\n";
    assert_eq!(
        apply(&list(&[unknown, item("b")])),
        ("configmap/b created\n".to_owned(), message.to_owned())
    );
}

/// What `get -o yaml` prints can be applied; the version in it counts from the second time on.
#[test]
fn printed_objects_can_be_applied() {
    let text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: m, resourceVersion: \"7\", uid: u, \
                creationTimestamp: \"2026-01-01T00:00:00Z\", managedFields: []}}\n";
    let mut server = DryRun::new(&World::default());
    let first = apply(&mut server, text, "f.yaml");
    assert_eq!(
        (first.stdout.as_str(), first.stderr.as_str()),
        ("configmap/m created\n", "")
    );
    let second = apply(&mut server, text, "f.yaml");
    assert!(
        second.stderr.starts_with("Error from server (Conflict): error when applying patch:\n")
            && second.stderr.ends_with(
                "for: \"f.yaml\": error when patching \"f.yaml\": Operation cannot be fulfilled on configmaps \"m\": the \
                 object has been modified; please apply your changes to the latest version and try again\n"
            ),
        "{}",
        second.stderr
    );
}

#[test]
fn what_get_printed_is_applied_once_and_conflicts_after_a_change() {
    for text in [
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: {a: b}}",
        "{apiVersion: v1, kind: Service, metadata: {name: m}, spec: {ports: [{port: 80}]}}",
        "{apiVersion: v1, kind: Pod, metadata: {name: m}, spec: {containers: [{name: c, image: nginx}]}}",
        "{apiVersion: batch/v1, kind: Job, metadata: {name: m}, spec: {template: {spec: {restartPolicy: Never, \
         containers: [{name: c, image: nginx}]}}}}",
        "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: m}, spec: {accessModes: [ReadWriteOnce], \
         resources: {requests: {storage: 1Gi}}}}",
    ] {
        let mut server = DryRun::new(&World::default());
        let created = apply(&mut server, text, "manifest.yaml");
        assert_eq!(created.exit, 0, "{text}: {}", created.stderr);
        let object = created.objects[0].object.clone().expect("an object");
        let printed = object.document().to_string();
        let first = apply(&mut server, &printed, "manifest.yaml");
        assert_eq!((first.exit, first.stderr.as_str()), (0, ""), "{text}");
        let second = apply(&mut server, &printed, "manifest.yaml");
        let conflict =
            "the object has been modified; please apply your changes to the latest version and try again";
        match first.stdout.ends_with("unchanged\n") {
            true => assert_eq!(second.exit, 0, "{text}"),
            false => assert!(second.stderr.contains(conflict), "{text}: {}", second.stderr),
        }
    }
}
