//! The query of `queries/trail-root-sign-ins.sql`: read from its text, and answered from the world.

use std::cmp::Reverse;

use serde_json::{Value, json};

use crate::world::{Account, TrailEvent, World};

const TEXT: &str = include_str!("../../../../queries/trail-root-sign-ins.sql");
const PLACES: [&str; 5] = ["{table}", "{accounts}", "{regions}", "{from_day}", "{to_day}"];

/// The columns of its answer.
pub(super) const COLUMNS: [&str; 8] = [
    "account",
    "region",
    "event_time",
    "outcome",
    "mfa_used",
    "source_ip",
    "user_agent",
    "event_id",
];

/// What the query asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// None: those of the one account that has the trail.
    accounts: Option<Vec<String>>,
    regions: Vec<String>,
    from_day: String,
    to_day: String,
}

impl Statement {
    /// Reads the query, or tells why Athena would not run it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let unknown = || "SYNTAX_ERROR: line 1:1: this is not the query of root sign-ins".to_owned();
        let known = plain(TEXT);
        let (mut known, asked) = (known.as_str(), plain(text));
        let mut asked = asked.as_str();
        let mut values = Vec::new();
        for place in PLACES {
            let (before, after) = known.split_once(place).ok_or_else(unknown)?;
            asked = asked.strip_prefix(before).ok_or_else(unknown)?;
            let next = PLACES.iter().filter_map(|place| after.find(place)).min();
            let until = next.and_then(|next| after.get(..next)).unwrap_or(after);
            let (value, _) = asked.split_once(until).ok_or_else(unknown)?;
            asked = asked.get(value.len()..).unwrap_or("");
            values.push(value.to_owned());
            known = after;
        }
        let [table, accounts, regions, from_day, to_day] = <[String; 5]>::try_from(values).map_err(|_| unknown())?;
        if asked != known {
            return Err(unknown());
        }
        let named = |letter: char| letter.is_ascii_alphanumeric() || "_.\"".contains(letter);
        if table.is_empty() || !table.chars().all(named) {
            return Err(format!("TABLE_NOT_FOUND: line 1:1: Table '{table}' does not exist"));
        }
        let accounts = match accounts.as_str() {
            "TRUE" => None,
            list => {
                let list = list
                    .strip_prefix("account IN (")
                    .and_then(|list| list.strip_suffix(')'));
                let message = "CONSTRAINT_VIOLATION: For the injected projected partition column account, the WHERE \
                               clause must contain only static equality conditions";
                Some(list.and_then(quoted).ok_or_else(|| message.to_owned())?)
            }
        };
        Ok(Self {
            accounts,
            regions: quoted(&regions).ok_or_else(unknown)?,
            from_day,
            to_day,
        })
    }

    /// The rows, the heading first; without accounts, those of the caller's own trail.
    pub(super) fn rows(&self, world: &World, own: &Account) -> Vec<Value> {
        let accounts: Vec<&Account> = match &self.accounts {
            None => vec![own],
            // An account without log files has no rows.
            Some(ids) => ids.iter().filter_map(|id| world.account(id)).collect(),
        };
        let mut found: Vec<(Reverse<String>, String, String, Value)> = Vec::new();
        for account in accounts {
            for event in world.trail_events(account).iter().filter(|event| self.is_asked(event)) {
                let key = (Reverse(event.at.to_string()), account.id.clone(), event.id.clone());
                found.push((key.0, key.1, key.2, row(account, event)));
            }
        }
        found.sort_by(|one, other| (&one.0, &one.1, &one.2).cmp(&(&other.0, &other.1, &other.2)));
        let heading = cells(COLUMNS.map(|name| Some(name.to_owned())));
        [heading]
            .into_iter()
            .chain(found.into_iter().map(|(.., row)| row))
            .collect()
    }

    fn is_asked(&self, event: &TrailEvent) -> bool {
        let day = event.at.strftime("%Y/%m/%d").to_string();
        event.name == "ConsoleLogin"
            && event.record.pointer("/userIdentity/type") == Some(&json!("Root"))
            && event.regions.iter().any(|region| self.regions.contains(region))
            && (self.from_day.as_str()..=self.to_day.as_str()).contains(&day.as_str())
    }
}

fn row(account: &Account, event: &TrailEvent) -> Value {
    let text = |path: &str| event.record.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let agent = text("/userAgent").map(|agent| {
        let shown = agent
            .chars()
            .map(|letter| if letter.is_control() { '?' } else { letter });
        shown.take(500).collect()
    });
    cells([
        Some(account.id.clone()),
        text("/awsRegion"),
        text("/eventTime"),
        text("/responseElements/ConsoleLogin").or_else(|| Some("Unknown".to_owned())),
        text("/additionalEventData/MFAUsed"),
        text("/sourceIPAddress"),
        agent,
        Some(event.id.clone()),
    ])
}

/// A row as the API writes it; a cell without value is null.
fn cells(values: [Option<String>; 8]) -> Value {
    let cell = |value: Option<String>| value.map_or_else(|| json!({}), |value| json!({ "VarCharValue": value }));
    json!({ "Data": values.map(cell) })
}

/// A text without comments, and with one space where any number of them is.
fn plain(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    words.join(" ")
}

/// The texts of a list such as `'a', 'b'`; none if it is something else.
fn quoted(list: &str) -> Option<Vec<String>> {
    let items = list.split(',').map(|item| {
        let inner = item.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        (!inner.is_empty() && !inner.contains('\'')).then(|| inner.to_owned())
    });
    items.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(accounts: &str) -> String {
        let values = [
            "trail_events",
            accounts,
            "'us-east-1', 'us-east-2'",
            "2020/01/01",
            "2026/11/21",
        ];
        let mut text = TEXT.to_owned();
        for (place, value) in PLACES.iter().zip(values) {
            text = text.replace(place, value);
        }
        text
    }

    #[test]
    fn the_query_of_the_file_is_read() {
        let read = Statement::read(&text("account IN ('111122223333','444455556666')")).expect("a statement");
        assert_eq!(read.accounts.expect("accounts"), ["111122223333", "444455556666"]);
        assert_eq!(read.regions, ["us-east-1", "us-east-2"]);
        assert_eq!(
            (read.from_day.as_str(), read.to_day.as_str()),
            ("2020/01/01", "2026/11/21")
        );
        assert_eq!(Statement::read(&text("TRUE")).expect("a statement").accounts, None);
    }

    #[test]
    fn anything_else_fails_as_athena_fails() {
        for (wrong, reason) in [
            ("SELECT 1".to_owned(), "SYNTAX_ERROR"),
            (text("TRUE").replace("Root'", "IAMUser'"), "SYNTAX_ERROR"),
            (format!("{} LIMIT 1", text("TRUE")), "SYNTAX_ERROR"),
            (text("account LIKE '1%'"), "CONSTRAINT_VIOLATION"),
            (text("TRUE").replace("trail_events", "a b"), "TABLE_NOT_FOUND"),
        ] {
            let told = Statement::read(&wrong).expect_err("a reason");
            assert!(told.starts_with(reason), "{told}");
        }
    }
}
