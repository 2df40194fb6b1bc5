//! The settings of the report about control policies, each declared once.

use audit_aws::settings::{Conduct, Destination, ObjectKey, Scope};
use clap::{Args, Parser};

/// Report the control policies above every account of the organization, and what nobody can do because of them
#[derive(Parser, Clone, Debug)]
#[command(name = "scp-report")]
pub struct Settings {
    /// What nobody should be able to do.
    #[command(flatten)]
    pub guardrails: GuardrailList,
    /// The bucket that evidence goes to, and who is told.
    #[command(flatten)]
    pub destination: Destination,
    /// Which accounts are looked at.
    #[command(flatten)]
    pub scope: Scope,
    /// How the run behaves.
    #[command(flatten)]
    pub conduct: Conduct,
}

/// What nobody should be able to do.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Guardrails")]
pub struct GuardrailList {
    /// Key of the file of guardrails in the bucket, in TOML or JSON [default: the list of the release]
    #[arg(long, value_name = "KEY")]
    pub guardrails_key: Option<ObjectKey>,
}

#[cfg(test)]
mod tests;
