//! Requests a volume from the provisioner of a claim's class (`provisionClaim`, `provisionClaimOperationExternal`).

use std::sync::Arc;

use super::reports::report;
use super::{ClaimSyncResult, PvBinder};
use crate::api::Status;
use crate::cluster::runtime::{Client, EventType};
use crate::cluster::volumes::{
    PROVISIONER, PROVISIONER_BETA, PROVISIONERS, class_field, class_name, class_of,
};
use crate::object::{Key, Kind, Object};
use crate::store::waiting::StorageWaiting;

/// Provisioners that were part of Kubernetes, with the CSI drivers that replaced them (`csi-translation-lib`).
const MIGRATED: [(&str, &str); 7] = [
    ("kubernetes.io/aws-ebs", "ebs.csi.aws.com"),
    ("kubernetes.io/azure-disk", "disk.csi.azure.com"),
    ("kubernetes.io/azure-file", "file.csi.azure.com"),
    ("kubernetes.io/cinder", "cinder.csi.openstack.org"),
    ("kubernetes.io/gce-pd", "pd.csi.storage.gke.io"),
    ("kubernetes.io/portworx-volume", "pxd.portworx.com"),
    ("kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com"),
];

/// Requests a volume, or says why there will be none.
pub fn provision(client: &mut Client, claim: &Arc<Object>, state: &mut PvBinder) -> ClaimSyncResult {
    let name = class_name(claim).cloned().unwrap_or_default();
    let class = Key::new(Kind::StorageClass, name.clone());
    let provisioner = class_of(client.world(), claim)
        .map(|class| class_field(class, "provisioner").unwrap_or_default())
        .map(|name| migrated(name).to_owned());
    let Some(provisioner) = provisioner else {
        let message = format!("storageclass.storage.k8s.io \"{name}\" not found");
        report(
            client,
            state,
            claim,
            EventType::Warning,
            "ProvisioningFailed",
            message,
        );
        return Ok(Some(StorageWaiting::StorageClassNotFound { class }));
    };
    // No volume plugin in the controller manager provisions volumes any more.
    if provisioner.starts_with("kubernetes.io/") {
        let message = format!("no volume plugin matched name: {provisioner}");
        report(
            client,
            state,
            claim,
            EventType::Warning,
            "ProvisioningFailed",
            message,
        );
        return Ok(Some(StorageWaiting::NoVolumeOfClass { class }));
    }
    let claim = set_provisioner(client, claim, &provisioner)?;
    let message = format!(
        "Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the \
         system administrator. If volume creation is delayed, please verify that the provisioner is running and \
         correctly registered."
    );
    report(
        client,
        state,
        &claim,
        EventType::Normal,
        "ExternalProvisioning",
        message,
    );
    let runs_here = PROVISIONERS.contains(&provisioner.as_str());
    let provisioner = provisioner.into();
    Ok((!runs_here).then_some(StorageWaiting::NoProvisioner { provisioner, class }))
}

fn migrated(provisioner: &str) -> &str {
    let driver = MIGRATED.iter().find(|(plugin, _)| *plugin == provisioner);
    driver.map_or(provisioner, |(_, driver)| driver)
}

/// `setClaimProvisioner`.
fn set_provisioner(
    client: &mut Client,
    claim: &Arc<Object>,
    provisioner: &str,
) -> Result<Arc<Object>, Status> {
    let is = |annotation| {
        let value = claim.meta.annotation(annotation);
        value.is_some_and(|value| **value == *provisioner)
    };
    if is(PROVISIONER) && is(PROVISIONER_BETA) {
        return Ok(claim.clone());
    }
    let mut annotated = Object::clone(claim);
    for annotation in [PROVISIONER_BETA, PROVISIONER] {
        annotated.meta.annotations.insert(annotation, provisioner);
    }
    Ok(client.update(annotated)?.unwrap_or_else(|| claim.clone()))
}
