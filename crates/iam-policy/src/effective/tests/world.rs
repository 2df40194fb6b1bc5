//! Random accounts over a small universe in which every resource and context can be tried.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde_json::{Value as Json, json};

use crate::catalogue::Catalogue;
use crate::decision::Policies;
use crate::document::Policy;
use crate::pattern::Pattern;
use crate::request::{Context, Value};

pub(super) const ACTIONS: [&str; 16] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:ListAllMyBuckets",
    "iam:GetUser",
    "iam:CreateUser",
    "iam:ListUsers",
    "sqs:SendMessage",
    "sqs:ListQueues",
    "ec2:StartInstances",
    "ec2:DescribeInstances",
    "kms:Decrypt",
    "backup:DeleteRecoveryPoint",
    "dynamodb:DeleteTable",
    "dynamodb:Query",
    "lambda:UpdateFunctionCode",
];

const PATTERNS: [&str; 15] = [
    "s3:*",
    "s3:Get*",
    "s3:*Object",
    "s3:List*",
    "iam:*",
    "iam:*User",
    "sqs:*",
    "ec2:*",
    "ec2:*Instances",
    "kms:*",
    "backup:*",
    "dynamodb:*",
    "lambda:*",
    "*",
    "x:*",
];

const RESOURCES: [&str; 23] = [
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b1",
    "arn:aws:s3:::b1/*",
    "arn:aws:s3:::b?/k*",
    "arn:aws:s3:::b1/${aws:username}/*",
    "arn:aws:s3:::${aws:username}*",
    "arn:aws:iam::111122223333:*",
    "arn:aws:iam::*:user/*",
    "arn:aws:iam::111122223333:user/ana",
    "arn:aws:iam::111122223333:user/${aws:username}",
    "arn:aws:sqs:*",
    "arn:aws:sqs:*:*:q1",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:ec2:eu-*:*:instance/i-1",
    "arn:aws:kms:*:*:key/*",
    "arn:aws:backup:*:*:recovery-point:*",
    "arn:aws:backup:*:*:backup-vault:*",
    "arn:aws:rds:*:*:snapshot:*",
    "arn:aws:dynamodb:*:*:table/b1*",
    "arn:aws:dynamodb:*:*:table/b1/index/*",
    "arn:aws:lambda:*:*:function:b1",
    "arn:aws:lambda:*:*:function:b1:*",
];

const USERNAMES: [Option<&str>; 3] = [None, Some("ana"), Some("b1")];
const MFA: [Option<&str>; 3] = [None, Some("true"), Some("false")];
const ADDRESSES: [Option<&str>; 3] = [None, Some("10.0.0.1"), Some("203.0.113.9")];

/// Every context of the universe.
pub(super) fn contexts() -> &'static [Context<'static>] {
    static ALL: LazyLock<Vec<Context<'static>>> = LazyLock::new(all_contexts);
    &ALL
}

fn all_contexts() -> Vec<Context<'static>> {
    let mut all = Vec::new();
    for username in USERNAMES {
        for mfa in MFA {
            for address in ADDRESSES {
                let mut context = Context::default();
                for (key, value) in [
                    ("aws:username", username),
                    ("aws:multifactorauthpresent", mfa),
                    ("aws:sourceip", address),
                ] {
                    if let Some(value) = value {
                        context.insert(key, Value::One(value.into())).expect("a new key");
                    }
                }
                all.push(context);
            }
        }
    }
    all
}

pub(super) fn is_ana_without_mfa(context: &Context<'_>) -> bool {
    context.get("aws:username") == Some(&Value::One("ana".into()))
        && context.get("aws:multifactorauthpresent").is_none()
}

/// Every resource of the universe that the action takes.
pub(super) fn resources(action: &str) -> &'static [String] {
    static ALL: LazyLock<HashMap<&str, Vec<String>>> = LazyLock::new(|| {
        ACTIONS
            .into_iter()
            .map(|action| (action, resources_of(action)))
            .collect()
    });
    &ALL[action]
}

fn resources_of(action: &str) -> Vec<String> {
    let catalogue = Catalogue::get();
    let id = catalogue.find(action).expect("a known action");
    let known = catalogue.action(id).expect("a known action");
    let numbers = catalogue.resource_types(known);
    if numbers.is_empty() {
        return vec!["*".to_owned()];
    }
    let service = &catalogue.services[known.service];
    let types: Vec<&str> = numbers
        .iter()
        .map(|number| service.resource_types[usize::from(*number)].arn)
        .collect();
    let others: Vec<&str> = service.resource_types.iter().map(|kind| kind.arn).collect();
    let mut all = Vec::new();
    for text in RESOURCES.into_iter().chain(types.iter().copied()) {
        for name in ["ana", "b1"] {
            for star in ["", "x", "\u{1}", "k\u{1}"] {
                let text = text
                    .replace("${aws:username}", name)
                    .replace("arn:*:", "arn:aws:")
                    .replace(":*:*:", ":eu-x:111122223333:")
                    .replace('?', "x");
                all.push(text.replace('*', star));
            }
        }
    }
    all.sort();
    all.dedup();
    all.retain(|resource| types.iter().any(|arn| is_of(resource, arn, &others)));
    all
}

/// Whether a resource is of the type with this format: no format within this one matches as well.
fn is_of(resource: &str, format: &str, others: &[&str]) -> bool {
    let is_matched = |format: &str| Pattern::glob(format).matches(resource);
    let is_within = |other: &str| Pattern::glob(format).matches(other) && !Pattern::glob(other).matches(format);
    is_matched(format) && !others.iter().any(|other| is_within(other) && is_matched(other))
}

/// A generator with a fixed start (xorshift64*), so that a failure comes again.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(value).expect("31 bits") % limit
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

type Document = Vec<Json>;

/// The policies of one principal, as JSON.
#[derive(Clone)]
pub(super) struct World {
    pub(super) identity: Vec<Document>,
    pub(super) boundary: Option<Document>,
    pub(super) session: Option<Document>,
    pub(super) scps: Vec<Vec<Document>>,
    pub(super) rcps: Vec<Vec<Document>>,
}

impl World {
    pub(super) fn new(random: &mut Random) -> Self {
        let optional = |random: &mut Random| {
            let exists = random.below(4) == 0;
            exists.then(|| Self::document(random, None, None))
        };
        let count = random.below(3) + 1;
        let levels = random.below(3);
        let full = || vec![json!({"Effect": "Allow", "Action": "*", "Resource": "*"})];
        Self {
            identity: (0..count).map(|_| Self::document(random, None, None)).collect(),
            boundary: optional(random),
            session: optional(random),
            scps: (0..levels)
                .map(|_| match random.below(3) {
                    0 => vec![Self::document(random, None, None)],
                    1 => vec![full(), Self::document(random, Some("Deny"), None)],
                    _ => vec![full()],
                })
                .collect(),
            rcps: (0..random.below(5) / 4)
                .map(|_| vec![Self::document(random, Some("Deny"), Some("*"))])
                .collect(),
        }
    }

    pub(super) fn document(random: &mut Random, effect: Option<&str>, principal: Option<&str>) -> Document {
        let count = random.below(3) + 1;
        (0..count).map(|_| Self::statement(random, effect, principal)).collect()
    }

    pub(super) fn statement(random: &mut Random, effect: Option<&str>, principal: Option<&str>) -> Json {
        let is_deny = random.below(6) == 0;
        let mut statement = json!({
            "Effect": effect.unwrap_or(if is_deny { "Deny" } else { "Allow" }),
        });
        let list = |random: &mut Random, from: &[&'static str]| -> Vec<&'static str> {
            (0..=random.below(2)).map(|_| random.pick(from)).collect()
        };
        let patterns = if random.below(3) == 0 {
            &ACTIONS[..]
        } else {
            &PATTERNS[..]
        };
        let actions = list(random, patterns);
        statement[if random.below(8) == 0 { "NotAction" } else { "Action" }] = json!(actions);
        if random.below(3) == 0 {
            statement["Resource"] = json!("*");
        } else {
            let resources = list(random, &RESOURCES);
            statement[if random.below(6) == 0 {
                "NotResource"
            } else {
                "Resource"
            }] = json!(resources);
        }
        if random.below(3) == 0 {
            statement["Condition"] = match random.below(7) {
                0 => json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
                1 => json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
                2 => json!({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
                3 => json!({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
                4 => json!({"StringEquals": {"aws:username": "ana"}}),
                5 => json!({"StringNotEquals": {"aws:username": ["ana", "${aws:SourceIp}"]}}),
                _ => json!({"Null": {"aws:MultiFactorAuthPresent": "true"}}),
            };
        }
        if let Some(principal) = principal {
            statement["Principal"] = json!(principal);
        }
        statement
    }

    pub(super) fn policies(&self) -> Policies {
        let policy = |statements: &Document| {
            let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
            Arc::new(Policy::parse(&text).expect("a policy"))
        };
        let levels = |levels: &[Vec<Document>]| -> Vec<Vec<Arc<Policy>>> {
            levels.iter().map(|level| level.iter().map(policy).collect()).collect()
        };
        Policies {
            identity: self.identity.iter().map(policy).collect(),
            boundary: self.boundary.as_ref().map(policy),
            session: self.session.as_ref().map(policy),
            resource: None,
            scps: levels(&self.scps),
            rcps: levels(&self.rcps),
        }
    }

    fn documents(&mut self) -> impl Iterator<Item = &mut Document> {
        self.identity
            .iter_mut()
            .chain(&mut self.boundary)
            .chain(&mut self.session)
            .chain(self.scps.iter_mut().flatten())
            .chain(self.rcps.iter_mut().flatten())
    }

    /// The same with every list the other way around.
    pub(super) fn reversed(&self) -> Self {
        let mut other = self.clone();
        other.documents().for_each(|document| document.reverse());
        other.identity.reverse();
        other.scps.iter_mut().for_each(|level| level.reverse());
        other
    }

    /// The same with a statement for each action and each resource, where the lists are positive.
    pub(super) fn split(&self) -> Self {
        let mut other = self.clone();
        for document in other.documents() {
            for name in ["Action", "Resource"] {
                *document = document.iter().flat_map(|statement| apart(statement, name)).collect();
            }
        }
        other
    }
}

fn apart(statement: &Json, name: &str) -> Vec<Json> {
    let Some(Json::Array(values)) = statement.get(name) else {
        return vec![statement.clone()];
    };
    let with = |value: &Json| {
        let mut one = statement.clone();
        one[name] = value.clone();
        one
    };
    values.iter().map(with).collect()
}
