//! The columns of each sheet.

mod principals;

use crate::sheets::Field;
use crate::table::Kind;

pub(super) use principals::PRINCIPALS;

pub(super) const SUMMARY: &[Field] = &[
    Field::required("item", Kind::Text, 48, "What is told."),
    Field::required("value", Kind::Text, 90, "The answer."),
];

pub(super) const POLICIES: &[Field] = &[
    Field::required("type", Kind::Text, 8, "`user` or `role`."),
    Field::required("name", Kind::Text, 28, "Name of the user or role."),
    Field::required("arn", Kind::Text, 48, "Its ARN."),
    Field::required("policy", Kind::Text, 34, "Name of the policy."),
    Field::required("kind", Kind::Text, 18, "`AWS managed`, `customer managed` or `inline`."),
    Field::required(
        "source",
        Kind::Text,
        18,
        "`attached`, `inline`, `attached to group` or `inline in group`.",
    ),
    Field::optional("group", Kind::Text, 22, "Through which group."),
    Field::required(
        "policy_arn",
        Kind::Text,
        48,
        "ARN of the policy; of an inline policy that of its holder.",
    ),
    Field::optional("version", Kind::Text, 8, "Version in force."),
    Field::optional("updated", Kind::Time, 21, "When it was last changed."),
    Field::optional(
        "sha256",
        Kind::Text,
        30,
        "SHA-256 of its document; null when the document is not there.",
    ),
];

pub(super) const GROUPS: &[Field] = &[
    Field::required("name", Kind::Text, 28, "Its name."),
    Field::required("arn", Kind::Text, 48, "Its ARN."),
    Field::required("id", Kind::Text, 24, "Its unique id."),
    Field::required("path", Kind::Text, 14, "Its path."),
    Field::optional("created", Kind::Time, 21, "When it was created."),
    Field::required("members", Kind::Integer, 9, "Its users."),
    Field::required(
        "attached_policies",
        Kind::Text,
        40,
        "Managed policies attached to it, separated by `, `.",
    ),
    Field::required("inline_policies", Kind::Text, 40, "Policies embedded in it."),
];

pub(super) const ROLES: &[Field] = &[
    Field::required("role", Kind::Text, 28, "Name of the role."),
    Field::required("arn", Kind::Text, 48, "Its ARN."),
    Field::optional("created", Kind::Time, 21, "When it was created."),
    Field::optional(
        "last_used",
        Kind::Time,
        21,
        "When it was last used; null also where AWS has no record.",
    ),
    Field::optional("last_used_region", Kind::Text, 14, "Region of that use."),
    Field::required("service_linked", Kind::Boolean, 9, "An AWS service made it for itself."),
    Field::required("instance_profiles", Kind::Integer, 9, "Instance profiles that hold it."),
    Field::required("tier", Kind::Text, 26, "How far it can get."),
    Field::required("users", Kind::Integer, 8, "Users of the account that may assume it."),
    Field::required("roles", Kind::Integer, 8, "Roles of the account that may assume it."),
    Field::required(
        "assumed_by",
        Kind::Text,
        40,
        "Their names, the first 20; `?` after one that may only in some context.",
    ),
    Field::optional(
        "lets_in",
        Kind::Text,
        16,
        "Whom the statement lets in: `everyone`, `outside`, `identity provider`, `organization`, `service`, `inside`.",
    ),
    Field::optional("grantee", Kind::Text, 48, "As the trust policy names it."),
    Field::optional(
        "outside",
        Kind::Boolean,
        8,
        "It belongs neither to the account nor to its organization.",
    ),
    Field::optional(
        "limited",
        Kind::Boolean,
        8,
        "Conditions limit it to the account or its organization.",
    ),
    Field::optional("actions", Kind::Text, 24, "Actions of the statement."),
    Field::optional("conditions", Kind::Text, 40, "Conditions of the statement as JSON."),
    Field::optional("statement", Kind::Text, 12, "`Sid` or place of the statement."),
];

pub(super) const ACCESS: &[Field] = &[
    Field::required("type", Kind::Text, 8, "`user` or `role`."),
    Field::required("name", Kind::Text, 28, "Name of the user or role."),
    Field::required("arn", Kind::Text, 48, "Its ARN."),
    Field::required(
        "service",
        Kind::Text,
        24,
        "Prefix of the service; `*` alone for an administrator: every service.",
    ),
    Field::required("service_name", Kind::Text, 42, "Name of the service."),
    Field::required(
        "list",
        Kind::Text,
        11,
        "List: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    Field::required(
        "read",
        Kind::Text,
        11,
        "Read: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    Field::required(
        "write",
        Kind::Text,
        11,
        "Write: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    Field::required(
        "permissions",
        Kind::Text,
        11,
        "Permissions management: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    Field::required(
        "tagging",
        Kind::Text,
        11,
        "Tagging: `Full` every action on every resource whatever the context, `Limited` some, `Conditional` only in some context, `-` none; empty where the service has no such action.",
    ),
    Field::required(
        "certain",
        Kind::Integer,
        9,
        "Actions allowed on some resource whatever the context.",
    ),
    Field::required(
        "possible",
        Kind::Integer,
        9,
        "Actions possibly allowed on some resource.",
    ),
    Field::required("actions", Kind::Integer, 9, "Actions of the service."),
    Field::optional("last_used", Kind::Time, 21, "When the service was last used."),
    Field::required(
        "last_used_state",
        Kind::Text,
        10,
        "`used`, `never` in the time that AWS tracks, or `unknown`.",
    ),
];

pub(super) const ESCALATION: &[Field] = &[
    Field::required("type", Kind::Text, 8, "`user` or `role`."),
    Field::required("name", Kind::Text, 28, "Name of the user or role."),
    Field::required("arn", Kind::Text, 48, "Its ARN."),
    Field::required(
        "path",
        Kind::Text,
        36,
        "Stable name of the path; `administrator` for administration itself.",
    ),
    Field::required("source", Kind::Text, 16, "Where the path is described."),
    Field::required("category", Kind::Text, 22, "What it makes use of."),
    Field::required(
        "outcome",
        Kind::Text,
        10,
        "`held`, `open`, `blocked` by a limit, or `no target`.",
    ),
    Field::required("certain", Kind::Boolean, 8, "It is open in every context."),
    Field::optional(
        "steps",
        Kind::Integer,
        7,
        "In how many steps it ends in administration; null where it does not.",
    ),
    Field::optional("target", Kind::Text, 44, "ARN of the user or role that it leads to."),
    Field::required("requires", Kind::Text, 36, "Actions that it needs."),
    Field::required("granted_by", Kind::Text, 60, "Statements that allow each of them."),
    Field::required("reason", Kind::Text, 60, "Why it is open, or what closes it."),
];

pub(super) const SENSITIVE: &[Field] = &[
    Field::required("type", Kind::Text, 8, "`user` or `role`."),
    Field::required("name", Kind::Text, 28, "Name of the user or role."),
    Field::required("arn", Kind::Text, 48, "Its ARN."),
    Field::required(
        "class",
        Kind::Text,
        12,
        "`credentials`, `data`, `exposure` or `guards`.",
    ),
    Field::required("actions", Kind::Integer, 9, "Actions of the class."),
    Field::required(
        "certain",
        Kind::Integer,
        9,
        "Of these, allowed on some resource whatever the context.",
    ),
    Field::required("possible", Kind::Integer, 9, "Of these, possibly allowed."),
    Field::required(
        "certain_actions",
        Kind::Text,
        60,
        "The former by name; `*` for all that an administrator has.",
    ),
    Field::required("possible_actions", Kind::Text, 60, "The others by name."),
];

pub(super) const GUARDRAILS: &[Field] = &[
    Field::required("kind", Kind::Text, 20, "`permissions boundary`, `SCP` or `RCP`."),
    Field::required("name", Kind::Text, 34, "Its name."),
    Field::required(
        "place",
        Kind::Text,
        48,
        "Where it is attached: ARN of the boundary, or the level.",
    ),
    Field::required("principals", Kind::Integer, 10, "Users and roles that it limits."),
    Field::required(
        "strategy",
        Kind::Text,
        18,
        "`allows everything`, `allows some`, `allows nothing` or `denies some`.",
    ),
    Field::required(
        "removed_actions",
        Kind::Integer,
        10,
        "Catalogue actions that it takes away altogether.",
    ),
    Field::required("allow_statements", Kind::Integer, 10, "Statements that allow."),
    Field::required("deny_statements", Kind::Integer, 10, "Statements that deny."),
    Field::optional("problem", Kind::Text, 40, "Why it could not be read."),
];

pub(super) const CREDENTIALS: &[Field] = &[
    Field::required("user", Kind::Text, 28, "The user."),
    Field::required("arn", Kind::Text, 48, "Its ARN."),
    Field::required("listed", Kind::Boolean, 8, "It is among the users of this report."),
    Field::optional("password", Kind::Boolean, 9, "It has a console password."),
    Field::optional("password_last_used", Kind::Time, 21, "When that was last used."),
    Field::optional("mfa", Kind::Boolean, 8, "It has an MFA device."),
    Field::optional(
        "key_1_active",
        Kind::Boolean,
        8,
        "The access key in this slot is active.",
    ),
    Field::optional(
        "key_1_rotated",
        Kind::Time,
        21,
        "When it was made or its status last changed.",
    ),
    Field::optional("key_1_last_used", Kind::Time, 21, "When it was last used."),
    Field::optional(
        "key_2_active",
        Kind::Boolean,
        8,
        "The access key in this slot is active.",
    ),
    Field::optional(
        "key_2_rotated",
        Kind::Time,
        21,
        "When it was made or its status last changed.",
    ),
    Field::optional("key_2_last_used", Kind::Time, 21, "When it was last used."),
    Field::optional(
        "problem",
        Kind::Text,
        40,
        "Why the row could not be read or does not fit.",
    ),
];

pub(super) const RESOURCES: &[Field] = &[
    Field::required(
        "resource",
        Kind::Text,
        48,
        "ARN of the resource; roles with their trust policies are in Roles and trust as well.",
    ),
    Field::required("region", Kind::Text, 14, "Its Region, `global` where it has none."),
    Field::required("lets_in", Kind::Text, 16, "Whom the statement lets in."),
    Field::required("grantee", Kind::Text, 48, "As the policy names it."),
    Field::required(
        "outside",
        Kind::Boolean,
        8,
        "It belongs neither to the account nor to its organization.",
    ),
    Field::required(
        "limited",
        Kind::Boolean,
        8,
        "Conditions limit it to the account or its organization.",
    ),
    Field::required("actions", Kind::Text, 30, "Actions of the statement."),
    Field::required("conditions", Kind::Text, 40, "Conditions of the statement as JSON."),
    Field::required("statement", Kind::Text, 12, "`Sid` or place of the statement."),
    Field::required(
        "has_denies",
        Kind::Boolean,
        8,
        "The policy also denies, which may keep some of those out.",
    ),
];

pub(super) const INDEX: &[Field] = &[
    Field::required("kind", Kind::Text, 18, "`AWS managed`, `customer managed` or `inline`."),
    Field::required("name", Kind::Text, 34, "Its name."),
    Field::required(
        "arn",
        Kind::Text,
        48,
        "Its ARN; of an inline policy that of its holder.",
    ),
    Field::optional("version", Kind::Text, 8, "Version in force."),
    Field::optional("updated", Kind::Time, 21, "When it was last changed."),
    Field::required(
        "users",
        Kind::Integer,
        8,
        "Users that it applies to, directly or through groups, counted once for each way.",
    ),
    Field::required("roles", Kind::Integer, 8, "Roles that it is attached to."),
    Field::required("limits", Kind::Integer, 8, "Users and roles that have it as boundary."),
    Field::optional("sha256", Kind::Text, 30, "SHA-256 of its document."),
    Field::optional("document", Kind::Text, 60, "Its document."),
];

pub(super) const UNEVALUATED: &[Field] = &[
    Field::required(
        "code",
        Kind::Text,
        20,
        "Kind of the gap: `NOT_GIVEN`, `NOT_READ`, `UNREAD`, `INCOMPLETE`, `STATEMENT`, `RESOURCE_POLICY`, `CREDENTIAL_REPORT`.",
    ),
    Field::required("subject", Kind::Text, 60, "What it is about."),
    Field::required("reason", Kind::Text, 90, "Why, and what follows."),
];
