//! The columns of each sheet.

use crate::sheets::Field;
use crate::table::Kind::{Boolean, Integer, Text, Time};

const ACCOUNT_ID: Field = Field::required("account_id", Text, 14, "The account.");
const ACCOUNT_NAME: Field = Field::required("account_name", Text, 26, "Its name.");

pub(super) const SUMMARY: &[Field] = &[
    Field::required("item", Text, 34, "What is told."),
    Field::required("value", Text, 100, "The answer."),
];

pub(super) const ACCOUNTS: &[Field] = &[
    ACCOUNT_ID,
    ACCOUNT_NAME,
    Field::required("state", Text, 18, "Its state in AWS Organizations."),
    Field::required(
        "standing",
        Text,
        12,
        "Whether its root user signed in: `SIGNED_IN` or `NONE_FOUND` in the days that were searched, `UNKNOWN` where \
         that could not be found out.",
    ),
    Field::required("in_words", Text, 60, "The same in words."),
    Field::optional(
        "last_sign_in",
        Time,
        21,
        "The last of which anything tells, however long ago.",
    ),
    Field::optional(
        "told_by",
        Text,
        18,
        "What tells of it: `event history`, `credential report` or `trail`.",
    ),
    Field::optional("mfa_used", Boolean, 9, "Whether MFA was used, as the event says."),
    Field::optional("sign_in_region", Text, 15, "The Region that recorded it."),
    Field::optional("source_ip", Text, 26, "The address that it came from."),
    Field::optional("user_agent", Text, 40, "The program that was used."),
    Field::optional(
        "sign_ins",
        Integer,
        9,
        "Sign-ins that were found; older ones than the last are not looked for. Empty, as the counts that follow, where no \
         search came to an answer.",
    ),
    Field::optional("failed_sign_ins", Integer, 9, "Attempts that were refused."),
    Field::optional("last_failed_sign_in", Time, 21, "The last of them."),
    Field::optional(
        "access_key_calls",
        Integer,
        12,
        "Calls with an access key of the root user.",
    ),
    Field::optional("last_access_key_call", Time, 21, "The last of them."),
    Field::optional(
        "session_calls",
        Integer,
        10,
        "Calls with credentials for a time, as of a console session.",
    ),
    Field::optional(
        "privileged_task_calls",
        Integer,
        12,
        "Calls in sessions of `sts:AssumeRoot`, by which an administrator of the organization acts.",
    ),
    Field::optional(
        "reported_password_last_used",
        Time,
        21,
        "The last use of the password by the credential report.",
    ),
    Field::optional(
        "reported_key_1_last_used",
        Time,
        21,
        "The last use of access key 1 by the same.",
    ),
    Field::optional(
        "reported_key_2_last_used",
        Time,
        21,
        "The last use of access key 2 by the same.",
    ),
    Field::optional(
        "report_generated",
        Time,
        21,
        "When IAM generated that report; empty where there is none.",
    ),
    Field::required(
        "regions",
        Text,
        34,
        "The Regions that were searched to an answer about sign-ins.",
    ),
    Field::optional("missing_regions", Text, 24, "The Regions that could not be."),
    Field::optional(
        "not_known",
        Text,
        60,
        "What could not be had, and where sources disagree.",
    ),
];

pub(super) const EVENTS: &[Field] = &[
    ACCOUNT_ID,
    ACCOUNT_NAME,
    Field::required("time", Time, 21, "When."),
    Field::required(
        "act",
        Text,
        16,
        "`SIGN_IN`, `FAILED_SIGN_IN`, `ACCESS_KEY`, `SESSION`, `PRIVILEGED_TASK`, `ON_BEHALF` or `OTHER`.",
    ),
    Field::required("event_source", Text, 26, "The service."),
    Field::required("event_name", Text, 26, "The call."),
    Field::required("region", Text, 15, "The Region of the event."),
    Field::optional("mfa_used", Boolean, 9, "Whether MFA was used, as the event says."),
    Field::optional(
        "source_ip",
        Text,
        24,
        "The address, or the service that the request came by.",
    ),
    Field::optional("user_agent", Text, 40, "The program that was used."),
    Field::optional("error", Text, 26, "Why it failed, if it did."),
    Field::optional("resources", Text, 40, "What it was about."),
    Field::required("event_id", Text, 38, "The id of the event."),
];

pub(super) const TRAIL: &[Field] = &[
    ACCOUNT_ID,
    ACCOUNT_NAME,
    Field::required("time", Time, 21, "When."),
    Field::required(
        "outcome",
        Text,
        11,
        "`SUCCESS`, `FAILURE`, or `UNKNOWN` where the event does not say.",
    ),
    Field::required("region", Text, 15, "The Region that recorded it."),
    Field::optional("mfa_used", Boolean, 9, "Whether MFA was used, as the event says."),
    Field::optional("source_ip", Text, 26, "From where."),
    Field::optional("user_agent", Text, 40, "With what."),
    Field::required("event_id", Text, 38, "The id of the event."),
];

pub(super) const CHANGES: &[Field] = &[
    ACCOUNT_ID,
    ACCOUNT_NAME,
    Field::required("time", Time, 21, "When."),
    Field::required("event_source", Text, 26, "The service."),
    Field::required("event_name", Text, 26, "What was done."),
    Field::optional("resources", Text, 50, "To what."),
    Field::optional("who", Text, 50, "By whom."),
    Field::optional("mfa_used", Boolean, 9, "Whether MFA was used, as the event says."),
    Field::optional("source_ip", Text, 24, "From where."),
    Field::optional("user_agent", Text, 40, "With what."),
    Field::required("region", Text, 15, "The Region of the event."),
    Field::optional("error", Text, 26, "Why it failed, if it did."),
    Field::required("event_id", Text, 38, "The id of the event."),
];

pub(super) const SEARCHES: &[Field] = &[
    ACCOUNT_ID,
    ACCOUNT_NAME,
    Field::required("purpose", Text, 10, "`ROOT` or `CHANGES`."),
    Field::required("region", Text, 15, "The Region."),
    Field::required("by", Text, 32, "By what."),
    Field::required("from", Time, 21, "The first instant."),
    Field::required("to", Time, 21, "The last."),
    Field::required("pages", Integer, 8, "Pages of answers."),
    Field::required("events", Integer, 8, "Events on them."),
    Field::required("unreadable", Integer, 11, "Events on them that could not be read."),
    Field::required(
        "conclusive",
        Boolean,
        11,
        "Whether nothing that it looks for can have escaped it.",
    ),
    Field::optional("why_not", Text, 60, "Why not."),
];

pub(super) const NOT_KNOWN: &[Field] = &[
    ACCOUNT_ID,
    ACCOUNT_NAME,
    Field::required("why", Text, 110, "What could not be had of it, and why."),
];
