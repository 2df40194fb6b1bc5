//! The settings of all functions at once: what several of them share is given once.

use audit_aws::settings::{Conduct, Destination, MemberAccess, ReportConduct, RoleName, Scope};
use cis_checker::settings::{Filing, Judging, Messages};
use credential_collector::settings::Evidence;

/// The settings of all functions.
#[derive(clap::Parser, Clone, Debug)]
pub(crate) struct Settings {
    /// Name of the role that reads credential reports in each account
    #[arg(
        long,
        value_name = "NAME",
        default_value = "credential-report",
        help_heading = "Member accounts"
    )]
    member_role_name: RoleName,

    /// Name of the role that reads what is checked in each account
    #[arg(
        long,
        value_name = "NAME",
        default_value = "IAM-Auditor-role",
        help_heading = "Member accounts"
    )]
    auditor_role_name: RoleName,

    #[command(flatten)]
    access: MemberAccess,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    destination: Destination,
    #[command(flatten)]
    evidence: Evidence,
    #[command(flatten)]
    findings: Filing,
    #[command(flatten)]
    messages: Messages,
    #[command(flatten)]
    reports: ReportConduct,
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    conduct: Conduct,
}

impl Settings {
    pub(super) fn collector(&self) -> credential_collector::Settings {
        credential_collector::Settings {
            member_role_name: self.member_role_name.clone(),
            access: self.access.clone(),
            destination: self.destination.clone(),
            evidence: self.evidence.clone(),
            reports: self.reports.clone(),
            scope: self.scope.clone(),
            conduct: self.conduct.clone(),
        }
    }

    /// What the collector keeps in a second bucket the checker keeps there, too.
    pub(super) fn checker(&self) -> cis_checker::Settings {
        let mut destination = self.destination.clone();
        let mut evidence = self.findings.clone();
        if let Some(second) = &self.evidence.second_bucket {
            evidence.collector_bucket = evidence.collector_bucket.or(destination.bucket);
            destination.bucket = Some(second.clone());
        }
        cis_checker::Settings {
            auditor_role_name: self.auditor_role_name.clone(),
            access: self.access.clone(),
            judging: self.judging.clone(),
            destination,
            evidence,
            messages: self.messages.clone(),
            reports: self.reports.clone(),
            scope: self.scope.clone(),
            conduct: self.conduct.clone(),
        }
    }
}
