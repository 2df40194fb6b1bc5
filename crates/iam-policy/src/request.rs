//! One request: who wants to do what, to which resource, in which context.

use std::borrow::Cow;

use crate::arn::COLONS;
use crate::json::quoted;

/// The value of a condition key in the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A single-valued key. Numbers and booleans as their JSON text.
    One(Cow<'a, str>),
    /// A multivalued key, possibly without values.
    Many(Vec<Cow<'a, str>>),
}

/// The request context: every condition key that the request has, and no other.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    /// Keys in lower case; names of condition keys are compared without case.
    entries: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Context<'a> {
    /// Adds a key.
    ///
    /// # Errors
    /// [`RequestError::RepeatedKey`] when the context already has the key, in whatever case.
    pub fn insert(&mut self, key: impl Into<Cow<'a, str>>, value: Value<'a>) -> Result<(), RequestError> {
        let mut key = key.into();
        if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            key.to_mut().make_ascii_lowercase();
        }
        if self.get(&key).is_some() {
            return Err(RequestError::RepeatedKey(quoted(&key)));
        }
        self.entries.push((key, value));
        Ok(())
    }

    /// The value of a key, given in lower case.
    pub(crate) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.entries
            .iter()
            .find_map(|(name, value)| (name == key).then_some(value))
    }
}

/// Why a request cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// The principal is neither an ARN, a service name, nor `*`.
    #[error("`principal` {0} is no principal: an ARN, a service principal such as `ec2.amazonaws.com`, or `*`")]
    Principal(String),
    /// The action is not of the form `service:Action`.
    #[error("`action` {0} is not of the form `service:Action`")]
    Action(String),
    /// The resource is neither an ARN nor `*`.
    #[error("`resource` {0} is neither an ARN nor `*`")]
    Resource(String),
    /// A condition key stands twice in the context.
    #[error("`ctx` has the key {0} twice")]
    RepeatedKey(String),
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    pub(crate) principal: Principal<'a>,
    /// In lower case: action names are compared without case.
    pub(crate) action: String,
    pub(crate) resource: &'a str,
    pub(crate) resource_account: &'a str,
    pub(crate) context: Context<'a>,
}

impl<'a> Request<'a> {
    /// Reads a request. The resource is an ARN, or `*` for an action that has no resource; `resource_account` is the
    /// account that owns it, where its ARN does not tell (Amazon S3); without either it is the principal's account.
    ///
    /// # Errors
    /// [`RequestError`] names the field that cannot be read.
    pub fn new(
        principal: &'a str,
        action: &str,
        resource: &'a str,
        resource_account: Option<&'a str>,
        context: Context<'a>,
    ) -> Result<Self, RequestError> {
        let principal = Principal::new(principal)?;
        let is_action = action
            .split_once(':')
            .is_some_and(|(service, name)| !service.is_empty() && !name.is_empty());
        if !is_action {
            return Err(RequestError::Action(quoted(action)));
        }
        if resource != "*" && !resource.starts_with("arn:") {
            return Err(RequestError::Resource(quoted(resource)));
        }
        let resource_account = resource_account
            .filter(|account| !account.is_empty())
            .or_else(|| resource.split(':').nth(4).filter(|account| is_account(account)))
            .or(principal.account())
            .unwrap_or_default();
        Ok(Self {
            principal,
            action: action.to_ascii_lowercase(),
            resource,
            resource_account,
            context,
        })
    }

    /// The service half of the action, in lower case.
    pub(crate) fn service(&self) -> &str {
        self.action.split(':').next().unwrap_or_default()
    }

    pub(crate) fn is_same_account(&self) -> bool {
        self.principal.account() == Some(self.resource_account)
    }
}

/// Who asks ("AWS JSON policy elements: Principal").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Principal<'a> {
    /// Nobody in particular: an unauthenticated request.
    Anonymous,
    /// The root user of an account.
    Root {
        /// Twelve digits.
        account: &'a str,
    },
    /// An IAM user.
    User {
        /// The whole ARN.
        arn: &'a str,
        /// Twelve digits.
        account: &'a str,
    },
    /// A role, or one of its sessions.
    Role {
        /// The ARN of the session, or of the role where no session is known.
        arn: &'a str,
        /// Twelve digits.
        account: &'a str,
        /// The role's name without path.
        role: &'a str,
        /// The role's path, `None` in the ARN of a session, which has none.
        path: Option<&'a str>,
    },
    /// A session made with `GetFederationToken`.
    FederatedUser {
        /// The whole ARN.
        arn: &'a str,
        /// Twelve digits.
        account: &'a str,
        /// The name of the session.
        name: &'a str,
    },
    /// An AWS service, an identity provider, or a canonical user: known by one exact string.
    Named(&'a str),
}

impl<'a> Principal<'a> {
    /// Reads a principal.
    ///
    /// # Errors
    /// [`RequestError::Principal`] when the text names no principal.
    pub fn new(text: &'a str) -> Result<Self, RequestError> {
        let unknown = || RequestError::Principal(quoted(text));
        if text == "*" || text == "anonymous" {
            return Ok(Self::Anonymous);
        }
        if is_account(text) {
            return Ok(Self::Root { account: text });
        }
        if !text.starts_with("arn:") {
            let plausible = text.contains('.') || text.len() == 64;
            return plausible.then_some(Self::Named(text)).ok_or_else(unknown);
        }
        let mut parts = text.splitn(COLONS + 1, ':').skip(2);
        let service = parts.next().unwrap_or_default();
        let account = parts.nth(1).unwrap_or_default();
        let resource = parts.next().unwrap_or_default();
        let (kind, name) = resource.split_once('/').unwrap_or((resource, ""));
        match (service, kind) {
            ("iam", "saml-provider" | "oidc-provider") => return Ok(Self::Named(text)),
            _ if !is_account(account) => return Err(unknown()),
            ("iam", "root") => return Ok(Self::Root { account }),
            _ if name.is_empty() => return Err(unknown()),
            _ => {}
        }
        match (service, kind) {
            ("iam", "user") => Ok(Self::User { arn: text, account }),
            ("iam", "role") => {
                let (path, role) = name.rsplit_once('/').unwrap_or(("", name));
                Ok(Self::Role {
                    arn: text,
                    account,
                    role,
                    path: Some(path),
                })
            }
            ("sts", "assumed-role") => Ok(Self::Role {
                arn: text,
                account,
                role: name.split('/').next().unwrap_or(name),
                path: None,
            }),
            ("sts", "federated-user") => Ok(Self::FederatedUser {
                arn: text,
                account,
                name,
            }),
            _ => Err(unknown()),
        }
    }

    /// The account whose identity this is; services, providers and strangers have none.
    #[must_use]
    pub fn account(&self) -> Option<&'a str> {
        match self {
            Self::Root { account }
            | Self::User { account, .. }
            | Self::Role { account, .. }
            | Self::FederatedUser { account, .. } => Some(account),
            Self::Anonymous | Self::Named(_) => None,
        }
    }

    /// Whether this is a service-linked role, which neither SCPs nor RCPs restrict ("Service control policies" and
    /// "Resource control policies" in the AWS Organizations User Guide). The ARN of a session has no path, so there
    /// `aws:PrincipalArn` decides, and without it the name that AWS gives to every such role.
    pub(crate) fn is_service_linked(&self, context: &Context<'_>) -> bool {
        let Self::Role { role, path, .. } = self else {
            return false;
        };
        match (path, context.get("aws:principalarn")) {
            (Some(path), _) => is_service_linked_path(path),
            (None, Some(Value::One(arn))) if arn.contains(":role/") => arn
                .split_once(":role/")
                .is_some_and(|(_, path)| is_service_linked_path(path)),
            _ => role.starts_with("AWSServiceRoleFor"),
        }
    }
}

fn is_service_linked_path(path: &str) -> bool {
    path == "aws-service-role" || path.starts_with("aws-service-role/")
}

/// Whether this is the identifier of an account: twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
