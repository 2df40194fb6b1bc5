//! What AWS Config is asked: the resources of some types, or whatever a query of one's own says.

mod words;

use std::fmt;
use std::str::FromStr;

use crate::account::AccountId;
use crate::named::quoted;

use self::words::words;
use super::{Concern, USER};

/// The longest expression that AWS Config takes, in characters (AWS Config API Reference,
/// `SelectAggregateResourceConfig`).
const LONGEST: usize = 4_096;

/// The most accounts that are asked for at once. One answer is held in memory as a whole.
const MOST_ACCOUNTS: usize = 50;

/// How long `'111122223333', ` is.
const ACCOUNT: usize = 16;

/// What every result must say, whatever else is asked for.
const ALWAYS: [&str; 8] = [
    "accountId",
    "awsRegion",
    "resourceType",
    "resourceId",
    "resourceName",
    "arn",
    "resourceCreationTime",
    "configurationItemCaptureTime",
];

/// What is asked about identities beside. Policies come by name: their documents would make the answer many times as
/// long.
const IDENTITY: [&str; 6] = [
    "tags",
    "configuration.createDate",
    "configuration.path",
    "configuration.groupList",
    "configuration.attachedManagedPolicies",
    "configuration.permissionsBoundary",
];

/// A type of resources, such as `AWS::IAM::User`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceType(String);

impl ResourceType {
    /// The type as AWS Config spells it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResourceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ResourceType {
    type Err = InvalidQuery;

    fn from_str(text: &str) -> Result<Self, InvalidQuery> {
        let parts: Vec<&str> = text.split("::").collect();
        let sound = |part: &&str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric());
        if parts.len() == 3 && parts.iter().all(sound) && text.len() <= 196 {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidQuery::Type(quoted(text)))
        }
    }
}

/// Why a text is no query of the inventory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidQuery {
    /// No type of resources.
    #[error("{0} is not a resource type such as `AWS::IAM::User`")]
    Type(String),
    /// It does not begin with `SELECT`.
    #[error("a query begins with `SELECT`")]
    NoSelect,
    /// A word that the dialect does not have, or that makes rows of something else than resources.
    #[error("a query of the inventory has no `{0}`: it selects resources, one a row")]
    Word(&'static str),
    /// A text in quotes that does not end, or a parenthesis without its partner.
    #[error("a quote or parenthesis of the query is not closed")]
    Open,
    /// Nothing after `SELECT` or `WHERE`.
    #[error("nothing stands after `{0}`")]
    Nothing(&'static str),
    /// Too long to leave room for an account.
    #[error("the query is too long: with what is added to it, AWS Config takes {LONGEST} characters")]
    Long,
}

/// What AWS Config is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    columns: Vec<String>,
    condition: Option<String>,
    types: Vec<String>,
    concerns: Vec<Concern>,
}

impl Query {
    /// The resources of some types; with none given, the IAM users.
    ///
    /// # Errors
    /// When so many types are given that no room is left.
    pub fn of_types(types: &[ResourceType]) -> Result<Self, InvalidQuery> {
        let mut types: Vec<String> = types.iter().map(|kind| kind.0.clone()).collect();
        types.sort();
        types.dedup();
        if types.is_empty() {
            types.push(USER.to_owned());
        }
        let mut columns: Vec<String> = ALWAYS.into_iter().chain(IDENTITY).map(str::to_owned).collect();
        for (kind, list) in [(USER, "user"), ("AWS::IAM::Role", "role"), ("AWS::IAM::Group", "group")] {
            if types.iter().any(|wanted| wanted == kind) {
                columns.push(format!("configuration.{list}PolicyList.policyName"));
            }
        }
        let condition = match types.as_slice() {
            [kind] => format!("resourceType = '{kind}'"),
            several => format!("resourceType IN ('{}')", several.join("', '")),
        };
        let condition = Some(condition);
        let concerns = types.iter().cloned().map(Concern::Type).collect();
        Self {
            columns,
            condition,
            types,
            concerns,
        }
        .checked()
    }

    /// A query of one's own: `SELECT … [WHERE …]`. What every row needs is selected too, and an order is left out,
    /// since rows are put in an order of their own.
    ///
    /// # Errors
    /// When it is not of that form, or leaves no room.
    pub fn parse(text: &str) -> Result<Self, InvalidQuery> {
        let words = words(text)?;
        let at = |keyword: &str| words.iter().find(|word| word.text.eq_ignore_ascii_case(keyword));
        let first = words.first().filter(|word| word.text.eq_ignore_ascii_case("SELECT"));
        let select = first.ok_or(InvalidQuery::NoSelect)?;
        for keyword in ["FROM", "GROUP", "HAVING", "DISTINCT", "JOIN", "UNION"] {
            if at(keyword).is_some() {
                return Err(InvalidQuery::Word(keyword));
            }
        }
        let (filter, order) = (at("WHERE"), at("ORDER"));
        let end = order.map_or(text.len(), |word| word.start);
        let list = between(text, select.end, filter.map_or(end, |word| word.start));
        let columns = list.split(',').map(str::trim);
        let mut all: Vec<String> = ALWAYS.map(str::to_owned).to_vec();
        for column in columns {
            if column.contains('(') {
                return Err(InvalidQuery::Word("COUNT, SUM or other aggregate"));
            }
            if column.is_empty() || column.contains(char::is_whitespace) {
                return Err(InvalidQuery::Nothing("SELECT"));
            }
            if column != "*" && !all.iter().any(|known| known == column) {
                all.push(column.to_owned());
            }
        }
        let condition = filter.map(|word| between(text, word.end, end).trim().to_owned());
        if condition.as_deref() == Some("") {
            return Err(InvalidQuery::Nothing("WHERE"));
        }
        let concerns = Concern::named_in(condition.as_deref().unwrap_or_default());
        Self {
            columns: all,
            condition,
            types: Vec::new(),
            concerns,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, InvalidQuery> {
        if self.at_a_time() == 0 {
            return Err(InvalidQuery::Long);
        }
        Ok(self)
    }

    /// How many accounts can be asked for at once.
    #[must_use]
    pub fn at_a_time(&self) -> usize {
        let taken = self.expression(&[]).chars().count() + " AND accountId IN ()".len();
        (LONGEST.saturating_sub(taken) / ACCOUNT).min(MOST_ACCOUNTS)
    }

    /// What has to be recorded for the answer to say anything, at least one: the types that are asked for, or those that
    /// the query of one's own names.
    #[must_use]
    pub fn concerns(&self) -> &[Concern] {
        &self.concerns
    }

    /// Whether a result of this type is one that was asked for.
    #[must_use]
    pub fn wants(&self, resource_type: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|kind| kind == resource_type)
    }

    /// True if IAM users are asked for, so that credential reports have something to add.
    #[must_use]
    pub fn is_of_users(&self) -> bool {
        self.types.iter().any(|kind| kind == USER)
    }

    /// The expression for these accounts; for none: for all that can be asked.
    #[must_use]
    pub fn expression(&self, accounts: &[AccountId]) -> String {
        let select = format!("SELECT {}", self.columns.join(", "));
        let accounts = (!accounts.is_empty()).then(|| in_accounts(accounts));
        let condition = match (&self.condition, &accounts) {
            (Some(condition), None) => format!(" WHERE {condition}"),
            (Some(condition), Some(accounts)) => format!(" WHERE ({condition}) AND {accounts}"),
            (None, Some(accounts)) => format!(" WHERE {accounts}"),
            (None, None) => String::new(),
        };
        select + &condition
    }

    /// The expression for what recorders say of themselves: AWS Config records every recorder (AWS Config Developer Guide,
    /// "Drift detection for the configuration recorder").
    #[must_use]
    pub fn recorders(accounts: &[AccountId]) -> String {
        const GROUP: &str = "configuration.RecordingGroup";
        format!(
            "SELECT accountId, awsRegion, configuration.Recording, {GROUP}.AllSupported, {GROUP}.IncludeGlobalResourceTypes, \
             {GROUP}.RecordingStrategy.UseOnly, {GROUP}.ResourceTypes, {GROUP}.ExclusionByResourceTypes.ResourceTypes \
             WHERE resourceType = 'AWS::Config::ConfigurationRecorder' AND {}",
            in_accounts(accounts)
        )
    }

    /// The expression that counts, in accounts of which no recorder is shown, what proves that somebody records there: for
    /// identities the roles, since no account is without one, otherwise anything.
    #[must_use]
    pub fn counting(&self, accounts: &[AccountId]) -> String {
        let kind = if self.concerns.iter().any(Concern::is_of_iam) {
            "resourceType = 'AWS::IAM::Role' AND "
        } else {
            ""
        };
        format!(
            "SELECT accountId, COUNT(*) WHERE {kind}{} GROUP BY accountId",
            in_accounts(accounts)
        )
    }
}

fn in_accounts(accounts: &[AccountId]) -> String {
    let accounts: Vec<&str> = accounts.iter().map(AccountId::as_str).collect();
    format!("accountId IN ('{}')", accounts.join("', '"))
}

fn between(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(digit: char) -> AccountId {
        digit.to_string().repeat(12).parse().unwrap()
    }

    #[test]
    fn users_are_asked_for_unless_told_otherwise() {
        let users = Query::of_types(&[]).unwrap();
        assert!(users.is_of_users());
        assert_eq!(users.at_a_time(), 50);
        let expression = users.expression(&[account('1'), account('2')]);
        assert!(
            expression.ends_with(
                " WHERE (resourceType = 'AWS::IAM::User') AND accountId IN ('111111111111', '222222222222')"
            )
        );
        assert!(
            expression.contains("configuration.userPolicyList.policyName"),
            "{expression}"
        );
        assert!(
            users
                .expression(&[])
                .ends_with(" WHERE resourceType = 'AWS::IAM::User'")
        );
        let several = ["AWS::IAM::Role".parse().unwrap(), "AWS::IAM::User".parse().unwrap()];
        let several = Query::of_types(&several).unwrap().expression(&[]);
        assert!(several.ends_with(" WHERE resourceType IN ('AWS::IAM::Role', 'AWS::IAM::User')"));
        assert!(several.contains("rolePolicyList") && several.len() < 4_096);
    }

    #[test]
    fn a_query_of_ones_own_gets_what_rows_need_and_the_accounts() {
        let query = Query::parse("select arn, configuration.state.name where (a = 'x (WHERE' OR b = 'y') order by arn");
        let expression = query.unwrap().expression(&[account('3')]);
        assert_eq!(
            expression,
            "SELECT accountId, awsRegion, resourceType, resourceId, resourceName, arn, resourceCreationTime, \
             configurationItemCaptureTime, configuration.state.name \
             WHERE ((a = 'x (WHERE' OR b = 'y')) AND accountId IN ('333333333333')"
        );
        let everything = Query::parse("SELECT *").unwrap();
        assert!(
            everything
                .expression(&[account('3')])
                .ends_with(" WHERE accountId IN ('333333333333')")
        );
        assert!(!everything.expression(&[]).contains("WHERE"));
    }

    #[test]
    fn what_is_no_query_of_resources_is_refused() {
        let long = format!("SELECT arn WHERE resourceName = '{}'", "x".repeat(4_096));
        for (text, expected) in [
            ("", InvalidQuery::NoSelect),
            ("DELETE arn", InvalidQuery::NoSelect),
            ("SELECT", InvalidQuery::Nothing("SELECT")),
            ("SELECT arn,", InvalidQuery::Nothing("SELECT")),
            ("SELECT arn WHERE ORDER BY arn", InvalidQuery::Nothing("WHERE")),
            ("SELECT arn FROM resources", InvalidQuery::Word("FROM")),
            (
                "SELECT accountId, COUNT(*) GROUP BY accountId",
                InvalidQuery::Word("GROUP"),
            ),
            ("SELECT COUNT(*)", InvalidQuery::Word("COUNT, SUM or other aggregate")),
            ("SELECT arn WHERE resourceName = 'x", InvalidQuery::Open),
            ("SELECT arn WHERE (resourceName = 'x'", InvalidQuery::Open),
            ("SELECT arn WHERE a = 'x')", InvalidQuery::Open),
            (&long, InvalidQuery::Long),
        ] {
            assert_eq!(Query::parse(text).unwrap_err(), expected, "{text}");
        }
        for text in ["", "AWS::IAM", "AWS::IAM::User'", "AWS::IAM::User::More", "AWS::::User"] {
            assert!(text.parse::<ResourceType>().is_err(), "{text}");
        }
    }

    #[test]
    fn roles_bear_witness_for_identities() {
        let accounts = [account('1')];
        let counts = "SELECT accountId, COUNT(*) WHERE resourceType = 'AWS::IAM::Role' AND accountId IN ('111111111111') \
                      GROUP BY accountId";
        assert_eq!(Query::of_types(&[]).unwrap().counting(&accounts), counts);
        let own = Query::parse("SELECT arn WHERE resourceType LIKE 'AWS::IAM::%' AND resourceName = 'x'").unwrap();
        assert_eq!(own.counting(&accounts), counts);
        let other = Query::of_types(&["AWS::S3::Bucket".parse().unwrap()]).unwrap();
        assert!(!other.counting(&accounts).contains("resourceType"));
        assert!(Query::recorders(&[account('1'); 50]).len() <= LONGEST);
    }
}
