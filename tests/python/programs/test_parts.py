"""What a run of several invocations left in the bucket: every part, and a ledger that follows from them."""

import json
import os

import boto3

BUCKET = os.environ["IAM_CENSUS_CHECKED_BUCKET"]
PARTS = int(os.environ["IAM_CENSUS_PARTS"])
S3 = boto3.client("s3")


def stored(key: str) -> bytes:
    return S3.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def keys(prefix: str) -> list[str]:
    pages = S3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]


def test_every_part_is_there_and_the_ledger_follows_from_them():
    latest = json.loads(stored("runs/credential-collector/latest.json"))
    manifest = json.loads(stored(latest["key"]))
    folder = latest["key"].removesuffix(".json") + "/"
    assert keys(folder) == [f"{folder}part-{number:04}.jsonl" for number in range(PARTS)]

    collected = {}
    for number in range(PARTS):
        header, *accounts = map(json.loads, stored(f"{folder}part-{number:04}.jsonl").splitlines())
        assert (header["run"], header["part"], header["accounts"]) == (latest["run"], number, len(accounts))
        for entry in accounts:
            if entry["outcome"] == "collected":
                assert entry["account"] not in collected, "collected twice"
                collected[entry["account"]] = entry
        assert any(entry["outcome"] == "collected" for entry in accounts), f"part {number} got nowhere"
    assert [collected[account] for account in sorted(collected)] == manifest["accounts"]


def test_every_report_is_stored_once():
    listed = {account["Id"] for page in boto3.client("organizations").get_paginator("list_accounts").paginate()
              for account in page["Accounts"]}
    reports = keys("credential-reports/")
    assert sorted(key.split("/")[2] for key in reports) == sorted(listed)
