//! The results of one query, as they are kept as evidence and as they are read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Item, Query};
use crate::account::AccountId;

/// The answer to one query, kept as it came: a header, and each result as the text that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was asked.
    pub header: Asked,
    /// The results.
    pub texts: Vec<String>,
}

/// What was asked, and about whom: the first line of the document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// `iam-census/inventory-results/1`.
    pub schema: String,
    /// The expression.
    pub expression: String,
    /// The accounts that it asks about, with the names of the organizational units above each as far as known.
    pub accounts: BTreeMap<AccountId, Option<String>>,
    /// Why units are not known, if they are not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units_unknown: Option<String>,
    /// The number of lines that follow.
    pub results: u64,
}

/// Why bytes are no answer that this version reads.
#[derive(Debug, thiserror::Error)]
pub enum InvalidAnswer {
    /// Not a line of the format.
    #[error("line {line}: {error}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// Another document, or another major version of it.
    #[error("the schema is `{0}`, expected `{expected}`", expected = Answer::SCHEMA)]
    Schema(String),
    /// No header, or another number of lines than it says.
    #[error("the answer is cut off: its header does not agree with the lines that follow")]
    CutOff,
}

impl Answer {
    /// The name and major version of the document (`schemas/inventory-results-1.json` describes its lines).
    pub const SCHEMA: &'static str = "iam-census/inventory-results/1";

    /// An answer about these accounts.
    #[must_use]
    pub fn new(
        expression: String,
        accounts: BTreeMap<AccountId, Option<String>>,
        units_unknown: Option<String>,
        texts: Vec<String>,
    ) -> Self {
        let header = Asked {
            schema: Self::SCHEMA.to_owned(),
            expression,
            accounts,
            units_unknown,
            results: u64::try_from(texts.len()).unwrap_or(u64::MAX),
        };
        Self { header, texts }
    }

    /// Reads an answer.
    ///
    /// # Errors
    /// When the bytes are not a whole answer of this major version.
    pub fn parse(bytes: &[u8]) -> Result<Self, InvalidAnswer> {
        let mut lines = bytes
            .split(|&byte| byte == b'\n')
            .enumerate()
            .filter(|(_, line)| !line.is_empty());
        let invalid = |line: usize| move |error| InvalidAnswer::Line { line: line + 1, error };
        let (number, line) = lines.next().ok_or(InvalidAnswer::CutOff)?;
        let header: Asked = serde_json::from_slice(line).map_err(invalid(number))?;
        if header.schema != Self::SCHEMA {
            return Err(InvalidAnswer::Schema(header.schema));
        }
        let texts = lines.map(|(number, line)| serde_json::from_slice(line).map_err(invalid(number)));
        let texts = texts.collect::<Result<Vec<String>, _>>()?;
        if u64::try_from(texts.len()) == Ok(header.results) {
            Ok(Self { header, texts })
        } else {
            Err(InvalidAnswer::CutOff)
        }
    }

    /// The bytes of the document: the same answer gives the same bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = crate::ledger::to_json_line(&self.header);
        for text in &self.texts {
            bytes.append(&mut crate::ledger::to_json_line(text));
        }
        bytes
    }

    /// Reads the results: every one of them is an item, or counted where it belongs.
    #[must_use]
    pub fn results(&self, query: &Query) -> Results {
        let mut results = Results::default();
        for text in &self.texts {
            let account = match Item::read(text) {
                Ok(item) if !self.header.accounts.contains_key(&item.account) => None,
                Ok(item) if query.wants(&item.resource_type) => {
                    results.items.entry(item.account).or_default().push(item);
                    continue;
                }
                Ok(item) => Some(item.account),
                Err(error) => error
                    .account
                    .filter(|account| self.header.accounts.contains_key(account)),
            };
            match account {
                Some(account) => *results.unreadable.entry(account).or_default() += 1,
                None => results.unplaced += 1,
            }
        }
        results
    }
}

/// What the results of an answer say, by account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// The items that could be read.
    pub items: BTreeMap<AccountId, Vec<Item>>,
    /// How many results of an account could not.
    pub unreadable: BTreeMap<AccountId, u64>,
    /// How many results belong to no account that was asked about.
    pub unplaced: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn account(digit: char) -> AccountId {
        digit.to_string().repeat(12).parse().unwrap()
    }

    fn answer(texts: &[String]) -> Answer {
        let accounts = BTreeMap::from([(account('1'), Some("Root/Prod".to_owned())), (account('2'), None)]);
        Answer::new("SELECT arn".to_owned(), accounts, None, texts.to_vec())
    }

    fn result(digit: char, kind: &str) -> String {
        let account = account(digit);
        json!({
            "accountId": account, "resourceType": kind, "resourceId": "AIDA1",
            "configurationItemCaptureTime": "2026-11-19T00:00:00Z",
        })
        .to_string()
    }

    #[test]
    fn what_came_is_kept_as_it_came() {
        let texts = [
            result('1', "AWS::IAM::User"),
            "{\"a\n".to_owned(),
            String::new(),
            "\u{2028}".to_owned(),
        ];
        let answer = answer(&texts);
        let bytes = answer.to_bytes();
        assert_eq!(Answer::parse(&bytes).unwrap(), answer);
        assert_eq!(std::str::from_utf8(&bytes).unwrap().lines().count(), 5);
        for end in 0..bytes.len() - 1 {
            assert!(Answer::parse(&bytes[..end]).is_err(), "cut after {end} bytes");
        }
        let other = String::from_utf8(bytes)
            .unwrap()
            .replace("inventory-results/1", "inventory-results/2");
        assert!(matches!(Answer::parse(other.as_bytes()), Err(InvalidAnswer::Schema(_))));
    }

    #[test]
    fn every_result_is_an_item_or_counted_where_it_belongs() {
        let texts = [
            result('1', "AWS::IAM::User"),
            result('1', "AWS::IAM::User"),
            result('1', "AWS::IAM::Role"),
            result('3', "AWS::IAM::User"),
            "no JSON".to_owned(),
            "{\"accountId\":\"222222222222\"}".to_owned(),
            "{\"accountId\":\"333333333333\"}".to_owned(),
        ];
        let users = Query::of_types(&[]).unwrap();
        let results = answer(&texts).results(&users);
        assert_eq!(
            results.items.into_values().map(|items| items.len()).collect::<Vec<_>>(),
            [2]
        );
        assert_eq!(
            results.unreadable,
            BTreeMap::from([(account('1'), 1), (account('2'), 1)])
        );
        assert_eq!(results.unplaced, 3);
        let anything = Query::parse("SELECT *").unwrap();
        assert_eq!(
            answer(&texts).results(&anything).unreadable,
            BTreeMap::from([(account('2'), 1)])
        );
    }
}
