#!/usr/bin/env python3
"""Compare the rules that checkov and cfn-guard find broken with the accepted ones.

Usage: check_rules.py ACCEPTED CHECKOV.json GUARD.json

Fails for a rule that a resource breaks and may not, for an accepted one that nothing breaks, for more than seven accepted
things, and for a template that checkov could not read.
"""

import json
import sys
from fnmatch import fnmatchcase

MOST = 7


def accepted(path: str) -> list[tuple[list[str], list[str]]]:
    """Each thing that is accepted: the rules, and patterns of the resources that may break them."""
    with open(path, encoding="utf-8") as file:
        lines = [line.split(maxsplit=2) for line in file if line.strip() and not line.startswith("#")]
    return [(rules.split(","), resources.split(",")) for rules, resources, _reason in lines]


def complaints(checkov: dict, guard: list[dict], things: list[tuple[list[str], list[str]]]) -> list[str]:
    found = [
        (check["check_id"], check["resource"].rsplit(".", 1)[-1], check["check_name"])
        for check in checkov["results"]["failed_checks"]
    ]
    found += [(it["rule"], resource, it["template"]) for it in guard for resource in it["resources"]]
    pairs = {(rule, pattern) for rules, patterns in things for rule in rules for pattern in patterns}
    used = set()
    said = []
    for rule, resource, where in found:
        matching = {(named, pattern) for named, pattern in pairs if named == rule and fnmatchcase(resource, pattern)}
        used |= matching
        if not matching:
            said.append(f"{rule} {resource}: {where}")
    said += [f"{rule} of {pattern} is accepted, yet nothing breaks it" for rule, pattern in sorted(pairs - used)]
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
