//! The controllers, each in a file or folder named as upstream's.

pub mod attach_detach;
pub mod controller_ref;
pub mod deployment;
pub mod disruption;
pub mod endpoints;
pub mod endpointslice;
pub mod endpointslicemirroring;
pub mod ephemeral;
pub mod garbage_collector;
pub mod ingress;
pub mod kubernetes_service;
pub mod node_lifecycle;
pub mod pod_gc;
pub mod provisioner;
pub mod pv_binder;
pub mod pvc_protection;
pub mod replicaset;
pub mod resizer;
pub mod resource_quota;
pub mod root_ca_cert_publisher;
pub mod service;
pub mod serviceaccounts;
pub mod statefulset;
pub mod taint_eviction;
pub mod volume_expand;
