//! `kubectl apply`, where no recording looks.

use statefulset_playground::kubectl::apply::apply;
use statefulset_playground::kubectl::server::DryRun;
use statefulset_playground::store::World;

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
