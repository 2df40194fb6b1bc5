//! The truth about a world as JSON, for tests that are not written in Rust.

use serde_json::{Value, json};

use super::{Account, RootSignIn, World};
use crate::operation::Operation;

impl World {
    /// What a client could only find out by asking, and more: ids of the special accounts, the roles, state, trouble
    /// and report pace of every account, and the operations that the simulator answers as `service:Operation`.
    #[must_use]
    pub fn ground_truth(&self) -> Value {
        let hub = self.hub_account();
        let operations = Operation::listing();
        json!({
            "partition": self.spec.partition.id(),
            "region": self.spec.partition.region(),
            "organization": self.organization.id,
            "organization_root": self.organization.root_id,
            "management_account": self.management_account(),
            "hub_account": hub,
            "sample_account": self.sample_account().map(|account| account.id.as_str()),
            "bucket": format!("iam-census-evidence-{hub}"),
            "topic": format!("arn:{}:sns:{}:{hub}:iam-census", self.spec.partition.id(), self.spec.partition.region()),
            "roles": self.spec.roles,
            "external_id": self.spec.external_id,
            "operations": operations.lines().collect::<Vec<_>>(),
            "accounts": self.accounts.iter().map(|account| self.truth_of(account)).collect::<Vec<_>>(),
        })
    }

    /// The newest sign-in of the root user, ever and within the event history, and its failures there.
    fn truth_of_root(&self, account: &Account) -> Value {
        let history = self.root_history(account);
        let told = |sign_in: &RootSignIn| json!({ "at": sign_in.at.to_string(), "region": sign_in.region, "mfa": sign_in.mfa });
        json!({
            "last": history.sign_ins.first().map(told),
            "last_of_event_history": history.last_sign_in(self.at()).map(told),
            "recent_failures": history.recent_failures(self.at()),
        })
    }

    fn truth_of(&self, account: &Account) -> Value {
        let pace = self.report_pace(account);
        json!({
            "id": account.id,
            "name": account.name,
            "state": account.state.state(),
            "trouble": account.trouble.map(super::Trouble::name),
            "report_age_seconds": pace.age.map(|age| age.as_secs()),
            "report_takes_seconds": pace.takes.as_secs_f64(),
            "root_sign_ins": self.truth_of_root(account),
        })
    }
}
