"""The stock AWS CLI is answered, and two ways to start the collector stored the same objects."""

import base64
import json
import os
import subprocess
import sys

import boto3

DENIED = os.environ["IAM_CENSUS_DENIED"]
BUCKETS = os.environ["IAM_CENSUS_BUCKETS"].split()
S3 = boto3.client("s3")


def aws(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "awscli", *arguments, "--output", "json"]
    settings = {**os.environ, **environment}
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=120)


def answer(*arguments: str, **environment: str):
    done = aws(*arguments, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def role(account: str) -> list[str]:
    arn = f"arn:aws:iam::{account}:role/iam-census/credential-report"
    return ["--role-arn", arn, "--role-session-name", "cli"]


def objects(bucket: str, prefix: str) -> dict[str, bytes]:
    pages = S3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return {key: S3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def accounts() -> list[str]:
    return [account["Id"] for account in answer("organizations", "list-accounts")["Accounts"]]


def test_the_report_of_the_cli_is_the_stored_one():
    listed = accounts()
    assert len(set(listed)) == 12
    account = next(account for account in listed if account != DENIED)
    assumed = answer("sts", "assume-role", *role(account))["Credentials"]
    keys = {
        "AWS_ACCESS_KEY_ID": assumed["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": assumed["SecretAccessKey"],
        "AWS_SESSION_TOKEN": assumed["SessionToken"],
    }
    report = base64.b64decode(answer("iam", "get-credential-report", **keys)["Content"])
    assert f":iam::{account}:".encode() in report
    assert report in objects(BUCKETS[0], "credential-reports/").values()


def test_a_broken_account_is_refused():
    refused = aws("sts", "assume-role", *role(DENIED))
    assert refused.returncode != 0
    assert "(AccessDenied)" in refused.stderr


def test_buckets_and_keys_are_listed():
    listed = aws("s3", "ls").stdout
    assert all(bucket in listed for bucket in BUCKETS)
    keys = aws("s3", "ls", "--recursive", f"s3://{BUCKETS[1]}/credential-reports/").stdout
    assert keys.count("credentialReport_") == 11


def test_both_ways_stored_the_same_reports():
    first, second = (objects(bucket, "credential-reports/") for bucket in BUCKETS)
    named = {f"credential-reports/2026-11-20/{account}/credentialReport_{account}.csv" for account in accounts()}
    assert first.keys() == {key for key in named if DENIED not in key}
    assert first == second


def test_both_ways_have_the_same_to_say_of_every_account():
    said = []
    for bucket in BUCKETS:
        found = objects(bucket, "runs/credential-collector/")
        latest = json.loads(found["runs/credential-collector/latest.json"])
        manifest = json.loads(found[latest["key"]])
        entries = [{key: value for key, value in entry.items() if key != "version"} for entry in manifest["accounts"]]
        said.append((manifest["status"], manifest["counts"], entries))
    assert said[0] == said[1]
    assert said[0][1] == {"listed": 12, "collected": 11, "skipped": 0, "failed": 1, "left": 0}
