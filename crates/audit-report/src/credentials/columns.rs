//! The columns of the data set, as data: one table drives the writer and the documentation.

use audit_core::credential_report::{Credentials, Flag, Moment, State, Text};

use super::Row;
use crate::table::{Cell, Column, Kind, Value};

/// The columns, in the order of the file.
pub const COLUMNS: &[Column] = &[
    repetitive("run", Kind::Text, "Id of the run that wrote the row."),
    repetitive(
        "account",
        Kind::Text,
        "Account that the report is about, twelve digits.",
    ),
    repetitive(
        "report_generated_time",
        Kind::Time,
        "When AWS generated the report; the facts are of that time.",
    ),
    required(
        "line",
        Kind::Integer,
        "Line of the raw report on which the row begins; the header is line 1.",
    ),
    required(
        "is_root",
        Kind::Boolean,
        "Whether this is the root user, by name and ARN.",
    ),
    required("user", Kind::Text, "User name, or `<root_account>`."),
    required("arn", Kind::Text, "ARN of the user."),
    reported(
        "user_creation_time",
        Kind::Time,
        "When the user was made; of the root user: the account.",
    ),
    reported(
        "password_enabled",
        Kind::Boolean,
        "Whether the user has a console password.",
    ),
    reported(
        "password_last_used",
        Kind::Time,
        "Last sign-in with a password; may be older than a password deleted since.",
    ),
    reported("password_last_changed", Kind::Time, "When the password was last set."),
    reported(
        "password_next_rotation",
        Kind::Time,
        "When the password policy wants a new password.",
    ),
    reported("mfa_active", Kind::Boolean, "Whether any MFA device is assigned."),
    reported(
        "access_key_1_active",
        Kind::Boolean,
        "Whether the key in the first slot is active; false for an empty slot, too.",
    ),
    reported(
        "access_key_1_last_rotated",
        Kind::Time,
        "When the key in the first slot was made or its status last changed.",
    ),
    reported(
        "access_key_1_last_used_date",
        Kind::Time,
        "Last use of the key in the first slot.",
    ),
    reported(
        "access_key_1_last_used_region",
        Kind::Text,
        "Region of that use; none for services without Regions.",
    ),
    reported("access_key_1_last_used_service", Kind::Text, "Service of that use."),
    reported(
        "access_key_2_active",
        Kind::Boolean,
        "Whether the key in the second slot is active; false for an empty slot, too.",
    ),
    reported(
        "access_key_2_last_rotated",
        Kind::Time,
        "When the key in the second slot was made or its status last changed.",
    ),
    reported(
        "access_key_2_last_used_date",
        Kind::Time,
        "Last use of the key in the second slot.",
    ),
    reported(
        "access_key_2_last_used_region",
        Kind::Text,
        "Region of that use; none for services without Regions.",
    ),
    reported("access_key_2_last_used_service", Kind::Text, "Service of that use."),
    reported(
        "cert_1_active",
        Kind::Boolean,
        "Whether the signing certificate in the first slot is active.",
    ),
    reported(
        "cert_1_last_rotated",
        Kind::Time,
        "When that certificate was made or its status last changed.",
    ),
    reported(
        "cert_2_active",
        Kind::Boolean,
        "Whether the signing certificate in the second slot is active.",
    ),
    reported(
        "cert_2_last_rotated",
        Kind::Time,
        "When that certificate was made or its status last changed.",
    ),
    reported(
        "additional_credentials_info",
        Kind::Text,
        "AWS's text on credentials beyond the two slots.",
    ),
    optional_column(
        "other_columns",
        Kind::Text,
        "Columns of the report that are not known: a JSON array of pairs of name and value.",
    ),
    optional_column(
        "repeats_line",
        Kind::Integer,
        "Line of an earlier row with the same user name, which IAM does not allow.",
    ),
];

/// The cells of a row, in the same order.
pub(super) fn cells<'r>(row: &'r Row<'r>) -> [Cell<'r>; COLUMNS.len()] {
    let [key_1, key_2] = &row.credentials.access_keys;
    let [cert_1, cert_2] = &row.credentials.certificates;
    [
        text(row.run),
        text(row.account.as_str()),
        plain(Value::Time(row.generated)),
        integer(row.credentials.line),
        plain(Value::Boolean(row.credentials.is_root())),
        text(&row.credentials.user),
        text(&row.credentials.arn),
        moment(row.credentials.user_created),
        flag(row.credentials.password_enabled),
        moment(row.credentials.password_last_used),
        moment(row.credentials.password_last_changed),
        moment(row.credentials.password_next_rotation),
        flag(row.credentials.mfa_active),
        flag(key_1.active),
        moment(key_1.last_rotated),
        moment(key_1.last_used),
        word(&key_1.last_used_region),
        word(&key_1.last_used_service),
        flag(key_2.active),
        moment(key_2.last_rotated),
        moment(key_2.last_used),
        word(&key_2.last_used_region),
        word(&key_2.last_used_service),
        flag(cert_1.active),
        moment(cert_1.last_rotated),
        flag(cert_2.active),
        moment(cert_2.last_rotated),
        info(row.credentials.additional_credentials_info.as_deref()),
        optional(row.other.as_deref().map(Value::Text)),
        optional(row.credentials.repeats.map(number)),
    ]
}

/// The columns that this release does not know, so that nothing that AWS adds is lost.
pub(super) fn other_as_json(credentials: &Credentials<'_>) -> Option<String> {
    let pairs = credentials
        .other
        .iter()
        .map(|(name, value)| serde_json::json!([name, value]));
    (!credentials.other.is_empty()).then(|| pairs.collect::<serde_json::Value>().to_string())
}

const fn required(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column {
        name,
        kind,
        nullable: false,
        has_state: false,
        repetitive: false,
        doc,
    }
}

const fn repetitive(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column {
        repetitive: true,
        ..required(name, kind, doc)
    }
}

const fn optional_column(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column {
        nullable: true,
        ..repetitive(name, kind, doc)
    }
}

/// A column as AWS reports it: typed, null where AWS says something else, and what it says in a column of its own.
const fn reported(name: &'static str, kind: Kind, doc: &'static str) -> Column {
    Column {
        nullable: true,
        has_state: true,
        repetitive: matches!(kind, Kind::Text),
        ..required(name, kind, doc)
    }
}

const fn plain(value: Value<'_>) -> Cell<'_> {
    Cell {
        value,
        state: State::Value,
    }
}

const fn text(text: &str) -> Cell<'_> {
    plain(Value::Text(text))
}

fn number(number: u64) -> Value<'static> {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

fn integer(integer: u64) -> Cell<'static> {
    plain(number(integer))
}

fn optional(value: Option<Value<'_>>) -> Cell<'_> {
    plain(value.unwrap_or(Value::Null))
}

fn moment(moment: Moment) -> Cell<'static> {
    Cell {
        value: moment.at().map_or(Value::Null, Value::Time),
        state: moment.state(),
    }
}

fn flag(flag: Flag) -> Cell<'static> {
    Cell {
        value: flag.value().map_or(Value::Null, Value::Boolean),
        state: flag.state(),
    }
}

fn word<'r>(word: &'r Text<'_>) -> Cell<'r> {
    Cell {
        value: word.value().map_or(Value::Null, Value::Text),
        state: word.state(),
    }
}

fn info(info: Option<&str>) -> Cell<'_> {
    match info {
        None => Cell {
            value: Value::Null,
            state: State::ColumnAbsent,
        },
        Some("") => Cell {
            value: Value::Null,
            state: State::Empty,
        },
        Some(value) => text(value),
    }
}
