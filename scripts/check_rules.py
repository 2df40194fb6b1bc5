#!/usr/bin/env python3
"""Compare the rules that checkov finds broken with the accepted ones.

Usage: check_rules.py ACCEPTED < CHECKOV.json

Fails for a broken rule that is not accepted, for an accepted one that nothing breaks, for more than seven accepted
rules, and for a template that checkov could not read.
"""

import json
import sys


def accepted(path: str) -> dict[str, str]:
    with open(path, encoding="utf-8") as file:
        lines = [line.split(maxsplit=1) for line in file if line.strip() and not line.startswith("#")]
    return {rule: reason.strip() for rule, reason in lines}


def complaints(report: dict, rules: dict[str, str]) -> list[str]:
    failed = report["results"]["failed_checks"]
    said = [
        f"{check['check_id']} {check['resource']}: {check['check_name']}"
        for check in failed
        if check["check_id"] not in rules
    ]
    broken = {check["check_id"] for check in failed}
    said += [f"{rule} is accepted, yet nothing breaks it" for rule in rules if rule not in broken]
    if len(rules) > 7:
        said.append(f"{len(rules)} rules are accepted, which is more than seven")
    summary = report["summary"]
    if summary["parsing_errors"] or not summary["passed"]:
        said.append("checkov could not read the templates")
    return said


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = complaints(json.load(sys.stdin), accepted(sys.argv[1]))
    print("\n".join(found), file=sys.stderr)
    sys.exit(1 if found else 0)
