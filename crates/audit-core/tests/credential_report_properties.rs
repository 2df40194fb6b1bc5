//! Random reports: ours and the csv crate read the same, and no bytes can do harm.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot make its case fails"
)]

use std::path::Path;

use audit_core::credential_report::{Column, CredentialReport, Credentials, Flag, Moment, Text};
use proptest::prelude::*;
use proptest::sample::Index;

fn moment() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (1_000_000_000i64..4_000_000_000, "Z|\\+00:00|\\.5Z|\\.123456\\+02:00").prop_map(|(second, suffix)| {
            let text = jiff::Timestamp::from_second(second).unwrap().to_string();
            text.replace('Z', &suffix)
        }),
        1 => "N/A|no_information|not_supported|",
    ]
}

fn cell(column: Column) -> BoxedStrategy<String> {
    use Column as C;
    match column {
        C::PasswordEnabled
        | C::MfaActive
        | C::AccessKey1Active
        | C::AccessKey2Active
        | C::Cert1Active
        | C::Cert2Active => "true|false|TRUE|False|N/A|not_supported|".boxed(),
        C::AccessKey1LastUsedRegion
        | C::AccessKey1LastUsedService
        | C::AccessKey2LastUsedRegion
        | C::AccessKey2LastUsedService => "N/A|s3|eu-central-1|[a-z,\"]{0,5}".boxed(),
        C::AdditionalCredentialsInfo => "[ -~\n]{0,20}".boxed(),
        _ => moment().boxed(),
    }
}

/// The cells of one row in the order of `Column::ALL`, and the user's place among all.
fn row() -> impl Strategy<Value = Vec<String>> {
    let rest = Column::ALL[2..].iter().copied().map(cell).collect::<Vec<_>>();
    ("[a-zA-Z0-9+=,.@_-]{1,12}", "(/[!-~&&[^/]]{1,6}){0,2}", rest).prop_map(|(name, path, rest)| {
        let arn = format!("arn:aws:iam::111122223333:user{path}/{name}");
        [name, arn].into_iter().chain(rest).collect()
    })
}

/// A report as the csv crate writes it, columns in any order.
fn report() -> impl Strategy<Value = (Vec<Column>, Vec<Vec<String>>, bool)> {
    (
        Just(Column::ALL.to_vec()).prop_shuffle(),
        prop::collection::vec(row(), 1..12),
        any::<bool>(),
    )
}

fn write(columns: &[Column], rows: &[Vec<String>], crlf: bool) -> Vec<u8> {
    let terminator = if crlf {
        csv::Terminator::CRLF
    } else {
        csv::Terminator::Any(b'\n')
    };
    let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
    writer.write_record(columns.iter().map(|column| column.name())).unwrap();
    for row in rows {
        writer
            .write_record(columns.iter().map(|column| &row[*column as usize]))
            .unwrap();
    }
    writer.into_inner().unwrap()
}

fn moment_of(text: &str) -> Moment {
    match text {
        "N/A" => Moment::NotApplicable,
        "no_information" => Moment::NoInformation,
        "not_supported" => Moment::NotSupported,
        "" => Moment::Empty,
        _ => Moment::At(text.parse().unwrap()),
    }
}

fn flag_of(text: &str) -> Flag {
    match text {
        "N/A" => Flag::NotApplicable,
        "not_supported" => Flag::NotSupported,
        "" => Flag::Empty,
        _ if text.eq_ignore_ascii_case("true") => Flag::True,
        _ => Flag::False,
    }
}

fn text_of(text: &str) -> Text<'_> {
    match text {
        "N/A" => Text::NotApplicable,
        "" => Text::Empty,
        _ => Text::Value(text.into()),
    }
}

fn assert_same(ours: &Credentials<'_>, theirs: &dyn Fn(Column) -> String) {
    use Column as C;
    assert_eq!(ours.user, theirs(C::User));
    assert_eq!(ours.arn, theirs(C::Arn));
    assert_eq!(
        ours.additional_credentials_info.as_deref(),
        Some(&*theirs(C::AdditionalCredentialsInfo))
    );
    let [one, two] = &ours.access_keys;
    for (moment, column) in [
        (ours.user_created, C::UserCreationTime),
        (ours.password_last_used, C::PasswordLastUsed),
        (ours.password_last_changed, C::PasswordLastChanged),
        (ours.password_next_rotation, C::PasswordNextRotation),
        (one.last_rotated, C::AccessKey1LastRotated),
        (one.last_used, C::AccessKey1LastUsedDate),
        (two.last_rotated, C::AccessKey2LastRotated),
        (two.last_used, C::AccessKey2LastUsedDate),
        (ours.certificates[0].last_rotated, C::Cert1LastRotated),
        (ours.certificates[1].last_rotated, C::Cert2LastRotated),
    ] {
        assert_eq!(moment, moment_of(&theirs(column)), "{column:?}");
    }
    for (flag, column) in [
        (ours.password_enabled, C::PasswordEnabled),
        (ours.mfa_active, C::MfaActive),
        (one.active, C::AccessKey1Active),
        (two.active, C::AccessKey2Active),
        (ours.certificates[0].active, C::Cert1Active),
        (ours.certificates[1].active, C::Cert2Active),
    ] {
        assert_eq!(flag, flag_of(&theirs(column)), "{column:?}");
    }
    for (text, column) in [
        (&one.last_used_region, C::AccessKey1LastUsedRegion),
        (&one.last_used_service, C::AccessKey1LastUsedService),
        (&two.last_used_region, C::AccessKey2LastUsedRegion),
        (&two.last_used_service, C::AccessKey2LastUsedService),
    ] {
        assert_eq!(*text, text_of(&theirs(column)), "{column:?}");
    }
}

/// What must hold for any bytes: it ends, lines rise, and the tally is what was met.
fn assert_total(bytes: &[u8]) {
    let Ok(report) = CredentialReport::parse(bytes) else {
        return;
    };
    let (mut rows, mut errors, mut last) = (0, 0, 1);
    for row in report.rows() {
        let line = match &row {
            Ok(credentials) => {
                rows += 1;
                credentials.line
            }
            Err(error) => {
                errors += 1;
                assert!(error.to_string().len() < 2_000, "messages end somewhere");
                error.line
            }
        };
        assert!(line > last, "lines rise");
        last = line;
    }
    let tally = report.tally();
    assert_eq!((tally.rows, tally.errors), (rows, errors));
    assert!(tally.repeated <= tally.rows);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_csv_crate_reads_the_same((columns, rows, crlf) in report()) {
        let bytes = write(&columns, &rows, crlf);
        let report = CredentialReport::parse(&bytes).unwrap();
        let mut reader = csv::Reader::from_reader(&bytes[..]);
        let header = reader.headers().unwrap().clone();
        let mut ours = report.rows();
        for theirs in reader.records() {
            let theirs = theirs.unwrap();
            let ours = ours.next().unwrap().unwrap();
            if !crlf {
                prop_assert_eq!(ours.line, theirs.position().unwrap().line());
            }
            assert_same(&ours, &|column| {
                let position = header.iter().position(|name| name == column.name()).unwrap();
                theirs[position].to_owned()
            });
        }
        prop_assert!(ours.next().is_none());
    }

    #[test]
    fn unquoted_commas_in_names_are_read_or_refused_but_never_misread(mut row in row()) {
        for (position, cell) in row.iter_mut().enumerate() {
            cell.retain(|character| !matches!(character, '"' | '\n') && (position < 2 || character != ','));
        }
        let header: Vec<_> = Column::ALL.iter().map(|column| column.name()).collect();
        let text = format!("{}\n{}", header.join(","), row.join(","));
        let report = CredentialReport::parse(text.as_bytes()).unwrap();
        if let Some(Ok(read)) = report.rows().next() {
            assert_same(&read, &|column| row[column as usize].clone());
        }
    }

    #[test]
    fn damaged_reports_do_no_harm((columns, rows, crlf) in report(), damage in prop::collection::vec((any::<Index>(), any::<u8>(), 0..4u8), 0..8)) {
        let mut bytes = write(&columns, &rows, crlf);
        for (index, byte, how) in damage {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, b'"'),
                2 => { bytes.remove(at); }
                _ => bytes.truncate(at.max(1)),
            }
        }
        assert_total(&bytes);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the corpus is a folder that grows")]
fn the_corpus_of_the_fuzz_target_does_no_harm() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut inputs = 0;
    for folder in ["fuzz/corpus/credential_report", "testdata"] {
        for entry in root.join(folder).read_dir().unwrap() {
            assert_total(&std::fs::read(entry.unwrap().path()).unwrap());
            inputs += 1;
        }
    }
    assert!(inputs > 30, "the corpus is there");
}
