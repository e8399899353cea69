//! Columns of kinds that are only stored and rarely seen (`pkg/printers/internalversion/printers.go`).

use super::{ColumnDefinition, age, at, field_of_each, list, number, or_none, text};
use crate::kubectl::age::human_duration;
use crate::object::{Kind, Object, Time, Value};

pub(super) fn definition(kind: Kind) -> Option<ColumnDefinition> {
    Some(match kind {
        Kind::CustomResourceDefinition => (&["NAME", "CREATED AT"], |object, _| {
            vec![name(object), object.meta.created.to_string()]
        }),
        Kind::APIService => (&["NAME", "SERVICE", "AVAILABLE", "AGE"], api_service),
        Kind::MutatingWebhookConfiguration | Kind::ValidatingWebhookConfiguration => {
            (&["NAME", "WEBHOOKS", "AGE"], webhooks)
        }
        Kind::ValidatingAdmissionPolicy => (&["NAME", "VALIDATIONS", "PARAMKIND", "AGE"], policy),
        Kind::MutatingAdmissionPolicy => (&["NAME", "MUTATIONS", "PARAMKIND", "AGE"], policy),
        Kind::ValidatingAdmissionPolicyBinding | Kind::MutatingAdmissionPolicyBinding => {
            (&["NAME", "POLICYNAME", "PARAMREF", "AGE"], policy_binding)
        }
        Kind::IPAddress => (&["NAME", "PARENTREF", "AGE"], ip_address),
        Kind::ServiceCIDR => (&["NAME", "CIDRS", "AGE"], |object, now| {
            with_age(object, now, [texts(object, &["spec", "cidrs"]).join(",")])
        }),
        Kind::RuntimeClass => (&["NAME", "HANDLER", "AGE"], |object, now| {
            with_age(object, now, [word(object, &["handler"])])
        }),
        Kind::ResourceClaim => (&["NAME", "STATE", "AGE"], |object, now| {
            with_age(object, now, ["pending".to_owned()])
        }),
        Kind::ResourceSlice => (&["NAME", "NODE", "DRIVER", "POOL", "AGE"], |object, now| {
            let at = |path: &[&str]| word(object, path);
            let cells = [
                at(&["spec", "nodeName"]),
                at(&["spec", "driver"]),
                at(&["spec", "pool", "name"]),
            ];
            with_age(object, now, cells)
        }),
        Kind::CSINode => (&["NAME", "DRIVERS", "AGE"], |object, now| {
            let count = list(object, &["spec", "drivers"]).len();
            with_age(object, now, [count.to_string()])
        }),
        Kind::CSIStorageCapacity => (&["NAME", "STORAGECLASSNAME", "CAPACITY"], |object, _| {
            let capacity = text(object, &["capacity"]).unwrap_or("<unset>");
            vec![
                name(object),
                word(object, &["storageClassName"]),
                capacity.to_owned(),
            ]
        }),
        Kind::VolumeAttributesClass => (&["NAME", "DRIVERNAME", "AGE"], |object, now| {
            with_age(object, now, [word(object, &["driverName"])])
        }),
        _ => return wide_definition(kind),
    })
}

/// The kinds with more columns.
fn wide_definition(kind: Kind) -> Option<ColumnDefinition> {
    Some(match kind {
        Kind::CertificateSigningRequest => (
            &[
                "NAME",
                "AGE",
                "SIGNERNAME",
                "REQUESTOR",
                "REQUESTEDDURATION",
                "CONDITION",
            ],
            signing_request,
        ),
        Kind::PodTemplate => (&["NAME", "CONTAINERS", "IMAGES", "POD LABELS"], pod_template),
        Kind::FlowSchema => (
            &[
                "NAME",
                "PRIORITYLEVEL",
                "MATCHINGPRECEDENCE",
                "DISTINGUISHERMETHOD",
                "AGE",
                "MISSINGPL",
            ],
            flow_schema,
        ),
        Kind::PriorityLevelConfiguration => (
            &[
                "NAME",
                "TYPE",
                "NOMINALCONCURRENCYSHARES",
                "QUEUES",
                "HANDSIZE",
                "QUEUELENGTHLIMIT",
                "AGE",
            ],
            priority_level,
        ),
        Kind::CSIDriver => (
            &[
                "NAME",
                "ATTACHREQUIRED",
                "PODINFOONMOUNT",
                "STORAGECAPACITY",
                "TOKENREQUESTS",
                "REQUIRESREPUBLISH",
                "MODES",
                "AGE",
            ],
            csi_driver,
        ),
        _ => return None,
    })
}

fn name(object: &Object) -> String {
    object.meta.name.to_string()
}

/// The string at a path, empty if it is not set.
fn word(object: &Object, path: &[&str]) -> String {
    text(object, path).unwrap_or_default().to_owned()
}

/// The strings of a list.
fn texts<'a>(object: &'a Object, path: &[&str]) -> Vec<&'a str> {
    list(object, path).iter().filter_map(Value::as_str).collect()
}

/// The name, some cells, and the age.
fn with_age<const N: usize>(object: &Object, now: Time, cells: [String; N]) -> Vec<String> {
    let mut row = vec![name(object)];
    row.extend(cells);
    row.push(age(object, now));
    row
}

/// `printAPIService`: one without a Service is served by the API server itself.
fn api_service(object: &Object, now: Time) -> Vec<String> {
    let at = |field: &str| word(object, &["spec", "service", field]);
    let local = at("name").is_empty();
    let (service, available) = match local {
        true => ("Local".to_owned(), "True"),
        false => (
            format!("{}/{}", at("namespace"), at("name")),
            "False (ServiceNotFound)",
        ),
    };
    with_age(object, now, [service, available.to_owned()])
}

fn webhooks(object: &Object, now: Time) -> Vec<String> {
    let count = list(object, &["webhooks"]).len();
    with_age(object, now, [count.to_string()])
}

/// `printValidatingAdmissionPolicy`, `printMutatingAdmissionPolicy`.
fn policy(object: &Object, now: Time) -> Vec<String> {
    let rules = match object.kind {
        Kind::MutatingAdmissionPolicy => "mutations",
        _ => "validations",
    };
    let count = list(object, &["spec", rules]).len();
    let parameter = |field: &str| text(object, &["spec", "paramKind", field]);
    let parameter = match (parameter("apiVersion"), parameter("kind")) {
        (Some(version), Some(kind)) => format!("{version}/{kind}"),
        _ => "<unset>".to_owned(),
    };
    with_age(object, now, [count.to_string(), parameter])
}

/// `printValidatingAdmissionPolicyBinding`.
fn policy_binding(object: &Object, now: Time) -> Vec<String> {
    let reference = |field: &str| word(object, &["spec", "paramRef", field]);
    let parameter = match (reference("namespace"), reference("name")) {
        (_, name) if name.is_empty() => "<unset>".to_owned(),
        (namespace, name) if namespace.is_empty() => format!("*/{name}"),
        (namespace, name) => format!("{namespace}/{name}"),
    };
    with_age(object, now, [word(object, &["spec", "policyName"]), parameter])
}

/// `printCertificateSigningRequest`; nobody approves one here.
fn signing_request(object: &Object, now: Time) -> Vec<String> {
    let seconds = at(object, &["spec", "expirationSeconds"]).and_then(Value::as_i64);
    let duration = seconds.map(|seconds| {
        let seconds = u64::try_from(seconds).unwrap_or_default();
        human_duration(seconds.saturating_mul(1000))
    });
    vec![
        name(object),
        age(object, now),
        or_none(word(object, &["spec", "signerName"])),
        word(object, &["spec", "username"]),
        or_none(duration.unwrap_or_default()),
        "Pending".to_owned(),
    ]
}

/// `printPodTemplate`.
fn pod_template(object: &Object, _: Time) -> Vec<String> {
    let containers = list(object, &["template", "spec", "containers"]);
    let labels = at(object, &["template", "metadata", "labels"]).and_then(Value::as_object);
    let labels: Vec<String> = labels
        .into_iter()
        .flat_map(|labels| labels.iter())
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    vec![
        name(object),
        field_of_each(containers, "name").join(","),
        field_of_each(containers, "image").join(","),
        or_none(labels.join(",")),
    ]
}

/// `printFlowSchema`; nobody writes its status here.
fn flow_schema(object: &Object, now: Time) -> Vec<String> {
    let method = word(object, &["spec", "distinguisherMethod", "type"]);
    vec![
        name(object),
        word(object, &["spec", "priorityLevelConfiguration", "name"]),
        number(object, &["spec", "matchingPrecedence"]).to_string(),
        or_none(method),
        age(object, now),
        "?".to_owned(),
    ]
}

/// `printPriorityLevelConfiguration`.
fn priority_level(object: &Object, now: Time) -> Vec<String> {
    let amount = |path: &[&str]| {
        let amount = at(object, path).and_then(Value::as_i64);
        amount.map_or_else(|| "<none>".to_owned(), |amount| amount.to_string())
    };
    let queuing = |field: &str| amount(&["spec", "limited", "limitResponse", "queuing", field]);
    let cells = [
        word(object, &["spec", "type"]),
        amount(&["spec", "limited", "nominalConcurrencyShares"]),
        queuing("queues"),
        queuing("handSize"),
        queuing("queueLengthLimit"),
    ];
    with_age(object, now, cells)
}

/// `printIPAddress`.
fn ip_address(object: &Object, now: Time) -> Vec<String> {
    let part = |field: &str| word(object, &["spec", "parentRef", field]);
    let mut parent = part("resource");
    for (separator, field) in [('.', "group"), ('/', "namespace"), ('/', "name")] {
        let text = part(field);
        if !text.is_empty() {
            parent.push(separator);
            parent.push_str(&text);
        }
    }
    with_age(object, now, [or_none(parent)])
}

/// `printCSIDriver`.
fn csi_driver(object: &Object, now: Time) -> Vec<String> {
    let flag = |field: &str, default: bool| {
        let set = at(object, &["spec", field]).and_then(Value::as_bool);
        set.unwrap_or(default).to_string()
    };
    let requests = at(object, &["spec", "tokenRequests"]).and_then(Value::as_array);
    let audiences = requests.map(|requests| field_of_each(requests, "audience").join(","));
    let cells = [
        flag("attachRequired", true),
        flag("podInfoOnMount", false),
        flag("storageCapacity", false),
        audiences.unwrap_or_else(|| "<unset>".to_owned()),
        flag("requiresRepublish", false),
        or_none(texts(object, &["spec", "volumeLifecycleModes"]).join(",")),
    ];
    with_age(object, now, cells)
}
