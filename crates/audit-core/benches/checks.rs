//! How many rows of a credential report one core parses and judges in a second.

#![expect(
    clippy::unwrap_used,
    reason = "what a benchmark makes for itself is right or the benchmark is wrong"
)]

use std::fmt::Write as _;
use std::hint::black_box;

use audit_core::account::{AccountId, Partition};
use audit_core::benchmark::Edition;
use audit_core::check::{Judge, Parameters, Status};
use audit_core::facts::{AccountFacts, Fact, SavedReport};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ROWS: u64 = 5_000;

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
cert_1_last_rotated,cert_2_active,cert_2_last_rotated\n";

/// A report of an account as large as IAM allows, half of whose users fail one thing or another.
fn facts() -> AccountFacts {
    let account: AccountId = "111122223333".parse().unwrap();
    let mut csv = HEADER.to_owned();
    let root = format!("<root_account>,arn:aws:iam::{account}:root,2020-01-02T03:04:05Z,true,no_information,");
    csv.push_str(&root);
    csv.push_str(
        "2021-05-05T00:00:00Z,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
    );
    for user in 1..ROWS {
        let (day, month) = (user % 28 + 1, user % 12 + 1);
        let password = user % 2 == 0;
        write!(
            csv,
            "\nuser-{user:05},arn:aws:iam::{account}:user/teams/a/user-{user:05},2024-{month:02}-{day:02}T00:00:00Z,\
             {password},{},{},N/A,{},true,2026-{month:02}-{day:02}T08:00:00Z,2026-10-{day:02}T09:10:11Z,us-east-1,s3,\
             false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
            if password { "2026-11-01T10:00:00Z" } else { "N/A" },
            if password { "2026-01-01T10:00:00Z" } else { "N/A" },
            user % 4 == 0,
        )
        .unwrap();
    }
    let report = SavedReport {
        bytes: csv.into_bytes(),
        generated: None,
    };
    AccountFacts {
        credential_report: Fact::Known(report),
        ..AccountFacts::new(account, Partition::Aws)
    }
}

fn rows(criterion: &mut Criterion) {
    let facts = facts();
    let parameters = Parameters::default();
    let as_of = "2026-11-20T12:00:00Z".parse().unwrap();
    let mut group = criterion.benchmark_group("rows parsed and judged");
    group.throughput(Throughput::Elements(ROWS));
    for edition in [Edition::V1_2_0, Edition::LATEST] {
        let judge = Judge::new(edition, as_of, &parameters);
        group.bench_function(format!("verdicts of {edition}"), |bencher| {
            bencher.iter(|| {
                let mut failed = 0_u64;
                judge.account(&facts, &mut |judgement| {
                    failed += u64::from(judgement.verdict.status == Status::Fail);
                });
                black_box(failed)
            });
        });
    }
    let judge = Judge::new(Edition::LATEST, as_of, &parameters);
    group.bench_function("sorted findings of 7.0.0", |bencher| {
        bencher.iter(|| judge.account_findings(&facts).len());
    });
    group.bench_function("sorted findings of 7.0.0 with identity and words", |bencher| {
        bencher.iter(|| {
            let findings = judge.account_findings(&facts);
            findings
                .iter()
                .map(|finding| finding.id().as_bytes().len() + finding.because.to_string().len())
                .sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, rows);
criterion_main!(benches);
