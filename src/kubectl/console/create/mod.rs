//! `kubectl create` (`kubectl/pkg/cmd/create/create.go`): the objects of a file, or an object from flags.

mod access;
mod batch;
mod config;
mod deployment;
mod ingress;
mod policy;
mod role;
mod service;
mod sources;

use super::manifest::{VALIDATE, send};
use super::print_flags::DRY_RUN;
use super::subcommand::Subcommand;
use super::{CommandContext, CommandResult, unexpected_args};
use crate::kubectl::apply::ManifestCommand;
use crate::kubectl::errors::Error;
use crate::kubectl::line::flags::{Args, Flag, bool, text};

pub use policy::resource_list;

/// The flags of `create -f`.
pub const FLAGS: &[Flag] = &[
    text("filename", 'f'),
    bool("recursive", 'R'),
    text("kustomize", 'k'),
    text("selector", 'l'),
    text("output", 'o'),
    text("template", ' '),
    bool("show-managed-fields", ' '),
    text("field-manager", ' '),
    text("raw", ' '),
    bool("edit", ' '),
    bool("record", ' '),
    DRY_RUN,
    VALIDATE,
    bool("save-config", ' '),
];

/// Runs `create -f`.
pub fn run(ctx: &mut CommandContext, args: &Args) -> CommandResult {
    if !args.words.is_empty() {
        return Err(unexpected_args(args, "create"));
    }
    match args.has("filename") {
        true => send(ctx, args, ManifestCommand::Create),
        false => Err(vec![Error::Plain("must specify one of -f and -k".to_owned())]),
    }
}

/// A subcommand; all of them may change the cluster.
const fn subcommand(
    parent: &'static str,
    name: &'static str,
    flags: &'static [Flag],
    run: fn(&mut CommandContext, &Args) -> CommandResult,
    usage: &'static str,
) -> Subcommand {
    Subcommand {
        parent: Some(parent),
        name,
        flags,
        run,
        changes: true,
        usage,
    }
}

/// The subcommands, which create an object from flags.
#[rustfmt::skip]
pub(super) const SUBCOMMANDS: &[Subcommand] = &[
    subcommand("create", "clusterrole", access::CLUSTER_ROLE_FLAGS, access::cluster_role,
        "create clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename] [--dry-run=server|client|none]"),
    subcommand("create", "clusterrolebinding", access::CLUSTER_BINDING_FLAGS, access::cluster_role_binding,
        "create clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]"),
    subcommand("create", "configmap", config::CONFIG_MAP_FLAGS, config::config_map,
        "create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]"),
    subcommand("create", "cronjob", batch::CRON_JOB_FLAGS, batch::cron_job,
        "create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]"),
    subcommand("create", "deployment", deployment::FLAGS, deployment::run,
        "create deployment NAME --image=image -- [COMMAND] [args...]"),
    subcommand("create", "ingress", ingress::FLAGS, ingress::run,
        "create ingress NAME --rule=host/path=service:port[,tls[=secret]]"),
    subcommand("create", "job", batch::JOB_FLAGS, batch::job,
        "create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]"),
    subcommand("create", "namespace", policy::NAMESPACE_FLAGS, policy::namespace,
        "create namespace NAME [--dry-run=server|client|none]"),
    subcommand("create", "poddisruptionbudget", policy::BUDGET_FLAGS, policy::disruption_budget,
        "create poddisruptionbudget NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]"),
    subcommand("create", "priorityclass", policy::PRIORITY_CLASS_FLAGS, policy::priority_class,
        "create priorityclass NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]"),
    subcommand("create", "quota", policy::QUOTA_FLAGS, policy::quota,
        "create quota NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]"),
    subcommand("create", "role", access::ROLE_FLAGS, access::role,
        "create role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename] [--dry-run=server|client|none]"),
    subcommand("create", "rolebinding", access::BINDING_FLAGS, access::role_binding,
        "create rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]"),
    subcommand("create secret", "docker-registry", config::DOCKER_FLAGS, config::docker_registry,
        "create secret docker-registry NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string] [--from-file=[key=]source] [--dry-run=server|client|none]"),
    subcommand("create secret", "generic", config::GENERIC_FLAGS, config::generic,
        "create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]"),
    subcommand("create secret", "tls", config::TLS_FLAGS, config::tls,
        "create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]"),
    subcommand("create service", "clusterip", service::CLUSTER_IP_FLAGS, service::cluster_ip,
        "create service clusterip NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]"),
    subcommand("create service", "externalname", service::EXTERNAL_NAME_FLAGS, service::external_name,
        "create service externalname NAME --external-name external.name [--dry-run=server|client|none]"),
    subcommand("create service", "loadbalancer", service::LOAD_BALANCER_FLAGS, service::load_balancer,
        "create service loadbalancer NAME [--tcp=port:targetPort] [--dry-run=server|client|none]"),
    subcommand("create service", "nodeport", service::NODE_PORT_FLAGS, service::node_port,
        "create service nodeport NAME [--tcp=port:targetPort] [--dry-run=server|client|none]"),
    subcommand("create", "serviceaccount", access::SERVICE_ACCOUNT_FLAGS, access::service_account,
        "create serviceaccount NAME [--dry-run=server|client|none]"),
    subcommand("create", "token", access::TOKEN_FLAGS, access::token, "create token SERVICE_ACCOUNT_NAME"),
];
