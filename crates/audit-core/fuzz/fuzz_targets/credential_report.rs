//! Any bytes: reading ends, without panic, and the tally agrees with the rows.
#![no_main]

use audit_core::credential_report::CredentialReport;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(report) = CredentialReport::parse(bytes) else {
        return;
    };
    let mut rows = report.rows();
    let (mut read, mut failed, mut last) = (0, 0, 1);
    for row in rows.by_ref() {
        let line = match &row {
            Ok(credentials) => {
                read += 1;
                credentials.line
            }
            Err(error) => {
                failed += 1;
                assert!(error.to_string().len() < 2_000);
                error.line
            }
        };
        assert!(line > last);
        last = line;
    }
    let tally = rows.tally();
    assert_eq!((tally.rows, tally.errors), (read, failed));
});
