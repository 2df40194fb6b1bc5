//! The columns of the inventory, as data, and the cells of a row.

use audit_core::credential_report::{AccessKey, Moment};
use audit_core::inventory::{Item, Row, last_used};
use serde_json::json;

use crate::table::{Column, Kind, Value};

/// Name and major version of the data set, in the Parquet file's metadata under `schema`.
pub const INVENTORY_SCHEMA: &str = "iam-census/inventory-parquet/1";

/// The columns, in the order of the files. They are matched by name; they are added, never changed or reused.
pub const INVENTORY_COLUMNS: &[Column] = &[
    of_few("run", Kind::Text, "Id of the run that wrote the row."),
    of_few("account", Kind::Text, "Account of the resource, twelve digits."),
    maybe_few("account_name", Kind::Text, "Name of the account in the organization."),
    maybe_few(
        "ou_path",
        Kind::Text,
        "Names of the organizational units above the account, from the organization root on, with slashes between; null \
         when not known.",
    ),
    of_few(
        "resource_type",
        Kind::Text,
        "Type in AWS Config, such as `AWS::IAM::User`.",
    ),
    maybe("name", Kind::Text, "Name of the user or resource."),
    maybe(
        "id",
        Kind::Text,
        "Unique id in AWS Config (of users `AIDA…`); null for a user that only the credential report shows.",
    ),
    maybe("arn", Kind::Text, "ARN."),
    maybe("created_at", Kind::Time, "When it was made."),
    maybe_few("path", Kind::Text, "IAM path."),
    maybe_few(
        "groups",
        Kind::Text,
        "Names of the user's groups: a JSON array; null when not told.",
    ),
    maybe_few(
        "managed_policies",
        Kind::Text,
        "ARNs of managed policies attached directly: a JSON array; null when not told.",
    ),
    maybe_few(
        "inline_policies",
        Kind::Text,
        "Names of inline policies: a JSON array; null when not told.",
    ),
    maybe_few("permissions_boundary", Kind::Text, "ARN of the permissions boundary."),
    maybe_few("tags", Kind::Text, "Tags: a JSON object; null when not told."),
    maybe_few(
        "region",
        Kind::Text,
        "Region in AWS Config; `global` or the recording Region for identities.",
    ),
    maybe(
        "captured_at",
        Kind::Time,
        "When AWS Config captured this; the facts are of that time.",
    ),
    maybe(
        "copies",
        Kind::Integer,
        "How many copies AWS Config showed, one for each Region that records it; the newest counts.",
    ),
    of_few(
        "found_in",
        Kind::Text,
        "Who knows of it: `config`, `credential_report` or `both`.",
    ),
    of_few(
        "credentials_state",
        Kind::Text,
        "Whether the columns below are told: `joined`, or why not: `no_report`, `report_unreadable`, `not_in_report`, \
         `not_a_user`.",
    ),
    maybe_few(
        "report_generated_at",
        Kind::Time,
        "When IAM generated the credential report; the columns below are of that time.",
    ),
    maybe(
        "password_enabled",
        Kind::Boolean,
        "Whether the user has a console password.",
    ),
    maybe("password_last_used_at", Kind::Time, "Last sign-in with a password."),
    maybe_few(
        "password_last_used_state",
        Kind::Text,
        "`value`, or why there is none: `no_information` (never used), `not_applicable` (no password), ….",
    ),
    maybe(
        "password_last_changed_at",
        Kind::Time,
        "When the password was last set.",
    ),
    maybe("mfa_active", Kind::Boolean, "Whether any MFA device is assigned."),
    maybe(
        "access_key_1_active",
        Kind::Boolean,
        "Whether the key in the first slot is active; false for an empty slot, too.",
    ),
    maybe(
        "access_key_1_last_rotated_at",
        Kind::Time,
        "When the key in the first slot was made or its status last changed.",
    ),
    maybe(
        "access_key_1_last_used_at",
        Kind::Time,
        "Last use of the key in the first slot.",
    ),
    maybe_few("access_key_1_last_used_state", Kind::Text, "As for the password."),
    maybe(
        "access_key_2_active",
        Kind::Boolean,
        "Whether the key in the second slot is active; false for an empty slot, too.",
    ),
    maybe(
        "access_key_2_last_rotated_at",
        Kind::Time,
        "When the key in the second slot was made or its status last changed.",
    ),
    maybe(
        "access_key_2_last_used_at",
        Kind::Time,
        "Last use of the key in the second slot.",
    ),
    maybe_few("access_key_2_last_used_state", Kind::Text, "As for the password."),
    maybe(
        "last_used_at",
        Kind::Time,
        "Latest of the last uses of password and keys; null when none is known.",
    ),
    maybe(
        "properties",
        Kind::Text,
        "Whatever else the query selected, as AWS Config nests it: a JSON object; null when nothing.",
    ),
];

/// A row with the texts that its cells borrow.
pub(super) struct Flat<'r> {
    run: &'r str,
    row: &'r Row<'r>,
    lists: [Option<String>; 3],
    tags: Option<String>,
}

impl<'r> Flat<'r> {
    pub(super) fn new(run: &'r str, row: &'r Row<'r>) -> Self {
        let item = row.held.map(|held| &held.item);
        let list = |names: Option<&Vec<String>>| names.map(|names| json!(names).to_string());
        Self {
            run,
            row,
            lists: [
                list(item.and_then(|item| item.groups.as_ref())),
                list(item.and_then(|item| item.managed_policies.as_ref())),
                list(item.and_then(|item| item.inline_policies.as_ref())),
            ],
            tags: item
                .and_then(|item| item.tags.as_ref())
                .map(|tags| json!(tags).to_string()),
        }
    }

    /// The cells, in the order of the columns.
    pub(super) fn values(&self) -> [Value<'_>; INVENTORY_COLUMNS.len()] {
        let Row { held, reported, .. } = *self.row;
        let item: Option<&Item> = held.map(|held| &held.item);
        let told = |text: Option<&'r String>| maybe_text(text.map(String::as_str));
        let user = reported.map(|row| row.user.as_ref());
        let arn = reported.map(|row| row.arn.as_ref());
        let [groups, managed, inline] = &self.lists;
        let password = reported.map(|row| row.password_last_used);
        let (first, second) = reported
            .map(|row| {
                let [first, second] = &row.access_keys;
                (first, second)
            })
            .unzip();
        let [one_active, one_rotated, one_used, one_state] = key(first);
        let [two_active, two_rotated, two_used, two_state] = key(second);
        let found_in = match (held, reported) {
            (Some(_), Some(_)) => "both",
            (None, Some(_)) => "credential_report",
            (_, None) => "config",
        };
        let created = item.and_then(|item| item.created);
        let kind = item.map_or(audit_core::inventory::USER, |item| item.resource_type.as_str());
        [
            Value::Text(self.run),
            Value::Text(self.row.account.as_str()),
            maybe_text(Some(self.row.account_name).filter(|name| !name.is_empty())),
            maybe_text(self.row.units),
            Value::Text(kind),
            maybe_text(item.and_then(|item| item.name.as_deref()).or(user)),
            told(item.map(|item| &item.id)),
            maybe_text(item.and_then(|item| item.arn.as_deref()).or(arn)),
            time(created.or_else(|| reported.and_then(|row| row.user_created.at()))),
            told(item.and_then(|item| item.path.as_ref())),
            maybe_text(groups.as_deref()),
            maybe_text(managed.as_deref()),
            maybe_text(inline.as_deref()),
            told(item.and_then(|item| item.boundary.as_ref())),
            maybe_text(self.tags.as_deref()),
            told(item.and_then(|item| item.region.as_ref())),
            time(item.map(|item| item.captured)),
            held.map_or(Value::Null, |held| {
                Value::Integer(i64::try_from(held.copies).unwrap_or(i64::MAX))
            }),
            Value::Text(found_in),
            Value::Text(self.row.state.as_str()),
            time(self.row.report_generated),
            boolean(reported.and_then(|row| row.password_enabled.value())),
            time(password.and_then(Moment::at)),
            maybe_text(password.map(|moment| moment.state().as_str())),
            time(reported.and_then(|row| row.password_last_changed.at())),
            boolean(reported.and_then(|row| row.mfa_active.value())),
            one_active,
            one_rotated,
            one_used,
            one_state,
            two_active,
            two_rotated,
            two_used,
            two_state,
            time(reported.and_then(last_used)),
            told(item.and_then(|item| item.properties.as_ref())),
        ]
    }
}

fn key(key: Option<&AccessKey<'_>>) -> [Value<'static>; 4] {
    let used = key.map(|key| key.last_used);
    [
        boolean(key.and_then(|key| key.active.value())),
        time(key.and_then(|key| key.last_rotated.at())),
        time(used.and_then(Moment::at)),
        maybe_text(used.map(|moment| moment.state().as_str())),
    ]
}

fn maybe_text(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Null, Value::Text)
}

fn time(at: Option<jiff::Timestamp>) -> Value<'static> {
    at.map_or(Value::Null, Value::Time)
}

fn boolean(value: Option<bool>) -> Value<'static> {
    value.map_or(Value::Null, Value::Boolean)
}

const fn of_few(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column {
        name,
        kind,
        nullable: false,
        has_state: false,
        repetitive: true,
        doc,
    }
}

const fn maybe_few(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column {
        nullable: true,
        ..of_few(name, kind, doc)
    }
}

const fn maybe(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column {
        repetitive: false,
        ..maybe_few(name, kind, doc)
    }
}
