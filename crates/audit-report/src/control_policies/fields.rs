//! The columns of each sheet.

use crate::sheets::Field;
use crate::table::Kind::{Boolean, Integer, Text};

/// What stands on more than one sheet.
const ACCOUNT_ID: Field = Field::required("account_id", Text, 14, "The account.");
const ACCOUNT_NAME: Field = Field::required("account_name", Text, 26, "Its name.");
const TITLE: Field = Field::required("title", Text, 44, "What nobody should be able to do.");
const KIND: Field = Field::required("kind", Text, 6, "`SCP` or `RCP`.");
const NODE_ID: Field = Field::required("node_id", Text, 22, "Its id.");

pub(super) const SUMMARY: &[Field] = &[
    Field::required("item", Text, 34, "What is told."),
    Field::required("value", Text, 100, "The answer."),
];

pub(super) const GUARDRAILS: &[Field] = &[
    Field::required("guardrail", Text, 26, "Its name in machine formats."),
    TITLE,
    Field::required("who", Text, 11, "`anybody` or `root-user`."),
    Field::required("actions", Integer, 9, "How many actions it is about."),
    Field::required("patterns", Text, 50, "The actions as they stand in the list."),
    Field::required("prevented", Integer, 10, "Accounts in which nobody can do any of them."),
    Field::required(
        "depends",
        Integer,
        10,
        "Accounts in which some of them, on some resources or in some contexts, are not prevented.",
    ),
    Field::required(
        "not_prevented",
        Integer,
        14,
        "Accounts in which no control policy restricts any of them.",
    ),
    Field::required(
        "unknown",
        Integer,
        10,
        "Accounts for which what could not be read leaves it open.",
    ),
];

pub(super) const ACCOUNTS: &[Field] = &[
    ACCOUNT_ID,
    ACCOUNT_NAME,
    Field::required("state", Text, 18, "Its state in AWS Organizations."),
    Field::required("management", Boolean, 11, "Whether it is the management account."),
    Field::required("path", Text, 50, "Names from the organization root to the account."),
    Field::required("path_ids", Text, 50, "The same as ids."),
    Field::required(
        "scps",
        Text,
        34,
        "Whether service control policies restrict it, or why not.",
    ),
    Field::required(
        "rcps",
        Text,
        34,
        "Whether resource control policies restrict it, or why not.",
    ),
    Field::optional(
        "nothing_allowed_at",
        Text,
        26,
        "Levels at which no service control policy allows anything.",
    ),
    Field::required("prevented", Integer, 10, "Guardrails that nobody in it can get past."),
    Field::required("depends", Integer, 10, "Guardrails that some can get past."),
    Field::required("not_prevented", Integer, 14, "Guardrails that nothing stands for."),
    Field::required(
        "unknown",
        Integer,
        10,
        "Guardrails that what could not be read leaves open.",
    ),
    Field::optional("not_known", Text, 60, "What could not be read about it."),
];

pub(super) const VERDICTS: &[Field] = &[
    ACCOUNT_ID,
    ACCOUNT_NAME,
    Field::required("guardrail", Text, 26, "The guardrail."),
    TITLE,
    Field::required(
        "status",
        Text,
        16,
        "`PREVENTED`, `DEPENDS`, `NOT_PREVENTED` or `UNKNOWN`.",
    ),
    Field::required("actions", Integer, 9, "How many actions the guardrail is about."),
    Field::required(
        "prevented",
        Integer,
        10,
        "How many of them nobody in the account can do.",
    ),
    Field::optional(
        "because",
        Text,
        90,
        "The statements or levels that decide, or that it depends on.",
    ),
    Field::optional("open", Text, 60, "Actions that are not prevented, the first few."),
];

pub(super) const LEVELS: &[Field] = &[
    ACCOUNT_ID,
    ACCOUNT_NAME,
    Field::required(
        "level",
        Integer,
        7,
        "The place in its path, from 0, the organization root.",
    ),
    Field::required(
        "node_kind",
        Text,
        20,
        "`organization root`, `organizational unit` or `account`.",
    ),
    Field::required("node_name", Text, 26, "Name of the level."),
    NODE_ID,
    KIND,
    Field::required(
        "strategy",
        Text,
        20,
        "What the policies of the level are for: `everything allowed`, `deny list`, `allow list`, `nothing allowed`, `unknown`.",
    ),
    Field::optional("policy_id", Text, 22, "A policy that is attached there."),
    Field::optional("policy_name", Text, 34, "Its name."),
    Field::optional("aws_managed", Boolean, 12, "Whether it is AWS's own."),
    Field::required("inherited", Boolean, 10, "Whether it comes from above the account."),
    Field::required("in_force", Boolean, 10, "Whether it restricts the account."),
];

pub(super) const TREE: &[Field] = &[
    Field::required("path", Text, 50, "Names from the organization root to the node."),
    NODE_ID,
    Field::required("node_kind", Text, 20, "`organization root` or `organizational unit`."),
    Field::required(
        "accounts",
        Integer,
        10,
        "Accounts directly in it, whatever their state.",
    ),
    Field::required("units", Integer, 8, "Units directly in it."),
    Field::optional("scp_strategy", Text, 20, "What its service control policies are for."),
    Field::optional("scps", Text, 50, "Their names."),
    Field::optional("rcp_strategy", Text, 20, "What its resource control policies are for."),
    Field::optional("rcps", Text, 50, "Their names."),
];

pub(super) const POLICIES: &[Field] = &[
    Field::required("policy_id", Text, 22, "Its id."),
    Field::required("policy_name", Text, 34, "Its name."),
    KIND,
    Field::required("aws_managed", Boolean, 12, "Whether it is AWS's own."),
    Field::optional(
        "sha256",
        Text,
        30,
        "SHA-256 of its document; null when it could not be read.",
    ),
    Field::optional(
        "characters",
        Integer,
        11,
        "Characters of its document, which the quota counts.",
    ),
    Field::required("most_characters", Integer, 11, "The quota."),
    Field::optional("headroom", Integer, 10, "Characters that are left."),
    Field::optional("allows", Integer, 8, "Statements that allow."),
    Field::optional("denies", Integer, 8, "Statements that deny."),
    Field::required(
        "attached",
        Text,
        18,
        "`attached`, `not attached`, `everywhere` (AWS lets nobody detach it) or `unknown`.",
    ),
    Field::optional(
        "targets",
        Integer,
        9,
        "How many targets it is attached to, as far as they are known.",
    ),
    Field::optional("target_ids", Text, 60, "Their ids, the first hundred."),
    Field::optional("not_known", Text, 60, "What could not be read or understood of it."),
];

pub(super) const NOT_KNOWN: &[Field] = &[
    Field::required("what", Text, 70, "What is not known."),
    Field::required("why", Text, 60, "Why."),
];
