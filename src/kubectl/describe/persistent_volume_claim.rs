//! PersistentVolumeClaims (`describePersistentVolumeClaim`).

use super::DescribeContext;
use crate::kubectl::fields::{date, list, text};
use crate::kubectl::pod_template::claim;
use crate::kubectl::prefix_writer::PrefixWriter;
use crate::object::{Kind, pod};

/// `describePersistentVolumeClaim`.
pub fn describe(w: &mut PrefixWriter, ctx: &DescribeContext<'_>) {
    let document = &ctx.document;
    claim::print(w, document, Some(ctx.now));
    w.multiline("", "Used By", &users(ctx));
    let conditions = list(document, &["status", "conditions"]);
    if !conditions.is_empty() {
        w.line(0, "Conditions:");
        w.line(
            1,
            "Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage",
        );
        w.line(
            1,
            "----\t------\t-----------------\t------------------\t------\t-------",
        );
    }
    for condition in conditions {
        let [kind, status, reason, message] =
            ["type", "status", "reason", "message"].map(|field| text(condition, &[field]));
        let [probed, changed] =
            ["lastProbeTime", "lastTransitionTime"].map(|field| date(condition, &[field]));
        w.line(
            1,
            format_args!("{kind} \t{status} \t{probed} \t{changed} \t{reason} \t{message}"),
        );
    }
}

/// The pods that use the claim, and those that own it as an ephemeral volume (`getPodsForPVC`).
fn users(ctx: &DescribeContext<'_>) -> Vec<String> {
    let claim = &ctx.object.meta;
    let pods = ctx
        .world
        .list(Kind::Pod)
        .filter(|pod| pod.meta.namespace == claim.namespace);
    let mut names = Vec::new();
    for pod in pods {
        let uses = pod::claim_volumes(pod)
            .filter(|(_, name)| **name == claim.name)
            .count();
        let owns = claim
            .owners
            .iter()
            .any(|owner| owner.kind.as_ref() == "Pod" && owner.uid == pod.meta.uid);
        // Upstream lists a pod once for each of its volumes.
        names.extend(std::iter::repeat_n(
            pod.name().to_string(),
            uses.max(usize::from(owns)),
        ));
    }
    names
}
