//! The text of the e-mail: short lines, no columns, the news before the rest.

use audit_core::check::Severity;
use audit_core::finding::Resource;
use audit_core::named::plain;
use audit_core::state::{Change, How, Subject};
use jiff::tz::TimeZone;

use super::super::news::by_check;
use super::super::words::{counted, short};
use super::{Detail, News};

/// How many resources of one check are named before the rest is only counted.
const NAMED: usize = 10;

/// How many accounts or reasons that were not seen are named.
const UNSEEN: usize = 20;

/// So many accounts are named that cannot be seen for the same reason.
const NAMED_TOGETHER: usize = 5;

/// Writes the body in at most so many bytes: the first lines and the last ones always, of those between what fits.
pub(super) fn write(news: &News<'_>, detail: Detail, most: usize) -> String {
    let head = head(news);
    let mut middle = Vec::new();
    let letter = Letter { news, detail };
    letter.changes(&mut middle);
    letter.unseen(&mut middle);
    letter.open(&mut middle);
    let foot = foot(news);
    join(&head, &middle, &foot, most)
}

fn join(head: &[String], middle: &[String], foot: &[String], most: usize) -> String {
    let size = |lines: &[String]| lines.iter().map(|line| line.len() + 1).sum::<usize>();
    // Room for the line that says how many are left out.
    let spare = 80;
    let room = most.saturating_sub(size(head) + size(foot) + spare);
    let mut used = 0;
    let kept = middle.iter().take_while(|line| {
        used += line.len() + 1;
        used <= room
    });
    let kept = kept.count();
    let mut body = String::new();
    let cut = match middle.len() - kept {
        0 => None,
        lines => Some(format!(
            "... {} left out; the full report has them.",
            counted(lines, "line")
        )),
    };
    for line in head.iter().chain(middle.iter().take(kept)).chain(&cut).chain(foot) {
        body.push_str(line);
        body.push('\n');
    }
    body
}

fn head(news: &News<'_>) -> Vec<String> {
    let changes = news.changes;
    let open = news.open();
    let mut lines = Vec::new();
    if changes.first {
        lines.push("First run.".to_owned());
    } else {
        let sums = news.sums();
        lines.push(if sums.is_empty() {
            "Nothing changed.".to_owned()
        } else {
            format!("{}.", sums.join(", "))
        });
    }
    let excepted = match changes.excepted {
        0 => String::new(),
        count => format!(" ({count} more accepted by exceptions)"),
    };
    let counts = news.coverage.counts;
    let skipped = match counts.skipped {
        0 => String::new(),
        count => format!(", {count} skipped on purpose"),
    };
    lines.push(format!("{open} open{excepted}."));
    lines.push(format!(
        "{} of {} accounts seen{skipped}.",
        counts.collected, counts.listed
    ));
    lines.extend(
        news.coverage
            .shortfalls
            .iter()
            .map(|what| format!("The run is incomplete. {}", what.explained())),
    );
    lines
}

fn foot(news: &News<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    if !news.links.is_empty() {
        lines.push(String::new());
        lines.push("FULL REPORT".to_owned());
        for link in news.links {
            lines.push(format!("{}:", link.label));
            lines.push(link.target.clone());
        }
    }
    let date = news.as_of.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC");
    lines.push(String::new());
    lines.push(format!("CIS AWS Foundations Benchmark {}", news.edition));
    lines.push(format!("As of {date}"));
    lines.push(format!("Run {} of {}", news.coverage.run, news.coverage.function));
    lines
}

struct Letter<'n, 'a> {
    news: &'n News<'a>,
    detail: Detail,
}

impl Letter<'_, '_> {
    fn changes(&self, lines: &mut Vec<String>) {
        let changes = self.news.changes;
        let title = if changes.first { "OPEN" } else { "NEW" };
        self.list(title, NOT_MET, changes.new.iter().collect(), lines);
        self.list("EXCEPTION ENDED", NOT_MET, self.news.became(How::ExceptionEnded), lines);
        self.list("RESOLVED", "met again", changes.resolved.iter().collect(), lines);
        self.list(
            "ACCEPTED BY AN EXCEPTION",
            NOT_MET,
            self.news.became(How::Excepted),
            lines,
        );
        self.list(
            "NO LONGER LOOKED AT",
            "was not met",
            changes.retired.iter().collect(),
            lines,
        );
    }

    fn list(&self, title: &str, word: &str, changes: Vec<&Change>, lines: &mut Vec<String>) {
        if changes.is_empty() {
            return;
        }
        heading(&format!("{title} ({})", changes.len()), lines);
        for (_, of_check) in by_check(changes) {
            let Some(first) = of_check.first() else { continue };
            lines.push(String::new());
            lines.push(check(&first.subject, word, of_check.len()));
            if self.detail == Detail::Names {
                lines.extend(of_check.iter().take(NAMED).map(|change| self.named(change)));
                if let Some(more @ 1..) = of_check.len().checked_sub(NAMED) {
                    lines.push(format!("- ... and {more} more"));
                }
            }
        }
    }

    fn named(&self, change: &Change) -> String {
        let subject = &change.subject;
        let region = subject.region.as_ref().map(|region| format!(" in {region}"));
        let why = match change.how {
            How::Gone => "no longer there",
            How::AccountLeft => "the account is no longer looked at",
            How::CheckLeft => "the check is no longer judged",
            How::ExceptionEnded if change.why.is_empty() => "failed when last seen",
            _ => &change.why,
        };
        let what = match &subject.resource {
            Resource::Account => String::new(),
            other => format!(", {}", short(other)),
        };
        format!(
            "- {}{what}{}: {}",
            self.news.coverage.called(subject.account),
            region.unwrap_or_default(),
            plain(why)
        )
    }

    fn unseen(&self, lines: &mut Vec<String>) {
        let (missing, blindness) = (&self.news.coverage.missing, self.news.blindness());
        if missing.is_empty() && blindness.is_empty() {
            return;
        }
        heading("COULD NOT BE SEEN", lines);
        lines.push(String::new());
        if self.detail == Detail::Counts {
            if !missing.is_empty() {
                lines.push(format!("- {}", counted(missing.len(), "whole account")));
            }
            if !blindness.is_empty() {
                let places = self.news.changes.unseen.len().saturating_sub(missing.len());
                lines.push(format!("- {} in accounts that were seen", counted(places, "answer")));
            }
            return;
        }
        for one in missing.iter().take(UNSEEN) {
            lines.push(format!("- {}: {}", self.news.coverage.called(one.account), one.why));
            lines.push(format!("  To do: {}", one.advice));
        }
        if let Some(more @ 1..) = missing.len().checked_sub(UNSEEN) {
            lines.push(format!("- ... and {} more", counted(more, "account")));
        }
        for blind in blindness.iter().take(UNSEEN) {
            let new = if blind.is_new && !self.news.changes.first {
                "new: "
            } else {
                ""
            };
            let whose = match blind.accounts.first() {
                Some(only) if blind.accounts.len() == 1 => self.news.coverage.called(*only),
                _ => counted(blind.accounts.len(), "account"),
            };
            let checks = counted(blind.checks.len(), "check");
            lines.push(format!("- {new}{whose}, {checks}: {}", plain(blind.why)));
            if blind.accounts.len() > 1 {
                let named = blind.accounts.iter().take(NAMED_TOGETHER);
                let named: Vec<String> = named.map(|account| self.news.coverage.called(*account)).collect();
                let more = blind.accounts.len() - named.len();
                let more = if more > 0 {
                    format!(" and {more} more")
                } else {
                    String::new()
                };
                lines.push(format!("  in {}{more}", named.join(", ")));
            }
        }
        if let Some(more @ 1..) = blindness.len().checked_sub(UNSEEN) {
            lines.push(format!("- ... and {} more", counted(more, "reason")));
        }
    }

    /// What is open altogether, check by check, where the new ones are not all there is.
    fn open(&self, lines: &mut Vec<String>) {
        let changes = self.news.changes;
        let old = changes.still_open.len() + changes.unknown_since.len();
        if old > 0 {
            heading(&format!("ALL THAT IS OPEN ({})", self.news.open()), lines);
            lines.push(String::new());
            let mut open: Vec<&Change> = changes.open().collect();
            open.sort_by_key(|change| std::cmp::Reverse(change.subject.severity()));
            for (_, of_check) in by_check(open) {
                if let Some(first) = of_check.first() {
                    lines.push(check(&first.subject, NOT_MET, of_check.len()));
                }
            }
            if let count @ 1.. = changes.unknown_since.len() {
                lines.push(format!("Not seen this time, and open until seen: {count}."));
            }
        }
        let unmet = match self.news.unmet {
            0 => return,
            1 => "1 exception matches nothing.".to_owned(),
            count => format!("{count} exceptions match nothing."),
        };
        lines.extend([String::new(), unmet]);
    }
}

/// Titles say what should be so, which must not be misread at seven in the morning.
const NOT_MET: &str = "not met";

fn heading(title: &str, lines: &mut Vec<String>) {
    lines.push(String::new());
    lines.push(title.to_owned());
}

/// `HIGH, not met (3): Every IAM user …`
fn check(subject: &Subject, word: &str, count: usize) -> String {
    let severity = match subject.severity() {
        Some(Severity::Critical) => "CRITICAL",
        Some(Severity::High) => "HIGH",
        Some(Severity::Medium) => "MEDIUM",
        Some(Severity::Low) => "LOW",
        None => "?",
    };
    format!("{severity}, {word} ({count}): {}", subject.title())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted_and_no_line_is_broken() {
        let [head, foot] = ["head", "foot"].map(|line| vec![line.to_owned()]);
        let middle: Vec<String> = (0..100).map(|number| format!("line {number} äöü")).collect();
        for most in [0, 100, 300, 500, 1000, 10_000] {
            let body = join(&head, &middle, &foot, most);
            assert!(most < 100 || body.len() <= most, "{} > {most}", body.len());
            let lines: Vec<&str> = body.lines().collect();
            assert_eq!((lines.first(), lines.last()), (Some(&"head"), Some(&"foot")));
            let kept = lines.iter().filter(|line| line.starts_with("line ")).count();
            assert!(
                lines
                    .iter()
                    .all(|line| !line.starts_with("line ") || line.ends_with("äöü"))
            );
            let said = lines
                .iter()
                .find_map(|line| line.strip_prefix("... ")?.split(' ').next()?.parse().ok());
            assert_eq!(kept + said.unwrap_or(0), 100, "{body}");
        }
    }
}
