//! `iam-census check` and `iam-census checks` as a pipeline sees them: what they print, and how they end.

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::Value;

    const AT: &str = "2026-11-20T12:00:00Z";

    struct Ended {
        code: i32,
        out: String,
        err: String,
    }

    fn run(arguments: &[&str], input: &[u8]) -> Ended {
        let mut program = Command::new(env!("CARGO_BIN_EXE_iam-census"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses its arguments does not read.
        let _ = program.stdin.take().unwrap().write_all(input);
        let output = program.wait_with_output().unwrap();
        Ended {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn stored(name: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../audit-core/testdata")
            .join(name);
        path.to_str().unwrap().to_owned()
    }

    /// A folder of this test alone, empty.
    fn folder(name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn the_exit_code_tells_open_failures_from_an_incomplete_look() {
        let (clean, failing) = (stored("root-without-credentials.csv"), stored("current.csv"));
        let (partial, empty) = (stored("bad-cells.csv"), stored("header-only.csv"));
        for (arguments, code) in [
            (vec![clean.as_str()], 0),
            (vec!["--strict", &clean], 3),
            (vec![&failing], 1),
            (vec![&clean, &failing], 1),
            (vec![&partial], 3),
            (vec![&failing, &partial], 3),
            (vec![&failing, &empty], 3),
            (vec![&empty], 2),
            (vec!["no-such-file.csv"], 2),
            (vec![&clean, "no-such-file.csv"], 2),
            (vec!["--edition", "8.0.0", &clean], 2),
            (vec!["--at", "yesterday", &clean], 2),
            (vec!["--exceptions", "no-such-file.toml", &clean], 2),
            (vec!["-", "-"], 2),
            (vec![], 2),
        ] {
            let mut all = vec!["check"];
            if !arguments.contains(&"--at") {
                all.extend(["--at", AT]);
            }
            all.extend(arguments);
            let ended = run(&all, b"");
            assert_eq!(ended.code, code, "{all:?}\n{}{}", ended.out, ended.err);
            assert_eq!(
                code == 2,
                ended.out.is_empty(),
                "results are printed unless it could not be done: {all:?}"
            );
            assert_eq!(code == 2, !ended.err.is_empty(), "{all:?} {}", ended.err);
        }
    }

    #[test]
    fn standard_input_a_file_and_aws_answer_are_the_same_report() {
        let bytes = std::fs::read(stored("current.csv")).unwrap();
        let folder = folder("answer");
        let encoded = STANDARD.encode(&bytes);
        let answer = format!(
            r#"{{"Content":"{encoded}","ReportFormat":"text/csv","GeneratedTime":"2026-11-20T11:00:00+00:00"}}"#
        );
        std::fs::write(folder.join("answer.json"), &answer).unwrap();
        let saved = folder.join("answer.json");
        let findings = |argument: &str, input: &[u8]| {
            let ended = run(&["check", "--at", AT, "--format", "json", argument], input);
            let mut document: Value = serde_json::from_str(&ended.out).unwrap();
            let generated = document["accounts"][0]["generated"].clone();
            for finding in document["findings"].as_array_mut().unwrap() {
                let finding = finding.as_object_mut().unwrap();
                finding.remove("source");
                finding.remove("evidence_generated");
            }
            (document["findings"].clone(), generated)
        };
        let of_file = findings(&stored("current.csv"), b"");
        let of_input = findings("-", &bytes);
        let of_answer = findings(saved.to_str().unwrap(), b"");
        assert_eq!(of_file, of_input);
        assert_eq!(of_file.0, of_answer.0);
        assert_eq!(
            (of_file.1, of_answer.1),
            (Value::Null, Value::from("2026-11-20T11:00:00Z"))
        );
    }

    #[test]
    fn folders_are_searched_for_csv_files_at_any_depth() {
        let folder = folder("folders");
        std::fs::create_dir_all(folder.join("2026-11-20/b")).unwrap();
        std::fs::copy(stored("current.csv"), folder.join("2026-11-20/b/1.csv")).unwrap();
        std::fs::copy(stored("current.csv"), folder.join("2026-11-20/2.CSV")).unwrap();
        std::fs::write(folder.join("notes.txt"), "no report").unwrap();
        let ended = run(
            &["check", "--at", AT, "--format", "json", folder.to_str().unwrap()],
            b"",
        );
        let document: Value = serde_json::from_str(&ended.out).unwrap();
        let sources: Vec<_> = document["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["source"])
            .collect();
        assert!(sources[0].as_str().unwrap().ends_with("2.CSV") && sources[1].as_str().unwrap().ends_with("1.csv"));
        assert_eq!(sources.len(), 2);
    }

    #[test]
    fn patterns_stand_for_files_in_the_order_of_their_names() {
        let folder = folder("patterns");
        for (name, report) in [
            ("b/x/2.csv", "current.csv"),
            ("a/1.csv", "root-legacy.csv"),
            ("b/.3.csv", "current.csv"),
        ] {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::copy(stored(report), path).unwrap();
        }
        for (pattern, expected) in [
            ("**/*.csv", vec!["a/1.csv", "b/x/2.csv"]),
            ("?/*.csv", vec!["a/1.csv"]),
            ("b/.*.csv", vec!["b/.3.csv"]),
        ] {
            let pattern = folder.join(pattern);
            let ended = run(
                &["check", "--at", AT, "--format", "json", pattern.to_str().unwrap()],
                b"",
            );
            let json: Value = serde_json::from_str(&ended.out).unwrap();
            let sources: Vec<&str> = json["accounts"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|one| one["source"].as_str())
                .collect();
            let expected: Vec<PathBuf> = expected.iter().map(|name| folder.join(name)).collect();
            assert!(sources.iter().map(PathBuf::from).eq(expected), "{sources:?}");
        }
        let nothing = run(&["check", folder.join("*.json").to_str().unwrap()], b"");
        assert_eq!(nothing.code, 2);
        assert!(nothing.err.contains("matches no file"), "{}", nothing.err);
    }

    #[test]
    fn accepted_failures_are_not_open() {
        let folder = folder("exceptions");
        let all = ["user-console-mfa", "user-credentials-unused", "access-key-rotation-90"].map(|check| {
            format!(
                "[[exceptions]]\ncheck = \"{check}\"\nowner = \"ann\"\nreason = \"known\"\nticket = \"T\"\nexpires = \"2026-11-20\"\n"
            )
        });
        let path = folder.join("exceptions.toml");
        std::fs::write(&path, format!("schema = \"iam-census/exceptions/1\"\n{}", all.concat())).unwrap();
        let check = |at: &str| {
            run(
                &[
                    "check",
                    "--at",
                    at,
                    "--exceptions",
                    path.to_str().unwrap(),
                    &stored("current.csv"),
                ],
                b"",
            )
        };
        let valid = check("2026-11-20T23:59:59Z");
        assert_eq!(valid.code, 0, "{}", valid.out);
        assert!(
            valid.out.contains("[excepted until 2026-11-21T00:00:00Z, ann, T]"),
            "{}",
            valid.out
        );
        let expired = check("2026-11-21T00:00:00Z");
        assert_eq!(expired.code, 1, "{}", expired.out);
    }

    #[test]
    fn a_pipe_gets_no_colors_and_the_same_bytes_each_time() {
        let arguments = ["check", "--at", AT, &stored("current.csv")];
        let first = run(&arguments, b"");
        assert!(!first.out.contains('\u{1b}'));
        assert_eq!(first.out, run(&arguments, b"").out);
    }

    /// The formats of others; what is in them is for the tests of the crate that writes them.
    #[test]
    fn every_format_holds_every_finding() {
        let report = stored("current.csv");
        let of = |format: &str| {
            let region: &[&str] = match format {
                "asff" => &["--region", "eu-central-1"],
                _ => &[],
            };
            let arguments = ["check", "--at", AT, "--format", format, &report];
            run(&[&arguments, region].concat(), b"").out
        };
        let json: Value = serde_json::from_str(&of("json")).unwrap();
        let findings = json["findings"].as_array().unwrap().len();
        for format in ["json-lines", "ocsf"] {
            assert_eq!(of(format).lines().count(), findings, "{format}");
        }
        let batches: Vec<Value> = of("asff")
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let told: usize = batches.iter().map(|batch| batch.as_array().unwrap().len()).sum();
        assert_eq!(told, findings);
        let page = of("html");
        assert!(
            page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"),
            "{page}"
        );
        let table = Command::new(env!("CARGO_BIN_EXE_iam-census"))
            .args(["check", "--at", AT, "--format", "parquet", &report])
            .output()
            .unwrap();
        assert!(table.stdout.starts_with(b"PAR1") && table.stdout.ends_with(b"PAR1"));
    }

    #[test]
    fn arguments_that_say_nothing_or_too_much_are_refused() {
        for (arguments, expected) in [
            (&["--format=asff"][..], "--format asff needs --region"),
            (&["--region=eu-central-1"], "for --format asff only"),
            (
                &["--format=asff", "--region=Frankfurt"],
                "a Region looks like `eu-central-1`",
            ),
            (&["--root-use-days=0"], "0 is not in 1..=3650"),
            (&["--root-use-days=3651"], "3651 is not in 1..=3650"),
        ] {
            let report = stored("current.csv");
            let ended = run(&[&["check", &report], arguments].concat(), b"");
            assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}");
            assert!(ended.err.contains(expected), "{arguments:?}: {}", ended.err);
        }
    }

    #[test]
    fn the_catalogue_has_the_promised_shape() {
        let whole: Value = serde_json::from_str(&run(&["checks", "--format", "json"], b"").out).unwrap();
        let first = whole
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["slug"] == "root-access-key-absent")
            .unwrap();
        let members: Vec<_> = first.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["controls", "severity", "slug", "title"]);
        let newest = first["controls"].as_array().unwrap().last().unwrap();
        assert_eq!(
            *newest,
            serde_json::json!({"edition": "7.0.0", "id": "2.4", "level": 1, "automated": true})
        );

        let old: Value =
            serde_json::from_str(&run(&["checks", "--format", "json", "--edition", "1.2.0"], b"").out).unwrap();
        let old = old.as_array().unwrap();
        assert_eq!(old.len(), 23);
        assert!(old.iter().all(|check| check["controls"].as_array().unwrap().len() == 1));
        assert_eq!(
            (&old[0]["slug"], &old[0]["controls"][0]["id"]),
            (&"root-not-used-recently".into(), &"1.1".into())
        );

        let table = run(&["checks"], b"");
        assert_eq!(table.code, 0);
        assert!(
            table.out.lines().all(|line| line.chars().count() <= 80),
            "{}",
            table.out
        );
        assert!(table.out.contains("2.1.6"));
    }
}
