//! The resources that an API server v1.36 serves by default (its discovery document): also those that this API server
//! does not have.

/// A resource, with its name, short names, group and version, scope, kind, verbs and categories.
pub struct ApiResource {
    /// Its plural name.
    pub name: &'static str,
    /// Its short names, separated by commas.
    pub short: &'static str,
    /// Group and version as `apiVersion` writes them.
    pub api_version: &'static str,
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
    /// Its kind.
    pub kind: &'static str,
    /// Its verbs, separated by commas.
    pub verbs: &'static str,
    /// Its categories, separated by commas.
    pub categories: &'static str,
}

impl ApiResource {
    /// Its API group; empty for core.
    pub fn group(&self) -> &'static str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// Groups and versions that are served beside the preferred version of the group.
pub const OTHER_VERSIONS: &[&str] = &["autoscaling/v1"];

const ALL_VERBS: &str = "create,delete,deletecollection,get,list,patch,update,watch";

/// One line for each resource: name, short names, group and version, scope, kind; then its verbs if they are not all of
/// them, and `all` for that category.
const TABLE: &str = "\
bindings - v1 true Binding create
componentstatuses cs v1 false ComponentStatus get,list
configmaps cm v1 true ConfigMap
endpoints ep v1 true Endpoints
events ev v1 true Event
limitranges limits v1 true LimitRange
namespaces ns v1 false Namespace create,delete,get,list,patch,update,watch
nodes no v1 false Node
persistentvolumeclaims pvc v1 true PersistentVolumeClaim
persistentvolumes pv v1 false PersistentVolume
pods po v1 true Pod * all
podtemplates - v1 true PodTemplate
replicationcontrollers rc v1 true ReplicationController * all
resourcequotas quota v1 true ResourceQuota
secrets - v1 true Secret
serviceaccounts sa v1 true ServiceAccount
services svc v1 true Service * all
mutatingadmissionpolicies - admissionregistration.k8s.io/v1 false MutatingAdmissionPolicy * api-extensions
mutatingadmissionpolicybindings - admissionregistration.k8s.io/v1 false MutatingAdmissionPolicyBinding * api-extensions
mutatingwebhookconfigurations - admissionregistration.k8s.io/v1 false MutatingWebhookConfiguration * api-extensions
validatingadmissionpolicies - admissionregistration.k8s.io/v1 false ValidatingAdmissionPolicy * api-extensions
validatingadmissionpolicybindings - admissionregistration.k8s.io/v1 false ValidatingAdmissionPolicyBinding * api-extensions
validatingwebhookconfigurations - admissionregistration.k8s.io/v1 false ValidatingWebhookConfiguration * api-extensions
customresourcedefinitions crd,crds apiextensions.k8s.io/v1 false CustomResourceDefinition * api-extensions
apiservices - apiregistration.k8s.io/v1 false APIService * api-extensions
controllerrevisions - apps/v1 true ControllerRevision
daemonsets ds apps/v1 true DaemonSet * all
deployments deploy apps/v1 true Deployment * all
replicasets rs apps/v1 true ReplicaSet * all
statefulsets sts apps/v1 true StatefulSet * all
selfsubjectreviews - authentication.k8s.io/v1 false SelfSubjectReview create
tokenreviews - authentication.k8s.io/v1 false TokenReview create
localsubjectaccessreviews - authorization.k8s.io/v1 true LocalSubjectAccessReview create
selfsubjectaccessreviews - authorization.k8s.io/v1 false SelfSubjectAccessReview create
selfsubjectrulesreviews - authorization.k8s.io/v1 false SelfSubjectRulesReview create
subjectaccessreviews - authorization.k8s.io/v1 false SubjectAccessReview create
horizontalpodautoscalers hpa autoscaling/v2 true HorizontalPodAutoscaler * all
cronjobs cj batch/v1 true CronJob * all
jobs - batch/v1 true Job * all
certificatesigningrequests csr certificates.k8s.io/v1 false CertificateSigningRequest
leases - coordination.k8s.io/v1 true Lease
endpointslices - discovery.k8s.io/v1 true EndpointSlice
events ev events.k8s.io/v1 true Event
flowschemas - flowcontrol.apiserver.k8s.io/v1 false FlowSchema
prioritylevelconfigurations - flowcontrol.apiserver.k8s.io/v1 false PriorityLevelConfiguration
ingressclasses - networking.k8s.io/v1 false IngressClass
ingresses ing networking.k8s.io/v1 true Ingress
ipaddresses ip networking.k8s.io/v1 false IPAddress
networkpolicies netpol networking.k8s.io/v1 true NetworkPolicy
servicecidrs - networking.k8s.io/v1 false ServiceCIDR
runtimeclasses - node.k8s.io/v1 false RuntimeClass
poddisruptionbudgets pdb policy/v1 true PodDisruptionBudget
clusterrolebindings - rbac.authorization.k8s.io/v1 false ClusterRoleBinding
clusterroles - rbac.authorization.k8s.io/v1 false ClusterRole
rolebindings - rbac.authorization.k8s.io/v1 true RoleBinding
roles - rbac.authorization.k8s.io/v1 true Role
deviceclasses - resource.k8s.io/v1 false DeviceClass
resourceclaims - resource.k8s.io/v1 true ResourceClaim
resourceclaimtemplates - resource.k8s.io/v1 true ResourceClaimTemplate
resourceslices - resource.k8s.io/v1 false ResourceSlice
priorityclasses pc scheduling.k8s.io/v1 false PriorityClass
csidrivers - storage.k8s.io/v1 false CSIDriver
csinodes - storage.k8s.io/v1 false CSINode
csistoragecapacities - storage.k8s.io/v1 true CSIStorageCapacity
storageclasses sc storage.k8s.io/v1 false StorageClass
volumeattachments - storage.k8s.io/v1 false VolumeAttachment
volumeattributesclasses vac storage.k8s.io/v1 false VolumeAttributesClass
";

/// All resources, in the order of groups and names.
pub fn resources() -> Vec<ApiResource> {
    TABLE.lines().filter_map(read).collect()
}

fn read(line: &'static str) -> Option<ApiResource> {
    let mut words = line.split(' ');
    Some(ApiResource {
        name: words.next()?,
        short: words.next()?.trim_start_matches('-'),
        api_version: words.next()?,
        namespaced: words.next()? == "true",
        kind: words.next()?,
        verbs: words.next().filter(|verbs| *verbs != "*").unwrap_or(ALL_VERBS),
        categories: words.next().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Kind;
    use crate::object::kind::KINDS;

    #[test]
    fn every_kind_is_listed() {
        let all = resources();
        for info in KINDS.iter().filter(|info| info.kind != Kind::Fault) {
            let listed = all.iter().any(|resource| {
                let same = (resource.name, resource.kind, resource.namespaced)
                    == (info.plural, info.name, info.namespaced);
                same && resource.api_version == info.api_version && resource.short == info.short.join(",")
            });
            assert!(listed, "{}", info.name);
        }
        assert_eq!(all.len(), TABLE.lines().count());
    }
}
