"""Compares a report about control policies with what boto3 reads of the same organization, node by node.

botocore checks every request and every answer against its model of AWS Organizations.
"""

import collections
import hashlib
import io
import json
import os
import pathlib

import boto3
import jsonschema
import pytest

BUCKET = os.environ["IAM_CENSUS_CHECKED_BUCKET"]
REPOSITORY = pathlib.Path(__file__).parents[3]
KINDS = {"SCP": "SERVICE_CONTROL_POLICY", "RCP": "RESOURCE_CONTROL_POLICY"}
EVERYWHERE = "p-RCPFullAWSAccess"


def stored(key: str, **version) -> bytes:
    return boto3.client("s3").get_object(Bucket=BUCKET, Key=key, **version)["Body"].read()


def pages(operation: str, member: str, **parameters) -> list:
    call = getattr(boto3.client("organizations"), operation)
    found, token = [], {}
    while True:
        page = call(**parameters, **token)
        found += page[member]
        if not page.get("NextToken"):
            return found
        token = {"NextToken": page["NextToken"]}


@pytest.fixture(scope="module")
def manifest() -> dict:
    latest = json.loads(stored("runs/scp-report/latest.json"))
    content = stored(latest["key"], VersionId=latest["version"])
    assert hashlib.sha256(content).hexdigest() == latest["sha256"]
    return json.loads(content)


@pytest.fixture(scope="module")
def folder(manifest) -> str:
    return f"reports/scp-report/{manifest['date']}/{manifest['run']}"


@pytest.fixture(scope="module")
def sheets(folder) -> dict[str, list[dict]]:
    lines = stored(f"{folder}/report.jsonl").decode().splitlines()
    found = collections.defaultdict(list)
    schema = json.loads((REPOSITORY / "schemas/scp-report-1.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for number, line in enumerate(lines):
        row = json.loads(line)
        if number < 400:
            validator.validate(row)
        found[row.pop("sheet")].append(row)
    return found


@pytest.fixture(scope="module")
def tree() -> dict[str, list[tuple[str, str]]]:
    """For each account the ids and names above it, as the tree itself says."""
    [root] = pages("list_roots", "Roots")
    found, below = {}, [[(root["Id"], root["Name"])]]
    while below:
        path = below.pop()
        parent = path[-1][0]
        for account in pages("list_accounts_for_parent", "Accounts", ParentId=parent):
            found[account["Id"]] = [*path, (account["Id"], account["Name"])]
        for unit in pages("list_organizational_units_for_parent", "OrganizationalUnits", ParentId=parent):
            below.append([*path, (unit["Id"], unit["Name"])])
    return found


def in_force() -> set[str]:
    [root] = pages("list_roots", "Roots")
    enabled = {one["Type"] for one in root["PolicyTypes"] if one["Status"] == "ENABLED"}
    return {kind for kind, name in KINDS.items() if name in enabled}


def test_the_ledger_is_complete_and_names_the_very_bytes(manifest, folder):
    assert manifest["status"] == "COMPLETE", manifest["counts"]
    digest = hashlib.sha256(stored(f"{folder}/report.jsonl")).hexdigest()
    collected = [entry for entry in manifest["accounts"] if entry["outcome"] == "collected"]
    assert collected and {entry["sha256"] for entry in collected} == {digest}


def test_every_account_stands_where_the_tree_says(manifest, sheets, tree):
    looked_at = {entry["account"] for entry in manifest["accounts"] if entry["outcome"] == "collected"}
    assert {row["account_id"] for row in sheets["accounts"]} == looked_at
    for row in sheets["accounts"]:
        path = tree[row["account_id"]]
        assert row["path_ids"] == "/".join(identifier for identifier, _ in path)
        assert row["path"] == " / ".join(name for _, name in path)


def test_every_policy_stands_where_it_is_attached(sheets, tree):
    attached = {}
    for account in {row["account_id"] for row in sheets["accounts"]}:
        for level, (node, _) in enumerate(tree[account]):
            for kind in in_force():
                if (node, kind) not in attached:
                    policies = pages("list_policies_for_target", "Policies", TargetId=node, Filter=KINDS[kind])
                    attached[node, kind] = {policy["Id"] for policy in policies}
                rows = [
                    row
                    for row in sheets["policies_per_account"]
                    if (row["account_id"], row["node_id"], row["kind"]) == (account, node, kind)
                ]
                ids = {row["policy_id"] for row in rows} - {None}
                assert ids | {EVERYWHERE} == attached[node, kind] | {EVERYWHERE}, (account, node, kind)
                for row in rows:
                    assert row["level"] == level
                    assert row["inherited"] == (node != account)


def test_the_catalogue_has_every_policy_with_its_document(sheets):
    known = {row["policy_id"]: row for row in sheets["policies"]}
    listed = [policy for name in KINDS.values() for policy in pages("list_policies", "Policies", Filter=name)]
    assert set(known) == {policy["Id"] for policy in listed}
    for policy in listed:
        row = known[policy["Id"]]
        content = boto3.client("organizations").describe_policy(PolicyId=policy["Id"])["Policy"]["Content"]
        assert row["sha256"] == hashlib.sha256(content.encode()).hexdigest()
        assert row["characters"] == len(content)
        assert row["headroom"] == row["most_characters"] - len(content)
        if policy["Id"] == EVERYWHERE or row["kind"] not in in_force():
            continue
        targets = pages("list_targets_for_policy", "Targets", PolicyId=policy["Id"])
        assert row["targets"] == len(targets)
        assert row["attached"] == ("attached" if targets else "not attached")


def test_what_was_read_keeps_to_its_schema(folder):
    schema = json.loads((REPOSITORY / "schemas/control-policies-1.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(stored(f"{folder}/organization.json"))
    jsonschema.Draft202012Validator(schema).validate(document)
    for damage in [{"schema": "iam-census/control-policies/2"}, {"units": []}, {"organization": {"known": {}}}]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(schema).validate(document | damage)


def test_csv_is_safe_and_the_same(folder, sheets):
    import csv

    for sheet, rows in sheets.items():
        if sheet == "report":
            continue
        text = stored(f"{folder}/{sheet}.csv").decode()
        read = list(csv.DictReader(io.StringIO(text, newline="")))
        assert len(read) == len(rows), sheet
        for cells, row in zip(read, rows):
            for name, value in row.items():
                cell = cells[name]
                assert not cell.startswith(tuple("=+-@\t")), (sheet, name, cell)
                if isinstance(value, str):
                    assert cell.removeprefix("'") == value.removeprefix("'"), (sheet, name)
                else:
                    assert cell == ("" if value is None else str(value).lower()), (sheet, name)
