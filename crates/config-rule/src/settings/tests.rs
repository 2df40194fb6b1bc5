use super::*;

fn parse(arguments: &[&str]) -> Settings {
    Settings::try_parse_from([&["config-rule"], arguments].concat()).unwrap()
}

#[test]
fn settings_that_do_not_go_together_are_refused_by_name() {
    let longest = format!("--bucket={}", "b".repeat(63));
    let prefix = |length: usize| format!("--config-rule-prefix={}/", "p".repeat(length - 1));
    for (arguments, expected) in [
        (&["--bucket=evidence"][..], None),
        (&[longest.as_str()], None),
        (&[&longest, &prefix(59)], None),
        (&[&longest, &prefix(60)], Some("does not fit the 256 characters")),
        (&["--config-rule-prefix=runs/x/"], Some("must not begin with `runs/`")),
        (&["--external-id=x"], Some("2 to 1224")),
    ] {
        let error = parse(arguments).validate().err().map(|error| error.to_string());
        match expected {
            None => assert_eq!(error, None, "{arguments:?}"),
            Some(expected) => assert!(error.unwrap().contains(expected), "{arguments:?}"),
        }
    }
}

#[test]
fn single_values_are_refused_before_anything_else() {
    for argument in [
        "--bucket=Evidence",
        "--config-rule-prefix=a",
        "--config-rule-role-name=a/b",
        "--max-report-age=3",
    ] {
        assert!(
            Settings::try_parse_from(["config-rule", argument]).is_err(),
            "{argument}"
        );
    }
}
