//! The inputs for AWS Audit Manager, and the conformance pack.

use crate::harness::python::{pytest, python};
use crate::repository::root;

#[test]
fn botocore_takes_every_input_and_every_command_of_the_page() {
    let mut reader = python("http://127.0.0.1:9", "123456789012");
    reader.env("IAM_CENSUS_REPOSITORY", root());
    pytest(&mut reader, "audit_manager");
}
