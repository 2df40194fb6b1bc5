//! Whether somebody is told when the root user is used.

use crate::account::AccountId;
use crate::benchmark::Edition::{V1_2_0, V1_3_0, V3_0_0, V4_0_1, V5_0_0, V6_0_0, V7_0_0};
use crate::benchmark::{ControlId, Level, Span};
use crate::check::{Answer, Check, Context, Judged, Rule, Severity, Status, Verdict, need};
use crate::facts::{AccountFacts, EventSelection, FactName, Trail};

pub(super) const ROOT_USAGE: Check = Check {
    slug: "root-usage-monitored",
    title: "An alarm tells somebody when the root user is used",
    severity: Severity::Medium,
    level: Level::L1,
    rationale: "The root user is used so rarely that each use deserves a look, and an attacker's use cannot wait for \
                the next report.",
    remediation: "Send a multi-Region trail to CloudWatch Logs, count the root user's events there with a metric \
                  filter, put an alarm on the count, and let it notify a topic that somebody reads.",
    look_at: Some(
        "The chain from trail to metric filter, alarm, topic and confirmed subscription; for an organization's trail \
         in the account that it belongs to. Other ways to the same end, such as an EventBridge rule, count too.",
    ),
    spans: &[
        Span::automated(V1_2_0, V1_2_0, ControlId::new(3, 3)),
        Span::automated(V1_3_0, V3_0_0, ControlId::new(4, 3)),
        Span::manual(V4_0_1, V5_0_0, ControlId::new(4, 3)),
        Span::manual(V6_0_0, V7_0_0, ControlId::new(5, 3)),
    ],
    uses: &[
        FactName::Trails,
        FactName::MetricFilters,
        FactName::Alarms,
        FactName::Subscriptions,
    ],
    rule: Rule::Account(root_usage),
};

const ELSEWHERE: &str = "the organization's trail records the account too, and whoever owns it may have an alarm on it";

/// Follows the chain; the first link that no trail gets past is the reason of a failure.
fn root_usage(facts: &AccountFacts, _: &Context<'_>) -> Answer {
    let trails = need(&facts.trails, FactName::Trails)?;
    let complete =
        |trail: &&Trail| trail.multi_region && trail.logging && trail.management_events == EventSelection::All;
    let (own, foreign): (Vec<_>, Vec<_>) = trails
        .iter()
        .filter(complete)
        .partition(|trail| is_own(trail, facts.account));
    let groups = own.iter().filter_map(|trail| trail.log_group.as_deref());
    // A delegated administrator of CloudTrail sends the organization's trail to a log group of its own.
    let (groups, elsewhere): (Vec<&str>, Vec<&str>) = groups
        .map(log_group)
        .partition(|group| AccountId::from_arn(group) == Ok(facts.account));
    let is_elsewhere = !foreign.is_empty() || !elsewhere.is_empty();
    let verdict = match (groups.is_empty(), own.is_empty(), is_elsewhere) {
        (false, _, false) => chain(facts, &groups)?,
        // What is missing here may be there.
        (false, _, true) => match chain(facts, &groups)? {
            verdict if verdict.status == Status::Fail => {
                Status::Manual.because(format!("{}; {ELSEWHERE}", verdict.because))
            }
            verdict => verdict,
        },
        (true, _, true) => Status::Manual.because(ELSEWHERE),
        (true, true, false) => Status::Fail.because("no multi-Region trail is logging all management events"),
        (true, false, false) => Status::Fail.because("no such trail is sent to CloudWatch Logs"),
    };
    Ok(vec![Judged::account(verdict)])
}

/// An organization's trail is listed in every member, but belongs to one account, which its ARN names.
fn is_own(trail: &Trail, account: AccountId) -> bool {
    !trail.organization || AccountId::from_arn(&trail.arn) == Ok(account)
}

fn chain(facts: &AccountFacts, groups: &[&str]) -> Result<Verdict, crate::check::Because> {
    let filters = need(&facts.metric_filters, FactName::MetricFilters)?;
    let counting: Vec<_> = filters
        .iter()
        .filter(|filter| groups.contains(&log_group(&filter.log_group)) && sees_root(&filter.pattern))
        .collect();
    if counting.is_empty() {
        return Ok(Status::Fail.because("no metric filter on the trail's log group counts the root user's events"));
    }
    let alarms = need(&facts.alarms, FactName::Alarms)?;
    let topics: Vec<&str> = alarms
        .iter()
        .filter(|alarm| alarm.actions_enabled && counting.iter().any(|filter| filter.metric == alarm.metric))
        .flat_map(|alarm| alarm.actions.iter().map(String::as_str))
        .filter(|action| action.split(':').nth(2) == Some("sns"))
        .collect();
    if topics.is_empty() && counting.iter().any(|filter| filter.has_dimensions) {
        return Ok(Verdict::unknown(
            "the metric has dimensions, and its alarms were looked up without them",
        ));
    }
    if topics.is_empty() {
        return Ok(Status::Fail.because("no alarm on that metric notifies a topic"));
    }
    let subscriptions = need(&facts.subscriptions, FactName::Subscriptions)?;
    let heard = subscriptions
        .iter()
        .any(|one| one.confirmed && topics.contains(&one.topic.as_str()));
    Ok(if heard {
        Status::Pass.because("trail, metric filter, alarm and a confirmed subscription are in place")
    } else {
        Status::Fail.because("the alarm's topic has no confirmed subscription")
    })
}

/// The ARN of a log group without the `:*` that some answers end in.
fn log_group(arn: &str) -> &str {
    arn.strip_suffix(":*").unwrap_or(arn)
}

/// The pattern counts every event of the root user that the benchmark's counts, in any order and spacing.
///
/// The benchmark leaves out what AWS does on the root user's behalf; a pattern that counts those too sees no less.
fn sees_root(pattern: &str) -> bool {
    let text: String = pattern
        .chars()
        .filter(|c| !c.is_whitespace() && !"(){}\"'".contains(*c))
        .collect();
    let mut terms: Vec<&str> = text.split("&&").collect();
    let before = terms.len();
    terms.retain(|term| *term != "$.userIdentity.type=Root");
    terms.len() < before
        && terms
            .iter()
            .all(|term| ["$.userIdentity.invokedByNOTEXISTS", "$.eventType!=AwsServiceEvent"].contains(term))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_benchmarks_pattern_counts_in_every_spelling_and_narrower_ones_do_not() {
        let standard = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }";
        for good in [
            standard,
            "{$.userIdentity.type=\"Root\"&&$.userIdentity.invokedBy NOT EXISTS&&$.eventType!=\"AwsServiceEvent\"}",
            "{ ($.eventType != AwsServiceEvent) && ($.userIdentity.type = Root) && ($.userIdentity.invokedBy NOT EXISTS) }",
            "{ $.userIdentity.type = \"Root\" }",
        ] {
            assert!(sees_root(good), "{good}");
        }
        for bad in [
            "",
            "{ $.userIdentity.type = \"IAMUser\" }",
            "{ $.userIdentity.type != \"Root\" }",
            "{ $.userIdentity.type = \"Root\" && $.eventName = \"ConsoleLogin\" }",
            "{ $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }",
        ] {
            assert!(!sees_root(bad), "{bad}");
        }
    }
}
