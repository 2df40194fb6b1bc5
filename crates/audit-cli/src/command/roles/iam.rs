//! The calls to IAM of one account: what is under the name of a role, and what makes, mends and removes it.

use std::collections::BTreeSet;
use std::time::Duration;

use audit_aws::caller::{Caller, configured};
use audit_aws::error::{CallError, classify};
use audit_aws::session::{Session, salt};
use audit_aws::tally::Tally;
use audit_core::account::AccountId;
use audit_core::member_roles::{Change, Desired, Document, Found, Kind, MAX_SESSION_SECONDS, Role, TAGS, is_ours};
use audit_core::reason::Reason;
use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::config::Builder;
use aws_sdk_iam::types::{self, Tag};

use super::settings::Target;

/// The pauses until a role that was just made is known everywhere in IAM.
const UNTIL_KNOWN: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// IAM of one account.
pub(super) struct Iam<'a> {
    client: Client,
    caller: &'a Caller,
    account: AccountId,
}

/// One call, made with the caller's patience.
macro_rules! call {
    ($iam:expr, $operation:literal, $tally:expr, $request:expr) => {{
        let request = $request;
        let ask = || {
            let request = request.clone();
            async move {
                request
                    .send()
                    .await
                    .map_err(|error| discreet(classify($operation, &error)))
            }
        };
        $iam.caller.call(salt($iam.account), $tally, ask).await
    }};
}

/// All pages of a list. A marker that is missing or came before is an error, and never the end.
macro_rules! pages {
    ($iam:expr, $operation:literal, $tally:expr, $request:expr, $items:expr) => {{
        let (mut all, mut marker, mut seen) = (Vec::new(), None::<String>, BTreeSet::new());
        loop {
            let page = call!($iam, $operation, $tally, $request.set_marker(marker.clone()))?;
            let more = page.is_truncated;
            marker = page.marker.clone();
            all.extend($items(page));
            if !more {
                break all;
            }
            if !marker.clone().is_some_and(|marker| seen.insert(marker)) {
                return Err(CallError::new($operation, Reason::MalformedAnswer));
            }
        }
    }};
}

impl<'a> Iam<'a> {
    pub(super) fn new(sdk: &SdkConfig, caller: &'a Caller, account: AccountId, session: Session) -> Self {
        let mut config = Builder::from(&configured(sdk));
        if let Session::Assumed(credentials) = session {
            config = config.credentials_provider(credentials);
        }
        Self {
            client: Client::from_conf(config.build()),
            caller,
            account,
        }
    }

    /// What is under the name of a role. Of a role that is not ours no more is read than that it is there.
    pub(super) async fn find(&self, target: &Target, tally: &mut Tally) -> Result<Found, CallError> {
        let name = &target.name;
        let answer = match call!(self, "iam:GetRole", tally, self.client.get_role().role_name(name)) {
            Ok(answer) => answer,
            Err(error) if error.has_code(&["NoSuchEntity"]) => return Ok(Found::Absent),
            Err(error) => return Err(error),
        };
        let malformed = || CallError::new("iam:GetRole", Reason::MalformedAnswer);
        let role = answer.role.ok_or_else(malformed)?;
        if role.path.is_empty() {
            return Err(malformed());
        }
        let tags = role.tags().iter();
        let tags = tags.map(|tag| (tag.key.clone(), tag.value.clone())).collect();
        if !is_ours(&tags) {
            return Ok(Found::Foreign { path: role.path });
        }
        let request = || self.client.list_role_policies().role_name(name);
        let inline = pages!(self, "iam:ListRolePolicies", tally, request(), names_of_policies);
        let request = || self.client.list_attached_role_policies().role_name(name);
        let attached = pages!(self, "iam:ListAttachedRolePolicies", tally, request(), arns_of_policies);
        let mut instance_profiles = Vec::new();
        if target.wanted.is_none() {
            let request = || self.client.list_instance_profiles_for_role().role_name(name);
            instance_profiles = pages!(
                self,
                "iam:ListInstanceProfilesForRole",
                tally,
                request(),
                names_of_profiles
            );
        }
        Ok(Found::Ours(Box::new(Role {
            trust: document(role.assume_role_policy_document.as_deref()),
            policy: self.policy(name, target.kind, &inline, tally).await?,
            boundary: role.permissions_boundary.and_then(|it| it.permissions_boundary_arn),
            description: role.description.unwrap_or_default(),
            max_session_seconds: role.max_session_duration.unwrap_or(MAX_SESSION_SECONDS),
            path: role.path,
            tags,
            inline,
            attached,
            instance_profiles,
        })))
    }

    async fn policy(
        &self,
        name: &str,
        kind: Kind,
        inline: &[String],
        tally: &mut Tally,
    ) -> Result<Option<Document>, CallError> {
        let policy = kind.policy_name();
        if !inline.iter().any(|name| name == policy) {
            return Ok(None);
        }
        let request = self.client.get_role_policy().role_name(name).policy_name(policy);
        let answer = call!(self, "iam:GetRolePolicy", tally, request)?;
        Ok(Some(document(Some(&answer.policy_document))))
    }

    /// Makes a role. Should the second call fail, the role may do nothing yet, and is mended the next time.
    pub(super) async fn create(&self, target: &Target, desired: &Desired, tally: &mut Tally) -> Result<(), CallError> {
        let request = self
            .client
            .create_role()
            .role_name(&desired.name)
            .path(&desired.path)
            .description(desired.kind.description())
            .max_session_duration(MAX_SESSION_SECONDS)
            .assume_role_policy_document(desired.trust.reveal())
            .set_permissions_boundary(desired.boundary.clone())
            .set_tags(Some(tags("iam:CreateRole")?));
        match call!(self, "iam:CreateRole", tally, request) {
            Ok(_) => {}
            // An attempt whose answer was lost has made it; somebody else's role of the name is never touched.
            Err(error) if error.has_code(&["EntityAlreadyExists"]) => match self.find(target, tally).await? {
                Found::Ours(role) if role.path == desired.path => {}
                _ => return Err(error),
            },
            Err(error) => return Err(error),
        }
        let mut put = self.put_policy(desired, tally).await;
        for pause in UNTIL_KNOWN {
            match put {
                Err(error) if error.has_code(&["NoSuchEntity"]) => {}
                other => return other,
            }
            self.caller.clock().sleep(pause).await;
            put = self.put_policy(desired, tally).await;
        }
        put
    }

    /// Changes what differs.
    pub(super) async fn mend(&self, desired: &Desired, changes: &[Change], tally: &mut Tally) -> Result<(), CallError> {
        let (iam, name) = (&self.client, &desired.name);
        for change in changes {
            match change {
                Change::Boundary { to, .. } => {
                    let request = iam.put_role_permissions_boundary().role_name(name);
                    let request = request.permissions_boundary(to);
                    call!(self, "iam:PutRolePermissionsBoundary", tally, request).map(drop)?;
                }
                Change::Trust(_) => {
                    let request = iam.update_assume_role_policy().role_name(name);
                    let request = request.policy_document(desired.trust.reveal());
                    call!(self, "iam:UpdateAssumeRolePolicy", tally, request).map(drop)?;
                }
                Change::Policy(_) => self.put_policy(desired, tally).await?,
                Change::Description(_) => {
                    let request = iam.update_role().role_name(name);
                    let request = request.description(desired.kind.description());
                    let request = request.max_session_duration(MAX_SESSION_SECONDS);
                    call!(self, "iam:UpdateRole", tally, request).map(drop)?;
                }
                Change::Tags(_) => {
                    let request = iam.tag_role().role_name(name).set_tags(Some(tags("iam:TagRole")?));
                    call!(self, "iam:TagRole", tally, request).map(drop)?;
                }
            }
        }
        Ok(())
    }

    /// Removes a role, its inline policy of ours first. Whatever somebody has given it meanwhile keeps IAM from it.
    pub(super) async fn remove(&self, target: &Target, policy: bool, tally: &mut Tally) -> Result<(), CallError> {
        let name = &target.name;
        if policy {
            let request = self.client.delete_role_policy().role_name(name);
            let request = request.policy_name(target.kind.policy_name());
            gone(call!(self, "iam:DeleteRolePolicy", tally, request).map(drop))?;
        }
        let request = self.client.delete_role().role_name(name);
        gone(call!(self, "iam:DeleteRole", tally, request).map(drop))
    }

    async fn put_policy(&self, desired: &Desired, tally: &mut Tally) -> Result<(), CallError> {
        let request = self
            .client
            .put_role_policy()
            .role_name(&desired.name)
            .policy_name(desired.kind.policy_name())
            .policy_document(desired.policy.reveal());
        call!(self, "iam:PutRolePolicy", tally, request).map(drop)
    }
}

/// What is not there is gone: an attempt whose answer was lost has removed it.
fn gone(result: Result<(), CallError>) -> Result<(), CallError> {
    match result {
        Err(error) if error.has_code(&["NoSuchEntity"]) => Ok(()),
        other => other,
    }
}

fn names_of_policies(page: aws_sdk_iam::operation::list_role_policies::ListRolePoliciesOutput) -> Vec<String> {
    page.policy_names
}

fn arns_of_policies(
    page: aws_sdk_iam::operation::list_attached_role_policies::ListAttachedRolePoliciesOutput,
) -> Vec<String> {
    let attached = page.attached_policies.unwrap_or_default().into_iter();
    attached.filter_map(|policy| policy.policy_arn).collect()
}

fn names_of_profiles(
    page: aws_sdk_iam::operation::list_instance_profiles_for_role::ListInstanceProfilesForRoleOutput,
) -> Vec<String> {
    let name = |profile: types::InstanceProfile| profile.instance_profile_name;
    page.instance_profiles.into_iter().map(name).collect()
}

/// A failure without what AWS said, where that repeats the trust policy and so the external id.
fn discreet(error: CallError) -> CallError {
    let repeats = error.message.as_ref().is_some_and(|said| said.contains("ExternalId"));
    CallError {
        message: error.message.filter(|_| !repeats),
        ..error
    }
}

/// A document as IAM answers it; what cannot be read equals no other.
fn document(encoded: Option<&str>) -> Document {
    let text = encoded.and_then(|encoded| iam_policy::decode_url(encoded).ok());
    Document::read(text.as_deref().unwrap_or_default())
}

fn tags(operation: &'static str) -> Result<Vec<Tag>, CallError> {
    let tag = |(key, value): (&str, &str)| Tag::builder().key(key).value(value).build();
    let tags: Result<Vec<Tag>, _> = TAGS.into_iter().map(tag).collect();
    tags.map_err(|_| CallError::new(operation, Reason::Misconfigured))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_repeats_the_trust_policy_is_not_passed_on() {
        let said = |message: &str| {
            let error = CallError {
                message: Some(message.to_owned()),
                ..CallError::new("iam:CreateRole", Reason::Misconfigured)
            };
            discreet(error).to_string()
        };
        let echo = said(r#"Value '{"StringEquals":{"sts:ExternalId":"between-us"}}' failed to satisfy constraint"#);
        assert!(
            !echo.contains("between-us") && echo.contains("iam:CreateRole"),
            "{echo}"
        );
        assert!(said("Invalid principal in policy").contains("Invalid principal"));
    }

    #[test]
    fn a_document_that_cannot_be_read_equals_none() {
        let readable = document(Some(
            "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D",
        ));
        assert!(readable.means_the_same(&Document::of(&[])));
        for odd in [None, Some("%7"), Some("%7B")] {
            assert!(!document(odd).means_the_same(&document(odd)), "{odd:?}");
        }
    }
}
