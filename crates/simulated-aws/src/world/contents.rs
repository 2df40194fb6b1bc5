//! Everything that is in one account, to be looked at and changed by tests.

use std::collections::BTreeSet;

use super::access::{CustomerPolicy, Group, MfaDevice, MfaKind, Role};
use super::account::Account;
use super::aggregation::{self, Aggregation};
use super::grants;
use super::history::TrailEvent;
use super::monitoring::{self, Monitoring};
use super::organization::Organization;
use super::resources::{self, Analyzer, Instance, PolicyResource};
use super::root::{self, RootUser};
use super::settings::{self, AlternateContact, PasswordPolicy, PublicAccessBlock, RegionOption, ServerCertificate};
use super::spec::{Troubles, WorldSpec};
use super::users::{self, User};
use crate::operation::Operation;
use crate::random::Random;

/// What an account contains: a pure function of the world's description until a test changes it with
/// [`World::edit`](super::World::edit). All answers about the account follow from it, the credential report included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountContents {
    /// The root user.
    pub root: RootUser,
    /// IAM users, in the order of the credential report.
    pub users: Vec<User>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Customer managed policies.
    pub policies: Vec<CustomerPolicy>,
    /// Virtual MFA devices that belong to nobody.
    pub unassigned_mfa: Vec<MfaDevice>,
    /// The rules for passwords; none: nobody has set any.
    pub password_policy: Option<PasswordPolicy>,
    /// Server certificates in IAM's store.
    pub server_certificates: Vec<ServerCertificate>,
    /// Alternate contacts.
    pub contacts: Vec<AlternateContact>,
    /// The account-wide block of public access to S3; none: never configured.
    pub public_access_block: Option<PublicAccessBlock>,
    /// The Regions.
    pub regions: Vec<RegionOption>,
    /// Analyzers of IAM Access Analyzer.
    pub analyzers: Vec<Analyzer>,
    /// Trails, metric filters, alarms, subscriptions.
    pub monitoring: Monitoring,
    /// EC2 instances, as AWS Config knows them.
    pub instances: Vec<Instance>,
    /// Resources with policies, as AWS Config knows them.
    pub resources: Vec<PolicyResource>,
    /// AWS Config records in this account; otherwise its queries find nothing.
    pub recorded: bool,
    /// Its recorder was stopped: what it had recorded is still shown.
    pub recorder_stopped: bool,
    /// Types of resources that its recorder leaves out.
    pub not_recorded: BTreeSet<String>,
    /// How the organization's aggregator of AWS Config gets on with the account.
    pub aggregation: Aggregation,
    /// Events of CloudTrail beside those that follow from the rest; see [`World::trail_events`].
    ///
    /// [`World::trail_events`]: super::World::trail_events
    pub events: Vec<TrailEvent>,
    /// Operations that are denied to everybody in this account, as by a control policy or a role that lacks them.
    pub denied: BTreeSet<Operation>,
}

impl AccountContents {
    /// The user of a name, to change it.
    pub fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.name == name)
    }

    /// The role of a name, to change it.
    pub fn role_mut(&mut self, name: &str) -> Option<&mut Role> {
        self.roles.iter_mut().find(|role| role.name == name)
    }

    /// How many users, groups and roles a managed policy is attached to, and how many users and roles it bounds.
    #[must_use]
    pub fn policy_uses(&self, arn: &str) -> (usize, usize) {
        let users = self.users.iter().map(|user| (&user.attached_policies, &user.boundary));
        let roles = self.roles.iter().map(|role| (&role.attached, &role.boundary));
        let none = None;
        let groups = self.groups.iter().map(|group| (&group.attached, &none));
        let (mut attachments, mut bounds) = (0, 0);
        for (attached, boundary) in users.chain(roles).chain(groups) {
            attachments += usize::from(attached.iter().any(|policy| policy == arn));
            bounds += usize::from(boundary.as_deref() == Some(arn));
        }
        (attachments, bounds)
    }

    /// ARNs of managed policies of AWS that are attached or bound somewhere, in order.
    pub(crate) fn aws_policies_in_use(&self, partition: &str) -> BTreeSet<&str> {
        let users = self
            .users
            .iter()
            .flat_map(|user| user.attached_policies.iter().chain(&user.boundary));
        let roles = self
            .roles
            .iter()
            .flat_map(|role| role.attached.iter().chain(&role.boundary));
        let groups = self.groups.iter().flat_map(|group| &group.attached);
        let of_aws = format!("arn:{partition}:iam::aws:policy/");
        let all = users.chain(roles).chain(groups).map(String::as_str);
        all.filter(|arn| arn.starts_with(&of_aws)).collect()
    }
}

pub(super) fn of(spec: &WorldSpec, organization: &Organization, account: &Account) -> AccountContents {
    let mut random = Random::of(spec.seed, "contents", account.number());
    let users = users::of(spec, account);
    let mut policies = grants::policies(spec, account, &users);
    policies.sort_by_cached_key(|policy| policy.name.to_lowercase());
    let regions = settings::regions(spec, account);
    let unassigned = random.chance(15);
    let mut contents = AccountContents {
        root: root::of(spec, account),
        groups: grants::groups(spec, account, &users, &policies),
        roles: grants::roles(spec, account, &organization.hub_account, &policies),
        unassigned_mfa: if unassigned {
            vec![MfaDevice::new(MfaKind::Virtual, "left-over", spec.at)]
        } else {
            Vec::new()
        },
        password_policy: settings::password_policy(spec, account),
        server_certificates: settings::server_certificates(spec, account),
        contacts: settings::contacts(spec, account),
        public_access_block: settings::public_access_block(spec, account),
        analyzers: resources::analyzers(spec, account, &regions),
        monitoring: monitoring::of(spec, account),
        instances: resources::instances(spec, account),
        resources: resources::resources(spec, account, &organization.id),
        // Drawn in any case, so that what follows stays the same.
        recorded: random.chance(90) || spec.troubles == Troubles::None,
        recorder_stopped: false,
        not_recorded: BTreeSet::new(),
        aggregation: aggregation::of(spec, organization, account),
        events: Vec::new(),
        denied: BTreeSet::new(),
        regions,
        users,
        policies,
    };
    bound_some_users(spec, account, &mut contents, &mut random);
    contents
}

fn bound_some_users(spec: &WorldSpec, account: &Account, contents: &mut AccountContents, random: &mut Random) {
    let boundary = contents
        .policies
        .iter()
        .find(|policy| policy.name == "developer-boundary");
    let Some(arn) = boundary.map(|policy| policy.arn(spec.partition.id(), &account.id)) else {
        return;
    };
    for user in &mut contents.users {
        user.boundary = random.chance(20).then(|| arn.clone());
    }
}
