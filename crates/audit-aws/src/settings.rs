//! Settings that several functions share, declared once: the flag, the variable and the template parameter follow.

mod shared;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use clap::{Args, Command, CommandFactory};

pub use shared::{Conduct, Destination, ReportConduct, Scope};
pub use value::{
    BucketName, KeyArn, KeyPrefix, ObjectKey, OrganizationId, RegionName, RoleName, RolePath, SessionName, TableName,
    TopicArn, UnitId, WorkgroupName,
};

/// A value that must never be shown, such as an external id.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The value, to be handed to AWS and to nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

/// A setting that breaks a rule, found before the first call to AWS.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`--{field}` (variable `{variable}`): {rule}", variable = variable(field))]
pub struct InvalidSetting {
    /// The flag, without its dashes.
    pub field: &'static str,
    /// The rule that it breaks.
    pub rule: String,
}

impl InvalidSetting {
    /// A setting that breaks a rule.
    #[must_use]
    pub fn new(field: &'static str, rule: impl Into<String>) -> Self {
        Self {
            field,
            rule: rule.into(),
        }
    }
}

/// How the suite steps into member accounts; the name of the role is each function's own setting.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Member accounts")]
pub struct MemberAccess {
    /// Path of the role to assume in each account, with a slash at both ends
    #[arg(long, value_name = "PATH", default_value = "/iam-census/")]
    pub member_role_path: RolePath,

    /// External id that the role's trust policy asks for; never shown
    #[arg(long, value_name = "ID", value_parser = secret, hide_env_values = true)]
    pub external_id: Option<Secret>,

    /// Name of the sessions, as it shows in CloudTrail and as trust policies can require it
    #[arg(long, value_name = "NAME", default_value = "IAMCredentialReport")]
    pub session_name: SessionName,

    /// Assume the role in the suite's own account too, instead of using the suite's own credentials there
    #[arg(long)]
    pub hub_role: bool,

    /// Look at the suite's own account only, without AWS Organizations
    #[arg(long)]
    pub single_account: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "clap parsers return a result")]
fn secret(text: &str) -> Result<Secret, std::convert::Infallible> {
    // Its rule is checked later, since a refusal here would print the value.
    Ok(Secret::from(text))
}

impl MemberAccess {
    /// Checks what a single value's own parser cannot.
    ///
    /// # Errors
    /// When the external id breaks the rule of STS; the message does not repeat it.
    pub fn validate(&self) -> Result<(), InvalidSetting> {
        self.external_id.as_ref().map_or(Ok(()), check_external_id)
    }
}

/// Checks the rule that STS has for the external id.
///
/// # Errors
/// When the external id breaks it; the message does not repeat the value.
pub fn check_external_id(id: &Secret) -> Result<(), InvalidSetting> {
    let fits = (2..=1224).contains(&id.reveal().len());
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@:/-".contains(c);
    if fits && id.reveal().chars().all(allowed) {
        Ok(())
    } else {
        Err(InvalidSetting::new(
            "external-id",
            "2 to 1224 characters of `A-Z a-z 0-9 _ + = , . @ : / -`",
        ))
    }
}

/// The variable of a flag.
fn variable(flag: &str) -> String {
    format!("IAM_CENSUS_{}", flag.replace('-', "_").to_ascii_uppercase())
}

/// Gives every flag of a command that is one of these settings the variable that follows from its name.
#[must_use]
pub fn with_variables<S: CommandFactory>(command: Command) -> Command {
    let declared = declared::<S>();
    command.mut_args(|arg| {
        let of_flag = |declared: &&Declared| arg.get_long() == Some(declared.flag.as_str());
        match declared.iter().find(of_flag) {
            Some(declared) => arg.env(declared.variable.clone()).hide_env_values(true),
            None => arg,
        }
    })
}

/// The command line that a Lambda function's variables stand for, so that both doors share one parser.
///
/// `aliases` are the variables of published solutions and the flags that they mean. Empty variables count as absent,
/// since a template parameter without a value arrives as one.
///
/// # Errors
/// When an alias and the variable itself are both there with different values.
pub fn arguments<S: CommandFactory>(
    variables: &BTreeMap<String, String>,
    aliases: &[Alias],
) -> Result<Vec<String>, InvalidSetting> {
    let command = S::command();
    let mut arguments = vec![command.get_name().to_owned()];
    for arg in command.get_arguments() {
        let Some(flag) = arg.get_long() else { continue };
        let given = |name: &str| {
            variables
                .get(name)
                .map(|value| value.trim())
                .filter(|value| !value.is_empty())
        };
        let mut value = given(&variable(flag)).map(str::to_owned);
        for alias in aliases.iter().filter(|alias| alias.flag == flag) {
            let Some(meant) = given(alias.variable).map(|value| (alias.meaning)(value).to_owned()) else {
                continue;
            };
            match &value {
                Some(value) if *value != meant => {
                    let rule = format!(
                        "differs from the variable `{}`, which means the same: set one of them",
                        alias.variable
                    );
                    return Err(InvalidSetting::new(alias.flag, rule));
                }
                _ => value = Some(meant),
            }
        }
        match value.as_deref() {
            None => {}
            Some("false") if !arg.get_action().takes_values() => {}
            Some("true") if !arg.get_action().takes_values() => arguments.push(format!("--{flag}")),
            Some(value) => arguments.push(format!("--{flag}={value}")),
        }
    }
    Ok(arguments)
}

/// A variable of a published solution that means one of our settings.
#[derive(Clone, Copy, Debug)]
pub struct Alias {
    /// The variable.
    pub variable: &'static str,
    /// The flag that it means, without its dashes.
    pub flag: &'static str,
    /// The part of its value that the flag takes.
    pub meaning: fn(&str) -> &str,
}

/// One declared setting under each of its names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The flag, without its dashes.
    pub flag: String,
    /// The variable.
    pub variable: String,
    /// The template parameter.
    pub parameter: String,
}

/// All settings of a command under each of their names, to be compared with the template.
#[must_use]
pub fn declared<S: CommandFactory>() -> Vec<Declared> {
    let command = S::command();
    let flags = command
        .get_arguments()
        .filter_map(|arg| arg.get_long())
        .filter(|flag| !matches!(*flag, "help" | "version"));
    flags
        .map(|flag| Declared {
            flag: flag.to_owned(),
            variable: variable(flag),
            parameter: flag.split('-').map(capitalized).collect(),
        })
        .collect()
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_uppercase())
        .into_iter()
        .chain(letters)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_from_the_flag_and_secrets_do_not_show() {
        assert_eq!(variable("member-role-name"), "IAM_CENSUS_MEMBER_ROLE_NAME");
        assert_eq!(
            "member-role-name".split('-').map(capitalized).collect::<String>(),
            "MemberRoleName"
        );
        assert_eq!(format!("{:?}", Secret::from("hidden")), "****");
    }
}
