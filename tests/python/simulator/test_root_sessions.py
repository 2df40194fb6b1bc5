"""Sessions of members' root users under centralized root access, as botocore reads them."""

import datetime

import pytest
from conftest import auditor, connect, functional, member, of_state, refused

AUDIT = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"
UNLOCK = "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"


def assume_root(account: str, task: str = AUDIT, by: str = "AKIAHUBHUBHUBHUBHUB1", **more) -> dict:
    return connect("sts", by).assume_root(TargetPrincipal=account, TaskPolicyArn={"arn": task}, **more)


def root(service: str, account: str, **more):
    keys = assume_root(account, **more)["Credentials"]
    return connect(service, keys["AccessKeyId"], keys["SessionToken"])


def test_a_root_session_is_short_and_is_the_root_user(world):
    answer = assume_root(world.sample_account)
    left = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.UTC)
    assert 880 < left.total_seconds() <= 900
    arn = f"arn:aws:iam::{world.sample_account}:root"
    assert root("sts", arn, DurationSeconds=60).get_caller_identity()["Arn"] == arn
    assert assume_root(world.sample_account, by=world.management_account)["Credentials"]


def test_the_audit_task_reads_the_root_users_credentials(world):
    seen = set()
    for account in set(functional()) - {world.management_account}:
        direct, iam = connect("iam", account), root("iam", account)
        summary = iam.get_account_summary()["SummaryMap"]
        keys = iam.list_access_keys()["AccessKeyMetadata"]
        assert all("UserName" not in key for key in keys)
        devices = iam.list_mfa_devices()["MFADevices"]
        assert devices == direct.list_mfa_devices()["MFADevices"]
        assert bool(keys) == summary["AccountAccessKeysPresent"] and bool(devices) == summary["AccountMFAEnabled"]
        assert bool(iam.list_signing_certificates()["Certificates"]) == summary["AccountSigningCertificatesPresent"]
        user = iam.get_user()["User"]
        assert user["Arn"] == f"arn:aws:iam::{account}:root" and "UserName" not in user
        if summary["AccountPasswordPresent"]:
            assert iam.get_login_profile()["LoginProfile"]["CreateDate"]
        else:
            with refused("NoSuchEntity", 404):
                iam.get_login_profile()
        for key in keys:
            assert iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]["Region"]
            seen.add("key")
        for device in devices:
            serial = device["SerialNumber"]
            seen.add(serial.split(":")[5].split("/")[0] if serial.startswith("arn:") else "token")
        seen.add("used" if "PasswordLastUsed" in user else "unused")
    assert seen == {"key", "mfa", "u2f", "token", "used", "unused"}


def test_the_audit_task_does_nothing_else(world):
    iam = root("iam", world.sample_account)
    for operation in ["generate_credential_report", "list_virtual_mfa_devices", "get_account_authorization_details"]:
        with refused("AccessDenied", 403):
            getattr(iam, operation)()
    with refused("AccessDenied", 403):
        root("s3", world.sample_account).list_buckets()


def test_other_tasks_are_given_and_may_not_audit(world):
    iam = root("iam", world.sample_account, task=UNLOCK)
    with refused("AccessDenied", 403):
        iam.get_account_summary()


@pytest.mark.parametrize("task", [AUDIT.replace("Audit", "Change"), "arn:aws:iam::aws:policy/AdministratorAccess"])
def test_other_policies_are_no_tasks(world, task):
    with refused("ValidationError", 400):
        assume_root(world.sample_account, task)


def test_who_may_not_ask_and_of_whom(world):
    denied = "is not authorized to perform: sts:AssumeRoot"
    with refused("AccessDenied", 403, denied):
        assume_root(world.sample_account, by=of_state("PENDING_CLOSURE"))
    for account in [world.management_account, of_state("CLOSED"), "999999999999"]:
        with refused("AccessDenied", 403, denied):
            assume_root(account)
    sessions = [make("sts", world.sample_account) for make in (root, auditor, member)]
    for sts in sessions:
        with refused("AccessDenied", 403, denied):
            sts.assume_root(TargetPrincipal=world.hub_account, TaskPolicyArn={"arn": AUDIT})


def test_requests_that_are_refused(world):
    with refused("ValidationError", 400):
        assume_root(world.sample_account, DurationSeconds=901)
    with refused("ValidationError", 400):
        connect("sts").assume_root(TargetPrincipal=world.sample_account, TaskPolicyArn={})
    with refused("ValidationError", 400):
        connect("sts").assume_root(TaskPolicyArn={"arn": AUDIT})
