"""Reads back what a sweep left, as AWS's own client and another reader of Parquet see it."""

import hashlib
import io
import json
import os

import boto3
import duckdb
import pytest

BUCKET = os.environ["IAM_CENSUS_CHECKED_BUCKET"]
ANSWER = json.loads(os.environ["IAM_CENSUS_ANSWER"])


def body(key: str, version: str | None = None) -> bytes:
    more = {"VersionId": version} if version else {}
    return boto3.client("s3").get_object(Bucket=BUCKET, Key=key, **more)["Body"].read()


@pytest.fixture(scope="module")
def manifest() -> dict:
    latest = json.loads(body("runs/config-rule/latest.json"))
    content = body(latest["key"], latest["version"])
    assert hashlib.sha256(content).hexdigest() == latest["sha256"]
    assert latest["run"] == ANSWER["run"]
    return json.loads(content)


@pytest.fixture(scope="module")
def reports(manifest) -> dict[str, list[dict]]:
    found = {}
    for entry in manifest["accounts"]:
        assert entry["outcome"] == "collected", entry
        lines = body(entry["key"], entry["version"])
        assert hashlib.sha256(lines).hexdigest() == entry["sha256"]
        found[entry["account"]] = [json.loads(line) for line in lines.splitlines()]
    return found


def test_every_account_of_the_organization_has_its_report(reports):
    pages = boto3.client("organizations").get_paginator("list_accounts").paginate()
    assert set(reports) == {account["Id"] for page in pages for account in page["Accounts"]}
    for account, lines in reports.items():
        assert lines[0]["schema"] == "iam-census/privileges/1" and lines[0]["account"] == account


def test_the_dataset_says_what_the_reports_say(manifest, reports, tmp_path):
    expected = []
    for account, lines in sorted(reports.items()):
        holder = None
        for line in lines:
            if line["sheet"] == "principals":
                holder = line
                if line["services_possible"] == 0:
                    expected.append((manifest["run"], account, line["arn"], line["tier"], None, None, None))
            elif line["sheet"] == "service_access":
                assert line["arn"] == holder["arn"]
                expected.append((manifest["run"], account, line["arn"], holder["tier"], line["service"], line["write"], line["possible"]))
    file = tmp_path / "privileges.parquet"
    file.write_bytes(body(f"privileges/date={manifest['date']}/privileges.parquet"))
    asked = "SELECT run, account, arn, tier, service, write, possible FROM read_parquet(?)"
    assert duckdb.execute(asked, [str(file)]).fetchall() == expected
    assert len(expected) > 20


def test_the_workbook_of_every_account_stands_beside_its_lines(manifest):
    for entry in manifest["accounts"]:
        workbook = body(entry["key"].removesuffix(".jsonl") + ".xlsx")
        assert io.BytesIO(workbook).read(2) == b"PK"
