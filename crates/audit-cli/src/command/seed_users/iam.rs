//! The calls to IAM that make and remove users, one after the other and without haste.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::bail;
use audit_aws::caller::{Caller, configured};
use audit_aws::error::{CallError, classify};
use audit_aws::tally::Tally;
use aws_config::SdkConfig;
use aws_sdk_iam::Client;
use aws_sdk_iam::types::{StatusType, Tag};

/// The path of everything that is made.
pub(super) const PATH: &str = "/iam-census-seed/";
/// The tag of every user that is made; its value is the prefix.
pub(super) const TAG: &str = "iam-census:seed";
/// How many groups are made.
pub(super) const GROUPS: u16 = 3;

/// The pause after each call: IAM is shared by everything in the account.
const PAUSE: Duration = Duration::from_millis(100);

/// Makes and removes the users of a prefix.
pub(super) struct Seeder<'a> {
    client: Client,
    caller: &'a Caller,
    prefix: &'a str,
}

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Done {
    users: usize,
    keys: usize,
    groups: usize,
    /// What was there already, or is not ours.
    left: usize,
    /// What could not be done.
    pub(super) troubles: Vec<String>,
}

impl Done {
    pub(super) fn words(&self, removed: bool) -> String {
        let verb = if removed { "removed" } else { "made" };
        let left = if removed {
            "left alone, not ours"
        } else {
            "there before"
        };
        format!(
            "{verb}: {} users, {} access keys, {} groups; {left}: {}; failed: {}",
            self.users,
            self.keys,
            self.groups,
            self.left,
            self.troubles.len()
        )
    }

    fn trouble(&mut self, name: &str, error: &CallError) {
        self.troubles.push(format!("{name}: {error}"));
    }
}

/// One call to IAM, made with the caller's patience and followed by the pause.
macro_rules! call {
    ($seeder:expr, $operation:literal, $request:expr) => {{
        let ask = || async {
            let answer = $request.send().await;
            answer.map_err(|error| classify($operation, &error))
        };
        let answer = $seeder.caller.call(0, &mut Tally::default(), ask).await;
        $seeder.caller.clock().sleep(PAUSE).await;
        answer
    }};
}

impl<'a> Seeder<'a> {
    pub(super) fn new(sdk: &SdkConfig, caller: &'a Caller, prefix: &'a str) -> Self {
        Self {
            client: Client::new(&configured(sdk)),
            caller,
            prefix,
        }
    }

    /// Makes so many users.
    ///
    /// # Errors
    /// When the first call is refused: then the rest would be, too.
    pub(super) async fn make(&self, count: u16) -> anyhow::Result<Done> {
        let mut done = Done::default();
        for number in 1..=GROUPS {
            let group = self.group(number);
            let made = call!(
                self,
                "iam:CreateGroup",
                self.client.create_group().path(PATH).group_name(&group)
            );
            match made {
                Ok(_) => done.groups += 1,
                Err(error) if error.has_code(&["EntityAlreadyExists"]) => done.left += 1,
                Err(error) => bail!("nothing was made: {error}"),
            }
        }
        for number in 1..=count {
            let name = format!("{}{number:04}", self.prefix);
            match self.make_user(&name, number).await {
                Ok(Some(keys)) => {
                    done.users += 1;
                    done.keys += keys;
                }
                Ok(None) => done.left += 1,
                Err(error) => done.trouble(&name, &error),
            }
        }
        Ok(done)
    }

    /// Makes a user, and says how many keys it got; nothing where a user of the name is there.
    async fn make_user(&self, name: &str, number: u16) -> Result<Option<usize>, CallError> {
        let tag = Tag::builder().key(TAG).value(self.prefix).build();
        let tag = tag.map_err(|_| CallError::new("iam:CreateUser", audit_core::reason::Reason::Misconfigured))?;
        let made = call!(
            self,
            "iam:CreateUser",
            self.client.create_user().path(PATH).user_name(name).tags(tag.clone())
        );
        match made {
            Ok(_) => {}
            Err(error) if error.has_code(&["EntityAlreadyExists"]) => return Ok(None),
            Err(error) => return Err(error),
        }
        if number.is_multiple_of(2) {
            let group = self.group(number / 2 % GROUPS + 1);
            call!(
                self,
                "iam:AddUserToGroup",
                self.client.add_user_to_group().group_name(&group).user_name(name)
            )?;
        }
        if !number.is_multiple_of(3) {
            return Ok(Some(0));
        }
        let key = call!(
            self,
            "iam:CreateAccessKey",
            self.client.create_access_key().user_name(name)
        )?;
        // The secret is dropped here, unseen.
        let id = key.access_key.map(|key| key.access_key_id).unwrap_or_default();
        if number.is_multiple_of(6) {
            call!(
                self,
                "iam:UpdateAccessKey",
                self.client
                    .update_access_key()
                    .user_name(name)
                    .access_key_id(&id)
                    .status(StatusType::Inactive)
            )?;
        }
        Ok(Some(1))
    }

    /// Removes every user that carries the tag, and then the groups.
    ///
    /// # Errors
    /// When the users cannot be listed to their end.
    pub(super) async fn remove(&self) -> anyhow::Result<Done> {
        let mut done = Done::default();
        for name in self.users().await? {
            match self.remove_user(&name).await {
                Ok(Some(keys)) => {
                    done.users += 1;
                    done.keys += keys;
                }
                Ok(None) => done.left += 1,
                Err(error) => done.trouble(&name, &error),
            }
        }
        for number in 1..=GROUPS {
            let group = self.group(number);
            match self.remove_group(&group).await {
                Ok(true) => done.groups += 1,
                Ok(false) => {}
                Err(error) => done.trouble(&group, &error),
            }
        }
        Ok(done)
    }

    /// The users below the path whose names begin with the prefix.
    async fn users(&self) -> anyhow::Result<Vec<String>> {
        let (mut names, mut marker, mut seen) = (Vec::new(), None::<String>, BTreeSet::new());
        loop {
            let page = call!(
                self,
                "iam:ListUsers",
                self.client.list_users().path_prefix(PATH).set_marker(marker.clone())
            )?;
            let found = page.users.into_iter().map(|user| user.user_name);
            names.extend(found.filter(|name| name.starts_with(self.prefix)));
            if !page.is_truncated {
                return Ok(names);
            }
            marker = page.marker;
            if !marker.clone().is_some_and(|marker| seen.insert(marker)) {
                bail!("the list of users does not end: nothing was removed");
            }
        }
    }

    /// Removes a user with its keys and memberships, and says how many keys it had; nothing where the tag is missing.
    async fn remove_user(&self, name: &str) -> Result<Option<usize>, CallError> {
        let tags = call!(self, "iam:ListUserTags", self.client.list_user_tags().user_name(name))?;
        let ours = tags.tags.iter().any(|tag| tag.key == TAG && tag.value == self.prefix);
        if !ours {
            return Ok(None);
        }
        let keys = call!(
            self,
            "iam:ListAccessKeys",
            self.client.list_access_keys().user_name(name)
        )?;
        let ids = keys.access_key_metadata.into_iter().filter_map(|key| key.access_key_id);
        let mut removed = 0;
        for id in ids {
            call!(
                self,
                "iam:DeleteAccessKey",
                self.client.delete_access_key().user_name(name).access_key_id(&id)
            )?;
            removed += 1;
        }
        let groups = call!(
            self,
            "iam:ListGroupsForUser",
            self.client.list_groups_for_user().user_name(name)
        )?;
        for group in groups.groups {
            call!(
                self,
                "iam:RemoveUserFromGroup",
                self.client
                    .remove_user_from_group()
                    .group_name(&group.group_name)
                    .user_name(name)
            )?;
        }
        // Whatever somebody has given the user since keeps IAM from removing it, and is told.
        call!(self, "iam:DeleteUser", self.client.delete_user().user_name(name))?;
        Ok(Some(removed))
    }

    /// Removes a group below the path, if it is there. IAM refuses while anybody is in it.
    async fn remove_group(&self, name: &str) -> Result<bool, CallError> {
        let found = call!(self, "iam:GetGroup", self.client.get_group().group_name(name));
        let group = match found {
            Ok(found) => found.group,
            Err(error) if error.has_code(&["NoSuchEntity"]) => return Ok(false),
            Err(error) => return Err(error),
        };
        if group.is_none_or(|group| group.path != PATH) {
            return Ok(false);
        }
        call!(self, "iam:DeleteGroup", self.client.delete_group().group_name(name))?;
        Ok(true)
    }

    fn group(&self, number: u16) -> String {
        format!("{}group-{number}", self.prefix)
    }
}
