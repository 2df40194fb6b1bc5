"""What IAM says of an account as a whole: summary, password policy, certificates, devices, features."""

import datetime

import pytest
from conftest import auditor, connect, functional, member, of_state, refused


def pages(client, operation: str, **parameters) -> list[dict]:
    marker, found = {}, []
    while True:
        page = getattr(client, operation)(**parameters, **marker)
        found.append(page)
        if not page["IsTruncated"]:
            assert "Marker" not in page
            return found
        marker = {"Marker": page["Marker"]}


def items(client, operation: str, name: str, **parameters) -> list:
    return [item for page in pages(client, operation, **parameters) for item in page[name]]


def test_the_summary_counts_what_the_details_tell():
    present = set()
    for account in functional():
        iam = connect("iam", account)
        summary = iam.get_account_summary()["SummaryMap"]
        details = pages(iam, "get_account_authorization_details", MaxItems=1000)
        for key, name in [("Users", "UserDetailList"), ("Groups", "GroupDetailList"), ("Roles", "RoleDetailList")]:
            assert summary[key] == sum(len(page[name]) for page in details)
        own = [policy for page in details for policy in page["Policies"] if f"::{account}:" in policy["Arn"]]
        assert summary["Policies"] == len(own)
        assert summary["MFADevices"] == len(items(iam, "list_virtual_mfa_devices", "VirtualMFADevices"))
        root = iam.list_mfa_devices()["MFADevices"]
        assert summary["AccountMFAEnabled"] == bool(root)
        assert summary["AccountAccessKeysPresent"] == bool(iam.list_access_keys()["AccessKeyMetadata"])
        present.add((summary["AccountPasswordPresent"], summary["AccountMFAEnabled"]))
    assert present == {(0, 0), (1, 0), (1, 1)}


def test_some_accounts_have_a_password_policy_and_others_none():
    strict, lax, none = 0, 0, 0
    for account in functional():
        iam = auditor("iam", account)
        try:
            policy = iam.get_account_password_policy()["PasswordPolicy"]
        except iam.exceptions.NoSuchEntityException as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404
            none += 1
            continue
        assert policy["ExpirePasswords"] == ("MaxPasswordAge" in policy)
        fits = policy["MinimumPasswordLength"] >= 14 and policy.get("PasswordReusePrevention") == 24
        strict, lax = strict + fits, lax + (not fits)
    assert strict and lax and none


def test_certificates_are_valid_or_expired():
    now, ages = datetime.datetime.now(datetime.UTC), set()
    for account in functional():
        iam = auditor("iam", account)
        for certificate in items(iam, "list_server_certificates", "ServerCertificateMetadataList", MaxItems=1):
            assert certificate["Arn"].startswith(f"arn:aws:iam::{account}:server-certificate{certificate['Path']}")
            assert certificate["UploadDate"] < certificate["Expiration"]
            ages.add(certificate["Expiration"] < now)
        assert iam.list_server_certificates(PathPrefix="/elsewhere/")["ServerCertificateMetadataList"] == []
    assert ages == {True, False}


def test_virtual_devices_are_assigned_to_users_to_root_or_to_nobody():
    owners = set()
    for account in functional():
        iam = auditor("iam", account)
        of = {kind: items(iam, "list_virtual_mfa_devices", "VirtualMFADevices", AssignmentStatus=kind)
              for kind in ("Any", "Assigned", "Unassigned")}
        serials = {kind: [device["SerialNumber"] for device in found] for kind, found in of.items()}
        assert sorted(serials["Any"]) == sorted(serials["Assigned"] + serials["Unassigned"])
        assert all("User" not in device and "EnableDate" not in device for device in of["Unassigned"])
        for device in of["Assigned"]:
            assert device["SerialNumber"].startswith(f"arn:aws:iam::{account}:mfa/") and device["EnableDate"]
            arn = device["User"]["Arn"]
            is_root = arn == f"arn:aws:iam::{account}:root"
            owners.add((is_root, device["SerialNumber"].endswith(":mfa/root-account-mfa-device")))
            assert is_root or arn.endswith("/" + device["User"]["UserName"])
        owners |= {"nobody"} if of["Unassigned"] else set()
    assert owners == {"nobody", (True, True), (True, False), (False, False)}
    with refused("ValidationError", 400):
        connect("iam").list_virtual_mfa_devices(AssignmentStatus="Some")


def test_features_are_told_to_the_management_account_and_the_delegate(world):
    for account in (world.management_account, world.hub_account):
        features = connect("iam", account).list_organizations_features()
        assert features["OrganizationId"] == world.organization
        assert sorted(features["EnabledFeatures"]) == ["RootCredentialsManagement", "RootSessions"]
    stranger = connect("iam", of_state("PENDING_CLOSURE"))
    with pytest.raises(stranger.exceptions.AccountNotManagementOrDelegatedAdministratorException):
        stranger.list_organizations_features()


def test_the_role_for_reports_may_do_nothing_else(world):
    iam = member("iam", world.sample_account)
    calls = [
        ("get_account_summary", {}),
        ("get_account_password_policy", {}),
        ("get_account_authorization_details", {}),
        ("list_virtual_mfa_devices", {}),
        ("list_server_certificates", {}),
        ("list_entities_for_policy", {"PolicyArn": "arn:aws:iam::aws:policy/AWSSupportAccess"}),
        ("list_organizations_features", {}),
        ("list_access_keys", {"UserName": "User2"}),
    ]
    for operation, parameters in calls:
        with refused("AccessDenied", 403, "is not authorized to perform: iam:"):
            getattr(iam, operation)(**parameters)


def test_a_session_policy_narrows_the_role(world):
    allow = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetAccountSummary","Resource":"*"}]}'
    role = f"arn:aws:iam::{world.sample_account}:role/IAM-Auditor-role"
    session = connect("sts").assume_role(RoleArn=role, RoleSessionName="narrow", Policy=allow)["Credentials"]
    iam = connect("iam", session["AccessKeyId"], session["SessionToken"])
    assert iam.get_account_summary()["SummaryMap"]["Users"] == 3
    with refused("AccessDenied", 403, "because no identity-based or session policy allows"):
        iam.get_account_authorization_details()
