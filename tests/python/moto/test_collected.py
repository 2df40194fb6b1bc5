"""What the collector stored is what moto answers to boto3."""

import hashlib
import json
import os

import boto3
import pytest

WORLD = json.loads(os.environ["IAM_CENSUS_WORLD"])
BUCKET = os.environ["IAM_CENSUS_CHECKED_BUCKET"]
DATE = "2026-11-20"


def client(service, **keys):
    return boto3.client(service, endpoint_url=WORLD["endpoint"], **keys)


def credentials(account):
    if account == WORLD["management"]:
        return {}
    arn = f"arn:aws:iam::{account}:role/iam-census/credential-report"
    keys = client("sts").assume_role(RoleArn=arn, RoleSessionName="reader")["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def stored(key, **version):
    return client("s3").get_object(Bucket=BUCKET, Key=key, **version)["Body"].read()


def key_of(account):
    return f"credential-reports/{DATE}/{account}/credentialReport_{account}.csv"


@pytest.fixture(scope="module")
def keys():
    pages = client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    return {item["Key"] for page in pages for item in page.get("Contents", [])}


@pytest.fixture(scope="module")
def manifest():
    latest = json.loads(stored("runs/credential-collector/latest.json"))
    content = stored(latest["key"], VersionId=latest["version"])
    assert hashlib.sha256(content).hexdigest() == latest["sha256"]
    return json.loads(content)


@pytest.fixture(scope="module")
def active():
    return {WORLD["management"], *WORLD["accounts"]} - set(WORLD["closed"])


def test_every_report_is_stored_as_answered(active):
    for account in active:
        answered = client("iam", **credentials(account)).get_credential_report()["Content"]
        assert stored(key_of(account)) == answered, account


def test_nothing_is_stored_for_closed_accounts(keys):
    reports = {key for key in keys if key.startswith("credential-reports/")}
    assert reports.isdisjoint(key_of(account) for account in WORLD["closed"])


def test_nothing_else_is_stored(keys, active):
    reports = {key for key in keys if key.startswith("credential-reports/")}
    assert reports == {key_of(account) for account in active}
    others = {key.split("/")[0] for key in keys - reports}
    assert others <= {"runs", "credentials", "outbox"}


def test_the_ledger_adds_up(manifest, active):
    assert manifest["status"] == "COMPLETE"
    assert manifest["listing"]["complete"] and manifest["listing"]["pages"] >= 3
    assert manifest["counts"] == {
        "listed": len(WORLD["accounts"]) + 1,
        "collected": len(active),
        "skipped": len(WORLD["closed"]),
        "failed": 0,
        "left": 0,
    }


def test_the_ledger_names_the_very_bytes(manifest, active):
    for account in active:
        content = stored(key_of(account))
        assert hashlib.sha256(content).hexdigest() in json.dumps(manifest["accounts"]), account
