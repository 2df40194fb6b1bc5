//! What the findings of a run come to, and what changed since the run before: the first look at them.

use audit_aws::error::CallError;
use audit_core::account::AccountId;
use audit_core::check::Status;
use audit_core::exception::Exceptions;
use audit_core::state::{Changes, Comparison, Scope, Sight, State};
use audit_report::findings::Summary;

use super::findings::{Findings, OfAccount};

/// What a look at all findings tells.
pub(crate) struct Survey {
    pub(crate) summary: Summary,
    /// What changed since the state, and what to remember; `None` when a later run has told its news already.
    pub(crate) compared: Option<(Changes, State)>,
    /// Accounts whose stored findings are not those that the ledger names.
    pub(crate) changed: Vec<AccountId>,
}

/// Looks at all findings; `comparison` is with the state that the run found.
///
/// # Errors
/// When the store cannot be read.
pub(crate) async fn survey(
    findings: &Findings<'_>,
    exceptions: &mut Exceptions,
    mut comparison: Option<Comparison>,
) -> Result<Survey, CallError> {
    let bench = findings.bench;
    let mut summary = Summary::new(bench.edition, bench.as_of);
    let look = async |account: OfAccount| {
        summary.add(&account.result);
        // That nothing is known of an account that could not be entered is told once for the account, and not for each
        // check.
        let comparable = |status| account.entered || status != Status::Unknown;
        if let Some(comparison) = &mut comparison {
            let telling = account.result.findings.iter();
            telling
                .filter(|finding| comparable(finding.status))
                .for_each(|finding| comparison.see(finding));
        }
        Ok(())
    };
    let changed = findings.each(exceptions, look).await?;
    summary.unmet = exceptions.unmet().cloned().collect();
    let mut scope = Scope::of_manifest(findings.manifest, bench.edition);
    for account in &changed {
        scope.account(*account, Sight::Unseen);
    }
    Ok(Survey {
        summary,
        compared: comparison.map(|comparison| comparison.finish(&scope)),
        changed,
    })
}
