//! One user, group, role or managed policy of the answer.

use std::borrow::Cow;

use iam_policy::decode_url;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{AttachedPolicy, GroupDetail, InlinePolicy, ManagedPolicy, RoleDetail, Tag, Unread, UserDetail};

/// The members that any of the four kinds has.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Entity<'a> {
    #[serde(borrow, default)]
    arn: Option<Cow<'a, str>>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default, alias = "GroupName", alias = "RoleName", alias = "PolicyName")]
    user_name: Option<String>,
    #[serde(default, alias = "GroupId", alias = "RoleId", alias = "PolicyId")]
    user_id: Option<String>,
    #[serde(borrow, default)]
    create_date: Option<&'a RawValue>,
    #[serde(borrow, default)]
    update_date: Option<&'a RawValue>,
    #[serde(default)]
    tags: Option<Vec<RawTag>>,
    #[serde(default)]
    permissions_boundary: Option<RawBoundary>,
    #[serde(default)]
    attached_managed_policies: Option<Vec<RawAttached>>,
    #[serde(borrow, default, alias = "GroupPolicyList", alias = "RolePolicyList")]
    user_policy_list: Option<Vec<RawInline<'a>>>,
    #[serde(default)]
    group_list: Option<Vec<String>>,
    #[serde(borrow, default)]
    assume_role_policy_document: Option<&'a RawValue>,
    #[serde(borrow, default)]
    role_last_used: Option<RawLastUsed<'a>>,
    #[serde(default)]
    instance_profile_list: Option<Vec<RawProfile>>,
    #[serde(default)]
    attachment_count: Option<u32>,
    #[serde(default)]
    permissions_boundary_usage_count: Option<u32>,
    #[serde(default)]
    default_version_id: Option<String>,
    #[serde(borrow, default)]
    policy_version_list: Option<Vec<RawVersion<'a>>>,
    #[serde(skip)]
    pub(super) unread: Vec<Unread>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawTag {
    key: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawBoundary {
    #[serde(default)]
    permissions_boundary_arn: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawAttached {
    policy_arn: String,
    policy_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawInline<'a> {
    policy_name: String,
    #[serde(borrow, default)]
    policy_document: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawLastUsed<'a> {
    #[serde(borrow, default)]
    last_used_date: Option<&'a RawValue>,
    #[serde(default)]
    region: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawProfile {
    arn: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawVersion<'a> {
    #[serde(borrow, default)]
    document: Option<&'a RawValue>,
    #[serde(default)]
    version_id: Option<String>,
    #[serde(default)]
    is_default_version: bool,
}

pub(super) fn user(raw: &mut Entity<'_>) -> Result<UserDetail, String> {
    let arn = raw.arn()?;
    let created = raw.created(&arn).ok_or("it has no `CreateDate` that can be read")?;
    Ok(UserDetail {
        name: raw.name(&arn),
        id: raw.user_id.take().unwrap_or_default(),
        path: raw.path(),
        created,
        tags: raw.tags(),
        boundary: raw.boundary(&arn),
        attached: raw.attached(&arn)?,
        inline: raw.inline(&arn),
        groups: raw.group_list.take().unwrap_or_default(),
        arn,
    })
}

pub(super) fn group(raw: &mut Entity<'_>) -> Result<GroupDetail, String> {
    let arn = raw.arn()?;
    Ok(GroupDetail {
        name: raw.name(&arn),
        id: raw.user_id.take().unwrap_or_default(),
        path: raw.path(),
        created: raw.created(&arn),
        attached: raw.attached(&arn)?,
        inline: raw.inline(&arn),
        arn,
    })
}

pub(super) fn role(raw: &mut Entity<'_>) -> Result<RoleDetail, String> {
    let arn = raw.arn()?;
    let last_used = raw.role_last_used.take();
    let date = last_used.as_ref().and_then(|used| used.last_used_date);
    Ok(RoleDetail {
        name: raw.name(&arn),
        id: raw.user_id.take().unwrap_or_default(),
        path: raw.path(),
        created: raw.created(&arn),
        tags: raw.tags(),
        trust: raw.trust(&arn),
        last_used: date.and_then(|date| raw.time(date, &arn, "LastUsedDate")),
        last_used_region: last_used.and_then(|used| used.region),
        boundary: raw.boundary(&arn),
        instance_profiles: raw.profiles(),
        attached: raw.attached(&arn)?,
        inline: raw.inline(&arn),
        arn,
    })
}

pub(super) fn policy(raw: &mut Entity<'_>) -> Result<ManagedPolicy, String> {
    let arn = raw.arn()?;
    let versions = raw.policy_version_list.take().unwrap_or_default();
    let wanted = raw.default_version_id.take();
    let default = versions.iter().find(|version| version.is_default_version).or_else(|| {
        versions
            .iter()
            .find(|version| version.version_id == wanted && wanted.is_some())
    });
    let document = default.and_then(|version| version.document);
    let document = raw.wanted(
        document,
        &arn,
        "the answer does not hold the document of its default version",
    );
    Ok(ManagedPolicy {
        name: raw.name(&arn),
        id: raw.user_id.take().unwrap_or_default(),
        attachments: raw.attachment_count.unwrap_or_default(),
        boundaries: raw.permissions_boundary_usage_count.unwrap_or_default(),
        updated: raw.update_date.and_then(|date| raw.time(date, &arn, "UpdateDate")),
        version: default.and_then(|version| version.version_id.clone()).or(wanted),
        versions: u32::try_from(versions.len()).unwrap_or(u32::MAX),
        document,
        arn,
    })
}

impl Entity<'_> {
    /// What to call it where it cannot be read.
    pub(super) fn subject(&self, kind: &str, at: usize) -> String {
        match (&self.arn, &self.user_name) {
            (Some(arn), _) => arn.clone().into_owned(),
            (None, Some(name)) => format!("{kind} {name}"),
            (None, None) => format!("{kind} number {} of a page", at + 1),
        }
    }

    fn arn(&self) -> Result<String, String> {
        let arn = self.arn.as_deref().filter(|arn| arn.starts_with("arn:"));
        Ok(arn.ok_or("it has no `Arn`")?.to_owned())
    }

    fn name(&mut self, arn: &str) -> String {
        let last = || arn.rsplit('/').next().unwrap_or_default().to_owned();
        self.user_name.clone().unwrap_or_else(last)
    }

    fn path(&mut self) -> String {
        self.path.take().unwrap_or_else(|| "/".to_owned())
    }

    fn created(&mut self, arn: &str) -> Option<Timestamp> {
        self.create_date.and_then(|date| self.time(date, arn, "CreateDate"))
    }

    fn tags(&mut self) -> Vec<Tag> {
        let tags = self.tags.take().unwrap_or_default().into_iter();
        tags.map(|RawTag { key, value }| Tag { key, value }).collect()
    }

    fn profiles(&mut self) -> Vec<String> {
        let profiles = self.instance_profile_list.take().unwrap_or_default();
        profiles.into_iter().map(|profile| profile.arn).collect()
    }

    fn boundary(&mut self, arn: &str) -> Option<String> {
        let boundary = self.permissions_boundary.take()?;
        if boundary.permissions_boundary_arn.is_none() {
            self.note(arn, "its permissions boundary has no ARN".to_owned());
        }
        boundary.permissions_boundary_arn
    }

    fn attached(&mut self, arn: &str) -> Result<Vec<AttachedPolicy>, String> {
        let attached = self
            .attached_managed_policies
            .take()
            .ok_or_else(|| format!("the list `AttachedManagedPolicies` of {arn} is missing"))?;
        let own = |one: RawAttached| AttachedPolicy {
            arn: one.policy_arn,
            name: one.policy_name,
        };
        Ok(attached.into_iter().map(own).collect())
    }

    fn inline(&mut self, arn: &str) -> Vec<InlinePolicy> {
        let mut inline = Vec::new();
        for RawInline {
            policy_name,
            policy_document,
        } in self.user_policy_list.take().unwrap_or_default()
        {
            let subject = format!("{arn}, inline policy {policy_name}");
            let document = self.wanted(policy_document, &subject, "it has no document");
            inline.push(InlinePolicy {
                name: policy_name,
                document,
            });
        }
        inline
    }

    fn trust(&mut self, arn: &str) -> Option<String> {
        let subject = format!("{arn}, trust policy");
        self.wanted(self.assume_role_policy_document, &subject, "it has no trust policy")
    }

    /// A document that has to be there.
    fn wanted(&mut self, raw: Option<&RawValue>, subject: &str, absent: &str) -> Option<String> {
        if raw.is_none() {
            self.note(subject, absent.to_owned());
        }
        raw.and_then(|raw| self.document(raw, subject))
    }

    /// A document: an object as it stands, or its text, percent-encoded or not.
    fn document(&mut self, raw: &RawValue, subject: &str) -> Option<String> {
        let text = raw.get();
        if text.starts_with('{') {
            return Some(text.to_owned());
        }
        let Ok(text) = serde_json::from_str::<Cow<'_, str>>(text) else {
            self.note(subject, "its document is neither an object nor text".to_owned());
            return None;
        };
        if text.trim_start().starts_with('{') {
            return Some(text.into_owned());
        }
        match decode_url(&text) {
            Ok(text) => Some(text),
            Err(error) => {
                self.note(subject, format!("its document cannot be decoded: {error}"));
                None
            }
        }
    }

    /// A time as the AWS CLI writes it, or in seconds since 1970.
    fn time(&mut self, raw: &RawValue, subject: &str, name: &str) -> Option<Timestamp> {
        let text = raw.get();
        let read = match serde_json::from_str::<Cow<'_, str>>(text) {
            Ok(text) => text.parse().ok(),
            #[expect(clippy::cast_possible_truncation, reason = "the fraction of a second is not kept")]
            Err(_) => text
                .parse::<f64>()
                .ok()
                .and_then(|seconds| Timestamp::from_second(seconds as i64).ok()),
        };
        if read.is_none() && text != "null" {
            self.note(subject, format!("`{name}` is no time"));
        }
        read
    }

    fn note(&mut self, subject: &str, reason: String) {
        self.unread.push(Unread {
            subject: subject.to_owned(),
            reason,
        });
    }
}
