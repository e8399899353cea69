//! The admission plugins ServiceAccount and DefaultTolerationSeconds.

use std::sync::{Arc, LazyLock};

use serde_json::json;

use crate::api::{Context, Status};
use crate::object::{DEFAULT_NAMESPACE, Key, Kind, Map, Object, Value};
use crate::store::{AdmissionPlugins, World};

/// The ServiceAccount of pods that name none, in every namespace (`DefaultServiceAccountName`).
pub const DEFAULT_SERVICE_ACCOUNT: &str = "default";
/// The ConfigMap with the certificate of the API server, in every namespace (`RootCACertConfigMapName`).
pub const ROOT_CA_CONFIG_MAP: &str = "kube-root-ca.crt";
/// Where containers find the token (`DefaultAPITokenMountPath`).
const TOKEN_MOUNT_PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// The prefix of the names of token volumes (`ServiceAccountVolumeName`).
const TOKEN_VOLUME: &str = "kube-api-access-";
/// The taints for which DefaultTolerationSeconds adds a toleration.
const TOLERATED_TAINTS: [&str; 2] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
/// How long pods stay on a node with such a taint, in seconds (`defaultNotReadyTolerationSeconds`).
const TOLERATION_SECONDS: i64 = 300;

/// The added tolerations, shared by all pods.
static TOLERATIONS: LazyLock<[Value; 2]> = LazyLock::new(|| {
    TOLERATED_TAINTS.map(|key| {
        json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": TOLERATION_SECONDS}).into()
    })
});

/// The sources of a token volume, shared by all pods (`TokenVolumeSource`).
static TOKEN_SOURCE: LazyLock<Value> = LazyLock::new(|| {
    let field = json!({"apiVersion": "v1", "fieldPath": "metadata.namespace"});
    json!({
        "defaultMode": 420,
        "sources": [
            {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
            {"configMap": {"name": ROOT_CA_CONFIG_MAP, "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
            {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": field}]}},
        ],
    })
    .into()
});

/// Sets the ServiceAccount of a new pod, and mounts its token.
///
/// # Errors
/// Forbidden if its ServiceAccount does not exist.
pub(super) fn mutate_pod(context: &mut Context, pod: &Object, spec: &mut Map) -> Result<(), Status> {
    if context.world.plugins() == AdmissionPlugins::WithoutServiceAccounts {
        return Ok(());
    }
    set_service_account(context, pod, spec)
}

/// `plugin/pkg/admission/serviceaccount/admission.go`.
fn set_service_account(context: &mut Context, pod: &Object, spec: &mut Map) -> Result<(), Status> {
    let named = spec.text("serviceAccountName").filter(|name| !name.is_empty());
    let name: Arc<str> = named.cloned().unwrap_or_else(|| DEFAULT_SERVICE_ACCOUNT.into());
    spec.insert("serviceAccountName", name.clone());
    spec.insert("serviceAccount", name.clone());
    let key = pod.key().beside(Kind::ServiceAccount, name.clone());
    let account = context.world.get(&key).cloned();
    if account.is_none() && !is_about_to_exist(context, &key) {
        let why = format!(
            "error looking up service account {}/{name}: serviceaccount {name:?} not found",
            key.namespace
        );
        return Err(Status::forbidden(&pod.key(), &why));
    }
    let fields = account.as_ref().map(|account| account.body.fields());
    let automount = |map: Option<&Map>| map?.get("automountServiceAccountToken")?.as_bool();
    if automount(Some(spec)).or(automount(fields)).unwrap_or(true) {
        mount_token(context, spec);
    }
    let has_secrets = spec
        .get("imagePullSecrets")
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty());
    let secrets = fields.and_then(|fields| fields.get("imagePullSecrets"));
    if let Some(secrets) = secrets.filter(|_| !has_secrets) {
        spec.insert("imagePullSecrets", secrets.clone());
    }
    Ok(())
}

/// Whether the account is the default one of a namespace that was created at this instant. The plugin looks it up
/// again for about a second, and by then its controller has created it (`getServiceAccount`).
fn is_about_to_exist(context: &Context, account: &Key) -> bool {
    let namespace = Key::new(Kind::Namespace, account.namespace.clone());
    let created = context
        .world
        .get(&namespace)
        .map(|namespace| namespace.meta.created);
    let is_new =
        created == Some(context.now) || created.is_none() && *account.namespace == *DEFAULT_NAMESPACE;
    *account.name == *DEFAULT_SERVICE_ACCOUNT && is_new
}

/// `mountServiceAccountToken`: every container mounts the volume, unless it mounts something else at that path.
fn mount_token(context: &mut Context, spec: &mut Map) {
    let volumes = spec.get("volumes").and_then(Value::as_array).unwrap_or_default();
    let own = volumes.iter().find_map(|volume| {
        let name = volume.get("name")?.as_str()?;
        (volume.get("projected").is_some() && name.starts_with(TOKEN_VOLUME)).then(|| Arc::<str>::from(name))
    });
    let name = match &own {
        Some(name) => name.clone(),
        None => format!("{TOKEN_VOLUME}{}", context.rng.letters(5)).into(),
    };
    let mount: Value = Map::from_iter([
        ("mountPath", Value::from(TOKEN_MOUNT_PATH)),
        ("name", name.clone().into()),
        ("readOnly", true.into()),
    ])
    .into();
    let mut mounted = false;
    for list in ["initContainers", "containers"] {
        if spec.get(list).is_none() {
            continue;
        }
        for container in spec.slot(list).as_array_mut().into_iter().flatten() {
            let mounts = container
                .get("volumeMounts")
                .and_then(Value::as_array)
                .unwrap_or_default();
            let path =
                |mount: &Value| mount.get("mountPath").and_then(Value::as_str) == Some(TOKEN_MOUNT_PATH);
            if mounts.iter().any(path) {
                continue;
            }
            let all: Vec<Value> = mounts.iter().cloned().chain([mount.clone()]).collect();
            *container.slot(&["volumeMounts"]) = all.into();
            mounted = true;
        }
    }
    if mounted && own.is_none() {
        let volume = Map::from_iter([("name", Value::from(name)), ("projected", TOKEN_SOURCE.clone())]);
        append(spec, "volumes", volume.into());
    }
}

/// `plugin/pkg/admission/defaulttolerationseconds/admission.go`.
pub(super) fn add_default_tolerations(world: &World, spec: &mut Map) {
    if world.plugins() == AdmissionPlugins::WithoutServiceAccounts {
        return;
    }
    for (taint, toleration) in TOLERATED_TAINTS.iter().zip(TOLERATIONS.iter()) {
        let own = spec
            .get("tolerations")
            .and_then(Value::as_array)
            .unwrap_or_default();
        let text = |own: &Value, field: &str| own.get(field).and_then(Value::as_str).unwrap_or("").to_owned();
        let tolerates = |own: &Value| {
            let (key, effect) = (text(own, "key"), text(own, "effect"));
            (key.is_empty() || key == *taint) && (effect.is_empty() || effect == "NoExecute")
        };
        if !own.iter().any(tolerates) {
            append(spec, "tolerations", toleration.clone());
        }
    }
}

fn append(map: &mut Map, list: &str, value: Value) {
    let own = map.get(list).and_then(Value::as_array).unwrap_or_default();
    let all: Vec<Value> = own.iter().cloned().chain([value]).collect();
    map.insert(list, Value::from(all));
}
