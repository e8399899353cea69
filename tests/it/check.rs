//! Diagnostics of a manifest while it is edited.

use expect_test::{Expect, expect};
use statefulset_playground::kubectl::check::check as check_text;
use statefulset_playground::kubectl::diagnostic::{Diagnostic, Severity};
use statefulset_playground::store::World;

fn line(text: &str, one: &Diagnostic) -> String {
    let marked = one.span.slice(text).lines().next().unwrap_or_default();
    let fixes: String = one.fixes.iter().map(|fix| format!(" [{}]", fix.label)).collect();
    let (severity, source) = (one.severity.name(), one.source.name());
    format!(
        "{}:{} {severity} {source} «{marked}» {}{fixes}\n",
        one.line, one.column, one.message
    )
}

#[track_caller]
fn check(text: &str, want: Expect) {
    let found: String = check_text(&World::default(), text)
        .iter()
        .map(|one| line(text, one))
        .collect();
    want.assert_eq(&found);
}

const SET: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: db
spec:
  clusterIP: None
  selector:
    app: db
  ports:
  - port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  serviceName: db
  replicas: 3
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
      - name: postgres
        image: postgres:17
        ports:
        - containerPort: 5432
        volumeMounts:
        - name: data
          mountPath: /var/lib/postgresql/data
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 1Gi
";

#[test]
fn a_valid_text_has_no_diagnostics() {
    check(SET, expect![""]);
}

#[test]
fn errors_are_located_at_their_fields() {
    check(
        &SET.replace("replicas: 3", "replica: 3"),
        expect![[r#"
            18:3 error api-server «replica» unknown field "spec.replica" [Rename to `replicas`]
        "#]],
    );
    check(
        &SET.replace("replicas: 3", "replicas: three"),
        expect![[r#"
            18:13 error api-server «three» json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32
        "#]],
    );
    check(
        &SET.replace("kind: StatefulSet", "kind: StatefulSets"),
        expect![[r#"
            13:7 error yaml «StatefulSets» resource mapping not found for name: "db" namespace: "" from "manifest.yaml": no matches for kind "StatefulSets" in version "apps/v1"
            ensure CRDs are installed first
        "#]],
    );
    check(
        &SET.replace("  replicas: 3\n", "  replicas: 3\n  bad: [\n"),
        expect![[r#"
            21:16 error yaml «:» error converting YAML to JSON: yaml: line 9: did not find expected ',' or ']'
        "#]],
    );
    check(
        &SET.replace("  replicas: 3\n", "  replicas: 3\n  replicas: 4\n"),
        expect![[r#"
            18:3 warning yaml «replicas» `replicas` is set again in line 19: kubectl uses the last value without a warning
        "#]],
    );
}

#[test]
fn fields_that_are_not_simulated_are_reported() {
    check(
        &SET.replace(
            "        image: postgres:17\n",
            "        image: postgres:17\n        terminationMessagePath: /dev/log\n",
        ),
        expect![[r#"
            30:9 info playground «terminationMessagePath» `terminationMessagePath` is stored and shown, but the simulation does not act on it
        "#]],
    );
    check(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n  name: s\n",
        expect![[r#"
            2:7 info playground «Role» Role is stored and shown, but the simulation does not act on it
        "#]],
    );
    check(
        "apiVersion: networking.k8s.io/v1\nkind: ServiceCIDR\nmetadata:\n  name: s\nspec:\n  cidrs: [x]\n",
        expect![[r#"
            2:7 info playground «ServiceCIDR» ServiceCIDR is stored and shown, but the simulation neither checks its content nor acts on it
        "#]],
    );
}

#[test]
fn advice_is_reported() {
    check(
        &SET.replace(
            "name: data\n          mountPath",
            "name: other\n          mountPath",
        ),
        expect![[r#"
            33:17 error api-server «other» spec.template.spec.containers[0].volumeMounts[0].name: Not found: "other"
            37:13 advice playground «data» `data` is attached but no container mounts it: writes are lost [Mount `data` at /var/lib/postgresql/data]
        "#]],
    );
    check(
        &SET.replace("serviceName: db", "serviceName: pg"),
        expect![[r#"
            17:16 advice playground «pg» no Service `pg` in this text or in the cluster: the pods' DNS names do not exist [Add a headless Service `pg`]
        "#]],
    );
    check(
        &SET.replace("  clusterIP: None\n", ""),
        expect![[r#"
            16:16 advice playground «db» Service `db` is not headless: `clusterIP: None` is what makes its name answer with the pods
        "#]],
    );
    check(
        &SET.replace("port: 5432\n---", "port: 5432\n    targetPort: sql\n---"),
        expect![[r#"
            11:17 warning playground «sql» no container of StatefulSet `db` names a port `sql`: this port cannot be reached
        "#]],
    );
    check(
        &SET.replace("containerPort: 5432", "containerPort: 5433"),
        expect![[r#"
            10:11 advice playground «5432» no container of StatefulSet `db` declares port 5432
        "#]],
    );
    check(
        &SET.replace(
            "accessModes: [ReadWriteOnce]",
            "accessModes: [ReadWriteOnce]\n      storageClassName: fast",
        ),
        expect![[r#"
            40:25 warning playground «fast» StorageClass `fast` does not exist: the claims stay Pending, and so do the pods
        "#]],
    );
}

/// The text after the first fix of its diagnostics.
fn fixed(text: &str) -> String {
    let list = check_text(&World::default(), text);
    let fix = list.iter().find_map(|one| one.fixes.first()).expect("a fix");
    let mut text = text.to_owned();
    for edit in fix.edits.iter().rev() {
        text.replace_range(edit.span.start..edit.span.end, &edit.text);
    }
    text
}

#[track_caller]
fn check_fix(broken: &str) {
    let text = fixed(broken);
    let left: Vec<_> = check_text(&World::default(), &text)
        .into_iter()
        .filter(|one| one.severity < Severity::Info)
        .collect();
    assert!(left.is_empty(), "{text}\n{left:?}");
}

#[test]
fn fixes_resolve_their_diagnostics() {
    check_fix(&SET.replace("replicas: 3", "replica: 3"));
    check_fix(&SET.replace(
        "        volumeMounts:\n        - name: data\n          mountPath: /var/lib/postgresql/data\n",
        "",
    ));
    check_fix(
        &SET.replace(
            "        - name: data\n          mountPath: /var/lib/postgresql/data\n",
            "        - name: tmp # here\n          mountPath: /tmp # there\n",
        )
        .replace(
            "    spec:\n      containers:",
            "    spec:\n      volumes:\n      - name: tmp\n      containers:",
        ),
    );
    check_fix(SET.split_once("---\n").map_or("", |(_, set)| set));
}
