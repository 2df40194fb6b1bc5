//! Measures effective permissions: parses the documents of one account and bounds what each of its users may do.
//!
//! ```text
//! cargo run --release -p iam-policy --example effective_benchmark
//! ```

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement runs against the clock"
)]

use std::sync::Arc;
use std::time::Instant;

use iam_policy::effective::{Evaluator, Known};
use iam_policy::{Catalogue, Policies, Policy};

const USERS: usize = 5_000;
const DOCUMENTS: usize = 2_200;
const BOUNDARIES: usize = 20;

fn main() {
    let texts: Vec<String> = (0..DOCUMENTS).map(document).collect();
    let boundaries: Vec<String> = (0..BOUNDARIES).map(boundary).collect();
    let bytes: usize = texts.iter().chain(&boundaries).map(String::len).sum();

    let start = Instant::now();
    let parse =
        |texts: &[String]| -> Vec<Arc<Policy>> { texts.iter().map(|text| Arc::new(Policy::read(text))).collect() };
    let (documents, boundaries) = (parse(&texts), parse(&boundaries));
    let scps = scps();
    let parsed = start.elapsed();
    let catalogue = Catalogue::get();
    let loaded = start.elapsed();
    let bounding = Instant::now();
    let mut evaluator = Evaluator::new();
    let (mut lower, mut upper) = (0, 0);
    for user in 0..USERS {
        let one = |number: usize| documents.get(number % DOCUMENTS).map(Arc::clone);
        let count = 3 + user % 4;
        let policies = Policies {
            identity: (0..count).filter_map(|at| one(user * 7 + at * 131)).collect(),
            boundary: user
                .is_multiple_of(3)
                .then(|| boundaries.get(user % BOUNDARIES).map(Arc::clone))
                .flatten(),
            scps: scps.clone(),
            ..Policies::default()
        };
        let effective = evaluator.effective(&policies, &Known::default());
        lower += effective.lower_some.count();
        upper += effective.upper_some.count();
    }
    let (bounded, done) = (bounding.elapsed(), start.elapsed());
    println!(
        "{USERS} users, {} actions, {DOCUMENTS} distinct documents, {BOUNDARIES} boundaries for a third of the users, \
         3 SCP levels, {bytes} bytes",
        catalogue.actions.len()
    );
    println!("parsed after {parsed:?}, catalogue read after {loaded:?}, bounds {bounded:?}, together {done:?}");
    println!("{lower} surely allowed and {upper} possibly allowed actions of users");
}

fn document(number: usize) -> String {
    const SERVICES: [&str; 12] = [
        "s3",
        "ec2",
        "dynamodb",
        "sqs",
        "sns",
        "lambda",
        "logs",
        "kms",
        "cloudwatch",
        "ecr",
        "rds",
        "iam",
    ];
    let service = |at: usize| SERVICES.get((number + at) % 12).copied().unwrap_or("s3");
    let (first, second) = (service(0), service(5));
    match number % 40 {
        0 => format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Sid":"Admin{number}","Effect":"Allow","Action":"*","Resource":"*"}}}}"#
        ),
        1 => format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Sid":"Power{number}","Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}}}}"#
        ),
        2 => format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Sid":"Region{number}","Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{{"StringNotEquals":{{"aws:RequestedRegion":"eu-{number}"}}}}}}}}"#
        ),
        3 => format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"*","Resource":["arn:aws:s3:::team-{number}/*","arn:aws:dynamodb:*:*:table/team-{number}"]}}}}"#
        ),
        _ => format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["{first}:Get*","{first}:List*","{first}:Describe*","{second}:Describe*"],"Resource":"*"}},{{"Effect":"Allow","Action":["{first}:*"],"Resource":["arn:aws:{first}:*:111122223333:*team-{number}/*","arn:aws:{first}:::team-{number}-*"]}},{{"Effect":"Allow","Action":["{second}:Create*","{second}:Put*"],"Resource":"*","Condition":{{"StringEquals":{{"aws:RequestTag/team":"{number}"}}}}}},{{"Effect":"Deny","Action":["{second}:Delete*"],"Resource":"*"}}]}}"#
        ),
    }
}

fn boundary(number: usize) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":["s3:*","ec2:*","dynamodb:*","sqs:*","sns:*","lambda:*","logs:*","cloudwatch:*"],"Resource":"*"}},{{"Effect":"Deny","Action":"s3:Delete*","Resource":"arn:aws:s3:::protected-{number}/*"}}]}}"#
    )
}

fn scps() -> Vec<Vec<Arc<Policy>>> {
    let read = |text: &str| Arc::new(Policy::read(text));
    let full = || read(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
    vec![
        vec![
            full(),
            read(
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":["organizations:LeaveOrganization","account:*"],"Resource":"*"}}"#,
            ),
        ],
        vec![
            full(),
            read(
                r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":["iam:*","sts:*","s3:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}}"#,
            ),
        ],
        vec![read(
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":["gamelift:*","braket:*"],"Resource":"*"}}"#,
        )],
    ]
}
