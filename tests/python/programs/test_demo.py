"""The demo's folder holds what the simulator answers to boto3, and the dataset holds what the reports say.

IAM_CENSUS_FOLDER  what `iam-census demo` wrote; the simulator serves the same organization
"""

import csv
import datetime
import hashlib
import io
import json
import os
import pathlib
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import botocore.config
import botocore.exceptions
import duckdb
import pytest

FOLDER = pathlib.Path(os.environ["IAM_CENSUS_FOLDER"])
SETTINGS = botocore.config.Config(retries={"total_max_attempts": 3, "mode": "standard"}, max_pool_connections=16)
SESSION = boto3.Session()
# Reports take up to 90 s, and all are asked for in the first round.
ROUNDS, PAUSE = 60, 2
EPOCH = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)


@pytest.fixture(scope="module")
def manifest():
    latest = json.loads((FOLDER / "runs/credential-collector/latest.json").read_text())
    content = (FOLDER / latest["key"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == latest["sha256"]
    return json.loads(content)


@pytest.fixture(scope="module")
def collected(manifest):
    return {entry["account"]: entry for entry in manifest["accounts"] if entry["outcome"] == "collected"}


def test_the_accounts_are_those_that_are_listed(manifest):
    pages = SESSION.client("organizations", config=SETTINGS).get_paginator("list_accounts").paginate()
    listed = [account for page in pages for account in page["Accounts"]]
    expected = sorted((account["Id"], account["Name"], account["State"]) for account in listed)
    assert [(entry["account"], entry["name"], entry["state"]) for entry in manifest["accounts"]] == expected
    assert len(expected) == 1000


def reader(sts, account: str):
    """A client with the credentials of the report role of an account."""
    arn = f"arn:aws:iam::{account}:role/iam-census/credential-report"
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="reader")["Credentials"]
    return SESSION.client(
        "iam",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=SETTINGS,
    )


def report(iam) -> bytes | None:
    """The report, or nothing yet."""
    try:
        return iam.get_credential_report()["Content"]
    except iam.exceptions.CredentialReportNotReadyException:
        return None
    except (iam.exceptions.CredentialReportNotPresentException, iam.exceptions.CredentialReportExpiredException):
        iam.generate_credential_report()
        return None


def test_every_stored_report_is_the_one_that_iam_answers(collected):
    sts = SESSION.client("sts", config=SETTINGS)
    waiting = {account: reader(sts, account) for account in collected}
    same = 0
    with ThreadPoolExecutor(8) as threads:
        for _ in range(ROUNDS):
            for account, answered in zip(list(waiting), threads.map(report, list(waiting.values()))):
                if answered is None:
                    continue
                entry = collected[account]
                stored = (FOLDER / entry["key"]).read_bytes()
                assert stored == answered, account
                assert hashlib.sha256(answered).hexdigest() == entry["sha256"], account
                assert len(answered) == entry["size"], account
                del waiting[account]
                same += 1
            if not waiting:
                break
            time.sleep(PAUSE)
    assert not waiting, f"{len(waiting)} reports never came"
    assert same == len(collected)


def test_no_other_report_is_stored(collected):
    stored = {str(path.relative_to(FOLDER)) for path in FOLDER.glob("credential-reports/**/*") if path.is_file()}
    assert stored == {entry["key"] for entry in collected.values()}


def moment(text: str) -> datetime.datetime | None:
    """A time of a report; nothing where IAM wrote a word instead."""
    if text in ("N/A", "no_information", "not_supported", ""):
        return None
    return datetime.datetime.fromisoformat(text).astimezone(datetime.timezone.utc)


def flag(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.lower())


def plain(cell):
    """A time as microseconds, anything else as it is."""
    is_time = isinstance(cell, datetime.datetime)
    return (cell - EPOCH) // datetime.timedelta(microseconds=1) if is_time else cell


def test_the_dataset_says_what_the_reports_say(manifest, collected):
    expected = []
    for account, entry in sorted(collected.items()):
        text = (FOLDER / entry["key"]).read_text()
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == entry["rows"], account
        for row in rows:
            expected.append((
                manifest["run"],
                account,
                moment(entry["generated"]),
                row["user"],
                row["arn"],
                row["user"] == "<root_account>",
                moment(row["user_creation_time"]),
                flag(row["password_enabled"]),
                moment(row["password_last_used"]),
                flag(row["mfa_active"]),
                flag(row["access_key_1_active"]),
                moment(row["access_key_1_last_rotated"]),
                None if row["access_key_1_last_used_region"] == "N/A" else row["access_key_1_last_used_region"],
            ))
    parquet = FOLDER / f"credentials/date={manifest['date']}/credentials.parquet"
    times = {"report_generated_time", "user_creation_time", "password_last_used", "access_key_1_last_rotated"}
    columns = [
        "run", "account", "report_generated_time", "user", "arn", "is_root", "user_creation_time",
        "password_enabled", "password_last_used", "mfa_active", "access_key_1_active", "access_key_1_last_rotated",
        "access_key_1_last_used_region",
    ]
    # As whole microseconds, so that nothing depends on how a time zone is shown.
    asked = ", ".join(f'epoch_us("{name}")' if name in times else f'"{name}"' for name in columns)
    # The order of the file is part of the format: by account, then by line.
    found = duckdb.execute(f"SELECT {asked} FROM read_parquet(?)", [str(parquet)]).fetchall()
    assert len(found) == len(expected) == sum(entry["rows"] for entry in collected.values())
    for ours, theirs in zip(expected, found):
        assert tuple(map(plain, ours)) == theirs
