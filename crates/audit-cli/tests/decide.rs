//! `iam-census decide` as a pipeline sees it, on every case of the table of decisions.

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use serde_json::{Value, json};

    fn decide(lines: String) -> (i32, Vec<Value>) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_iam-census"))
            .arg("decide")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = program.stdin.take().unwrap();
        let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
        let output = program.wait_with_output().unwrap();
        writer.join().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let answers = text.lines().map(|line| serde_json::from_str(line).unwrap());
        (output.status.code().unwrap(), answers.collect())
    }

    /// The cases of every file, in the order of the files' names.
    fn cases() -> Vec<Value> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../iam-policy/tests/decisions");
        let mut files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let read = |path| serde_json::from_str::<Vec<Value>>(&std::fs::read_to_string(path).unwrap()).unwrap();
        files.into_iter().flat_map(read).collect()
    }

    #[test]
    fn every_documented_case_is_decided_through_the_program() {
        let cases = cases();
        assert!(cases.len() > 700, "{}", cases.len());
        let line = |(at, case): (usize, &Value)| {
            let mut question = case.clone();
            question["id"] = json!(at);
            format!("{question}\n")
        };
        let (code, answers) = decide(cases.iter().enumerate().map(line).collect());
        assert_eq!((code, answers.len()), (0, cases.len()));
        for (at, (case, answer)) in cases.iter().zip(&answers).enumerate() {
            let expected = &case["expected"];
            assert_eq!(answer["id"], at, "the order is that of the questions");
            assert_eq!(answer["decision"], expected["decision"], "{}: {answer}", case["name"]);
            assert_eq!(
                answer["blocked_by"]["layer"], expected["blocked_by"],
                "{}: {answer}",
                case["name"]
            );
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_answered_in_its_place() {
        let good = cases().swap_remove(0);
        let (code, answers) = decide(format!("{good}\n\n{{\"id\":\"x\",\"req\":{{}}}}\nno JSON\n{good}"));
        assert_eq!((code, answers.len()), (3, 4));
        assert_eq!(answers[0]["decision"], answers[3]["decision"]);
        assert_eq!(answers[1]["id"], "x");
        assert!(
            answers[1]["error"].is_string() && answers[2]["error"].is_string(),
            "{answers:?}"
        );
        assert_eq!(decide(String::new()), (0, Vec::new()));
    }
}
