//! The settings of all functions at once: what several of them share is given once.

use audit_aws::settings::{BucketName, Conduct, Destination, MemberAccess, ReportConduct, RoleName, Scope};
use cis_checker::settings::{Filing, Judging, Messages};
use credential_collector::settings::Evidence;
use user_inventory::settings::{Asking, Files};

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
    asking: Asking,
    #[command(flatten)]
    files: Files,
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

    /// What the collector keeps in a second bucket the others keep there, too.
    fn destination(&self) -> (Destination, Option<BucketName>) {
        let mut destination = self.destination.clone();
        let mut reports = self.findings.collector_bucket.clone();
        if let Some(second) = &self.evidence.second_bucket {
            reports = reports.or(destination.bucket);
            destination.bucket = Some(second.clone());
        }
        (destination, reports)
    }

    pub(super) fn inventory(&self) -> user_inventory::Settings {
        let (destination, collector_bucket) = self.destination();
        user_inventory::Settings {
            asking: self.asking.clone(),
            single_account: self.access.single_account,
            destination,
            files: self.files.clone(),
            collector_bucket,
            scope: self.scope.clone(),
            conduct: self.conduct.clone(),
        }
    }

    pub(super) fn checker(&self) -> cis_checker::Settings {
        let (destination, collector_bucket) = self.destination();
        let evidence = Filing {
            collector_bucket,
            ..self.findings.clone()
        };
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
