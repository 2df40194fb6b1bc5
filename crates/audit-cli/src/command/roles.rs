//! `iam-census roles`: the roles in member accounts, made and mended through an administrative role where no stack does
//! it.

mod carry_out;
mod iam;
mod json;
mod permissions;
mod settings;
mod survey;
mod text;

use anyhow::{Context as _, bail};
use audit_aws::caller::{Caller, Patience};
use audit_aws::organization::Organization;
use audit_aws::session::{MemberRole, Sts};
use audit_aws::sweep::Source;
use audit_core::account::{AccountId, Partition};
use aws_config::SdkConfig;

use crate::aws;
use crate::command::checks;
use crate::exit::Exit;
use crate::progress::Watcher;
use carry_out::Done;
pub(super) use settings::Settings;
use settings::Target;
use survey::{Office, Survey};

/// Calls to AWS at a time: IAM is shared by everything in an account, and each account is asked one call at a time.
const CONCURRENCY: usize = 32;

/// How the sessions of the administrative role are called in CloudTrail.
const SESSION_NAME: &str = "iam-census-roles";

/// Make, mend or remove the roles in member accounts, through an administrative role that is there already
///
/// The same roles as stacks/member-roles.yaml makes, for organizations that do not deploy stacks to all accounts. Only
/// roles that carry the tag iam-census:managed=roles are ever changed or removed; a role of the same name without it is
/// told as a conflict.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand, Debug)]
enum Verb {
    Plan(Box<Plan>),
    Apply(Box<Apply>),
}

/// Show what differs between the roles that should be there and those that are, in every account; changes nothing
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  iam-census roles plan --organization-id o-a1b2c3d4e5 \\
    --credential-collector-role-arn arn:aws:iam::111122223333:role/census-collector \\
    --cis-checker-role-arn arn:aws:iam::111122223333:role/census-checker
  IAM_CENSUS_EXTERNAL_ID=… iam-census roles plan … --admin-role-name AWSControlTowerExecution --format json
  iam-census roles plan --remove --accounts 444455556666

Run it in the management account, or wherever the administrative role lets in. The account that it runs in is looked at
with its own credentials, every other one through the administrative role. The account of a function gets no role for
that function, which uses its own permissions there, unless --hub-role says otherwise.

Exit codes: 0 nothing to do; 1 something differs, or somebody has to decide about a conflict; 2 wrong usage or could \
not be done; 3 an account could not be read, or not all accounts could be listed.")]
struct Plan {
    #[command(flatten)]
    request: Request,
}

/// Show what differs, and with --yes make it what it should be
///
/// Each role is read again just before it is changed: one that is no longer as it was shown is left alone.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  iam-census roles apply --organization-id o-a1b2c3d4e5 --roles credential-report \\
    --credential-collector-role-arn arn:aws:iam::111122223333:role/census-collector --yes
  iam-census roles apply --remove --yes

Without --yes the plan is shown and nothing is done. To do it again changes nothing. See iam-census roles plan --help for
which accounts are looked at and with which credentials.

Exit codes: 0 everything is as it should be; 1 done, but somebody has to decide about a conflict; 2 wrong usage, or \
nothing was done; 3 an account could not be read or changed, or not all accounts could be listed.")]
struct Apply {
    #[command(flatten)]
    request: Request,

    /// Do it; without this, the command shows what it would do and ends
    #[arg(long)]
    yes: bool,
}

#[derive(clap::Args, Debug)]
struct Request {
    /// Remove the roles that this command has made, by the names that the flags give them
    #[arg(long)]
    remove: bool,

    /// How the plan is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    settings: Settings,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// For a terminal
    Text,
    /// One document, `iam-census/roles/1`
    Json,
}

/// What a plan is told from.
struct Report<'a> {
    office: &'a Office<'a>,
    survey: &'a Survey,
    /// What was done, if anything was to be.
    done: Option<&'a Done>,
}

impl Args {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let (request, verb) = match self.verb {
            Verb::Plan(plan) => (plan.request, None),
            Verb::Apply(apply) => (apply.request, Some(apply.yes)),
        };
        request.settings.validate(request.remove)?;
        let targets = request.settings.targets(request.remove);
        aws::block_on(async {
            let sdk = aws::configuration().await;
            request.run(&sdk, &targets, verb).await
        })
    }
}

impl Request {
    /// Plans, and where it is applied does what is planned: `apply` is whether it was said to do it.
    async fn run(&self, sdk: &SdkConfig, targets: &[Target], apply: Option<bool>) -> anyhow::Result<Exit> {
        let settings = &self.settings;
        let caller = Caller::new(sdk, Patience::default(), CONCURRENCY)?;
        let insistent = caller.insistent();
        let sts = Sts::new(sdk);
        let hub = sts.hub(&insistent).await.context("cannot tell which account this is")?;
        for target in targets {
            same_partition(target, &hub.partition)?;
        }
        let entering = |policy: String| MemberRole {
            path: settings.administration.admin_role_path.as_str().to_owned(),
            name: settings.administration.admin_role_name.as_str().to_owned(),
            external_id: None,
            session_name: SESSION_NAME.to_owned(),
            policy,
        };
        let paths = (!self.remove).then(|| settings.entry.role_path.as_str());
        let look = permissions::looking(&hub.partition, targets);
        let change = permissions::changing(&hub.partition, targets, paths);
        permissions::check_length(&change)?;
        let office = Office {
            sdk,
            caller: &caller,
            insistent: &insistent,
            sts: &sts,
            hub: &hub,
            targets,
            terms: settings.terms(),
            looking: entering(look),
            changing: entering(change),
            hub_role: settings.entry.hub_role,
            scope: &settings.scope,
        };
        let organization = Organization::new(sdk);
        let source = Source::of(None, &organization, &hub, settings.administration.single_account);
        let watcher = Watcher::new();
        let survey = office.survey(source, &|step| watcher.step(step)).await;
        watcher.end();
        if let (Some(error), true) = (&survey.listing_error, survey.accounts.is_empty()) {
            bail!("the accounts of the organization cannot be listed: {error}");
        }
        let plan = Report {
            office: &office,
            survey: &survey,
            done: None,
        };
        let wanted = apply.is_some() && survey.has_work();
        let told_first = !wanted || apply == Some(false) || self.format == Format::Text;
        if told_first {
            self.print(&plan)?;
        }
        if !wanted {
            return Ok(exit(&survey, None));
        }
        if apply == Some(false) {
            bail!("nothing was done: add --yes if this is what should be done");
        }
        let watcher = Watcher::new();
        let done = office.carry_out(&survey, &|step| watcher.step(step)).await;
        watcher.end();
        let report = Report {
            done: Some(&done),
            ..plan
        };
        match self.format {
            Format::Text => checks::print(|out| out.write_all(text::done(&done).as_bytes()))?,
            Format::Json => self.print(&report)?,
        }
        Ok(exit(&survey, Some(&done)))
    }

    fn print(&self, report: &Report<'_>) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Text => text::plan(report),
            Format::Json => format!("{:#}\n", json::document(report, self.remove)),
        };
        checks::print(|out| out.write_all(text.as_bytes()))
    }
}

/// How it ends: what is open is what is left to do, by this command or by somebody who decides.
fn exit(survey: &Survey, done: Option<&Done>) -> Exit {
    let incomplete = !survey.is_complete() || done.is_some_and(Done::has_failures);
    let open = survey.has_conflicts() || (done.is_none() && survey.has_work());
    if incomplete {
        Exit::Incomplete
    } else if open {
        Exit::OpenFindings
    } else {
        Exit::Complete
    }
}

/// A function of another partition could never enter.
fn same_partition(target: &Target, here: &Partition) -> anyhow::Result<()> {
    let Some(wanted) = &target.wanted else { return Ok(()) };
    let there = Partition::from_arn(&wanted.trusted);
    if there.as_ref() != Ok(here) {
        let field = settings::arn_flag(target.kind);
        bail!("`--{field}`: names a role of another partition than `{here}`, where this account is");
    }
    Ok(())
}

/// The account of a function, where it needs no role.
fn own_account(target: &Target) -> Option<AccountId> {
    let wanted = target.wanted.as_ref()?;
    AccountId::from_arn(&wanted.trusted).ok()
}
