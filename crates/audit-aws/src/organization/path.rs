//! The control policies that stand above one account, level by level.

use std::collections::BTreeMap;
use std::time::Duration;

use audit_core::account::AccountId;
use audit_core::privileges::{Guardrail, Guardrails, Level};
use aws_sdk_organizations::types::{Parent, ParentType, PolicySummary, PolicyType};

use super::Organization;
use crate::errand::{Errand, malformed, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const PARENTS: &str = "organizations:ListParents";
const POLICIES: &str = "organizations:ListPoliciesForTarget";
const POLICY: &str = "organizations:DescribePolicy";

/// The pause between calls, for the rates that AWS allows without a burst.
const PAUSE: Duration = Duration::from_millis(210);

/// The pause before a policy is read: two a second (AWS Organizations User Guide, "Quotas and service limits").
const PAUSE_OF_POLICIES: Duration = Duration::from_millis(510);

/// The organization root, five levels of units and the account (AWS Organizations User Guide, "Quotas and service
/// limits"), with room for a higher quota.
const MOST_LEVELS: usize = 12;

pub(super) const NOT_IN_USE: &str = "AWSOrganizationsNotInUseException";
pub(super) const NO_ORGANIZATION: &str = "the account is in no organization";
pub(super) const MANAGEMENT: &str = "they do not restrict the management account";
pub(super) const NO_SCPS: &str = "service control policies are not enabled";
pub(super) const NO_RCPS: &str = "resource control policies are not enabled";

/// What a level is called, by the id of what stands there.
pub(super) fn level_name(id: &str) -> String {
    let kind = match id.split_once('-') {
        Some(("r", _)) => "organization root",
        Some(("ou", _)) => "organizational unit",
        _ => "account",
    };
    format!("{kind} {id}")
}

/// The control policies on the path from the organization root to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnPath {
    /// The id of the organization, if it is known.
    pub organization: Option<String>,
    /// Service control policies.
    pub scps: Guardrails,
    /// Resource control policies.
    pub rcps: Guardrails,
}

impl OnPath {
    /// Nobody looked: what they take away is not known, and not taken away.
    #[must_use]
    pub const fn not_given() -> Self {
        Self {
            organization: None,
            scps: Guardrails::NotGiven,
            rcps: Guardrails::NotGiven,
        }
    }

    pub(super) fn none(organization: Option<String>, reason: &str) -> Self {
        Self {
            organization,
            scps: Guardrails::None(reason.to_owned()),
            rcps: Guardrails::None(reason.to_owned()),
        }
    }
}

impl Organization {
    /// The control policies that stand above an account, with their documents (AWS Organizations User Guide, "SCP
    /// evaluation"). Read with the permissions of the management account or a delegated administrator.
    ///
    /// # Errors
    /// When a call fails for good, or the answers do not fit together: a level without a service control policy would
    /// allow nothing, and AWS lets none be without one.
    pub async fn on_path(&self, errand: &Errand<'_>, account: AccountId) -> Result<OnPath, CallError> {
        let organization = match self.described(errand).await {
            Ok((organization, management)) if management == account => {
                return Ok(OnPath::none(organization, MANAGEMENT));
            }
            Ok((organization, _)) => organization,
            Err(error) if error.has_code(&[NOT_IN_USE]) => return Ok(OnPath::none(None, NO_ORGANIZATION)),
            Err(error) => return Err(error),
        };
        let path = self.path(errand, account).await?;
        let mut documents = BTreeMap::new();
        let scps = self
            .levels(errand, &path, PolicyType::ServiceControlPolicy, &mut documents)
            .await?;
        let rcps = self
            .levels(errand, &path, PolicyType::ResourceControlPolicy, &mut documents)
            .await?;
        let empty = |levels: &[Level]| levels.iter().filter(|level| level.policies.is_empty()).count();
        let scps = match empty(&scps) {
            0 => Guardrails::Levels(scps),
            all if all == scps.len() => Guardrails::None(NO_SCPS.to_owned()),
            _ => return Err(malformed(POLICIES)),
        };
        let rcps = if empty(&rcps) == rcps.len() {
            Guardrails::None(NO_RCPS.to_owned())
        } else {
            Guardrails::Levels(rcps)
        };
        Ok(OnPath {
            organization,
            scps,
            rcps,
        })
    }

    /// The account with what it stands below, from the organization root on: ids and names.
    async fn path(&self, errand: &Errand<'_>, account: AccountId) -> Result<Vec<(String, String)>, CallError> {
        let mut path = vec![(account.to_string(), level_name(account.as_str()))];
        loop {
            let child = path.last().map(|(id, _)| id.as_str()).unwrap_or_default();
            let page = |token: Option<String>| async move {
                errand.caller.clock().sleep(PAUSE).await;
                let call = self.client.list_parents().child_id(child).set_next_token(token);
                let call = call.customize().config_override(Self::acting(errand));
                let answer = call.interceptor(Whole(&["Parents"])).send().await;
                let answer = answer.map_err(|error| classify(PARENTS, &error))?;
                Ok((answer.parents.unwrap_or_default(), answer.next_token))
            };
            let parents: Vec<Parent> = errand.pages(PARENTS, page).await?;
            let [parent] = parents.as_slice() else {
                return Err(malformed(PARENTS));
            };
            let id = required(PARENTS, parent.id.clone())?;
            let is_root = parent.r#type() == Some(&ParentType::Root);
            let name = level_name(&id);
            path.push((id, name));
            if is_root {
                path.reverse();
                return Ok(path);
            }
            if path.len() > MOST_LEVELS {
                return Err(malformed(PARENTS));
            }
        }
    }

    async fn levels(
        &self,
        errand: &Errand<'_>,
        path: &[(String, String)],
        filter: PolicyType,
        documents: &mut BTreeMap<String, String>,
    ) -> Result<Vec<Level>, CallError> {
        let mut levels = Vec::new();
        for (target, name) in path {
            let filter = &filter;
            let page = |token: Option<String>| async move {
                errand.caller.clock().sleep(PAUSE).await;
                let call = self.client.list_policies_for_target().target_id(target);
                let call = call.filter(filter.clone()).set_next_token(token).customize();
                let call = call.config_override(Self::acting(errand));
                let answer = call.interceptor(Whole(&["Policies"])).send().await;
                let answer = answer.map_err(|error| classify(POLICIES, &error))?;
                Ok((answer.policies.unwrap_or_default(), answer.next_token))
            };
            let attached: Vec<PolicySummary> = errand.pages(POLICIES, page).await?;
            let mut policies = Vec::new();
            for policy in attached {
                let id = required(POLICIES, policy.id)?;
                let document = match documents.get(&id) {
                    Some(document) => document.clone(),
                    None => self.document(errand, &id).await?,
                };
                documents.insert(id, document.clone());
                let name = required(POLICIES, policy.name)?;
                policies.push(Guardrail { name, document });
            }
            levels.push(Level {
                name: name.clone(),
                policies,
            });
        }
        Ok(levels)
    }

    pub(super) async fn document(&self, errand: &Errand<'_>, id: &str) -> Result<String, CallError> {
        let ask = || async {
            errand.caller.clock().sleep(PAUSE_OF_POLICIES).await;
            let call = self.client.describe_policy().policy_id(id).customize();
            let call = call
                .config_override(Self::acting(errand))
                .interceptor(Whole(&["Policy"]));
            let answer = call.send().await.map_err(|error| classify(POLICY, &error))?;
            required(POLICY, answer.policy.and_then(|policy| policy.content))
        };
        errand.call(ask).await
    }
}
