//! Rows per second of the credential-report parser, over a generated report of 5,000 users.

use std::fmt::Write as _;
use std::hint::black_box;

use audit_core::credential_report::CredentialReport;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const USERS: u64 = 5_000;

fn report() -> String {
    let columns = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,\
        access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,\
        access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
        cert_1_last_rotated,cert_2_active,cert_2_last_rotated";
    let mut report = format!(
        "{columns}\n<root_account>,arn:aws:iam::111122223333:root,2019-01-01T00:00:00Z,true,no_information,\
         2019-01-01T00:00:00Z,not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    );
    for user in 0..USERS {
        let (month, day, hour) = (user % 12 + 1, user % 28 + 1, user % 24);
        let password = format!("2026-{month:02}-{day:02}T{hour:02}:15:42Z");
        let key = format!("2025-{month:02}-{day:02}T09:{:02}:00+00:00", user % 60);
        let second = if user % 3 == 0 {
            format!("true,{key},{key},eu-central-1,sts")
        } else {
            "false,N/A,N/A,N/A,N/A".to_owned()
        };
        // Writing to a String cannot fail.
        let _ = write!(
            report,
            "\nuser-{user:05},arn:aws:iam::111122223333:user/division/team-{:02}/user-{user:05},2020-02-29T12:00:00Z,true,\
             {password},{password},N/A,{},true,{key},{key},us-east-1,s3,{second},false,N/A,false,N/A",
            user % 100,
            user % 2 == 0,
        );
    }
    report
}

fn parse(criterion: &mut Criterion) {
    let text = report();
    let mut group = criterion.benchmark_group("credential_report");
    group.throughput(Throughput::Elements(USERS + 1));
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            let rows = CredentialReport::parse(black_box(text.as_bytes()))
                .map_or(0, |report| report.rows().flatten().map(black_box).count());
            assert_eq!(rows as u64, USERS + 1, "every row is read");
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(std::time::Duration::from_secs(1))
        .measurement_time(std::time::Duration::from_secs(3));
    targets = parse
}
criterion_main!(benches);
