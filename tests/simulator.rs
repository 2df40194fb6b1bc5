//! The simulated organization, driven by AWS's own clients: boto3 and the stock AWS CLI.

use crate::harness::binaries::example;
use crate::harness::environment;
use crate::harness::python::{pytest, python};
use crate::harness::server::Server;

#[test]
fn botocore_understands_every_answer_of_the_simulator() {
    let mut simulator = Server::start(environment::offline(example("serve")).arg("127.0.0.1:0"));
    let (endpoint, truth) = (simulator.line(), simulator.line());
    let mut command = python(&endpoint, "AKIAHUBHUBHUBHUBHUB1");
    command
        .env("IAM_CENSUS_ENDPOINT", &endpoint)
        .env("IAM_CENSUS_WORLD", truth);
    pytest(&mut command, "simulator");
}
