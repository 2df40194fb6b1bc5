//! The columns of each sheet.

mod principals;

use super::Field;
use crate::table::{Column, Kind};

pub(super) use principals::PRINCIPALS;

pub(super) const SUMMARY: &[Field] = &[
    required("item", Kind::Text, 48, "What is told."),
    required("value", Kind::Text, 90, "The answer."),
];

pub(super) const POLICIES: &[Field] = &[
    required("type", Kind::Text, 8, "`user` or `role`."),
    required("name", Kind::Text, 28, "Name of the user or role."),
    required("arn", Kind::Text, 48, "Its ARN."),
    required("policy", Kind::Text, 34, "Name of the policy."),
    required("kind", Kind::Text, 18, "`AWS managed`, `customer managed` or `inline`."),
    required(
        "source",
        Kind::Text,
        18,
        "`attached`, `inline`, `attached to group` or `inline in group`.",
    ),
    optional("group", Kind::Text, 22, "Through which group."),
    required(
        "policy_arn",
        Kind::Text,
        48,
        "ARN of the policy; of an inline policy that of its holder.",
    ),
    optional("version", Kind::Text, 8, "Version in force."),
    optional("updated", Kind::Time, 21, "When it was last changed."),
    optional(
        "sha256",
        Kind::Text,
        30,
        "SHA-256 of its document; null when the document is not there.",
    ),
];

pub(super) const GROUPS: &[Field] = &[
    required("name", Kind::Text, 28, "Its name."),
    required("arn", Kind::Text, 48, "Its ARN."),
    required("id", Kind::Text, 24, "Its unique id."),
    required("path", Kind::Text, 14, "Its path."),
    optional("created", Kind::Time, 21, "When it was created."),
    required("members", Kind::Integer, 9, "Its users."),
    required(
        "attached_policies",
        Kind::Text,
        40,
        "Managed policies attached to it, separated by `, `.",
    ),
    required("inline_policies", Kind::Text, 40, "Policies embedded in it."),
];

pub(super) const ROLES: &[Field] = &[
    required("role", Kind::Text, 28, "Name of the role."),
    required("arn", Kind::Text, 48, "Its ARN."),
    optional("created", Kind::Time, 21, "When it was created."),
    optional(
        "last_used",
        Kind::Time,
        21,
        "When it was last used; null also where AWS has no record.",
    ),
    optional("last_used_region", Kind::Text, 14, "Region of that use."),
    required("service_linked", Kind::Boolean, 9, "An AWS service made it for itself."),
    required("instance_profiles", Kind::Integer, 9, "Instance profiles that hold it."),
    required("tier", Kind::Text, 26, "How far it can get."),
    required("users", Kind::Integer, 8, "Users of the account that may assume it."),
    required("roles", Kind::Integer, 8, "Roles of the account that may assume it."),
    required(
        "assumed_by",
        Kind::Text,
        40,
        "Their names, the first 20; `?` after one that may only in some context.",
    ),
    optional(
        "lets_in",
        Kind::Text,
        16,
        "Whom the statement lets in: `everyone`, `outside`, `identity provider`, `organization`, `service`, `inside`.",
    ),
    optional("grantee", Kind::Text, 48, "As the trust policy names it."),
    optional(
        "outside",
        Kind::Boolean,
        8,
        "It belongs neither to the account nor to its organization.",
    ),
    optional(
        "limited",
        Kind::Boolean,
        8,
        "Conditions limit it to the account or its organization.",
    ),
    optional("actions", Kind::Text, 24, "Actions of the statement."),
    optional("conditions", Kind::Text, 40, "Conditions of the statement as JSON."),
    optional("statement", Kind::Text, 12, "`Sid` or place of the statement."),
];

pub(super) const ACCESS: &[Field] = &[
    required("type", Kind::Text, 8, "`user` or `role`."),
    required("name", Kind::Text, 28, "Name of the user or role."),
    required("arn", Kind::Text, 48, "Its ARN."),
    required(
        "service",
        Kind::Text,
        24,
        "Prefix of the service; `*` alone for an administrator: every service.",
    ),
    required("service_name", Kind::Text, 42, "Name of the service."),
    required(
        "list",
        Kind::Text,
        11,
        "List: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    required(
        "read",
        Kind::Text,
        11,
        "Read: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    required(
        "write",
        Kind::Text,
        11,
        "Write: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    required(
        "permissions",
        Kind::Text,
        11,
        "Permissions management: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    required(
        "tagging",
        Kind::Text,
        11,
        "Tagging: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    required(
        "certain",
        Kind::Integer,
        9,
        "Actions allowed on some resource whatever the context.",
    ),
    required(
        "possible",
        Kind::Integer,
        9,
        "Actions possibly allowed on some resource.",
    ),
    required("actions", Kind::Integer, 9, "Actions of the service."),
    optional("last_used", Kind::Time, 21, "When the service was last used."),
    required(
        "last_used_state",
        Kind::Text,
        10,
        "`used`, `never` in the time that AWS tracks, or `unknown`.",
    ),
];

pub(super) const ESCALATION: &[Field] = &[
    required("type", Kind::Text, 8, "`user` or `role`."),
    required("name", Kind::Text, 28, "Name of the user or role."),
    required("arn", Kind::Text, 48, "Its ARN."),
    required(
        "path",
        Kind::Text,
        36,
        "Stable name of the path; `administrator` for administration itself.",
    ),
    required("source", Kind::Text, 16, "Where the path is described."),
    required("category", Kind::Text, 22, "What it makes use of."),
    required(
        "outcome",
        Kind::Text,
        10,
        "`held`, `open`, `blocked` by a limit, or `no target`.",
    ),
    required("certain", Kind::Boolean, 8, "It is open in every context."),
    optional(
        "steps",
        Kind::Integer,
        7,
        "In how many steps it ends in administration; null where it does not.",
    ),
    optional("target", Kind::Text, 44, "ARN of the user or role that it leads to."),
    required("requires", Kind::Text, 36, "Actions that it needs."),
    required("granted_by", Kind::Text, 60, "Statements that allow each of them."),
    required("reason", Kind::Text, 60, "Why it is open, or what closes it."),
];

pub(super) const SENSITIVE: &[Field] = &[
    required("type", Kind::Text, 8, "`user` or `role`."),
    required("name", Kind::Text, 28, "Name of the user or role."),
    required("arn", Kind::Text, 48, "Its ARN."),
    required(
        "class",
        Kind::Text,
        12,
        "`credentials`, `data`, `exposure` or `guards`.",
    ),
    required("actions", Kind::Integer, 9, "Actions of the class."),
    required(
        "certain",
        Kind::Integer,
        9,
        "Of these, allowed on some resource whatever the context.",
    ),
    required("possible", Kind::Integer, 9, "Of these, possibly allowed."),
    required(
        "certain_actions",
        Kind::Text,
        60,
        "The former by name; `*` for all that an administrator has.",
    ),
    required("possible_actions", Kind::Text, 60, "The others by name."),
];

pub(super) const GUARDRAILS: &[Field] = &[
    required("kind", Kind::Text, 20, "`permissions boundary`, `SCP` or `RCP`."),
    required("name", Kind::Text, 34, "Its name."),
    required(
        "place",
        Kind::Text,
        48,
        "Where it is attached: ARN of the boundary, or the level.",
    ),
    required("principals", Kind::Integer, 10, "Users and roles that it limits."),
    required(
        "strategy",
        Kind::Text,
        18,
        "`allows everything`, `allows some`, `allows nothing` or `denies some`.",
    ),
    required(
        "removed_actions",
        Kind::Integer,
        10,
        "Catalogue actions that it takes away altogether.",
    ),
    required("allow_statements", Kind::Integer, 10, "Statements that allow."),
    required("deny_statements", Kind::Integer, 10, "Statements that deny."),
    optional("problem", Kind::Text, 40, "Why it could not be read."),
];

pub(super) const CREDENTIALS: &[Field] = &[
    required("user", Kind::Text, 28, "The user."),
    required("arn", Kind::Text, 48, "Its ARN."),
    required("listed", Kind::Boolean, 8, "It is among the users of this report."),
    optional("password", Kind::Boolean, 9, "It has a console password."),
    optional("password_last_used", Kind::Time, 21, "When that was last used."),
    optional("mfa", Kind::Boolean, 8, "It has an MFA device."),
    optional(
        "key_1_active",
        Kind::Boolean,
        8,
        "The access key in this slot is active.",
    ),
    optional(
        "key_1_rotated",
        Kind::Time,
        21,
        "When it was made or its status last changed.",
    ),
    optional("key_1_last_used", Kind::Time, 21, "When it was last used."),
    optional(
        "key_2_active",
        Kind::Boolean,
        8,
        "The access key in this slot is active.",
    ),
    optional(
        "key_2_rotated",
        Kind::Time,
        21,
        "When it was made or its status last changed.",
    ),
    optional("key_2_last_used", Kind::Time, 21, "When it was last used."),
    optional(
        "problem",
        Kind::Text,
        40,
        "Why the row could not be read or does not fit.",
    ),
];

pub(super) const RESOURCES: &[Field] = &[
    required(
        "resource",
        Kind::Text,
        48,
        "ARN of the resource; roles with their trust policies are in Roles and trust as well.",
    ),
    required("region", Kind::Text, 14, "Its Region, `global` where it has none."),
    required("lets_in", Kind::Text, 16, "Whom the statement lets in."),
    required("grantee", Kind::Text, 48, "As the policy names it."),
    required(
        "outside",
        Kind::Boolean,
        8,
        "It belongs neither to the account nor to its organization.",
    ),
    required(
        "limited",
        Kind::Boolean,
        8,
        "Conditions limit it to the account or its organization.",
    ),
    required("actions", Kind::Text, 30, "Actions of the statement."),
    required("conditions", Kind::Text, 40, "Conditions of the statement as JSON."),
    required("statement", Kind::Text, 12, "`Sid` or place of the statement."),
    required(
        "has_denies",
        Kind::Boolean,
        8,
        "The policy also denies, which may keep some of those out.",
    ),
];

pub(super) const INDEX: &[Field] = &[
    required("kind", Kind::Text, 18, "`AWS managed`, `customer managed` or `inline`."),
    required("name", Kind::Text, 34, "Its name."),
    required(
        "arn",
        Kind::Text,
        48,
        "Its ARN; of an inline policy that of its holder.",
    ),
    optional("version", Kind::Text, 8, "Version in force."),
    optional("updated", Kind::Time, 21, "When it was last changed."),
    required(
        "users",
        Kind::Integer,
        8,
        "Users that it applies to, directly or through groups, counted once for each way.",
    ),
    required("roles", Kind::Integer, 8, "Roles that it is attached to."),
    required("limits", Kind::Integer, 8, "Users and roles that have it as boundary."),
    optional("sha256", Kind::Text, 30, "SHA-256 of its document."),
    optional("document", Kind::Text, 60, "Its document."),
];

pub(super) const UNEVALUATED: &[Field] = &[
    required(
        "code",
        Kind::Text,
        20,
        "Kind of the gap: `NOT_GIVEN`, `NOT_READ`, `UNREAD`, `INCOMPLETE`, `STATEMENT`, `RESOURCE_POLICY`, `CREDENTIAL_REPORT`.",
    ),
    required("subject", Kind::Text, 60, "What it is about."),
    required("reason", Kind::Text, 90, "Why, and what follows."),
];

const fn required(name: &'static str, kind: Kind, width: u16, doc: &'static str) -> Field {
    Field {
        column: Column {
            name,
            kind,
            nullable: false,
            has_state: false,
            repetitive: true,
            doc,
        },
        width,
    }
}

const fn optional(name: &'static str, kind: Kind, width: u16, doc: &'static str) -> Field {
    let field = required(name, kind, width, doc);
    Field {
        column: Column {
            nullable: true,
            ..field.column
        },
        width,
    }
}
