//! `iam-census seed-users`: IAM users to try the suite on, in a sandbox account, and gone again with `--remove`.

mod iam;

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::{Context as _, bail};
use audit_aws::caller::{Caller, Patience};
use audit_aws::session::{Hub, Sts};

use crate::aws;
use crate::exit::Exit;
use iam::Seeder;

/// Make IAM users for trying the suite in a sandbox account, some in groups, some with access keys; or remove them
///
/// Users are tagged and stand under a path of their own, and only such users are removed. Nobody learns the secrets of
/// their keys: they are discarded as AWS answers them. Nobody can sign in as them either: they have no password.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Number of users
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=5_000))]
    count: u16,

    /// How the names of users and groups begin
    #[arg(long, value_name = "PREFIX", default_value = "census-seed-", value_parser = prefix)]
    prefix: String,

    /// Remove the users and groups of this prefix that this command has made
    #[arg(long, conflicts_with = "count")]
    remove: bool,

    /// Do it; without this, the command says what it would do and ends
    #[arg(long)]
    yes: bool,
}

/// What a name may begin with (IAM User Guide, "IAM and AWS STS quotas"): room is left for a number.
fn prefix(text: &str) -> Result<String, &'static str> {
    let allowed = |letter: char| letter.is_ascii_alphanumeric() || "+=,.@_-".contains(letter);
    if (3..=48).contains(&text.len()) && text.chars().all(allowed) {
        Ok(text.to_owned())
    } else {
        Err("3 to 48 characters of `A-Z a-z 0-9 + = , . @ _ -`")
    }
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        aws::block_on(async {
            let sdk = aws::configuration().await;
            let caller = Caller::new(&sdk, Patience::default(), 1)?;
            let hub = Sts::new(&sdk)
                .hub(&caller)
                .await
                .context("cannot tell which account this is")?;
            std::io::stdout().lock().write_all(self.plan(&hub).as_bytes())?;
            if !self.yes {
                bail!("nothing was done: add --yes if this is a sandbox account");
            }
            let seeder = Seeder::new(&sdk, &caller, &self.prefix);
            let done = if self.remove {
                seeder.remove().await?
            } else {
                seeder.make(self.count).await?
            };
            let mut out = std::io::stdout().lock();
            writeln!(out, "{}", done.words(self.remove))?;
            for trouble in &done.troubles {
                writeln!(out, "  {trouble}")?;
            }
            Ok(if done.troubles.is_empty() {
                Exit::Complete
            } else {
                Exit::Incomplete
            })
        })
    }

    fn plan(&self, hub: &Hub) -> String {
        let mut plan = format!("Account {} of partition {}\n", hub.account, hub.partition);
        let _ = if self.remove {
            writeln!(
                plan,
                "Removes the users below {} that are tagged {}={}, with their keys, and the groups beside them",
                iam::PATH,
                iam::TAG,
                self.prefix
            )
        } else {
            writeln!(
                plan,
                "Makes {count} users {prefix}0001 to {prefix}{count:04} below {}, tagged {}={prefix}: every second in one of {} \
                 groups, every third with an access key that nobody knows, half of those inactive",
                iam::PATH,
                iam::TAG,
                iam::GROUPS,
                count = self.count,
                prefix = self.prefix,
            )
        };
        plan
    }
}
