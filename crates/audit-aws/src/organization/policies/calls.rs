//! The calls, one for each thing that is asked.

use std::collections::{BTreeMap, BTreeSet};

use audit_core::control_policies::{Answer, Kind, OrganizationRecord, PolicyRecord, RootRecord, TypeState, UnitRecord};
use audit_core::facts::is_of_aws;
use aws_sdk_organizations::types::{OrganizationFeatureSet, PolicySummary, PolicyType, PolicyTypeStatus};

use super::{PolicyReader, answered};
use crate::errand::{malformed, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const DESCRIBE: &str = "organizations:DescribeOrganization";
const ROOTS: &str = "organizations:ListRoots";
const UNITS: &str = "organizations:ListOrganizationalUnitsForParent";
const ACCOUNTS: &str = "organizations:ListAccountsForParent";
const POLICIES: &str = "organizations:ListPolicies";
const POLICY: &str = "organizations:DescribePolicy";
const TARGETS: &str = "organizations:ListTargetsForPolicy";
const ATTACHED: &str = "organizations:ListPoliciesForTarget";

impl PolicyReader<'_> {
    pub(super) async fn describe(&self) -> Result<Option<OrganizationRecord>, CallError> {
        let ask = || async {
            let call = self.organization.client.describe_organization().customize();
            let answer = call.interceptor(Whole(&["Organization"])).send().await;
            let answer = answer.map_err(|error| classify(DESCRIBE, &error))?;
            let described = answer.organization.ok_or_else(|| malformed(DESCRIBE))?;
            let all_features = match described.feature_set {
                Some(OrganizationFeatureSet::All) => true,
                Some(OrganizationFeatureSet::ConsolidatedBilling) => false,
                _ => return Err(malformed(DESCRIBE)),
            };
            let management = required(DESCRIBE, described.master_account_id)?;
            Ok(OrganizationRecord {
                id: required(DESCRIBE, described.id)?,
                management: management.parse().map_err(|_| malformed(DESCRIBE))?,
                all_features,
            })
        };
        match self.errand.call(ask).await {
            Ok(record) => Ok(Some(record)),
            Err(error) if error.has_code(&["AWSOrganizationsNotInUseException"]) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn root(&self) -> Result<RootRecord, CallError> {
        let page = |token: Option<String>| async move {
            self.tree.wait(self.clock()).await;
            let call = self.organization.client.list_roots().set_next_token(token).customize();
            let answer = call.interceptor(Whole(&["Roots"])).send().await;
            let answer = answer.map_err(|error| classify(ROOTS, &error))?;
            Ok((answer.roots.unwrap_or_default(), answer.next_token))
        };
        let mut roots = self.errand.pages(ROOTS, page).await?;
        let (Some(root), true) = (roots.pop(), roots.is_empty()) else {
            return Err(malformed(ROOTS));
        };
        let mut types = BTreeMap::new();
        // That nothing is said of them does not say that none is enabled.
        for one in root.policy_types.as_ref().ok_or_else(|| malformed(ROOTS))? {
            let kind = match one.r#type() {
                Some(PolicyType::ServiceControlPolicy) => Kind::Scp,
                Some(PolicyType::ResourceControlPolicy) => Kind::Rcp,
                _ => continue,
            };
            let state = match one.status() {
                Some(PolicyTypeStatus::Enabled) => TypeState::Enabled,
                _ => TypeState::Changing,
            };
            types.insert(kind, state);
        }
        Ok(RootRecord {
            name: root.name.unwrap_or_default(),
            id: required(ROOTS, root.id)?,
            types,
        })
    }

    /// The policies of a kind, without their documents.
    pub(super) async fn list(&self, kind: Kind) {
        let filter = &filter(kind);
        let page = |token: Option<String>| async move {
            self.lists.wait(self.clock()).await;
            let call = self.organization.client.list_policies().filter(filter.clone());
            let call = call.max_results(20).set_next_token(token).customize();
            let answer = call.interceptor(Whole(&["Policies"])).send().await;
            let answer = answer.map_err(|error| classify(POLICIES, &error))?;
            Ok((answer.policies.unwrap_or_default(), answer.next_token))
        };
        let listed = self.errand.pages(POLICIES, page).await;
        let listed = listed.and_then(|policies| {
            let ids = policies.into_iter().map(|policy| self.note(POLICIES, kind, policy));
            ids.collect::<Result<BTreeSet<String>, _>>()
        });
        self.known().lists.insert(kind, answered(listed));
    }

    /// Keeps what a list says of a policy; its id.
    fn note(&self, operation: &'static str, kind: Kind, policy: PolicySummary) -> Result<String, CallError> {
        let id = required(operation, policy.id)?;
        let record = PolicyRecord {
            name: required(operation, policy.name)?,
            kind,
            // The SDK takes a flag that is missing for one that is off, so the ARN decides: AWS's own have no account.
            aws_managed: is_of_aws(&required(operation, policy.arn)?),
            document: Answer::NotReached,
        };
        self.known().policies.entry(id.clone()).or_insert(record);
        Ok(id)
    }

    pub(super) async fn document(&self, id: &str) -> Result<String, CallError> {
        let ask = || async {
            self.documents.wait(self.clock()).await;
            let call = self.organization.client.describe_policy().policy_id(id).customize();
            let answer = call.interceptor(Whole(&["Policy"])).send().await;
            let answer = answer.map_err(|error| classify(POLICY, &error))?;
            required(POLICY, answer.policy.and_then(|policy| policy.content))
        };
        self.errand.call(ask).await
    }

    pub(super) async fn units(&self, parent: &str, places: bool) -> Result<(), CallError> {
        let page = |token: Option<String>| async move {
            self.tree.wait(self.clock()).await;
            let call = self.organization.client.list_organizational_units_for_parent();
            let call = call.parent_id(parent).max_results(20).set_next_token(token).customize();
            let answer = call.interceptor(Whole(&["OrganizationalUnits"])).send().await;
            let answer = answer.map_err(|error| classify(UNITS, &error))?;
            Ok((answer.organizational_units.unwrap_or_default(), answer.next_token))
        };
        let units = self.errand.pages(UNITS, page).await?;
        let units = units.into_iter().map(|unit| {
            let record = UnitRecord {
                name: unit.name.unwrap_or_default(),
                parent: parent.to_owned(),
            };
            Ok((required(UNITS, unit.id)?, record))
        });
        let units: Vec<_> = units.collect::<Result<_, CallError>>()?;
        let mut known = self.known();
        for (id, unit) in units {
            known.below.entry(id.clone()).or_default();
            if places {
                known.inside.entry(id.clone()).or_default();
            }
            known.units.insert(id, unit);
        }
        Ok(())
    }

    pub(super) async fn accounts(&self, parent: &str) -> Result<(), CallError> {
        let page = |token: Option<String>| async move {
            self.tree.wait(self.clock()).await;
            let call = self.organization.client.list_accounts_for_parent();
            let call = call.parent_id(parent).max_results(20).set_next_token(token).customize();
            let answer = call.interceptor(Whole(&["Accounts"])).send().await;
            let answer = answer.map_err(|error| classify(ACCOUNTS, &error))?;
            Ok((answer.accounts.unwrap_or_default(), answer.next_token))
        };
        for account in self.errand.pages(ACCOUNTS, page).await? {
            let id = required(ACCOUNTS, account.id)?;
            let id = id.parse().map_err(|_| malformed(ACCOUNTS))?;
            self.known().parents.insert(id, parent.to_owned());
        }
        Ok(())
    }

    pub(super) async fn targets(&self, policy: &str) -> Result<BTreeSet<String>, CallError> {
        let page = |token: Option<String>| async move {
            self.lists.wait(self.clock()).await;
            let call = self.organization.client.list_targets_for_policy().policy_id(policy);
            let call = call.max_results(20).set_next_token(token).customize();
            let answer = call.interceptor(Whole(&["Targets"])).send().await;
            let answer = answer.map_err(|error| classify(TARGETS, &error))?;
            Ok((answer.targets.unwrap_or_default(), answer.next_token))
        };
        let targets = self.errand.pages(TARGETS, page).await?;
        targets
            .into_iter()
            .map(|target| required(TARGETS, target.target_id))
            .collect()
    }

    pub(super) async fn attached(&self, target: &str, kind: Kind) -> Result<BTreeSet<String>, CallError> {
        let filter = &filter(kind);
        let page = |token: Option<String>| async move {
            self.lists.wait(self.clock()).await;
            let call = self.organization.client.list_policies_for_target().target_id(target);
            let call = call
                .filter(filter.clone())
                .max_results(20)
                .set_next_token(token)
                .customize();
            let answer = call.interceptor(Whole(&["Policies"])).send().await;
            let answer = answer.map_err(|error| classify(ATTACHED, &error))?;
            Ok((answer.policies.unwrap_or_default(), answer.next_token))
        };
        let policies = self.errand.pages(ATTACHED, page).await?;
        policies
            .into_iter()
            .map(|policy| self.note(ATTACHED, kind, policy))
            .collect()
    }
}

fn filter(kind: Kind) -> PolicyType {
    match kind {
        Kind::Scp => PolicyType::ServiceControlPolicy,
        Kind::Rcp => PolicyType::ResourceControlPolicy,
    }
}
