//! The API server: stored objects and rejected requests.

use std::sync::Arc;

use statefulset_playground::api::{
    self, Context, DeleteOptions, Patch, Propagation, Request, Status, Writes,
};
use statefulset_playground::object::status::Phase;
use statefulset_playground::object::{Key, Kind, Object, ObjectStatus, Time, Value, pod};
use statefulset_playground::store::{Actor, AdmissionPlugins, Cause, Entry, EntryKind, Rng, World};
use statefulset_playground::yaml;

/// A world that handles requests.
pub struct Server {
    pub world: World,
    rng: Rng,
}

impl Server {
    pub fn new() -> Server {
        Server {
            world: World::with_plugins(AdmissionPlugins::WithoutServiceAccounts),
            rng: Rng::new(1, 1),
        }
    }

    pub fn handle(&mut self, request: &Request) -> Result<Writes, Status> {
        let mut context = Context {
            world: &self.world,
            now: Time(1000),
            actor: Actor::Person,
            rng: &mut self.rng,
            writer: Default::default(),
        };
        let writes = api::handle(&mut context, request)?;
        for change in &writes.changes {
            let entry = Entry {
                seq: self.world.seq() + 1,
                at: Time(1000),
                cause: Cause::Timer,
                kind: EntryKind::Change(change.clone()),
            };
            self.world.apply(&entry);
        }
        Ok(writes)
    }

    pub fn create(&mut self, text: &str) -> Result<Arc<Object>, Status> {
        let parsed = yaml::parse(text);
        let root = parsed.documents[0].root.as_ref().expect("the text is a document");
        let document = Value::from(root);
        let field = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or_default();
        let kind = Kind::from_type_meta(field("apiVersion"), field("kind")).expect("the kind exists");
        let namespace = if kind.info().namespaced { "default" } else { "" };
        let request = Request::Create {
            kind,
            namespace: namespace.into(),
            document,
        };
        Ok(self
            .handle(&request)?
            .object
            .expect("the response has the object"))
    }

    fn merge(&mut self, kind: Kind, name: &str, patch: serde_json::Value) -> Result<Writes, Status> {
        self.handle(&Request::Patch {
            key: Key::new(kind, name),
            patch: Patch::Merge(patch.into()),
        })
    }

    fn delete(&mut self, kind: Kind, name: &str, options: DeleteOptions) -> Result<Writes, Status> {
        self.handle(&Request::Delete {
            key: Key::new(kind, name),
            options,
        })
    }
}

const SET: &str = "
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  serviceName: web
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {v: '1'}
    spec:
      containers:
      - name: nginx
        image: registry.k8s.io/nginx-slim:0.24
        ports:
        - {containerPort: 80, name: http}
  volumeClaimTemplates:
  - metadata: {name: www}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1024Mi}}
";

#[test]
fn a_stored_set_is_canonical() {
    let set = Server::new().create(SET).expect("the set is valid");
    assert_eq!(
        set.spec().to_string(),
        concat!(
            r#"{"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Retain","whenScaled":"Retain"},"#,
            r#""podManagementPolicy":"OrderedReady","replicas":3,"revisionHistoryLimit":10,"#,
            r#""selector":{"matchLabels":{"app":"web"}},"serviceName":"web","#,
            r#""template":{"metadata":{"annotations":{"v":"1"},"labels":{"app":"web"}},"spec":{"containers":["#,
            r#"{"image":"registry.k8s.io/nginx-slim:0.24","imagePullPolicy":"IfNotPresent","name":"nginx","#,
            r#""ports":[{"containerPort":80,"name":"http","protocol":"TCP"}],"resources":{},"#,
            r#""terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],"#,
            r#""dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","#,
            r#""securityContext":{},"terminationGracePeriodSeconds":30}},"#,
            r#""updateStrategy":{"rollingUpdate":{"partition":0},"type":"RollingUpdate"},"#,
            r#""volumeClaimTemplates":[{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"www"},"#,
            r#""spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}},"#,
            r#""volumeMode":"Filesystem"},"status":{"phase":"Pending"}}]}"#,
        )
    );
    assert_eq!((set.meta.generation, set.meta.namespace.as_ref()), (1, "default"));
}

/// Hash suffix of a revision's name (`HashControllerRevision`): FNV-1 over the data and the collision count.
fn revision_hash(template: &Value) -> String {
    let mut template = template.clone();
    *template.slot(&["$patch"]) = "replace".into();
    let data = format!(r#"{{"spec":{{"template":{template}}}}}0"#);
    let hash = data.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        hash.wrapping_mul(0x0100_0193) ^ u32::from(byte)
    });
    let letters = b"bcdfghjklmnpqrstvwxz2456789";
    hash.to_string()
        .bytes()
        .map(|digit| char::from(letters[usize::from(digit) % 27]))
        .collect()
}

#[test]
fn first_revisions_have_the_recorded_hashes() {
    let mut checked = 0;
    for folder in ["traces", "walks"] {
        let folder = format!("{}/tests/kubernetes/{folder}", env!("CARGO_MANIFEST_DIR"));
        for file in std::fs::read_dir(folder).expect("the recordings are there") {
            let path = file.expect("the folder can be read").path();
            let text = std::fs::read_to_string(&path).expect("the recording can be read");
            let recording = yaml::parse(&text);
            let root = recording.documents[0]
                .root
                .as_ref()
                .map(Value::from)
                .expect("a recording is a document");
            checked += check_first_revision(&root, &path.display().to_string());
        }
    }
    assert!(checked > 100, "only {checked} revisions were recorded");
}

fn check_first_revision(recording: &Value, path: &str) -> usize {
    let Some(name) = recording.at(&["revisionHashes", "rev1"]).and_then(Value::as_str) else {
        return 0;
    };
    let steps = recording
        .get("steps")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let texts = steps
        .iter()
        .filter_map(|step| step.at(&["step", "apply"])?.as_str());
    let documents = texts.flat_map(|text| yaml::parse(text).documents);
    let mut roots = documents.filter_map(|document| document.root.as_ref().map(Value::from));
    let is_set = |root: &Value| root.get("kind").and_then(Value::as_str) == Some("StatefulSet");
    let Some(document) = roots.find(is_set) else {
        return 0;
    };
    let request = Request::Create {
        kind: Kind::StatefulSet,
        namespace: "default".into(),
        document,
    };
    let writes = Server::new().handle(&request).expect("the recorded set is valid");
    let set = writes.object.expect("the response has the object");
    let template = set.spec().get("template").expect("a set has a template");
    assert_eq!(revision_hash(template), name, "{path}");
    1
}

#[track_caller]
fn check_rejected(text: &str, message: &str) {
    let result = Server::new()
        .create(text)
        .map(|object| object.document().to_string());
    assert_eq!(result.map_err(|status| status.message), Err(message.to_owned()));
}

#[test]
fn decoding_is_strict() {
    let cannot = r#"StatefulSet in version "v1" cannot be handled as a StatefulSet: "#;
    check_rejected(
        &SET.replace("replicas: 3", "replica: 3")
            .replace("metadata: {name: web}", "metadata: {name: web, label: {}}"),
        &format!(
            r#"{cannot}strict decoding error: unknown field "metadata.label", unknown field "spec.replica""#
        ),
    );
    check_rejected(
        &SET.replace("replicas: 3", "replicas: three"),
        &format!(
            "{cannot}json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32"
        ),
    );
    check_rejected(
        &SET.replace("replicas: 3", "replicas: 3.5"),
        &format!(
            "{cannot}json: cannot unmarshal number 3.5 into Go struct field StatefulSetSpec.spec.replicas of type int32"
        ),
    );
    check_rejected(
        &SET.replace("name: nginx\n", "name: 5\n"),
        &format!(
            "{cannot}json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.name of type string"
        ),
    );
    check_rejected(
        &SET.replace("1024Mi", "10Gx"),
        &format!(
            "{cannot}quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        ),
    );
    check_rejected(
        &SET.replace("accessModes: [ReadWriteOnce]", "accessModes: ReadWriteOnce"),
        &format!(
            "{cannot}json: cannot unmarshal string into Go struct field \
             PersistentVolumeClaimSpec.spec.volumeClaimTemplates.spec.accessModes of type []v1.PersistentVolumeAccessMode"
        ),
    );
}

#[test]
fn names_are_unique_and_can_be_generated() {
    let mut server = Server::new();
    server.create(SET).expect("the set is valid");
    let again = server.create(SET).map_err(|status| status.message);
    assert_eq!(
        again.err().as_deref(),
        Some("statefulsets.apps \"web\" already exists")
    );
    let named = server
        .create(&SET.replace("{name: web}", "{generateName: web-}"))
        .expect("a name is generated");
    assert_eq!((named.name().len(), named.name().starts_with("web-")), (9, true));
}

#[test]
fn a_cluster_ip_is_allocated_once() {
    let mut server = Server::new();
    let text = "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}";
    let service = server.create(text).expect("the service is valid");
    let spec = service.spec();
    let address = spec
        .get("clusterIP")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    assert!(address.starts_with("10.96."), "{address}");
    assert_eq!(
        spec.to_string(),
        format!(
            r#"{{"clusterIP":"{address}","clusterIPs":["{address}"],"internalTrafficPolicy":"Cluster","ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","ports":[{{"port":80,"protocol":"TCP","targetPort":80}}],"selector":{{"app":"web"}},"sessionAffinity":"None","type":"ClusterIP"}}"#
        )
    );
    let writes = server.merge(
        Kind::Service,
        "web",
        serde_json::json!({"spec": {"clusterIP": null}}),
    );
    assert!(writes.expect("the address stays the same").changes.is_empty());
    let text = text
        .replace("name: web}", "name: other}")
        .replace("spec: {", &format!("spec: {{clusterIP: {address}, "));
    let taken = server.create(&text).map_err(|status| status.message).err();
    let want = format!(
        "Service \"other\" is invalid: spec.clusterIPs: Invalid value: [\"{address}\"]: failed to allocate IP {address}: provided IP is already allocated"
    );
    assert_eq!(taken, Some(want));
}

#[test]
fn generation_counts_changes_of_the_spec() {
    let mut server = Server::new();
    server.create(SET).expect("the set is valid");
    let mut generation = |patch: serde_json::Value| {
        let writes = server
            .merge(Kind::StatefulSet, "web", patch)
            .expect("the patch applies");
        (
            writes
                .object
                .expect("the response has the object")
                .meta
                .generation,
            writes.changes.len(),
        )
    };
    assert_eq!(generation(serde_json::json!({"spec": {"replicas": 3}})), (1, 0));
    assert_eq!(
        generation(serde_json::json!({"metadata": {"labels": {"a": "b"}}})),
        (1, 1)
    );
    assert_eq!(generation(serde_json::json!({"spec": {"replicas": 4}})), (2, 1));
    assert_eq!(
        generation(serde_json::json!({"spec": {"replicas": null}})),
        (3, 1)
    );
    let unknown = server.merge(
        Kind::StatefulSet,
        "web",
        serde_json::json!({"spec": {"replica": 1}}),
    );
    let message = unknown.expect_err("the field does not exist").message;
    assert!(
        message.ends_with(r#"strict decoding error: unknown field "spec.replica""#),
        "{message}"
    );
}

const POD: &str =
    "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: c, image: x}]}}";

/// Names the changes of a successful request.
fn changes(writes: Result<Writes, Status>) -> Vec<&'static str> {
    let writes = writes.expect("the request succeeds");
    let name = |change: &statefulset_playground::store::Change| match &change.object {
        None => "remove",
        Some(object) if object.meta.terminating() => "mark",
        Some(_) => "update",
    };
    writes.changes.iter().map(name).collect()
}

#[test]
fn pods_are_deleted_gracefully() {
    let mut server = Server::new();
    let created = server.create(POD).expect("the pod is valid");
    assert_eq!(
        (created.meta.generation, pod::phase(&created)),
        (1, Phase::Pending)
    );
    // There is no kubelet to wait for: the pod is unscheduled.
    assert_eq!(
        changes(server.delete(Kind::Pod, "a", DeleteOptions::default())),
        ["mark", "remove"]
    );

    server.create(POD).expect("the name is free again");
    let key = Key::new(Kind::Pod, "a");
    let bind = Request::Bind {
        pod: key.clone(),
        node: "node-1".into(),
    };
    assert_eq!(changes(server.handle(&bind)), ["update"]);
    let again = server.handle(&bind).map_err(|status| status.message).err();
    let message =
        "Operation cannot be fulfilled on pods/binding \"a\": pod a is already assigned to node \"node-1\"";
    assert_eq!(again.as_deref(), Some(message));
    assert_eq!(
        changes(server.delete(Kind::Pod, "a", DeleteOptions::default())),
        ["mark"]
    );
    let deleting = server
        .world
        .get(&key)
        .cloned()
        .expect("the pod stays for its grace period");
    assert_eq!(
        deleting.meta.deletion.map(|deletion| deletion.at),
        Some(Time(31_000))
    );
    assert_eq!(deleting.meta.generation, 2);
    assert!(changes(server.delete(Kind::Pod, "a", DeleteOptions::default())).is_empty());
    let wrong = DeleteOptions {
        uid: Some("other".into()),
        ..DeleteOptions::default()
    };
    assert!(server.delete(Kind::Pod, "a", wrong).is_err());
    let now = DeleteOptions {
        grace_seconds: Some(0),
        ..DeleteOptions::default()
    };
    assert_eq!(changes(server.delete(Kind::Pod, "a", now)), ["mark", "remove"]);
}

#[test]
fn an_object_with_finalizers_is_removed_with_the_last_one() {
    let mut server = Server::new();
    server.create(SET).expect("the set is valid");
    let foreground = DeleteOptions {
        propagation: Propagation::Foreground,
        ..DeleteOptions::default()
    };
    assert_eq!(
        changes(server.delete(Kind::StatefulSet, "web", foreground.clone())),
        ["mark"]
    );
    assert!(changes(server.delete(Kind::StatefulSet, "web", foreground)).is_empty());
    let set = server
        .world
        .get(&Key::new(Kind::StatefulSet, "web"))
        .cloned()
        .expect("the set still exists");
    assert_eq!(
        (set.meta.generation, set.meta.has_finalizer("foregroundDeletion")),
        (2, true)
    );
    let mut freed = (*set).clone();
    freed.meta.finalizers = Arc::default();
    assert_eq!(
        changes(server.handle(&Request::Update(Box::new(freed)))),
        ["remove"]
    );
}

#[test]
fn updates_of_an_old_version_conflict() {
    let mut server = Server::new();
    let set = server.create(SET).expect("the set is valid");
    server
        .merge(
            Kind::StatefulSet,
            "web",
            serde_json::json!({"spec": {"replicas": 4}}),
        )
        .expect("the patch applies");
    let stale = server
        .handle(&Request::Update(Box::new((*set).clone())))
        .map_err(|status| status.message);
    let message = "Operation cannot be fulfilled on statefulsets.apps \"web\": the object has been modified; \
                   please apply your changes to the latest version and try again";
    assert_eq!(stale.err().as_deref(), Some(message));
    let status = Request::UpdateStatus {
        key: Key::new(Kind::StatefulSet, "none"),
        status: ObjectStatus::None,
    };
    let missing = server.handle(&status).map_err(|status| status.message).err();
    assert_eq!(missing.as_deref(), Some("statefulsets.apps \"none\" not found"));
}

#[test]
fn claims_get_the_default_class_and_the_protection_finalizer() {
    let mut server = Server::new();
    let class = "{apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: x, metadata: {name: standard, \
                 annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}}";
    server.create(class).expect("the class is valid");
    let claim = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: {accessModes: [ReadWriteOnce], \
                 resources: {requests: {storage: 1Gi}}}}";
    let claim = server.create(claim).expect("the claim is valid");
    assert_eq!(
        claim.spec().get("storageClassName").and_then(Value::as_str),
        Some("standard")
    );
    assert!(claim.meta.has_finalizer("kubernetes.io/pvc-protection"));
    assert_eq!(
        claim
            .status
            .document()
            .map(|status| status.to_string())
            .as_deref(),
        Some(r#"{"phase":"Pending"}"#)
    );
}

#[track_caller]
fn check_spec(text: &str, want: &str) {
    let object = Server::new().create(text).map_err(|status| status.message);
    assert_eq!(
        object.map(|object| object.spec().to_string()),
        Ok(want.to_owned())
    );
}

#[test]
fn stored_objects_of_other_kinds_are_canonical() {
    check_spec(
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {app: web}}, \
         template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: nginx}]}}}}",
        concat!(
            r#"{"progressDeadlineSeconds":600,"replicas":1,"revisionHistoryLimit":10,"#,
            r#""selector":{"matchLabels":{"app":"web"}},"#,
            r#""strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"},"type":"RollingUpdate"},"#,
            r#""template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"image":"nginx","#,
            r#""imagePullPolicy":"Always","name":"c","resources":{},"terminationMessagePath":"/dev/termination-log","#,
            r#""terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always","#,
            r#""schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}}"#,
        ),
    );
    check_spec(
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web}, spec: {rules: [{host: a.example, \
         http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}}",
        concat!(
            r#"{"rules":[{"host":"a.example","http":{"paths":[{"backend":{"service":{"name":"web","#,
            r#""port":{"number":80}}},"path":"/","pathType":"Prefix"}]}}]}"#,
        ),
    );
    check_spec(
        "{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {serviceAccountName: x, hostNetwork: true, containers: [{\
         name: c, image: 'nginx:1', ports: [{containerPort: 80}], resources: {limits: {cpu: 0.5, memory: 1024Mi}}, \
         env: [{name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}], \
         readinessProbe: {httpGet: {port: 80}, timeoutSeconds: 0}}], \
         volumes: [{name: e}, {name: s, secret: {secretName: s}}, {name: h, hostPath: {path: /x}}]}}",
        concat!(
            r#"{"containers":[{"env":[{"name":"NAME","valueFrom":{"fieldRef":{"apiVersion":"v1","#,
            r#""fieldPath":"metadata.name"}}}],"image":"nginx:1","imagePullPolicy":"IfNotPresent","name":"c","#,
            r#""ports":[{"containerPort":80,"hostPort":80,"protocol":"TCP"}],"readinessProbe":{"failureThreshold":3,"#,
            r#""httpGet":{"path":"/","port":80,"scheme":"HTTP"},"periodSeconds":10,"successThreshold":1,"#,
            r#""timeoutSeconds":1},"resources":{"limits":{"cpu":"500m","memory":"1Gi"},"#,
            r#""requests":{"cpu":"500m","memory":"1Gi"}},"terminationMessagePath":"/dev/termination-log","#,
            r#""terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","enableServiceLinks":true,"#,
            r#""hostNetwork":true,"preemptionPolicy":"PreemptLowerPriority","priority":0,"restartPolicy":"Always","#,
            r#""schedulerName":"default-scheduler","securityContext":{},"serviceAccount":"x","#,
            r#""serviceAccountName":"x","terminationGracePeriodSeconds":30,"volumes":[{"emptyDir":{},"name":"e"},"#,
            r#"{"name":"s","secret":{"defaultMode":420,"secretName":"s"}},"#,
            r#"{"hostPath":{"path":"/x","type":""},"name":"h"}]}"#,
        ),
    );
}

#[test]
fn errors_of_patches_depend_on_the_patch_type() {
    let mut server = Server::new();
    server.create(SET).expect("the set is valid");
    let mut rejected = |patch: Patch| {
        let key = Key::new(Kind::StatefulSet, "web");
        let status = server
            .handle(&Request::Patch { key, patch })
            .expect_err("the patch is invalid");
        status.message
    };
    let change = || Value::from(serde_json::json!({"spec": {"replicas": "three"}}));
    assert_eq!(
        rejected(Patch::Strategic(change())),
        r#" "" is invalid: patch: Invalid value: "map[spec:map[replicas:three]]": unrecognized type: int32"#
    );
    let message = rejected(Patch::Merge(change()));
    let end =
        "json: cannot unmarshal string into Go struct field StatefulSetSpec.spec.replicas of type int32";
    assert!(message.ends_with(end), "{message}");
    let change = serde_json::json!({"spec": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": true}}}});
    assert_eq!(
        rejected(Patch::Strategic(change.into())),
        " \"\" is invalid: patch: Invalid value: \"map[spec:map[updateStrategy:map[rollingUpdate:map[maxUnavailable:true]]]]\": \
         json: cannot unmarshal bool into Go value of type int32"
    );
    let missing = serde_json::json!([{"op": "remove", "path": "/spec/none"}]);
    assert_eq!(
        rejected(Patch::Json(missing.into())),
        "the server rejected our request due to an error in our request"
    );
}

#[test]
fn empty_patches_do_not_change_stored_objects() {
    let path = format!("{}/tests/kubernetes/verdicts.yaml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the verdicts can be read");
    let cases: Vec<serde_yaml::Value> = serde_yaml::from_str(&text).expect("the verdicts are a list");
    let mut stored = 0;
    for case in &cases {
        let manifest = case["manifest"].as_str().unwrap_or_default();
        let roots = yaml::parse(manifest)
            .documents
            .into_iter()
            .filter_map(|document| document.root);
        for document in roots.map(|root| Value::from(&root)) {
            stored += check_empty_patches(document);
        }
    }
    assert!(stored > 150, "only {stored} objects were stored");
}

fn check_empty_patches(document: Value) -> usize {
    let field = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or_default();
    let Some(kind) = Kind::from_type_meta(field("apiVersion"), field("kind")) else {
        return 0;
    };
    let mut server = Server::new();
    let create = Request::Create {
        kind,
        namespace: "default".into(),
        document,
    };
    let Ok(created) = server.handle(&create) else {
        return 0;
    };
    let object = created.object.expect("the response has the object");
    for patch in [
        Patch::Merge(Value::object()),
        Patch::Strategic(Value::object()),
        Patch::Json(Vec::new().into()),
    ] {
        let again = server.handle(&Request::Patch {
            key: object.key(),
            patch,
        });
        assert!(changes(again).is_empty(), "{}", object.document());
    }
    1
}

#[test]
fn claims_can_be_expanded_if_their_class_allows_it() {
    let mut server = Server::new();
    let claim = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: a}, spec: {storageClassName: fast, \
                 accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}";
    server.create(claim).expect("the claim is valid");
    let key = Key::new(Kind::PersistentVolumeClaim, "a");
    let bound = serde_json::json!({"phase": "Bound", "capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"]});
    let status = ObjectStatus::read(key.kind, Value::from(bound).as_object());
    let bind = Request::UpdateStatus { key, status };
    assert_eq!(changes(server.handle(&bind)), ["update"]);
    let expand = |server: &mut Server| {
        let patch = serde_json::json!({"spec": {"resources": {"requests": {"storage": "2Gi"}}}});
        let answer = server.merge(Kind::PersistentVolumeClaim, "a", patch);
        answer
            .map(|writes| writes.changes.len())
            .map_err(|status| status.message)
    };
    let why = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
    let rejected = Err(format!("persistentvolumeclaims \"a\" is forbidden: {why}"));
    assert_eq!(expand(&mut server), rejected);
    let class = "{apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: x, metadata: {name: fast}}";
    server.create(class).expect("the class is valid");
    assert_eq!(expand(&mut server), rejected);
    let allow = serde_json::json!({"allowVolumeExpansion": true});
    server
        .merge(Kind::StorageClass, "fast", allow)
        .expect("the class may change");
    assert_eq!(expand(&mut server), Ok(1));
}

#[test]
fn pods_get_a_token_volume_and_the_default_tolerations() {
    let create = |accounts: &[&str], text: &str| {
        let mut server = Server::new();
        server.world = World::default();
        for account in accounts {
            server.create(account).expect("the account is valid");
        }
        let pod = server.create(text).map_err(|status| status.message)?;
        Ok::<String, String>(pod.spec().to_string())
    };
    let pod = |spec: &str| {
        format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{{spec} containers: [{{name: c, image: x}}]}}}}"
        )
    };
    let robot = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}, automountServiceAccountToken: false, \
                 imagePullSecrets: [{name: registry}]}";
    let plain = create(&[], &pod("")).expect("the pod is valid");
    for part in [
        r#""serviceAccount":"default","serviceAccountName":"default""#,
        concat!(
            r#""tolerations":[{"effect":"NoExecute","key":"node.kubernetes.io/not-ready","operator":"Exists","tolerationSeconds":300},"#,
            r#"{"effect":"NoExecute","key":"node.kubernetes.io/unreachable","operator":"Exists","tolerationSeconds":300}]"#,
        ),
        r#""readOnly":true"#,
        r#""serviceAccountToken":{"expirationSeconds":3607,"path":"token"}"#,
    ] {
        assert!(plain.contains(part), "{part}: {plain}");
    }
    let missing = r#"pods "a" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found"#;
    assert_eq!(
        create(&[], &pod("serviceAccountName: robot,")),
        Err(missing.to_owned())
    );
    let named = create(&[robot], &pod("serviceAccountName: robot,")).expect("the account exists");
    assert!(!named.contains("kube-api-access"), "{named}");
    assert!(
        named.contains(r#""imagePullSecrets":[{"name":"registry"}]"#),
        "{named}"
    );
    let asked = create(
        &[robot],
        &pod("serviceAccountName: robot, automountServiceAccountToken: true,"),
    );
    assert!(asked.is_ok_and(|spec| spec.contains("kube-api-access-")));
    let tolerant = create(&[], &pod("tolerations: [{operator: Exists}],")).expect("the pod is valid");
    assert!(!tolerant.contains("not-ready"), "{tolerant}");
}
