"""AWS Security Token Service, as botocore reads it."""

import datetime
import json

import pytest
from conftest import assume, connect, member, of_state, of_trouble, refused, role

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "iam:GetCredentialReport", "Resource": "*"}],
}


def test_a_session_acts_in_the_account_of_its_role(world):
    answer = assume(world.sample_account, DurationSeconds=900, Policy=json.dumps(POLICY))
    arn = f"arn:aws:sts::{world.sample_account}:assumed-role/credential-report/IAMCredentialReport"
    assert answer["AssumedRoleUser"]["Arn"] == arn
    assert 0 < answer["PackedPolicySize"] <= 100
    keys = answer["Credentials"]
    assert keys["AccessKeyId"].startswith("ASIA") and len(keys["AccessKeyId"]) == 20
    left = keys["Expiration"] - datetime.datetime.now(datetime.UTC)
    assert 880 < left.total_seconds() <= 900
    identity = connect("sts", keys["AccessKeyId"], keys["SessionToken"]).get_caller_identity()
    assert identity["Account"] == world.sample_account
    assert identity["Arn"] == arn
    assert identity["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]


def test_the_access_key_decides_who_calls(world):
    hub = connect("sts").get_caller_identity()
    assert hub["Account"] == world.hub_account
    account = of_state("PENDING_CLOSURE")
    assert connect("sts", account).get_caller_identity()["Account"] == account


@pytest.mark.parametrize("path", ["iam-census/credential-report", "IAM-Auditor-role"])
def test_every_functional_account_has_the_roles(world, path):
    sts = connect("sts")
    for account in (world.management_account, world.hub_account, of_state("PENDING_CLOSURE")):
        sts.assume_role(RoleArn=role(account, path), RoleSessionName="all")


def test_a_misrouted_session_is_another_accounts():
    account = of_trouble("misrouted")
    answer = assume(account)
    assert account not in answer["AssumedRoleUser"]["Arn"]


@pytest.mark.parametrize("state", ["SUSPENDED", "CLOSED", "PENDING_ACTIVATION"])
def test_accounts_that_are_not_functional_refuse(state):
    with refused("AccessDenied", 403, "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::"):
        assume(of_state(state))


def test_roles_that_are_not_there_or_do_not_trust(world):
    sts = connect("sts")
    with refused("AccessDenied", 403):
        assume(of_trouble("role-missing"))
    with refused("AccessDenied", 403):
        sts.assume_role(RoleArn=role(world.sample_account, "no-such-role"), RoleSessionName="xx")
    with refused("AccessDenied", 403):
        sts.assume_role(RoleArn=role(world.sample_account, "credential-report"), RoleSessionName="xx")
    with refused("AccessDenied", 403):
        sts.assume_role(RoleArn=role("999999999999"), RoleSessionName="xx")
    with refused("AccessDenied", 403):
        arn = role(world.sample_account).replace("arn:aws:", "arn:aws-cn:")
        sts.assume_role(RoleArn=arn, RoleSessionName="xx")
    with refused("AccessDenied", 403):
        stranger = connect("sts", of_state("PENDING_CLOSURE"))
        stranger.assume_role(RoleArn=role(world.sample_account), RoleSessionName="xx")


def test_a_disabled_region():
    with refused("RegionDisabledException", 403, "STS is not activated in this region for account:"):
        assume(of_trouble("region-disabled"))


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"RoleArn": None}, "ValidationError", "null at 'roleArn'"),
        ({"RoleArn": "arn:short"}, "ValidationError", "greater than or equal to 20"),
        ({"RoleArn": "not-an-arn-but-long-enough"}, "ValidationError", "is invalid"),
        ({"RoleSessionName": None}, "ValidationError", "null at 'roleSessionName'"),
        ({"RoleSessionName": "x"}, "ValidationError", "greater than or equal to 2"),
        ({"RoleSessionName": "x" * 65}, "ValidationError", "less than or equal to 64"),
        ({"RoleSessionName": "a b"}, "ValidationError", "regular expression"),
        ({"DurationSeconds": 899}, "ValidationError", "greater than or equal to 900"),
        ({"DurationSeconds": 43201}, "ValidationError", "less than or equal to 43200"),
        ({"ExternalId": "x"}, "ValidationError", "greater than or equal to 2"),
        ({"ExternalId": "a b"}, "ValidationError", "regular expression"),
        ({"Policy": "x" * 2049}, "ValidationError", "less than or equal to 2048"),
        ({"Policy": "{"}, "MalformedPolicyDocument", ""),
        ({"Policy": "{}"}, "MalformedPolicyDocument", ""),
    ],
)
def test_parameters_that_sts_refuses(world, change, code, message):
    parameters = {"RoleArn": role(world.sample_account), "RoleSessionName": "session", **change}
    with refused(code, 400, message):
        connect("sts").assume_role(**{name: value for name, value in parameters.items() if value is not None})


def test_the_limits_themselves_are_fine(world):
    assume(world.sample_account, DurationSeconds=43200, ExternalId="ab", Policy=json.dumps(POLICY).ljust(2048))


def test_chained_sessions_are_short(world):
    hub = member("sts", world.hub_account)
    arn = role(world.sample_account)
    hub.assume_role(RoleArn=arn, RoleSessionName="chained", DurationSeconds=3600)
    with refused("ValidationError", 400, "role chaining"):
        hub.assume_role(RoleArn=arn, RoleSessionName="chained", DurationSeconds=3601)


def test_keys_that_nobody_issued(world):
    keys = assume(world.sample_account)["Credentials"]
    other = assume(world.management_account)["Credentials"]
    for key, token in [
        ("ASIAINVENTEDINVENTED", keys["SessionToken"]),
        (keys["AccessKeyId"], None),
        (keys["AccessKeyId"], "invented"),
        (keys["AccessKeyId"], other["SessionToken"]),
        ("999999999999", None),
    ]:
        with refused("InvalidClientTokenId", 403):
            connect("sts", key, token).get_caller_identity()
