//! Reads a saved answer of `aws iam get-account-authorization-details`.
//!
//! The shapes are those of the IAM API Reference, as the AWS CLI and the SDKs print them. One file may hold several
//! pages one after the other, or an array of them; members that are not known are left aside.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::entity::{Entity, group, policy, role, user};
use super::{AuthorizationDetails, Unread};
use crate::account::{AccountId, Partition};
use crate::named::quoted;

/// Why a file is no answer at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DetailsError {
    /// It is not JSON.
    #[error("it is not JSON: {0}")]
    Json(String),
    /// It is JSON of something else.
    #[error(
        "it is no answer of get-account-authorization-details: none of `UserDetailList`, `GroupDetailList`, \
         `RoleDetailList` and `Policies` is there"
    )]
    Shape,
    /// No entity says which account this is.
    #[error("no user, group, role or policy of the account is there that could be read")]
    NoAccount,
    /// Two accounts in one file.
    #[error("it holds two accounts, {0} and {1}: give one file for each")]
    TwoAccounts(AccountId, AccountId),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page<'a> {
    #[serde(borrow, default)]
    user_detail_list: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    group_detail_list: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    role_detail_list: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    policies: Option<Vec<&'a RawValue>>,
    #[serde(default)]
    is_truncated: bool,
}

impl AuthorizationDetails {
    /// Reads a saved answer. An entity that cannot be read stands in [`unread`](Self::unread) with the reason.
    ///
    /// # Errors
    /// [`DetailsError`] when nothing of the file can be used.
    pub fn read(text: &str) -> Result<Self, DetailsError> {
        let text = text.trim_start_matches('\u{feff}');
        let mut details = Self::default();
        let mut has_lists = false;
        let mut is_truncated = false;
        for value in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
            let value = value.map_err(|error| json(&error))?;
            for page in pages(value)? {
                let lists = [
                    &page.user_detail_list,
                    &page.group_detail_list,
                    &page.role_detail_list,
                    &page.policies,
                ];
                has_lists |= lists.iter().any(|list| list.is_some());
                is_truncated = page.is_truncated;
                details.add(&page);
            }
        }
        if !has_lists {
            return Err(DetailsError::Shape);
        }
        if is_truncated {
            details.unread.push(Unread {
                subject: "the answer".to_owned(),
                reason: "its last page says that more pages follow, and they are not there".to_owned(),
            });
        }
        details.merge_repeated();
        details.unread.sort();
        details.unread.dedup();
        Ok(details)
    }

    /// The account and partition that the ARNs name.
    ///
    /// # Errors
    /// When no ARN names an account, or two name different ones.
    pub fn account(&self) -> Result<(AccountId, Partition), DetailsError> {
        let users = self.users.iter().map(|user| &user.arn);
        let groups = self.groups.iter().map(|group| &group.arn);
        let roles = self.roles.iter().map(|role| &role.arn);
        let policies = self.policies.iter().map(|policy| &policy.arn);
        let mut found: Option<(AccountId, Partition)> = None;
        for arn in users.chain(groups).chain(roles).chain(policies) {
            let (Ok(account), Ok(partition)) = (AccountId::from_arn(arn), Partition::from_arn(arn)) else {
                continue;
            };
            match &found {
                None => found = Some((account, partition)),
                Some((first, _)) if *first != account => return Err(DetailsError::TwoAccounts(*first, account)),
                Some(_) => {}
            }
        }
        found.ok_or(DetailsError::NoAccount)
    }

    fn add(&mut self, page: &Page<'_>) {
        let unread = &mut self.unread;
        each(page.user_detail_list.as_deref(), "user", user, &mut self.users, unread);
        each(
            page.group_detail_list.as_deref(),
            "group",
            group,
            &mut self.groups,
            unread,
        );
        each(page.role_detail_list.as_deref(), "role", role, &mut self.roles, unread);
        each(page.policies.as_deref(), "policy", policy, &mut self.policies, unread);
    }

    /// The same page saved twice is no news; two different entities with one ARN are.
    fn merge_repeated(&mut self) {
        let unread = &mut self.unread;
        merge(&mut self.users, |one| &one.arn, unread);
        merge(&mut self.groups, |one| &one.arn, unread);
        merge(&mut self.roles, |one| &one.arn, unread);
        merge(&mut self.policies, |one| &one.arn, unread);
    }
}

fn json(error: &serde_json::Error) -> DetailsError {
    DetailsError::Json(error.to_string())
}

/// One page, or an array of pages.
fn pages(value: &RawValue) -> Result<Vec<Page<'_>>, DetailsError> {
    match value.get().as_bytes().first() {
        Some(b'[') => serde_json::from_str(value.get()).map_err(|_| DetailsError::Shape),
        Some(b'{') => Ok(vec![serde_json::from_str(value.get()).map_err(|error| json(&error))?]),
        _ => Err(DetailsError::Shape),
    }
}

fn each<T>(
    list: Option<&[&RawValue]>,
    kind: &str,
    read: fn(&mut Entity<'_>) -> Result<T, String>,
    into: &mut Vec<T>,
    unread: &mut Vec<Unread>,
) {
    for (at, raw) in list.unwrap_or_default().iter().enumerate() {
        let mut entity = match serde_json::from_str::<Entity<'_>>(raw.get()) {
            Ok(entity) => entity,
            Err(error) => {
                unread.push(Unread {
                    subject: format!("{kind} number {} of a page", at + 1),
                    reason: format!("it cannot be read: {error}"),
                });
                continue;
            }
        };
        match read(&mut entity) {
            Ok(one) => into.push(one),
            Err(reason) => unread.push(Unread {
                subject: entity.subject(kind, at),
                reason,
            }),
        }
        unread.append(&mut entity.unread);
    }
}

fn merge<T: PartialEq>(entities: &mut Vec<T>, arn: fn(&T) -> &String, unread: &mut Vec<Unread>) {
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(entities.len());
    let mut kept: Vec<T> = Vec::with_capacity(entities.len());
    for entity in entities.drain(..) {
        match seen.get(arn(&entity)).and_then(|at| kept.get(*at)) {
            None => {
                seen.insert(arn(&entity).clone(), kept.len());
                kept.push(entity);
            }
            Some(first) if *first == entity => {}
            Some(_) => unread.push(Unread {
                subject: arn(&entity).clone(),
                reason: format!(
                    "{} stands twice with different contents; the first is used",
                    quoted(arn(&entity))
                ),
            }),
        }
    }
    *entities = kept;
}

#[cfg(test)]
mod tests;
