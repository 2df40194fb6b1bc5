#!/usr/bin/env python3
"""Compare the rules that checkov and cfn-guard find broken with the accepted ones.

Usage: check_rules.py ACCEPTED CHECKOV.json GUARD.json

Fails for a broken rule that is not accepted, for an accepted one that nothing breaks, for more than seven accepted
things, and for a template that checkov could not read.
"""

import json
import sys

MOST = 7


def accepted(path: str) -> list[list[str]]:
    with open(path, encoding="utf-8") as file:
        lines = [line.split(maxsplit=1) for line in file if line.strip() and not line.startswith("#")]
    return [rules.split(",") for rules, _reason in lines]


def complaints(checkov: dict, guard: list[dict], things: list[list[str]]) -> list[str]:
    found = [
        (check["check_id"], f"{check['resource']}: {check['check_name']}")
        for check in checkov["results"]["failed_checks"]
    ]
    found += [(it["rule"], f"{it['template']}: {', '.join(it['resources'])}") for it in guard]
    rules = {rule for thing in things for rule in thing}
    said = [f"{rule} {where}" for rule, where in found if rule not in rules]
    broken = {rule for rule, _ in found}
    said += [f"{rule} is accepted, yet nothing breaks it" for rule in sorted(rules - broken)]
    if len(things) > MOST:
        said.append(f"{len(things)} things are accepted, which is more than {MOST}")
    summary = checkov["summary"]
    if summary["parsing_errors"] or not summary["passed"]:
        said.append("checkov could not read the templates")
    return said


def read(path: str):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    told = complaints(read(sys.argv[2]), read(sys.argv[3]), accepted(sys.argv[1]))
    print("\n".join(told), file=sys.stderr)
    sys.exit(1 if told else 0)
