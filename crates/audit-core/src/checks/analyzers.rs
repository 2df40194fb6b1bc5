//! IAM Access Analyzer for external access.

use crate::benchmark::Edition::{V1_3_0, V1_4_0, V4_0_1, V5_0_0, V6_0_0, V7_0_0};
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{Answer, Because, Check, Context, Judged, Rule, Severity, Status, Verdict, need};
use crate::facts::AnalyzerKind::{AccountExternal, OrganizationExternal};
use crate::facts::{AccountFacts, Analyzer, AnalyzerKind, AnalyzerStatus, Fact, FactName};
use crate::finding::Resource;

pub(super) const EXTERNAL_ACCESS: Check = Check {
    slug: "access-analyzer-external-enabled",
    title: "IAM Access Analyzer looks for external access in every Region",
    severity: Severity::Medium,
    level: Level::L1,
    rationale: "It is AWS's own proof of which resources others can reach; where it is off, nobody looks.",
    remediation: "Create an analyzer for external access in each enabled Region: one for the whole organization from \
                  its delegated administrator, or one in each account.",
    look_at: None,
    spans: &[
        Span::automated(V1_3_0, V1_3_0, ControlId::new(1, 21)),
        Span::automated(V1_4_0, V4_0_1, ControlId::new(1, 20)),
        Span::automated(V5_0_0, V5_0_0, ControlId::new(1, 19)),
        Span::automated(V6_0_0, V6_0_0, ControlId::new(2, 19)),
        Span::automated(V7_0_0, V7_0_0, ControlId::new(2, 18)),
    ],
    uses: &[FactName::Analyzers, FactName::OrganizationAnalyzers],
    rule: Rule::Account(external_access),
};

/// Edition 1.3.0 asks for one analyzer anywhere, the later ones for one in each enabled Region.
fn external_access(facts: &AccountFacts, context: &Context<'_>) -> Answer {
    let regions = need(&facts.analyzers, FactName::Analyzers)?;
    if regions.is_empty() {
        return Err(Because::Fixed("the list of enabled Regions is empty"));
    }
    let verdicts = regions
        .iter()
        .map(|(region, own)| (region, verdict(facts, region, own)));
    if context.edition() == V1_3_0 {
        // One Region that passes is enough, and one that is not known could be it.
        let rank = |verdict: &Verdict| match verdict.status {
            Status::Pass => 0,
            Status::Unknown => 1,
            _ => 2,
        };
        let best = verdicts.map(|(_, verdict)| verdict).min_by_key(rank);
        return Ok(best.map(Judged::account).into_iter().collect());
    }
    Ok(verdicts
        .map(|(region, verdict)| Judged {
            region: Some(region.clone()),
            resource: Resource::Account,
            verdict,
        })
        .collect())
}

/// An analyzer of the organization lives in its delegated administrator and is not listed in the members; one for that
/// account alone looks at nothing of theirs.
fn verdict(facts: &AccountFacts, region: &str, own: &Fact<Vec<Analyzer>>) -> Verdict {
    let own = seek(own, FactName::Analyzers, &[AccountExternal, OrganizationExternal]);
    let of_organization = match &facts.organization_analyzers {
        Fact::Known(regions) => regions.get(region).map_or(Ok(false), |fact| {
            seek(fact, FactName::OrganizationAnalyzers, &[OrganizationExternal])
        }),
        Fact::Unavailable(unavailable) => Err(unavailable.clone().into()),
        Fact::NotRequested => Ok(false),
    };
    match (own, of_organization) {
        (Ok(true), _) => Status::Pass.because("an analyzer for external access is active"),
        (_, Ok(true)) => Status::Pass.because("the organization's analyzer for external access is active"),
        (Err(because), _) | (_, Err(because)) => Verdict::unknown(because),
        (Ok(false), Ok(false)) if facts.organization_analyzers == Fact::NotRequested => Status::Fail
            .because("no active analyzer for external access in the account; the organization's were not looked at"),
        (Ok(false), Ok(false)) => Status::Fail.because("no active analyzer for external access"),
    }
}

fn seek(fact: &Fact<Vec<Analyzer>>, name: FactName, kinds: &[AnalyzerKind]) -> Result<bool, Because> {
    let counts = |analyzer: &Analyzer| kinds.contains(&analyzer.kind) && analyzer.status == AnalyzerStatus::Active;
    need(fact, name).map(|analyzers| analyzers.iter().any(counts))
}
