"""The credential report of AWS Identity and Access Management, as botocore reads it."""

import csv
import datetime
import time

import botocore.exceptions
import pytest
from conftest import connect, member, of_trouble, refused

FOUR_HOURS = 4 * 3600
ROOT = "<root_account>"


def functional(world):
    return [a for a in world.accounts if a["state"] in ("ACTIVE", "PENDING_CLOSURE") and not a["trouble"]]


def test_a_young_report_is_there_at_once(world):
    account = next(a for a in functional(world) if (a["report_age_seconds"] or FOUR_HOURS) < FOUR_HOURS)
    iam = connect("iam", account["id"])
    first = iam.get_credential_report()
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    assert "Description" not in iam.generate_credential_report()
    again = iam.get_credential_report()
    assert (again["Content"], again["GeneratedTime"]) == (first["Content"], first["GeneratedTime"])
    assert again["ReportFormat"] == "text/csv"
    age = datetime.datetime.now(datetime.UTC) - first["GeneratedTime"]
    assert 0 < age.total_seconds() < FOUR_HOURS


@pytest.mark.parametrize("code", ["ReportNotPresent", "ReportExpired"])
def test_a_report_is_made_when_asked_for(world, code):
    def fits(account):
        age = account["report_age_seconds"]
        return age is None if code == "ReportNotPresent" else (age or 0) > FOUR_HOURS

    account = min(filter(fits, functional(world)), key=lambda account: account["report_takes_seconds"])
    iam = member("iam", account["id"])
    with refused(code, 410):
        iam.get_credential_report()
    started = iam.generate_credential_report()
    assert started["State"] == "STARTED" and started["Description"]
    with refused("ReportInProgress", 404):
        iam.get_credential_report()
    assert iam.generate_credential_report()["State"] == "INPROGRESS"
    deadline = time.monotonic() + account["report_takes_seconds"] + 5
    while (state := iam.generate_credential_report()["State"]) != "COMPLETE":
        assert state == "INPROGRESS" and time.monotonic() < deadline
        time.sleep(0.2)
    assert iam.get_credential_report()["Content"]


def test_the_modeled_exceptions_are_recognized(world):
    account = of_trouble("report-never-completes")
    iam = member("iam", account)
    with pytest.raises(iam.exceptions.CredentialReportNotPresentException):
        iam.get_credential_report()
    assert iam.generate_credential_report()["State"] == "STARTED"
    with pytest.raises(iam.exceptions.CredentialReportNotReadyException):
        iam.get_credential_report()
    full = member("iam", of_trouble("no-capacity"))
    with pytest.raises(full.exceptions.LimitExceededException):
        full.generate_credential_report()
    failing = member("iam", of_trouble("service-failure"))
    with pytest.raises(failing.exceptions.ServiceFailureException):
        failing.get_credential_report()


@pytest.mark.parametrize(
    ("trouble", "code", "status"),
    [
        ("report-denied", "AccessDenied", 403),
        ("throttled", "Throttling", 400),
        ("service-failure", "ServiceFailure", 500),
    ],
)
def test_troubles_of_both_calls(trouble, code, status):
    iam = member("iam", of_trouble(trouble))
    for call in (iam.generate_credential_report, iam.get_credential_report):
        for _ in range(3):
            with refused(code, status):
                call()


def test_no_capacity():
    iam = member("iam", of_trouble("no-capacity"))
    with refused("LimitExceeded", 409, "No more capacity to launch new report generation tasks"):
        iam.generate_credential_report()
    with refused("ReportNotPresent", 410):
        iam.get_credential_report()


def test_sessions_that_iam_does_not_take():
    iam = member("iam", of_trouble("credentials-refused"))
    with pytest.raises(botocore.exceptions.ClientError) as error:
        iam.get_credential_report()
    assert error.value.response["Error"]["Code"] in ("ExpiredToken", "InvalidClientTokenId")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403


def test_connections_that_break():
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        member("iam", of_trouble("connection-reset")).get_credential_report()
    with pytest.raises(botocore.exceptions.ReadTimeoutError):
        member("iam", of_trouble("unresponsive"), read_timeout=1).get_credential_report()
    # botocore stumbles over a document that is XML and not the answer.
    with pytest.raises((KeyError, botocore.parsers.ResponseParserError)):
        member("iam", of_trouble("malformed-answer")).get_credential_report()


def test_a_report_can_be_too_large(world):
    account = next(a for a in world.accounts if a["trouble"] == "report-too-large")
    iam = connect("iam", account["id"])
    deadline = time.monotonic() + 20
    while iam.generate_credential_report()["State"] != "COMPLETE":
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert len(iam.get_credential_report()["Content"]) > 32 * 1024 * 1024


def test_the_content_is_a_report_of_today(world):
    forms = set()
    for account in functional(world):
        if (account["report_age_seconds"] or FOUR_HOURS) >= FOUR_HOURS:
            continue
        content = connect("iam", account["id"]).get_credential_report()["Content"].decode()
        assert not content.endswith("\n") and "\r" not in content
        rows = list(csv.reader(content.split("\n"), strict=True))
        header, root, *users = rows
        assert header[0] == "user" and len(header) in (22, 23)
        assert {len(row) for row in rows} == {len(header)}
        assert root[:2] == [ROOT, f"arn:aws:iam::{account['id']}:root"]
        names = [row[0] for row in users]
        assert names == sorted(names, key=str.lower) and len(names) == len({name.lower() for name in names})
        for row in users:
            assert row[1].startswith(f"arn:aws:iam::{account['id']}:user/") and row[1].endswith(f"/{row[0]}")
            assert row[3] in ("true", "false") and row[7] in ("true", "false")
            assert (row[3] == "true") == (row[5] != "N/A") and (row[3] == "false" or row[4] != "N/A")
        forms.add((len(header), root[2][19:], root[3]))
    assert {form[1] for form in forms} == {"Z", "+00:00"}
    assert {form[2] for form in forms} >= {"true", "false"}


def test_the_sample_account_has_the_three_users(world):
    iam = connect("iam", world.sample_account)
    deadline = time.monotonic() + 20
    while iam.generate_credential_report()["State"] != "COMPLETE":
        assert time.monotonic() < deadline
        time.sleep(0.5)
    rows = list(csv.DictReader(iam.get_credential_report()["Content"].decode().split("\n")))
    columns = ["user", "password_enabled", "mfa_active"]
    told = [(*(row[name] for name in columns), row["access_key_1_last_rotated"] != "N/A") for row in rows[1:]]
    assert told == [
        ("User1", "true", "true", False),
        ("User2", "false", "false", True),
        ("User3", "true", "false", False),
    ]
