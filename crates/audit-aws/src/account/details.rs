//! Users, groups, roles and policies: `GetAccountAuthorizationDetails`.

use audit_core::facts::{
    AttachedPolicy, AuthorizationDetails, GroupDetail, InlinePolicy, ManagedPolicy, RoleDetail, Tag, Unread, UserDetail,
};
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::types;
use aws_smithy_types::DateTime;
use jiff::Timestamp;

use super::Iam;
use super::settings::next;
use crate::errand::{Errand, instant, malformed, required};
use crate::error::{CallError, classify};
use crate::whole::Whole;

const OPERATION: &str = "iam:GetAccountAuthorizationDetails";

/// Entities of a page: large enough that most accounts are one call, small enough to come before the time-out.
const PAGE: i32 = 500;

impl Iam {
    /// Users, groups, roles and policies, all pages. Documents are decoded; one that cannot be is noted as unread.
    ///
    /// # Errors
    /// When a call fails for good, or an entity lacks its ARN, its creation time (users), its list of attached policies
    /// or (policies) how often it is attached.
    pub async fn authorization_details(&self, errand: &Errand<'_>) -> Result<AuthorizationDetails, CallError> {
        let page = |marker: Option<String>| async move {
            let call = self
                .client
                .get_account_authorization_details()
                .max_items(PAGE)
                .set_marker(marker)
                .customize()
                .config_override(Self::acting(errand.session))
                .interceptor(Whole(&[
                    "UserDetailList",
                    "GroupDetailList",
                    "RoleDetailList",
                    "Policies",
                    "IsTruncated",
                ]));
            let mut answer = call.send().await.map_err(|error| classify(OPERATION, &error))?;
            let next = next(OPERATION, answer.is_truncated, answer.marker.take())?;
            Ok((vec![details(answer)?], next))
        };
        let mut all = AuthorizationDetails::default();
        for page in errand.pages(OPERATION, page).await? {
            all.users.extend(page.users);
            all.groups.extend(page.groups);
            all.roles.extend(page.roles);
            all.policies.extend(page.policies);
            all.unread.extend(page.unread);
        }
        all.unread.sort();
        all.unread.dedup();
        Ok(all)
    }
}

fn details(answer: GetAccountAuthorizationDetailsOutput) -> Result<AuthorizationDetails, CallError> {
    let mut unread = Vec::new();
    let users = answer.user_detail_list.unwrap_or_default().into_iter();
    let groups = answer.group_detail_list.unwrap_or_default().into_iter();
    let roles = answer.role_detail_list.unwrap_or_default().into_iter();
    let policies = answer.policies.unwrap_or_default().into_iter();
    Ok(AuthorizationDetails {
        users: users.map(|one| user(one, &mut unread)).collect::<Result<_, _>>()?,
        groups: groups.map(|one| group(one, &mut unread)).collect::<Result<_, _>>()?,
        roles: roles.map(|one| role(one, &mut unread)).collect::<Result<_, _>>()?,
        policies: policies.map(|one| policy(one, &mut unread)).collect::<Result<_, _>>()?,
        unread,
    })
}

fn user(raw: types::UserDetail, unread: &mut Vec<Unread>) -> Result<UserDetail, CallError> {
    let arn = arn(raw.arn)?;
    Ok(UserDetail {
        name: required(OPERATION, raw.user_name)?,
        id: required(OPERATION, raw.user_id)?,
        path: path(raw.path),
        created: moment(raw.create_date)?.ok_or_else(|| malformed(OPERATION))?,
        tags: tags(raw.tags),
        boundary: boundary(raw.permissions_boundary)?,
        attached: attached(raw.attached_managed_policies)?,
        inline: inline(raw.user_policy_list, &arn, unread)?,
        groups: raw.group_list.unwrap_or_default(),
        arn,
    })
}

fn group(raw: types::GroupDetail, unread: &mut Vec<Unread>) -> Result<GroupDetail, CallError> {
    let arn = arn(raw.arn)?;
    Ok(GroupDetail {
        name: required(OPERATION, raw.group_name)?,
        id: required(OPERATION, raw.group_id)?,
        path: path(raw.path),
        created: moment(raw.create_date)?,
        attached: attached(raw.attached_managed_policies)?,
        inline: inline(raw.group_policy_list, &arn, unread)?,
        arn,
    })
}

fn role(raw: types::RoleDetail, unread: &mut Vec<Unread>) -> Result<RoleDetail, CallError> {
    let arn = arn(raw.arn)?;
    let (last_used, last_used_region) = match raw.role_last_used {
        None => (None, None),
        Some(used) => (moment(used.last_used_date)?, used.region),
    };
    let profiles = raw.instance_profile_list.unwrap_or_default().into_iter();
    let trust = raw.assume_role_policy_document;
    let subject = format!("{arn}, trust policy");
    Ok(RoleDetail {
        name: required(OPERATION, raw.role_name)?,
        id: required(OPERATION, raw.role_id)?,
        path: path(raw.path),
        created: moment(raw.create_date)?,
        tags: tags(raw.tags),
        trust: document(trust, &subject, "it has no trust policy", unread),
        last_used,
        last_used_region,
        boundary: boundary(raw.permissions_boundary)?,
        instance_profiles: profiles.map(|profile| profile.arn).collect(),
        attached: attached(raw.attached_managed_policies)?,
        inline: inline(raw.role_policy_list, &arn, unread)?,
        arn,
    })
}

fn policy(raw: types::ManagedPolicyDetail, unread: &mut Vec<Unread>) -> Result<ManagedPolicy, CallError> {
    let arn = arn(raw.arn)?;
    let versions = raw.policy_version_list.unwrap_or_default();
    let number = versions.len();
    let default = versions.into_iter().find(|version| version.is_default_version);
    let (version, text) = default.map_or((None, None), |default| (default.version_id, default.document));
    let absent = "the answer does not hold the document of its default version";
    let count = |count: Option<i32>| {
        let count = count.map(u32::try_from).transpose();
        count.map_err(|_| malformed(OPERATION))
    };
    Ok(ManagedPolicy {
        name: required(OPERATION, raw.policy_name)?,
        id: required(OPERATION, raw.policy_id)?,
        // Without it, a policy that is attached would look like one that is not.
        attachments: count(raw.attachment_count)?.ok_or_else(|| malformed(OPERATION))?,
        boundaries: count(raw.permissions_boundary_usage_count)?.unwrap_or_default(),
        updated: moment(raw.update_date)?,
        version: version.or(raw.default_version_id),
        versions: u32::try_from(number).unwrap_or(u32::MAX),
        document: document(text, &arn, absent, unread),
        arn,
    })
}

fn arn(arn: Option<String>) -> Result<String, CallError> {
    arn.filter(|arn| arn.starts_with("arn:"))
        .ok_or_else(|| malformed(OPERATION))
}

fn path(path: Option<String>) -> String {
    path.unwrap_or_else(|| "/".to_owned())
}

fn moment(at: Option<DateTime>) -> Result<Option<Timestamp>, CallError> {
    at.as_ref().map(|at| instant(OPERATION, at)).transpose()
}

fn tags(tags: Option<Vec<types::Tag>>) -> Vec<Tag> {
    let tags = tags.unwrap_or_default().into_iter();
    tags.map(|types::Tag { key, value, .. }| Tag { key, value }).collect()
}

fn boundary(boundary: Option<types::AttachedPermissionsBoundary>) -> Result<Option<String>, CallError> {
    boundary
        .map(|boundary| arn(boundary.permissions_boundary_arn))
        .transpose()
}

/// The list is there even where it is empty; without it, an identity with policies would look like one without.
fn attached(list: Option<Vec<types::AttachedPolicy>>) -> Result<Vec<AttachedPolicy>, CallError> {
    let list = list.ok_or_else(|| malformed(OPERATION))?.into_iter().map(|one| {
        Ok(AttachedPolicy {
            arn: arn(one.policy_arn)?,
            name: required(OPERATION, one.policy_name)?,
        })
    });
    list.collect()
}

fn inline(
    list: Option<Vec<types::PolicyDetail>>,
    owner: &str,
    unread: &mut Vec<Unread>,
) -> Result<Vec<InlinePolicy>, CallError> {
    let list = list.unwrap_or_default().into_iter().map(|one| {
        let name = required(OPERATION, one.policy_name)?;
        let subject = format!("{owner}, inline policy {name}");
        let document = document(one.policy_document, &subject, "it has no document", unread);
        Ok(InlinePolicy { name, document })
    });
    list.collect()
}

/// A document, which IAM gives percent-encoded (RFC 3986).
fn document(text: Option<String>, subject: &str, absent: &str, unread: &mut Vec<Unread>) -> Option<String> {
    let decoded = match text {
        None => Err(absent.to_owned()),
        Some(text) if text.trim_start().starts_with('{') => Ok(text),
        Some(text) => iam_policy::decode_url(&text).map_err(|error| format!("its document cannot be decoded: {error}")),
    };
    match decoded {
        Ok(document) => Some(document),
        Err(reason) => {
            unread.push(Unread {
                subject: subject.to_owned(),
                reason,
            });
            None
        }
    }
}
