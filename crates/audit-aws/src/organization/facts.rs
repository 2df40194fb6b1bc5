//! Gathers the facts about an organization, in its management account or in one that may read it.

use std::collections::BTreeMap;
use std::time::Duration;

use audit_core::account::{AccountId, Partition};
use audit_core::facts::{
    DelegatedAdministrator, FactName, Guardrail, GuardrailKind, OrganizationFacts, OrganizationMember, is_of_aws,
};
use aws_sdk_organizations::types::{self, PolicyType};

use super::{INTERVAL, Organization};
use crate::account::{Iam, Wanted, asked};
use crate::errand::{Errand, malformed, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const DESCRIBE: &str = "organizations:DescribeOrganization";
const LIST: &str = "organizations:ListAccounts";

/// Pauses between calls that follow each other, for the rates that AWS allows without a burst (AWS Organizations User
/// Guide, "Quotas and service limits"): five calls a second for lists of policies, units and accounts, one for
/// services and roots.
const LISTS: Duration = Duration::from_millis(210);
const SERVICES: Duration = Duration::from_millis(1_050);

impl Organization {
    /// The management account.
    ///
    /// # Errors
    /// When the call fails for good; AWS's code `AWSOrganizationsNotInUseException` means that there is no
    /// organization.
    pub async fn management_account(&self, errand: &Errand<'_>) -> Result<AccountId, CallError> {
        Ok(self.described(errand).await?.1)
    }

    /// The id of the organization, if AWS says it, and the management account.
    pub(super) async fn described(&self, errand: &Errand<'_>) -> Result<(Option<String>, AccountId), CallError> {
        let ask = || async {
            let call = self.client.describe_organization().customize();
            let call = call
                .config_override(Self::acting(errand))
                .interceptor(Whole(&["Organization"]));
            let answer = call.send().await.map_err(|error| classify(DESCRIBE, &error))?;
            let organization = answer.organization.ok_or_else(|| malformed(DESCRIBE))?;
            let management = required(DESCRIBE, organization.master_account_id)?;
            Ok((organization.id, management.parse().map_err(|_| malformed(DESCRIBE))?))
        };
        errand.call(ask).await
    }

    /// The facts about the organization that are asked for. A call that fails takes only the facts with it that need it.
    ///
    /// The calls are made one after the other: AWS limits them for the whole organization.
    pub async fn gather(
        &self,
        errand: &Errand<'_>,
        iam: &Iam,
        management: AccountId,
        wanted: &Wanted,
    ) -> OrganizationFacts {
        let blank = OrganizationFacts::new(management, Partition::clone(errand.partition));
        OrganizationFacts {
            features: asked(
                wanted,
                FactName::OrganizationFeatures,
                iam.organization_features(errand),
            )
            .await,
            resource_policy: asked(
                wanted,
                FactName::OrganizationResourcePolicy,
                self.delegation_policy(errand),
            )
            .await,
            delegated_administrators: asked(wanted, FactName::DelegatedAdministrators, self.administrators(errand))
                .await,
            trusted_services: asked(wanted, FactName::TrustedServices, self.trusted_services(errand)).await,
            guardrails: asked(wanted, FactName::Guardrails, self.guardrails(errand)).await,
            members: asked(wanted, FactName::OrganizationMembers, self.members(errand, management)).await,
            ..blank
        }
    }

    async fn members(&self, errand: &Errand<'_>, management: AccountId) -> Result<Vec<OrganizationMember>, CallError> {
        let mut listed = self.listed(errand).await?;
        listed.retain(|account| account.is_active && account.id != management);
        self.placed(errand, &listed).await
    }

    /// Every account that the organization lists.
    pub(super) async fn listed(&self, errand: &Errand<'_>) -> Result<Vec<Listed>, CallError> {
        let page = |token: Option<String>| async move {
            errand.caller.clock().sleep(INTERVAL).await;
            let call = self
                .client
                .list_accounts()
                .max_results(20)
                .set_next_token(token)
                .customize();
            let call = call
                .config_override(Self::acting(errand))
                .interceptor(Whole(&["Accounts"]));
            let answer = call.send().await.map_err(|error| classify(LIST, &error))?;
            let accounts = answer.accounts.unwrap_or_default().into_iter();
            let accounts: Vec<_> = accounts.map(listed).collect::<Result<_, _>>()?;
            Ok((accounts, answer.next_token))
        };
        let listed = errand.pages(LIST, page).await?;
        if listed.is_empty() {
            return Err(malformed(LIST));
        }
        Ok(listed)
    }

    /// The same with what stands above each of them.
    pub(super) async fn placed(
        &self,
        errand: &Errand<'_>,
        listed: &[Listed],
    ) -> Result<Vec<OrganizationMember>, CallError> {
        let known: Option<Vec<_>> = listed.iter().map(Listed::member).collect();
        if let Some(members) = known {
            return Ok(members);
        }
        let places = self.places(errand).await?;
        let members = listed.iter().map(|account| {
            let path = places.get(&account.id).cloned().ok_or_else(|| malformed(LIST))?;
            Ok(OrganizationMember {
                account: account.id,
                path,
            })
        });
        members.collect()
    }

    /// Where each account stands in the tree, for partitions whose account list has no paths.
    async fn places(&self, errand: &Errand<'_>) -> Result<BTreeMap<AccountId, Vec<String>>, CallError> {
        const ROOTS: &str = "organizations:ListRoots";
        const UNITS: &str = "organizations:ListOrganizationalUnitsForParent";
        const ACCOUNTS: &str = "organizations:ListAccountsForParent";
        let page = |token: Option<String>| async move {
            let call = self.client.list_roots().set_next_token(token).customize();
            let call = call
                .config_override(Self::acting(errand))
                .interceptor(Whole(&["Roots"]));
            let answer = call.send().await.map_err(|error| classify(ROOTS, &error))?;
            Ok((answer.roots.unwrap_or_default(), answer.next_token))
        };
        let mut paths: Vec<Vec<String>> = Vec::new();
        for root in errand.pages(ROOTS, page).await? {
            paths.push(vec![required(ROOTS, root.id)?]);
        }
        let mut places = BTreeMap::new();
        while let Some(path) = paths.pop() {
            let parent = path.last().map(String::as_str).unwrap_or_default();
            let page = |token: Option<String>| async move {
                errand.caller.clock().sleep(LISTS).await;
                let call = self
                    .client
                    .list_accounts_for_parent()
                    .parent_id(parent)
                    .set_next_token(token);
                let call = call.customize().config_override(Self::acting(errand));
                let answer = call.interceptor(Whole(&["Accounts"])).send().await;
                let answer = answer.map_err(|error| classify(ACCOUNTS, &error))?;
                Ok((answer.accounts.unwrap_or_default(), answer.next_token))
            };
            for account in errand.pages(ACCOUNTS, page).await? {
                let id = required(ACCOUNTS, account.id)?
                    .parse()
                    .map_err(|_| malformed(ACCOUNTS))?;
                places.insert(id, path.clone());
            }
            let page = |token: Option<String>| async move {
                errand.caller.clock().sleep(LISTS).await;
                let call = self
                    .client
                    .list_organizational_units_for_parent()
                    .parent_id(parent)
                    .set_next_token(token);
                let call = call.customize().config_override(Self::acting(errand));
                let answer = call.interceptor(Whole(&["OrganizationalUnits"])).send().await;
                let answer = answer.map_err(|error| classify(UNITS, &error))?;
                Ok((answer.organizational_units.unwrap_or_default(), answer.next_token))
            };
            for unit in errand.pages(UNITS, page).await? {
                let mut below = path.clone();
                below.push(required(UNITS, unit.id)?);
                paths.push(below);
            }
        }
        Ok(places)
    }

    /// Service and resource control policies. Where AWS's own are attached is not asked: they restrict nothing, and are
    /// attached to everything.
    async fn guardrails(&self, errand: &Errand<'_>) -> Result<Vec<Guardrail>, CallError> {
        let kinds = [
            (PolicyType::ServiceControlPolicy, GuardrailKind::ServiceControl),
            (PolicyType::ResourceControlPolicy, GuardrailKind::ResourceControl),
        ];
        let mut guardrails = Vec::new();
        for (filter, kind) in kinds {
            for Listing { id, name, aws_managed } in self.policies(errand, &filter).await? {
                guardrails.push(Guardrail {
                    id,
                    name,
                    kind,
                    aws_managed,
                    targets: Vec::new(),
                });
            }
        }
        for guardrail in guardrails.iter_mut().filter(|policy| !policy.aws_managed) {
            guardrail.targets = self.targets(errand, &guardrail.id).await?;
        }
        Ok(guardrails)
    }

    /// The control policies of a type.
    pub(super) async fn policies(&self, errand: &Errand<'_>, filter: &PolicyType) -> Result<Vec<Listing>, CallError> {
        const OPERATION: &str = "organizations:ListPolicies";
        let page = |token: Option<String>| async move {
            errand.caller.clock().sleep(LISTS).await;
            let call = self.client.list_policies().filter(filter.clone()).set_next_token(token);
            let call = call.customize().config_override(Self::acting(errand));
            let answer = call.interceptor(Whole(&["Policies"])).send().await;
            let answer = answer.map_err(|error| classify(OPERATION, &error))?;
            Ok((answer.policies.unwrap_or_default(), answer.next_token))
        };
        let policies = errand.pages(OPERATION, page).await?.into_iter();
        let policies = policies.map(|policy| {
            Ok(Listing {
                id: required(OPERATION, policy.id)?,
                name: required(OPERATION, policy.name)?,
                // The SDK takes a flag that is missing for one that is off, so the ARN decides: AWS's own have no
                // account.
                aws_managed: is_of_aws(&required(OPERATION, policy.arn)?),
            })
        });
        policies.collect()
    }

    /// What a control policy is attached to: roots, organizational units and accounts, by id.
    pub(super) async fn targets(&self, errand: &Errand<'_>, policy: &str) -> Result<Vec<String>, CallError> {
        const OPERATION: &str = "organizations:ListTargetsForPolicy";
        let page = |token: Option<String>| async move {
            errand.caller.clock().sleep(LISTS).await;
            let call = self.client.list_targets_for_policy().policy_id(policy);
            let call = call.set_next_token(token).customize();
            let call = call
                .config_override(Self::acting(errand))
                .interceptor(Whole(&["Targets"]));
            let answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let targets = answer.targets.unwrap_or_default().into_iter();
            let targets: Result<Vec<_>, _> = targets.map(|target| required(OPERATION, target.target_id)).collect();
            Ok((targets?, answer.next_token))
        };
        errand.pages(OPERATION, page).await
    }

    async fn delegation_policy(&self, errand: &Errand<'_>) -> Result<Option<String>, CallError> {
        const OPERATION: &str = "organizations:DescribeResourcePolicy";
        let ask = || async {
            let call = self.client.describe_resource_policy().customize();
            let call = call
                .config_override(Self::acting(errand))
                .interceptor(Whole(&["ResourcePolicy"]));
            match call.send().await.map_err(|error| classify(OPERATION, &error)) {
                Ok(answer) => {
                    let content = answer.resource_policy.and_then(|policy| policy.content);
                    required(OPERATION, content).map(Some)
                }
                Err(error) if error.has_code(&["ResourcePolicyNotFoundException"]) => Ok(None),
                Err(error) => Err(error),
            }
        };
        errand.call(ask).await
    }

    async fn administrators(&self, errand: &Errand<'_>) -> Result<Vec<DelegatedAdministrator>, CallError> {
        const ACCOUNTS: &str = "organizations:ListDelegatedAdministrators";
        const SERVICES_OF: &str = "organizations:ListDelegatedServicesForAccount";
        let page = |token: Option<String>| async move {
            errand.caller.clock().sleep(LISTS).await;
            let call = self
                .client
                .list_delegated_administrators()
                .set_next_token(token)
                .customize();
            let call = call.config_override(Self::acting(errand));
            let answer = call.interceptor(Whole(&["DelegatedAdministrators"])).send().await;
            let answer = answer.map_err(|error| classify(ACCOUNTS, &error))?;
            Ok((answer.delegated_administrators.unwrap_or_default(), answer.next_token))
        };
        let mut administrators = Vec::new();
        for account in errand.pages(ACCOUNTS, page).await? {
            let id = required(ACCOUNTS, account.id)?;
            let id_text = id.as_str();
            let page = |token: Option<String>| async move {
                errand.caller.clock().sleep(SERVICES).await;
                let call = self.client.list_delegated_services_for_account().account_id(id_text);
                let call = call
                    .set_next_token(token)
                    .customize()
                    .config_override(Self::acting(errand));
                let answer = call.interceptor(Whole(&["DelegatedServices"])).send().await;
                let answer = answer.map_err(|error| classify(SERVICES_OF, &error))?;
                let services = answer.delegated_services.unwrap_or_default().into_iter();
                let services: Result<Vec<_>, _> = services
                    .map(|service| required(SERVICES_OF, service.service_principal))
                    .collect();
                Ok((services?, answer.next_token))
            };
            administrators.push(DelegatedAdministrator {
                services: errand.pages(SERVICES_OF, page).await?,
                account: id.parse().map_err(|_| malformed(ACCOUNTS))?,
            });
        }
        Ok(administrators)
    }

    async fn trusted_services(&self, errand: &Errand<'_>) -> Result<Vec<String>, CallError> {
        const OPERATION: &str = "organizations:ListAWSServiceAccessForOrganization";
        let page = |token: Option<String>| async move {
            errand.caller.clock().sleep(SERVICES).await;
            let call = self
                .client
                .list_aws_service_access_for_organization()
                .set_next_token(token)
                .customize();
            let call = call.config_override(Self::acting(errand));
            let answer = call.interceptor(Whole(&["EnabledServicePrincipals"])).send().await;
            let answer = answer.map_err(|error| classify(OPERATION, &error))?;
            let services = answer.enabled_service_principals.unwrap_or_default().into_iter();
            let services: Result<Vec<_>, _> = services
                .map(|service| required(OPERATION, service.service_principal))
                .collect();
            Ok((services?, answer.next_token))
        };
        errand.pages(OPERATION, page).await
    }

    pub(super) fn acting(errand: &Errand<'_>) -> aws_sdk_organizations::config::Builder {
        crate::errand::acting!(aws_sdk_organizations, errand.session)
    }
}

/// A control policy of the list.
pub(super) struct Listing {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) aws_managed: bool,
}

/// An account of the list, with the path to it where AWS gives one.
pub(super) struct Listed {
    pub(super) id: AccountId,
    is_active: bool,
    path: Option<Vec<String>>,
}

/// `State` says whether it works where AWS gives one, otherwise the older `Status`.
fn listed(account: types::Account) -> Result<Listed, CallError> {
    let state = account.state().map(|state| state.as_str().to_owned());
    let state = state.or_else(|| account.status().map(|status| status.as_str().to_owned()));
    let path = account.paths().first().map(|path| {
        let above = path
            .split('/')
            .filter(|id| id.starts_with("ou-") || id.starts_with("r-"));
        above.map(str::to_owned).collect()
    });
    Ok(Listed {
        is_active: required(LIST, state)? == "ACTIVE",
        id: required(LIST, account.id)?.parse().map_err(|_| malformed(LIST))?,
        path,
    })
}

impl Listed {
    fn member(&self) -> Option<OrganizationMember> {
        Some(OrganizationMember {
            account: self.id,
            path: self.path.clone()?,
        })
    }
}
