//! The rules of AWS Config, as tests see and make them.

use super::Simulator;
use crate::config::PutEvaluation;

impl Simulator {
    /// Makes a custom rule of an account in the Region of the partition. Its token is [`crate::result_token`].
    pub fn create_config_rule(&self, account: &str, name: &str) {
        let region = self.world().spec().partition.region();
        self.state().rules.create(account, region, name);
    }

    /// What a rule holds about resources, by type and id.
    #[must_use]
    pub fn evaluations(&self, account: &str, name: &str) -> Vec<PutEvaluation> {
        let region = self.world().spec().partition.region();
        self.state().rules.results(account, region, name)
    }

    /// The next so many evaluations of a resource fail, in an answer of status 200.
    pub fn refuse_evaluations(&self, resource_id: &str, times: u32) {
        self.state().rules.refuse(resource_id, times);
    }
}
