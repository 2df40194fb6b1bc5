"""Reads back a search for root sign-ins, and compares it with what botocore's own paginator finds.

Every request and answer passes botocore's model of CloudTrail: it validates what it sends and parses what comes back.
"""

import datetime
import json
import os
import pathlib

import boto3
import jsonschema
import pytest

ANSWER = json.loads(os.environ["IAM_CENSUS_ANSWER"])
BUCKET = os.environ["IAM_CENSUS_CHECKED_BUCKET"]
REPOSITORY = pathlib.Path(os.environ["IAM_CENSUS_REPOSITORY"])
DATE = ANSWER["manifest"].split("/")[-2]
RUN = f"reports/root-activity/{DATE}/{ANSWER['run']}"
REGIONS = ["us-east-1", "us-east-2", "us-west-2"]


def stored(key: str) -> bytes:
    return boto3.client("s3").get_object(Bucket=BUCKET, Key=key)["Body"].read()


@pytest.fixture(scope="module")
def lines() -> list[dict]:
    return [json.loads(line) for line in stored(f"{RUN}/report.jsonl").decode().splitlines()]


@pytest.fixture(scope="module")
def accounts() -> list[str]:
    pages = boto3.client("organizations").get_paginator("list_accounts").paginate()
    return [account["Id"] for page in pages for account in page["Accounts"]]


def history(account: str, as_of: datetime.datetime) -> list[dict]:
    """All events of ninety days, newest first, each once."""
    found = {}
    for region in REGIONS:
        client = boto3.client(
            "cloudtrail", region_name=region, aws_access_key_id=account, aws_secret_access_key="secret"
        )
        pages = client.get_paginator("lookup_events").paginate(
            StartTime=as_of - datetime.timedelta(days=90), EndTime=as_of
        )
        for event in (event for page in pages for event in page["Events"]):
            found.setdefault(event["EventId"], json.loads(event["CloudTrailEvent"]))
    return sorted(found.values(), key=lambda event: event["eventTime"], reverse=True)


def test_sign_ins_are_those_that_a_search_without_any_attribute_finds(lines, accounts):
    as_of = datetime.datetime.fromisoformat(lines[0]["as_of"])
    rows = {line["account_id"]: line for line in lines if line["sheet"] == "accounts"}
    assert sorted(rows) == sorted(accounts)
    seen = 0
    for account in accounts:
        sign_ins = [
            event
            for event in history(account, as_of)
            if event["eventName"] == "ConsoleLogin" and event.get("userIdentity", {}).get("type") == "Root"
        ]
        successes = [event for event in sign_ins if event["responseElements"]["ConsoleLogin"] == "Success"]
        row = rows[account]
        if successes:
            seen += 1
            assert (row["standing"], row["last_sign_in"]) == ("SIGNED_IN", successes[0]["eventTime"])
            assert row["source_ip"] == successes[0]["sourceIPAddress"]
        else:
            assert row["standing"] == "NONE_FOUND" and row["in_words"].startswith("none in the last 90 days")
        assert row["failed_sign_ins"] == len(sign_ins) - len(successes)
    assert seen


def test_lines_evidence_and_state_keep_to_their_schemas(lines):
    def validator(name: str):
        schema = json.loads((REPOSITORY / "schemas" / f"{name}-1.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    report = validator("root-activity")
    for line in lines:
        report.validate(line)
    manifest = json.loads(stored(f"runs/root-activity/{DATE}/{ANSWER['run']}.json"))
    evidence = validator("root-activity-evidence")
    kept = [entry["key"] for entry in manifest["accounts"] if entry["outcome"] == "collected"]
    assert kept
    for key in kept:
        for line in stored(key).decode().splitlines():
            evidence.validate(json.loads(line))
    keys = boto3.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="state/root-activity/")["Contents"]
    for key in keys:
        validator("root-activity-state").validate(json.loads(stored(key["Key"])))


def test_nothing_that_is_kept_is_a_credential(lines):
    kept = b"".join(
        stored(item["Key"])
        for page in boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
        for item in page.get("Contents", [])
        if "/root-activity/" in item["Key"] and not item["Key"].endswith(".xlsx")
    )
    assert b"ASIA" not in kept and b"sessionToken" not in kept and b"LoginTo" not in kept
