//! The news as one JSON document of the schema `iam-census/news/1`, for machines that subscribe.

use audit_core::state::{Change, Place};
use jiff::Timestamp;
use serde::Serialize;

use super::{Detail, MOST_BYTES, News};

/// The same news as [`super::email`], as one JSON document on one line, up to [`MOST_BYTES`] bytes.
///
/// What does not fit is left out from the end of `changes`, then of `unseen`, and counted in `left_out`.
#[must_use]
pub fn email_json(news: &News<'_>, detail: Detail) -> String {
    let changes = changes(news, detail);
    let unseen = unseen(news, detail);
    let missing = missing(news, detail);
    // The texts are written once to learn their sizes, and as many kept as fit.
    let room =
        MOST_BYTES.saturating_sub(text(&document(news, detail, Vec::new(), Vec::new(), Vec::new(), 0)).len() + 64);
    let mut used = 0;
    let mut left_out = 0;
    let missing = fitting(missing, room, &mut used, &mut left_out);
    let changes = fitting(changes, room, &mut used, &mut left_out);
    let unseen = fitting(unseen, room, &mut used, &mut left_out);
    text(&document(news, detail, changes, unseen, missing, left_out))
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    function: &'a str,
    run: &'a str,
    as_of: Timestamp,
    edition: &'static str,
    detail: &'static str,
    first: bool,
    complete: bool,
    counts: Counts,
    changes: Vec<Changed<'a>>,
    unseen: Vec<Unseen<'a>>,
    accounts_not_seen: Vec<NotSeen<'a>>,
    left_out: usize,
    links: Vec<Link<'a>>,
}

#[derive(Serialize)]
struct Counts {
    new: usize,
    changed: usize,
    resolved: usize,
    retired: usize,
    still_open: usize,
    unknown_since: usize,
    open: usize,
    excepted: usize,
    accounts: audit_core::ledger::Counts,
}

#[derive(Serialize)]
struct Changed<'a> {
    change: &'static str,
    id: String,
    check: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    account: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    resource: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'a str,
    since: Timestamp,
}

#[derive(Serialize)]
struct Unseen<'a> {
    check: &'a str,
    account: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<&'a str>,
    resource: String,
    reason: &'a str,
    since: Timestamp,
    new: bool,
}

#[derive(Serialize)]
struct NotSeen<'a> {
    account: &'a str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Link<'a> {
    label: &'a str,
    target: &'a str,
}

fn document<'a>(
    news: &News<'a>,
    detail: Detail,
    changes: Vec<Changed<'a>>,
    unseen: Vec<Unseen<'a>>,
    accounts_not_seen: Vec<NotSeen<'a>>,
    left_out: usize,
) -> Document<'a> {
    let of = news.changes;
    Document {
        schema: "iam-census/news/1",
        function: &news.coverage.function,
        run: news.coverage.run.as_str(),
        as_of: news.as_of,
        edition: news.edition.as_str(),
        detail: detail.as_str(),
        first: of.first,
        complete: news.coverage.complete,
        counts: Counts {
            new: of.new.len(),
            changed: of.changed.len(),
            resolved: of.resolved.len(),
            retired: of.retired.len(),
            still_open: of.still_open.len(),
            unknown_since: of.unknown_since.len(),
            open: news.open(),
            excepted: of.excepted,
            accounts: news.coverage.counts,
        },
        changes,
        unseen,
        accounts_not_seen,
        left_out,
        links: news
            .links
            .iter()
            .map(|link| Link {
                label: &link.label,
                target: &link.target,
            })
            .collect(),
    }
}

fn changes<'a>(news: &News<'a>, detail: Detail) -> Vec<Changed<'a>> {
    if detail == Detail::Counts {
        return Vec::new();
    }
    let of = news.changes;
    let lists = [&of.new, &of.changed, &of.resolved, &of.retired];
    lists.into_iter().flatten().map(changed).collect()
}

fn changed(change: &Change) -> Changed<'_> {
    let subject = &change.subject;
    Changed {
        change: change.how.as_str(),
        id: subject.id().to_string(),
        check: &subject.check,
        title: subject.title(),
        severity: subject.severity().map(audit_core::check::Severity::as_str),
        account: subject.account.as_str(),
        region: subject.region.as_deref(),
        resource: subject.resource.to_string(),
        reason: &change.why,
        since: change.since,
    }
}

fn unseen<'a>(news: &News<'a>, detail: Detail) -> Vec<Unseen<'a>> {
    if detail == Detail::Counts {
        return Vec::new();
    }
    let unseen = news.changes.unseen.iter().filter_map(|blind| match &blind.place {
        Place::Account(_) => None,
        Place::Subject(subject) => Some(Unseen {
            check: &subject.check,
            account: subject.account.as_str(),
            region: subject.region.as_deref(),
            resource: subject.resource.to_string(),
            reason: &blind.why,
            since: blind.since,
            new: blind.is_new,
        }),
    });
    unseen.collect()
}

fn missing<'a>(news: &News<'a>, detail: Detail) -> Vec<NotSeen<'a>> {
    if detail == Detail::Counts {
        return Vec::new();
    }
    let missing = news.coverage.missing.iter().map(|one| NotSeen {
        account: one.account.as_str(),
        reason: &one.why,
    });
    missing.collect()
}

fn fitting<T: Serialize>(items: Vec<T>, room: usize, used: &mut usize, left_out: &mut usize) -> Vec<T> {
    let all = items.len();
    let kept: Vec<T> = items
        .into_iter()
        .take_while(|item| {
            *used += text(item).len() + 1;
            *used <= room
        })
        .collect();
    *left_out += all - kept.len();
    kept
}

/// The types have string keys only, so writing them always succeeds.
fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
