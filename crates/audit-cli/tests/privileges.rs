//! `iam-census privileges` as a pipeline sees it: what it writes, what it refuses, and how it ends.

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use serde_json::{Value, json};

    const AT: &str = "2026-11-20T12:00:00Z";
    const ACCOUNT: &str = "111122223333";

    struct Ended {
        code: i32,
        out: String,
        err: String,
    }

    fn run(arguments: &[&str]) -> Ended {
        let mut program = Command::new(env!("CARGO_BIN_EXE_iam-census"));
        let output = program
            .arg("privileges")
            .args(["--at", AT])
            .args(arguments)
            .output()
            .unwrap();
        Ended {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A folder of this test alone, empty.
    fn folder(name: &str) -> PathBuf {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn write(folder: &Path, name: &str, value: &Value) -> String {
        let path = folder.join(name);
        std::fs::write(&path, value.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn policy(effect: &str, action: &str) -> Value {
        json!({"Version": "2012-10-17", "Statement": {"Effect": effect, "Action": action, "Resource": "*"}})
    }

    fn user(name: &str, action: &str) -> Value {
        json!({"Path": "/", "UserName": name, "UserId": "AIDA1", "Arn": format!("arn:aws:iam::{ACCOUNT}:user/{name}"),
            "CreateDate": "2024-01-01T00:00:00Z", "GroupList": [], "AttachedManagedPolicies": [],
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": policy("Allow", action)}]})
    }

    fn details(users: &[Value]) -> Value {
        json!({"UserDetailList": users, "GroupDetailList": [], "RoleDetailList": [], "Policies": []})
    }

    #[test]
    fn the_exit_code_tells_a_way_up_from_an_incomplete_look() {
        let folder = folder("privileges-codes");
        let clean = write(&folder, "clean.json", &details(&[user("ana", "s3:*")]));
        let climbs = write(&folder, "climbs.json", &details(&[user("ana", "iam:PutUserPolicy")]));
        let partial = write(
            &folder,
            "partial.json",
            &details(&[user("ana", "s3:*"), json!({"UserName": "bob"})]),
        );
        let other = write(&folder, "other.json", &json!({"Users": []}));
        let scps = write(
            &folder,
            "scps.json",
            &json!([[policy("Allow", "*")], [policy("Deny", "iam:*"), policy("Allow", "*")]]),
        );
        let bad = write(&folder, "bad.json", &json!([[{"name": "x"}]]));
        for (arguments, code) in [
            (vec![clean.as_str()], 0),
            (vec![&climbs], 1),
            (vec![&climbs, "--scps", &scps], 0),
            (vec![&partial], 3),
            (vec![&other], 2),
            (vec!["no-such-file.json"], 2),
            (vec![&clean, "--scps", &bad], 2),
            (vec![&clean, "--format", "xlsx"], 2),
            (vec![&clean, "--out", "report"], 2),
            (vec![&clean, "--organization-accounts", "12"], 2),
            (vec![&clean, "--organization-id", "a1b2c3d4e5"], 2),
            (vec![&clean, "--organization-id", "o-a1b2c3d4e5"], 0),
            (vec![], 2),
        ] {
            let ended = run(&arguments);
            assert_eq!(ended.code, code, "{arguments:?}\n{}{}", ended.out, ended.err);
            assert_eq!(code == 2, ended.out.is_empty(), "{arguments:?}");
            assert_eq!(code == 2, !ended.err.is_empty(), "{arguments:?} {}", ended.err);
        }
        let refused = run(&[&clean, "--scps", &bad]).err;
        assert!(
            refused.contains("bad.json") && refused.contains("policy 1 of level 1 has no document"),
            "{refused}"
        );
    }

    #[test]
    fn the_table_names_who_gets_farthest_and_what_limits_whom() {
        let folder = folder("privileges-table");
        let file = write(
            &folder,
            "details.json",
            &details(&[user("ana", "iam:PutUserPolicy"), user("eve\u{1b}[2J", "*")]),
        );
        let ended = run(&[&file]);
        assert!(ended.out.contains("user ana: administrator in 1 step"), "{}", ended.out);
        assert!(
            ended
                .out
                .contains("iam:PutUserPolicy by own (inline in user/ana), statement 1"),
            "{}",
            ended.out
        );
        assert!(ended.out.contains("SCPs: they were not given"), "{}", ended.out);
        assert!(!ended.out.contains('\u{1b}'), "a name steers the terminal");
        let scps = write(
            &folder,
            "scps.json",
            &json!([[policy("Allow", "*"), policy("Deny", "iam:PutUserPolicy")]]),
        );
        let ended = run(&[&file, "--scps", &scps]);
        assert!(ended.out.contains("user ana: constrained"), "{}", ended.out);
        assert!(
            ended
                .out
                .contains("SCP policy 2 of organization root, statement 1 denies iam:PutUserPolicy"),
            "{}",
            ended.out
        );
    }

    #[test]
    fn every_format_has_the_same_rows() {
        let folder = folder("privileges-formats");
        let file = write(
            &folder,
            "details.json",
            &details(&[user("=1+1", "iam:PutUserPolicy"), user("bob", "sqs:*")]),
        );
        let out = |name: &str| folder.join(name).to_str().unwrap().to_owned();
        for (format, name) in [
            ("csv", "csv"),
            ("jsonl", "r.jsonl"),
            ("parquet", "r.parquet"),
            ("xlsx", "r.xlsx"),
            ("text", "r"),
        ] {
            let ended = run(&[&file, "--format", format, "--out", &out(name)]);
            assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{format}: {}", ended.err);
        }
        let lines = std::fs::read_to_string(out("r.jsonl")).unwrap();
        assert_eq!(lines, run(&[&file, "--format", "jsonl"]).out);
        let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let csv = std::fs::read_to_string(folder.join("csv/principals.csv")).unwrap();
        let of = rows.iter().filter(|row| row["sheet"] == "principals").count();
        assert_eq!((of, csv.lines().count()), (2, 3));
        assert!(csv.contains("\nuser,'=1+1,arn:"), "a cell could be calculated: {csv}");
        assert_eq!(folder.join("csv").read_dir().unwrap().count(), 13);
        assert!(std::fs::read(out("r.parquet")).unwrap().starts_with(b"PAR1"));
        assert!(std::fs::read(out("r.xlsx")).unwrap().starts_with(b"PK"));
    }
}
