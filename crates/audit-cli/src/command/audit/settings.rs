//! The settings of all functions at once: what several of them share is given once.

use audit_aws::settings::{BucketName, Conduct, Destination, MemberAccess, ReportConduct, RoleName, Scope};
use cis_checker::settings::{Filing, Judging, Messages};
use config_rule::settings::{Collected, Privileges};
use credential_collector::settings::Evidence;
use root_activity::settings::{ChangeLog, History, Trail};
use scp_report::settings::GuardrailList;
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

    /// Name of the role that reads users, roles and policies in each account
    #[arg(
        long,
        value_name = "NAME",
        default_value = "config-rule",
        help_heading = "Member accounts"
    )]
    config_rule_role_name: RoleName,

    /// Name of the role that reads the event history of CloudTrail in each account
    #[arg(
        long,
        value_name = "NAME",
        default_value = "root-activity",
        help_heading = "Member accounts"
    )]
    root_activity_role_name: RoleName,

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
    privileges: Privileges,
    #[command(flatten)]
    reports: ReportConduct,
    #[command(flatten)]
    guardrails: GuardrailList,
    #[command(flatten)]
    history: History,
    #[command(flatten)]
    trail: Trail,
    #[command(flatten)]
    changes: ChangeLog,
    #[command(flatten)]
    scope: Scope,
    #[command(flatten)]
    conduct: Conduct,
}

impl Settings {
    /// Those of the report about control policies; nothing for an account alone.
    pub(super) fn policies(&self) -> Option<scp_report::Settings> {
        let mut destination = self.destination.clone();
        if let Some(second) = &self.evidence.second_bucket {
            destination.bucket = Some(second.clone());
        }
        (!self.access.single_account).then(|| scp_report::Settings {
            guardrails: self.guardrails.clone(),
            destination,
            scope: self.scope.clone(),
            conduct: self.conduct.clone(),
        })
    }

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

    pub(super) fn inventory(&self) -> user_inventory::Settings {
        let (bucket, collector_bucket) = self.records();
        user_inventory::Settings {
            asking: self.asking.clone(),
            single_account: self.access.single_account,
            destination: Destination {
                bucket,
                ..self.destination.clone()
            },
            files: self.files.clone(),
            collector_bucket,
            scope: self.scope.clone(),
            conduct: self.conduct.clone(),
        }
    }

    pub(super) fn root_users(&self) -> root_activity::Settings {
        let (bucket, collector_bucket) = self.records();
        root_activity::Settings {
            root_activity_role_name: self.root_activity_role_name.clone(),
            access: self.access.clone(),
            history: self.history.clone(),
            trail: self.trail.clone(),
            changes: self.changes.clone(),
            destination: Destination {
                bucket,
                ..self.destination.clone()
            },
            collector_bucket,
            scope: self.scope.clone(),
            conduct: self.conduct.clone(),
        }
    }

    pub(super) fn checker(&self) -> cis_checker::Settings {
        let (bucket, collector_bucket) = self.records();
        cis_checker::Settings {
            auditor_role_name: self.auditor_role_name.clone(),
            access: self.access.clone(),
            judging: self.judging.clone(),
            destination: Destination {
                bucket,
                ..self.destination.clone()
            },
            evidence: Filing {
                collector_bucket,
                ..self.findings.clone()
            },
            messages: self.messages.clone(),
            reports: self.reports.clone(),
            scope: self.scope.clone(),
            conduct: self.conduct.clone(),
        }
    }

    pub(super) fn privileges(&self) -> config_rule::Settings {
        let (bucket, collector_bucket) = self.records();
        config_rule::Settings {
            config_rule_role_name: self.config_rule_role_name.clone(),
            access: self.access.clone(),
            destination: Destination {
                bucket,
                ..self.destination.clone()
            },
            privileges: self.privileges.clone(),
            collected: Collected {
                collector_bucket,
                fetch_reports: self.findings.fetch_reports,
            },
            reports: self.reports.clone(),
            scope: self.scope.clone(),
            conduct: self.conduct.clone(),
        }
    }

    /// The bucket of everything but raw reports, and that of the raw reports where it is another one: what the collector
    /// keeps in a second bucket all others keep there, too.
    fn records(&self) -> (Option<BucketName>, Option<BucketName>) {
        let (first, collector) = (&self.destination.bucket, &self.findings.collector_bucket);
        match &self.evidence.second_bucket {
            Some(second) => (Some(second.clone()), collector.clone().or_else(|| first.clone())),
            None => (first.clone(), collector.clone()),
        }
    }
}
