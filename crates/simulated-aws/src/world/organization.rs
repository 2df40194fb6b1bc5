//! The organization's identity and its policies.

use super::account::{self, Account};
use super::spec::WorldSpec;
use super::units::OrganizationalUnit;
use crate::random::Random;

/// Who the organization is.
#[derive(Debug, Clone)]
pub struct Organization {
    /// The id, `o-…`.
    pub id: String,
    /// The id of the organization root, `r-…`.
    pub root_id: String,
    /// The management account.
    pub management_account: String,
    /// The audit account, a delegated administrator.
    pub hub_account: String,
}

impl Organization {
    pub(super) fn of(spec: &WorldSpec) -> Self {
        const LETTERS: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
        let mut random = Random::of(spec.seed, "organization", 0);
        Self {
            id: format!("o-{}", random.text(LETTERS, 10)),
            root_id: format!("r-{}", random.text(LETTERS, 4)),
            management_account: account::id(spec, 0),
            hub_account: account::id(spec, usize::from(spec.accounts > 1)),
        }
    }
}

/// A policy of the organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The id, `p-…`.
    pub id: String,
    /// The name.
    pub name: String,
    /// Which kind of policy it is.
    pub kind: PolicyKind,
    /// Made and kept by AWS.
    pub aws_managed: bool,
    /// The policy document, JSON.
    pub document: String,
    /// Ids of the organization root, units and accounts that it is attached to.
    pub targets: Vec<String>,
}

/// The kinds of policy that limit what accounts may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind {
    /// Limits principals of the accounts.
    ServiceControl,
    /// Limits access to resources of the accounts.
    ResourceControl,
}

const ALLOW_ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
const ALLOW_ALL_RESOURCES: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;
const DENY_LEAVE: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"StayInTheOrganization","Effect":"Deny","Action":["organizations:LeaveOrganization","account:CloseAccount"],"Resource":"*"}]}"#;
const DENY_REGIONS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"OnlyOurRegions","Effect":"Deny","NotAction":["iam:*","sts:*","organizations:*","support:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1","eu-central-1"]}}}]}"#;
const DENY_INSECURE: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"OnlyEncryptedTransport","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"BoolIfExists":{"aws:SecureTransport":"false"}}}]}"#;

pub(super) fn policies(
    spec: &WorldSpec,
    organization: &Organization,
    units: &[OrganizationalUnit],
    accounts: &[Account],
) -> Vec<Policy> {
    let root = || vec![organization.root_id.clone()];
    let everywhere: Vec<String> = root()
        .into_iter()
        .chain(units.iter().map(|unit| unit.id.clone()))
        .chain(accounts.iter().map(|account| account.id.clone()))
        .collect();
    let workloads = units.iter().filter(|unit| unit.name == "Workloads");
    let workloads = workloads.map(|unit| unit.id.clone()).collect();
    let mut random = Random::of(spec.seed, "policies", 0);
    let mut own = |name: &str, kind, document: &str, targets| Policy {
        id: format!("p-{}", random.text("0123456789abcdefghijklmnopqrstuvwxyz", 8)),
        name: name.to_owned(),
        kind,
        aws_managed: false,
        document: document.to_owned(),
        targets,
    };
    let aws = |name: &str, kind, document: &str| Policy {
        id: format!("p-{name}"),
        name: name.to_owned(),
        kind,
        aws_managed: true,
        document: document.to_owned(),
        targets: everywhere.clone(),
    };
    vec![
        aws("FullAWSAccess", PolicyKind::ServiceControl, ALLOW_ALL),
        own("stay", PolicyKind::ServiceControl, DENY_LEAVE, root()),
        own("our-regions", PolicyKind::ServiceControl, DENY_REGIONS, workloads),
        aws("RCPFullAWSAccess", PolicyKind::ResourceControl, ALLOW_ALL_RESOURCES),
        own("tls-only", PolicyKind::ResourceControl, DENY_INSECURE, root()),
    ]
}
