//! What stands above every account of an organization, read once for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use audit_core::account::AccountId;
use audit_core::privileges::{self, Guardrail, Guardrails, Level};
use aws_sdk_organizations::types::{PolicyType, PolicyTypeStatus, Root};
use serde::{Deserialize, Serialize};

use super::path::{MANAGEMENT, NO_ORGANIZATION, NO_RCPS, NO_SCPS, NOT_IN_USE, OnPath, level_name};
use super::{Organization, facts};
use crate::errand::{Errand, malformed};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const ROOTS: &str = "organizations:ListRoots";
const ACCOUNT: &str = "organizations:DescribeAccount";

/// The pause between calls about single accounts (AWS Organizations User Guide, "Quotas and service limits": 20 a
/// second).
const PAUSE: Duration = Duration::from_millis(60);

/// Of more accounts than these it is cheaper to ask for the whole list.
const MOST_ASKED: usize = 100;

/// What stands above every account of an organization.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Above {
    schema: String,
    organization: privileges::Organization,
    management: Option<AccountId>,
    /// Root and units above each account, root first.
    paths: BTreeMap<AccountId, Vec<String>>,
    scps: Attached,
    rcps: Attached,
}

/// The policies of a type and what they are attached to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
struct Attached {
    is_enabled: bool,
    policies: Vec<Guardrail>,
    /// Places in the list, by the id of the target.
    by_target: BTreeMap<String, Vec<usize>>,
    /// Places of those that are attached to everything.
    everywhere: Vec<usize>,
}

impl Above {
    /// The name and major version of the document (`schemas/above-1.json`).
    pub const SCHEMA: &'static str = "iam-census/above/1";

    /// Reads what an earlier part of a run kept; `None` when it is no document of this major version, or not a whole one.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let above: Self = serde_json::from_slice(bytes).ok()?;
        Some(above).filter(|above| above.schema == Self::SCHEMA)
    }

    /// The bytes of the document: the same organization gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    fn nothing() -> Self {
        Self {
            schema: Self::SCHEMA.to_owned(),
            organization: privileges::Organization::default(),
            management: None,
            paths: BTreeMap::new(),
            scps: Attached::default(),
            rcps: Attached::default(),
        }
    }

    /// The organization: its id and its accounts.
    #[must_use]
    pub const fn organization(&self) -> &privileges::Organization {
        &self.organization
    }

    /// The control policies above an account. Of an account that the list did not hold, or of answers that do not fit
    /// together, nothing is taken to be known.
    #[must_use]
    pub fn account(&self, account: AccountId) -> OnPath {
        let organization = self.organization.id.clone();
        let Some(management) = self.management else {
            return OnPath::none(organization, NO_ORGANIZATION);
        };
        if management == account {
            return OnPath::none(organization, MANAGEMENT);
        }
        let Some(path) = self.paths.get(&account) else {
            tracing::warn!(account.id = %account, "the organization did not list the account: control policies are left out");
            return OnPath {
                organization,
                ..OnPath::not_given()
            };
        };
        let levels: Vec<&str> = path.iter().map(String::as_str).chain([account.as_str()]).collect();
        let scps = self.scps.levels(&levels, NO_SCPS);
        // AWS lets no level be without a service control policy, and one without would allow nothing.
        let torn = matches!(&scps, Guardrails::Levels(levels) if levels.iter().any(|level| level.policies.is_empty()));
        if torn {
            tracing::warn!(account.id = %account, "a level above the account has no service control policy: they are left out");
        }
        OnPath {
            organization,
            scps: if torn { Guardrails::NotGiven } else { scps },
            rcps: self.rcps.levels(&levels, NO_RCPS),
        }
    }
}

impl Attached {
    fn levels(&self, path: &[&str], disabled: &str) -> Guardrails {
        if !self.is_enabled {
            return Guardrails::None(disabled.to_owned());
        }
        let level = |target: &&str| {
            let own = self.by_target.get(*target).into_iter().flatten();
            let places = self.everywhere.iter().chain(own);
            Level {
                name: level_name(target),
                policies: places.filter_map(|at| self.policies.get(*at).cloned()).collect(),
            }
        };
        Guardrails::Levels(path.iter().map(level).collect())
    }
}

impl Organization {
    /// Everything that stands above the accounts: paths, and the control policies with their documents (AWS
    /// Organizations User Guide, "SCP evaluation", "RCP evaluation"). AWS's own resource control policy is attached to
    /// everything and cannot be detached, so it is not asked where.
    ///
    /// # Errors
    /// When a call fails for good.
    pub async fn above(&self, errand: &Errand<'_>) -> Result<Above, CallError> {
        let (id, management) = match self.described(errand).await {
            Ok(described) => described,
            Err(error) if error.has_code(&[NOT_IN_USE]) => return Ok(Above::nothing()),
            Err(error) => return Err(error),
        };
        let listed = self.listed(errand).await?;
        let members = self.placed(errand, &listed).await?;
        let enabled = self.enabled(errand).await?;
        Ok(Above {
            schema: Above::SCHEMA.to_owned(),
            organization: privileges::Organization {
                id,
                accounts: listed.iter().map(|account| account.id).collect(),
            },
            management: Some(management),
            paths: members.into_iter().map(|one| (one.account, one.path)).collect(),
            scps: self
                .attached(errand, PolicyType::ServiceControlPolicy, &enabled)
                .await?,
            rcps: self
                .attached(errand, PolicyType::ResourceControlPolicy, &enabled)
                .await?,
        })
    }

    /// Which of these accounts belong to the organization.
    ///
    /// # Errors
    /// When a call fails for good, but for the answer that there is no such account in the organization.
    pub async fn belonging(
        &self,
        errand: &Errand<'_>,
        accounts: &BTreeSet<AccountId>,
    ) -> Result<BTreeSet<AccountId>, CallError> {
        if accounts.len() > MOST_ASKED {
            let listed = self.listed(errand).await?.into_iter();
            return Ok(listed
                .map(|account| account.id)
                .filter(|id| accounts.contains(id))
                .collect());
        }
        let mut belonging = BTreeSet::new();
        for account in accounts {
            let ask = || async {
                errand.caller.clock().sleep(PAUSE).await;
                let call = self.client.describe_account().account_id(account.as_str()).customize();
                let call = call
                    .config_override(Self::acting(errand))
                    .interceptor(Whole(&["Account"]));
                match call.send().await.map_err(|error| classify(ACCOUNT, &error)) {
                    Ok(_) => Ok(true),
                    Err(error) if error.has_code(&["AccountNotFoundException"]) => Ok(false),
                    Err(error) => Err(error),
                }
            };
            if errand.call(ask).await? {
                belonging.insert(*account);
            }
        }
        Ok(belonging)
    }

    /// The types of policies that are enabled at the organization root.
    async fn enabled(&self, errand: &Errand<'_>) -> Result<Vec<PolicyType>, CallError> {
        let page = |token: Option<String>| async move {
            let call = self.client.list_roots().set_next_token(token).customize();
            let call = call
                .config_override(Self::acting(errand))
                .interceptor(Whole(&["Roots"]));
            let answer = call.send().await.map_err(|error| classify(ROOTS, &error))?;
            Ok((answer.roots.unwrap_or_default(), answer.next_token))
        };
        let roots: Vec<Root> = errand.pages(ROOTS, page).await?;
        let [root] = roots.as_slice() else {
            return Err(malformed(ROOTS));
        };
        let types = root.policy_types.as_ref().ok_or_else(|| malformed(ROOTS))?;
        let enabled = types
            .iter()
            .filter(|one| one.status() == Some(&PolicyTypeStatus::Enabled));
        Ok(enabled.filter_map(|one| one.r#type().cloned()).collect())
    }

    async fn attached(
        &self,
        errand: &Errand<'_>,
        filter: PolicyType,
        enabled: &[PolicyType],
    ) -> Result<Attached, CallError> {
        let mut attached = Attached {
            is_enabled: enabled.contains(&filter),
            ..Attached::default()
        };
        if !attached.is_enabled {
            return Ok(attached);
        }
        for facts::Listing { id, name, aws_managed } in self.policies(errand, &filter).await? {
            let at = attached.policies.len();
            if aws_managed && filter == PolicyType::ResourceControlPolicy {
                attached.everywhere.push(at);
            } else {
                let targets = self.targets(errand, &id).await?;
                if targets.is_empty() {
                    continue;
                }
                for target in targets {
                    attached.by_target.entry(target).or_default().push(at);
                }
            }
            let document = self.document(errand, &id).await?;
            attached.policies.push(Guardrail { name, document });
        }
        Ok(attached)
    }
}
