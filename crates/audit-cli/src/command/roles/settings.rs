//! What can be chosen: the parameters of `stacks/member-roles.yaml` as flags, and how accounts are entered.

use audit_aws::account::Wanted as Facts;
use audit_aws::settings::{
    InvalidSetting, OrganizationId, RoleName, RolePath, Scope, Secret, SessionName, check_external_id,
};
use audit_core::account::{AccountId, Partition};
use audit_core::facts::FactName;
use audit_core::member_roles::{Kind, Terms, Wanted};
use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use config_rule::settings::Looks;

/// Everything that can be chosen.
#[derive(Parser, Clone, Debug)]
#[command(name = "roles")]
pub(crate) struct Settings {
    #[command(flatten)]
    pub(super) which: Which,
    #[command(flatten)]
    pub(super) entry: Entry,
    #[command(flatten)]
    pub(super) administration: Administration,
    #[command(flatten)]
    pub(super) scope: Scope,
}

/// Which roles, and what they may.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Roles")]
pub(super) struct Which {
    /// The roles that are looked at [default: credential-report,auditor; with --remove all]
    #[arg(long, value_name = "ROLE,…", value_parser = kinds(), value_delimiter = ',')]
    roles: Vec<Kind>,

    /// Name of the role of the credential collector
    #[arg(long, value_name = "NAME", default_value = "credential-report")]
    credential_report_role_name: RoleName,

    /// Name of the role of the CIS checker
    #[arg(long, value_name = "NAME", default_value = "IAM-Auditor-role")]
    auditor_role_name: RoleName,

    /// Name of the role of the function behind rules of AWS Config
    #[arg(long, value_name = "NAME", default_value = "config-rule")]
    config_rule_role_name: RoleName,

    /// Name of the role of the search for root sign-ins
    #[arg(long, value_name = "NAME", default_value = "root-activity")]
    root_activity_role_name: RoleName,

    /// Let the role config-rule ask when users and roles last used each service
    #[arg(long)]
    with_last_accessed: bool,

    /// Let the role config-rule read the policies of resources that AWS Config records
    #[arg(long)]
    with_resource_policies: bool,

    /// Let the role root-activity list the Regions, for a search of all of them
    #[arg(long)]
    root_activity_in_all_regions: bool,
}

/// Who may enter.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Who may enter")]
pub(super) struct Entry {
    /// Role of the credential collector; needed for credential-report
    #[arg(long, value_name = "ARN", value_parser = role_arn)]
    credential_collector_role_arn: Option<String>,

    /// Role of the CIS checker; needed for auditor
    #[arg(long, value_name = "ARN", value_parser = role_arn)]
    cis_checker_role_arn: Option<String>,

    /// Role of the function behind rules of AWS Config; needed for config-rule
    #[arg(long, value_name = "ARN", value_parser = role_arn)]
    config_rule_function_role_arn: Option<String>,

    /// Role of the search for root sign-ins; needed for root-activity
    #[arg(long, value_name = "ARN", value_parser = role_arn)]
    root_activity_role_arn: Option<String>,

    /// The organization whose functions may enter; needed unless roles are removed
    #[arg(long, value_name = "ID")]
    organization_id: Option<OrganizationId>,

    /// External id that the functions present; never shown. Better set as a variable than as a flag
    #[arg(long, value_name = "ID", hide_env_values = true)]
    external_id: Option<Secret>,

    /// Session name that the functions present [default: none is asked for]
    #[arg(long, value_name = "NAME")]
    session_name: Option<SessionName>,

    /// Let a role that asks for an external id or a session name cease to, where none is given here; without this it is a
    /// conflict
    #[arg(long)]
    loosen: bool,

    /// Path of the roles, with a slash at both ends
    #[arg(long, value_name = "PATH", default_value = "/iam-census/")]
    pub(super) role_path: RolePath,

    /// Policy that bounds the roles; `{account}` in it stands for each account [default: what bounds a role stays]
    #[arg(long, value_name = "ARN", value_parser = boundary_arn)]
    permissions_boundary_arn: Option<String>,

    /// Make the roles in the functions' own account too, for functions with the setting of the same name
    #[arg(long)]
    pub(super) hub_role: bool,
}

/// How accounts are entered to change their roles.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Administration")]
pub(super) struct Administration {
    /// Administrative role in each account, such as `AWSControlTowerExecution`
    #[arg(long, value_name = "NAME", default_value = "OrganizationAccountAccessRole")]
    pub(super) admin_role_name: RoleName,

    /// Path of that role
    #[arg(long, value_name = "PATH", default_value = "/")]
    pub(super) admin_role_path: RolePath,

    /// Look at the account of the credentials only, without AWS Organizations
    #[arg(long)]
    pub(super) single_account: bool,
}

fn kinds() -> impl TypedValueParser<Value = Kind> {
    let known = PossibleValuesParser::new(Kind::ALL.map(Kind::slug));
    known.try_map(|slug| Kind::ALL.into_iter().find(|kind| kind.slug() == slug).ok_or("unknown"))
}

/// A role that is looked at.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) kind: Kind,
    pub(super) name: String,
    /// What it should be; `None` where it should not be there.
    pub(super) wanted: Option<Wanted>,
}

/// The flag of the role that a kind of role lets in.
pub(super) const fn arn_flag(kind: Kind) -> &'static str {
    match kind {
        Kind::CredentialReport => "credential-collector-role-arn",
        Kind::Auditor => "cis-checker-role-arn",
        Kind::ConfigRule => "config-rule-function-role-arn",
        Kind::RootActivity => "root-activity-role-arn",
    }
}

const fn name_flag(kind: Kind) -> &'static str {
    match kind {
        Kind::CredentialReport => "credential-report-role-name",
        Kind::Auditor => "auditor-role-name",
        Kind::ConfigRule => "config-rule-role-name",
        Kind::RootActivity => "root-activity-role-name",
    }
}

impl Settings {
    /// Checks the rules that concern more than one setting.
    ///
    /// # Errors
    /// The first setting that breaks a rule.
    pub(super) fn validate(&self, remove: bool) -> Result<(), InvalidSetting> {
        if let Some(id) = &self.entry.external_id {
            check_external_id(id)?;
        }
        self.check_scope()?;
        let kinds = self.kinds(remove);
        for kind in &kinds {
            let name = self.name(*kind);
            // IAM does not tell cases of names apart. Those that are not looked at count: they may be there from before.
            let same = |other: &Kind| other != kind && self.name(*other).eq_ignore_ascii_case(name);
            if let Some(other) = Kind::ALL.into_iter().find(same) {
                let rule = format!("`{name}` is the name of another of the roles: names are unique in an account");
                return Err(InvalidSetting::new(name_flag(other.max(*kind)), rule));
            }
            if name.eq_ignore_ascii_case(self.administration.admin_role_name.as_str()) {
                let rule = "is the administrative role itself (`--admin-role-name`)";
                return Err(InvalidSetting::new(name_flag(*kind), rule));
            }
            if !remove && self.trusted(*kind).is_none() {
                let rule = format!(
                    "the role that may enter is needed where `--roles` has `{}`",
                    kind.slug()
                );
                return Err(InvalidSetting::new(arn_flag(*kind), rule));
            }
        }
        if !remove && self.entry.organization_id.is_none() {
            let rule = "the organization whose functions may enter is needed";
            return Err(InvalidSetting::new("organization-id", rule));
        }
        let which = &self.which;
        for (flag, given, kind) in [
            ("with-last-accessed", which.with_last_accessed, Kind::ConfigRule),
            ("with-resource-policies", which.with_resource_policies, Kind::ConfigRule),
            (
                "root-activity-in-all-regions",
                which.root_activity_in_all_regions,
                Kind::RootActivity,
            ),
        ] {
            if given && !kinds.contains(&kind) {
                let rule = format!("needs `{}` among `--roles`", kind.slug());
                return Err(InvalidSetting::new(flag, rule));
            }
        }
        Ok(())
    }

    fn check_scope(&self) -> Result<(), InvalidSetting> {
        let scope = &self.scope;
        let chosen = [
            ("accounts", scope.accounts.is_empty()),
            ("exclude-accounts", scope.exclude_accounts.is_empty()),
            ("organizational-units", scope.organizational_units.is_empty()),
            (
                "exclude-organizational-units",
                scope.exclude_organizational_units.is_empty(),
            ),
            ("exclude-states", scope.exclude_states.is_empty()),
        ];
        match chosen.into_iter().find(|(_, is_empty)| !is_empty) {
            Some((flag, _)) if self.administration.single_account => {
                let rule = "chooses among the accounts of an organization, and `--single-account` looks at one only";
                Err(InvalidSetting::new(flag, rule))
            }
            _ => Ok(()),
        }
    }

    /// The roles that are looked at, and what each should be.
    pub(super) fn targets(&self, remove: bool) -> Vec<Target> {
        let kinds = self.kinds(remove).into_iter();
        let target = |kind: Kind| Target {
            kind,
            name: self.name(kind).to_owned(),
            wanted: (!remove).then(|| self.wanted(kind)),
        };
        kinds.map(target).collect()
    }

    /// What the roles have in common.
    pub(super) fn terms(&self) -> Terms<'_> {
        let entry = &self.entry;
        Terms {
            path: entry.role_path.as_str(),
            organization: entry
                .organization_id
                .as_ref()
                .map(OrganizationId::as_str)
                .unwrap_or_default(),
            external_id: entry.external_id.as_ref().map(Secret::reveal),
            session_name: entry.session_name.as_ref().map(SessionName::as_str),
            boundary: entry.permissions_boundary_arn.as_deref(),
            may_loosen: entry.loosen,
        }
    }

    fn kinds(&self, remove: bool) -> Vec<Kind> {
        let mut kinds = self.which.roles.clone();
        if kinds.is_empty() {
            kinds = if remove {
                Kind::ALL.to_vec()
            } else {
                vec![Kind::CredentialReport, Kind::Auditor]
            };
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn name(&self, kind: Kind) -> &str {
        let which = &self.which;
        match kind {
            Kind::CredentialReport => &which.credential_report_role_name,
            Kind::Auditor => &which.auditor_role_name,
            Kind::ConfigRule => &which.config_rule_role_name,
            Kind::RootActivity => &which.root_activity_role_name,
        }
        .as_str()
    }

    fn trusted(&self, kind: Kind) -> Option<&String> {
        let entry = &self.entry;
        match kind {
            Kind::CredentialReport => &entry.credential_collector_role_arn,
            Kind::Auditor => &entry.cis_checker_role_arn,
            Kind::ConfigRule => &entry.config_rule_function_role_arn,
            Kind::RootActivity => &entry.root_activity_role_arn,
        }
        .as_ref()
    }

    /// What the function declares is what its role may.
    fn wanted(&self, kind: Kind) -> Wanted {
        let which = &self.which;
        let permissions = match kind {
            Kind::CredentialReport => credential_collector::PERMISSIONS.to_vec(),
            Kind::Auditor => cis_checker::permissions(&Facts::of(FactName::ALL)),
            Kind::ConfigRule => config_rule::answering(Looks {
                last_accessed: which.with_last_accessed,
                resource_policies: which.with_resource_policies,
            }),
            Kind::RootActivity => root_activity::of_members(which.root_activity_in_all_regions),
        };
        Wanted {
            kind,
            name: self.name(kind).to_owned(),
            trusted: self.trusted(kind).cloned().unwrap_or_default(),
            permissions,
        }
    }
}

/// The fields of an ARN of IAM: partition, account and the rest.
fn iam_arn(text: &str) -> Option<(&str, &str, &str)> {
    let mut fields = text.splitn(6, ':');
    let (head, partition, service) = (fields.next()?, fields.next()?, fields.next()?);
    let (region, account, rest) = (fields.next()?, fields.next()?, fields.next()?);
    let sound = head == "arn" && partition.parse::<Partition>().is_ok() && service == "iam" && region.is_empty();
    sound.then_some((partition, account, rest))
}

/// Whether a text is the path and the name of something of IAM.
fn is_named(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@/-".contains(c);
    (1..=512).contains(&text.len()) && text.chars().all(allowed)
}

fn role_arn(text: &str) -> Result<String, &'static str> {
    match iam_arn(text) {
        Some((_, account, rest))
            if account.parse::<AccountId>().is_ok() && rest.strip_prefix("role/").is_some_and(is_named) =>
        {
            Ok(text.to_owned())
        }
        _ => Err("the ARN of a role looks like `arn:aws:iam::111122223333:role/name`"),
    }
}

fn boundary_arn(text: &str) -> Result<String, &'static str> {
    let owned = |account: &str| matches!(account, "aws" | "{account}") || account.parse::<AccountId>().is_ok();
    match iam_arn(text) {
        Some((_, account, rest)) if owned(account) && rest.strip_prefix("policy/").is_some_and(is_named) => {
            Ok(text.to_owned())
        }
        _ => Err("the ARN of a managed policy looks like `arn:aws:iam::{account}:policy/name`"),
    }
}

#[cfg(test)]
mod tests;
