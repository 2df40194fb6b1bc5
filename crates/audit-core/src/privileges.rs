//! What the users and roles of an account could do: the records of the privilege report.
//!
//! Everything is judged on what all policies of a principal come to together, after its permissions boundary and the
//! control policies of the organization. Where the context of a request decides, there are two answers: what is
//! certain whatever the context, and what is possible in some context. Rules: see the modules of `iam-policy`.

mod access;
mod assume;
mod credentials;
mod explain;
mod foreign;
mod guardrail;
mod guardrail_read;
mod index;
mod last_accessed;
mod outsiders;
mod paths;
mod power;
mod principal;
mod readable;
mod sensitive;
mod target;
mod unevaluated;

use iam_policy::effective::Evaluator;
use jiff::Timestamp;

use crate::account::{AccountId, Partition};
use crate::facts::{AuthorizationDetails, ResourcePolicy};

pub use access::{LevelAccess, ServiceAccess};
pub use credentials::CredentialRow;
pub use explain::{EscalationRow, Granted};
pub use foreign::named_accounts;
pub use guardrail::{Guardrail, GuardrailRow, Guardrails, Level};
pub use guardrail_read::{GuardrailsError, ResourcePoliciesError, read_resource_policies};
pub use index::{PolicyEntry, PolicyKind};
pub use last_accessed::{LastAccessed, LastAccessedError, LastUse};
pub use outsiders::{Exposure, LetIn, Organization};
pub use paths::Outcome;
pub use power::{Power, Tier};
pub use principal::{Grant, Principal, Source, Who};
pub use sensitive::{Class, SensitiveRow};
pub use unevaluated::Unevaluated;

use assume::Assume;
use index::Index;

/// Everything that an account is judged on.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// The account.
    pub account: AccountId,
    /// Its partition.
    pub partition: Partition,
    /// The instant that ages are counted to.
    pub as_of: Timestamp,
    /// Users, groups, roles and policies.
    pub details: &'a AuthorizationDetails,
    /// The organization, as far as it is known.
    pub organization: &'a Organization,
    /// Service control policies on the account's path.
    pub scps: &'a Guardrails,
    /// Resource control policies on the account's path.
    pub rcps: &'a Guardrails,
    /// The credential report as IAM wrote it.
    pub credential_report: Option<&'a [u8]>,
    /// When services were last used, if that was asked for.
    pub last_accessed: Option<&'a LastAccessed>,
    /// Policies of resources, if they were asked for.
    pub resource_policies: Option<&'a [ResourcePolicy]>,
    /// What was asked for and could not be had, of which the report tells the reason. A gap about a part of the report
    /// (`credential report`, `SCPs`, …) stands for the remark that nobody gave it.
    pub gaps: &'a [Unevaluated],
}

/// An account, judged.
#[derive(Debug)]
pub struct Analysis<'a> {
    input: Input<'a>,
    index: Index<'a>,
    scps: guardrail::Compiled<'a>,
    rcps: guardrail::Compiled<'a>,
    principals: Vec<Principal<'a>>,
    powers: Vec<Power>,
    assume: Assume,
    outcomes: Vec<Vec<paths::Judged>>,
    trusts: Vec<Exposure>,
    exposures: Vec<Exposure>,
    credentials: Vec<CredentialRow>,
}

impl<'a> Analysis<'a> {
    /// Judges an account. The evaluator keeps what policy documents come to; one that has judged another account
    /// knows AWS's own policies already.
    #[must_use]
    pub fn new(input: Input<'a>, evaluator: &mut Evaluator) -> Self {
        let scps = guardrail::Compiled::new(input.scps);
        let rcps = guardrail::Compiled::new(input.rcps);
        let mut index = Index::new(input.details);
        let principals = principal::all(&input, &mut index, &scps, &rcps);
        let mut powers: Vec<Power> = principals.iter().map(|one| power::judge(one, evaluator)).collect();
        let assume = Assume::new(&principals, &powers);
        let outcomes = paths::judge(&principals, &mut powers, &assume, evaluator);
        let trusts = outsiders::trusts(&input);
        let exposures = outsiders::resources(&input);
        let credentials = credentials::rows(&input);
        Self {
            input,
            index,
            scps,
            rcps,
            principals,
            powers,
            assume,
            outcomes,
            trusts,
            exposures,
            credentials,
        }
    }

    /// What was judged.
    #[must_use]
    pub fn input(&self) -> &Input<'a> {
        &self.input
    }

    /// Users and then roles, in the order of the answer, each with what it comes to.
    pub fn principals(&self) -> impl Iterator<Item = (&Principal<'a>, &Power)> {
        self.principals.iter().zip(&self.powers)
    }

    /// All policy documents: managed ones, then those embedded in users, groups and roles.
    #[must_use]
    pub fn policies(&self) -> &[PolicyEntry<'a>] {
        self.index.entries()
    }

    /// What a principal may do, service by service. For one that may do everything a single row says so.
    pub fn access(&self, at: usize, evaluator: &mut Evaluator) -> Vec<ServiceAccess> {
        let (Some(principal), Some(power)) = (self.principals.get(at), self.powers.get(at)) else {
            return Vec::new();
        };
        access::rows(principal, power, self.input.last_accessed, evaluator)
    }

    /// The sensitive actions of a principal, by class.
    pub fn sensitive(&self, at: usize, evaluator: &mut Evaluator) -> Vec<SensitiveRow> {
        let (Some(principal), Some(power)) = (self.principals.get(at), self.powers.get(at)) else {
            return Vec::new();
        };
        sensitive::rows(principal, power, evaluator)
    }

    /// The ways of a principal to more permissions: open ones with the statements that grant them, and those that a
    /// limit closes with the reason.
    pub fn escalations(&self, at: usize, evaluator: &mut Evaluator) -> Vec<EscalationRow> {
        explain::rows(self, at, evaluator)
    }

    /// Which users and roles of the account may assume a role, given by its place among the principals: certain, and
    /// possible.
    #[must_use]
    pub fn assumed_by(&self, role: usize) -> Vec<(&Principal<'a>, bool)> {
        let sources = self.assume.sources(role);
        let named = sources.filter_map(|(at, certain)| Some((self.principals.get(at)?, certain)));
        named.collect()
    }

    /// How many roles a principal may assume directly, and how many by way of other roles as well.
    #[must_use]
    pub fn assumes(&self, at: usize) -> (usize, usize) {
        self.assume.reach(at)
    }

    /// Whom the trust policies of roles let in.
    #[must_use]
    pub fn trusts(&self) -> &[Exposure] {
        &self.trusts
    }

    /// Whom the policies of other resources let in.
    #[must_use]
    pub fn exposures(&self) -> &[Exposure] {
        &self.exposures
    }

    /// The credentials of users, from the credential report.
    #[must_use]
    pub fn credentials(&self) -> &[CredentialRow] {
        &self.credentials
    }

    /// Permissions boundaries and control policies, and what they take away.
    pub fn guardrails(&self, evaluator: &mut Evaluator) -> Vec<GuardrailRow> {
        guardrail::rows(self, evaluator)
    }

    /// What was not looked at or could not be evaluated.
    #[must_use]
    pub fn not_evaluated(&self) -> Vec<Unevaluated> {
        unevaluated::list(self)
    }
}
