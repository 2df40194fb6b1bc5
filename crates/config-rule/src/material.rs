//! What the report of an account is made of, with a reason for whatever of it could not be had.

use audit_aws::account::LastUses;
use audit_aws::organization::OnPath;
use audit_core::facts::{AccountFacts, AuthorizationDetails, Fact, Unavailable};
use audit_core::privileges::{Analysis, Input, Organization, Unevaluated};
use iam_policy::effective::Evaluator;
use jiff::Timestamp;

/// Everything that was read about an account and what stands above it.
pub(crate) struct Material {
    pub(crate) facts: AccountFacts,
    pub(crate) above: Fact<OnPath>,
    /// The accounts of the organization that the policies of the account name, or all of them.
    pub(crate) organization: Fact<Organization>,
    pub(crate) last_uses: Fact<LastUses>,
}

impl Material {
    /// Users, groups, roles and policies: all of them, or none.
    pub(crate) fn details(&self) -> Result<&AuthorizationDetails, Unavailable> {
        match &self.facts.authorization {
            Fact::Known(details) => Ok(details),
            Fact::Unavailable(reason) => Err(reason.clone()),
            Fact::NotRequested => Err(Unavailable {
                operation: "iam:GetAccountAuthorizationDetails".to_owned(),
                code: "NOT_REQUESTED".to_owned(),
                reason: "nobody asked".to_owned(),
            }),
        }
    }

    /// What was asked for and could not be had.
    pub(crate) fn gaps(&self) -> Vec<Unevaluated> {
        let mut gaps = Vec::new();
        let mut say = |subjects: &[&str], because: &Unavailable| {
            gaps.extend(subjects.iter().map(|subject| Unevaluated::not_read(subject, because)));
        };
        if let Fact::Unavailable(because) = &self.facts.credential_report {
            say(&["credential report"], because);
        }
        if let Fact::Unavailable(because) = &self.facts.resource_policies {
            say(&["resource policies"], because);
        }
        if let Fact::Unavailable(because) = &self.above {
            say(&["SCPs", "RCPs"], because);
        }
        if let Fact::Unavailable(because) = &self.organization {
            say(&["organization"], because);
        }
        match &self.last_uses {
            Fact::Unavailable(because) => say(&["last accessed"], because),
            Fact::Known(uses) => uses.unread.iter().for_each(|(arn, because)| say(&[arn], because)),
            Fact::NotRequested => {}
        }
        gaps
    }

    /// What the report lacks beside control policies, in words.
    pub(crate) fn lacking(&self) -> Option<String> {
        let mut lacking = Vec::new();
        let mut say = |what: &str, because: &Unavailable| {
            lacking.push(format!("{what}: {} answered {}", because.operation, because.code));
        };
        if let Fact::Unavailable(because) = &self.facts.credential_report {
            say("no credential report", because);
        }
        if let Fact::Unavailable(because) = &self.facts.resource_policies {
            say("no resource policies", because);
        }
        match &self.last_uses {
            Fact::Unavailable(because) => say("no last uses", because),
            Fact::Known(uses) => {
                if let Some((_, because)) = uses.unread.first() {
                    say(
                        &format!("no last uses of {} users and roles", uses.unread.len()),
                        because,
                    );
                }
            }
            Fact::NotRequested => {}
        }
        (!lacking.is_empty()).then(|| lacking.join("; "))
    }

    /// The account, judged.
    pub(crate) fn analysis<'m>(
        &'m self,
        details: &'m AuthorizationDetails,
        rest: &'m Rest,
        as_of: Timestamp,
        evaluator: &mut Evaluator,
    ) -> Analysis<'m> {
        let facts = &self.facts;
        let above = self.above.known().unwrap_or(&rest.above);
        let input = Input {
            account: facts.account,
            partition: facts.partition.clone(),
            as_of,
            details,
            organization: self.organization.known().unwrap_or(&rest.organization),
            scps: &above.scps,
            rcps: &above.rcps,
            credential_report: facts.credential_report.known().map(|report| report.bytes.as_slice()),
            last_accessed: self.last_uses.known().map(|uses| &uses.used),
            resource_policies: facts.resource_policies.known().map(Vec::as_slice),
            gaps: &rest.gaps,
        };
        Analysis::new(input, evaluator)
    }
}

/// What stands for what could not be had.
pub(crate) struct Rest {
    pub(crate) gaps: Vec<Unevaluated>,
    above: OnPath,
    organization: Organization,
}

impl Rest {
    pub(crate) fn of(material: &Material) -> Self {
        Self {
            gaps: material.gaps(),
            above: OnPath::not_given(),
            organization: Organization::default(),
        }
    }
}
