"""Users, groups, roles and policies, as botocore reads them, and that the credential report tells the same."""

import csv
import json
import urllib.parse

import pytest
from conftest import auditor, connect, functional, refused
from test_iam_account import pages

LISTS = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"]


def details(iam, **parameters) -> dict[str, list]:
    found = pages(iam, "get_account_authorization_details", **parameters)
    return {name: [item for page in found for item in page[name]] for name in LISTS}


def report(iam) -> list[dict]:
    return list(csv.DictReader(iam.get_credential_report()["Content"].decode().split("\n")))


def test_every_kind_of_detail_is_somewhere():
    seen = set()
    for account in functional():
        found = details(auditor("iam", account), MaxItems=1000)
        for user in found["UserDetailList"]:
            assert user["UserId"].startswith("AIDA") and user["Arn"].endswith(user["Path"] + user["UserName"])
            seen |= {f"user {name}" for name in user if user[name]}
        for group in found["GroupDetailList"]:
            assert group["GroupId"].startswith("AGPA")
            seen |= {f"group {name}" for name in group if group[name]}
        for role in found["RoleDetailList"]:
            assert role["RoleId"].startswith("AROA") and role["Arn"].endswith(role["Path"] + role["RoleName"])
            assert "sts:AssumeRole" in json.dumps(role["AssumeRolePolicyDocument"])
            seen |= {f"role {name}" for name in role if role[name]}
        used = [policy for kind in LISTS[:3] for entity in found[kind] for policy in entity["AttachedManagedPolicies"]]
        boundaries = [entity["PermissionsBoundary"]["PermissionsBoundaryArn"]
                      for kind in LISTS for entity in found[kind] if "PermissionsBoundary" in entity]
        for policy in found["Policies"]:
            assert policy["AttachmentCount"] == sum(one["PolicyArn"] == policy["Arn"] for one in used)
            assert policy["PermissionsBoundaryUsageCount"] == boundaries.count(policy["Arn"])
            [version] = [one for one in policy["PolicyVersionList"] if one["IsDefaultVersion"]]
            assert version["VersionId"] == policy["DefaultVersionId"] and version["Document"]["Statement"]
            assert "Description" not in policy
            seen.add(("policy", policy["Arn"].split(":")[4] == "aws", len(policy["PolicyVersionList"])))
        listed = {policy["Arn"] for policy in found["Policies"]}
        assert {policy["PolicyArn"] for policy in used} | set(boundaries) <= listed
    for kind, names in {
        "user": ["UserPolicyList", "GroupList", "AttachedManagedPolicies", "PermissionsBoundary", "Tags"],
        "group": ["GroupPolicyList", "AttachedManagedPolicies"],
        "role": ["RolePolicyList", "InstanceProfileList", "PermissionsBoundary", "RoleLastUsed", "Tags"],
    }.items():
        assert {f"{kind} {name}" for name in names} <= seen, seen
    assert {("policy", True, 1), ("policy", False, 1), ("policy", False, 2)} <= seen


def test_documents_are_encoded_on_the_wire(world):
    iam = auditor("iam", world.sample_account)
    bodies = []
    iam.meta.events.register("before-parse.iam.*", lambda response_dict, **_: bodies.append(response_dict["body"]))
    iam.get_account_authorization_details(MaxItems=1000)
    assert b"<AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22" in bodies[0]
    assert urllib.parse.quote('"Effect":"Allow"', safe="").encode() in bodies[0]


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_pages_may_be_short_or_empty_and_lose_nothing(size):
    account = max(functional(), key=lambda one: len(details(connect("iam", one), MaxItems=1000)["UserDetailList"]))
    iam = connect("iam", account)
    whole = details(iam)
    found = pages(iam, "get_account_authorization_details", MaxItems=size)
    sizes = [sum(len(page[name]) for name in LISTS) for page in found]
    assert max(sizes) <= size
    assert details(iam, MaxItems=size) == whole
    if size == 3:
        assert 0 in sizes and {1, 2} & set(sizes[:-1])


def test_filters_choose_kinds(world):
    iam = auditor("iam", world.sample_account)
    whole = details(iam)
    kinds = [["User"], ["Group"], ["Role"], ["LocalManagedPolicy"], ["AWSManagedPolicy"], ["Role", "User"]]
    for kind in kinds:
        found = details(iam, Filter=kind, MaxItems=2)
        assert found["UserDetailList"] == (whole["UserDetailList"] if "User" in kind else [])
        assert found["RoleDetailList"] == (whole["RoleDetailList"] if "Role" in kind else [])
        assert all((":iam::aws:" in policy["Arn"]) == (kind == ["AWSManagedPolicy"]) for policy in found["Policies"])
    with refused("ValidationError", 400):
        iam.get_account_authorization_details(Filter=["Users"])


@pytest.mark.parametrize(("field", "value"), [("MaxItems", 0), ("MaxItems", 1001), ("Marker", "invented")])
def test_pages_that_are_refused(field, value):
    with refused("ValidationError", 400):
        connect("iam").get_account_authorization_details(**{field: value})


def test_the_report_tells_of_the_same_users_keys_and_devices(world):
    ages = {account["id"]: account["report_age_seconds"] for account in world.accounts}
    reported = [account for account in functional() if ages[account] and ages[account] < 3 * 3600]
    for account in reported[:8]:
        iam = connect("iam", account)
        root, *rows = report(iam)
        users = {user["UserName"]: user for user in details(iam)["UserDetailList"]}
        assert {row["user"]: row["arn"] for row in rows} == {name: user["Arn"] for name, user in users.items()}
        for row in [root, *rows]:
            named = {} if row is root else {"UserName": row["user"]}
            devices = iam.list_mfa_devices(**named)["MFADevices"]
            assert row["mfa_active"] == str(bool(devices)).lower()
            keys = iam.list_access_keys(**named)["AccessKeyMetadata"]
            slots = [slot for slot in "12" if row[f"access_key_{slot}_last_rotated"] != "N/A"]
            told = [{True: "Active", False: "Inactive"}[row[f"access_key_{slot}_active"] == "true"] for slot in slots]
            assert [key["Status"] for key in keys] == told
            for key, slot in zip(keys, slots):
                last = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])["AccessKeyLastUsed"]
                used = row[f"access_key_{slot}_last_used_date"]
                assert ("LastUsedDate" in last) == (used != "N/A")
                assert last["ServiceName"] == row[f"access_key_{slot}_last_used_service"]
            certificates = iam.list_signing_certificates(**named)["Certificates"]
            assert len(certificates) == sum(row[f"cert_{slot}_last_rotated"] != "N/A" for slot in "12")
            if row is not root and row["password_enabled"] == "false":
                with refused("NoSuchEntity", 404):
                    iam.get_login_profile(**named)
            elif row is not root:
                assert iam.get_login_profile(**named)["LoginProfile"]["UserName"] == row["user"]
            assert iam.get_user(**named)["User"]["Arn"] == row["arn"]


def test_the_sample_account_has_the_cast(world):
    iam = auditor("iam", world.sample_account)
    users = {user["UserName"]: user for user in details(iam)["UserDetailList"]}
    assert list(users) == ["User1", "User2", "User3"]
    assert users["User3"]["GroupList"] == ["IAM-Auditor-Group"]
    [device] = iam.list_mfa_devices(UserName="User1")["MFADevices"]
    assert device["SerialNumber"] == f"arn:aws:iam::{world.sample_account}:mfa/User1"
    [key] = iam.list_access_keys(UserName="User2")["AccessKeyMetadata"]
    assert key["AccessKeyId"].startswith("AKIA") and len(key["AccessKeyId"]) == 20
    [group] = [group for group in details(iam)["GroupDetailList"] if group["GroupName"] == "IAM-Auditor-Group"]
    [policy] = group["GroupPolicyList"]
    arn = f"arn:aws:iam::{world.sample_account}:role/IAM-Auditor-role"
    assert policy["PolicyDocument"]["Statement"][0]["Resource"] == arn


def test_entities_by_kind_and_usage():
    seen = set()
    for account in functional()[:16]:
        iam = auditor("iam", account)
        for policy in details(iam)["Policies"]:
            for usage in ["PermissionsPolicy", "PermissionsBoundary"]:
                chosen = {"PolicyArn": policy["Arn"], "PolicyUsageFilter": usage}
                found = pages(iam, "list_entities_for_policy", MaxItems=2, **chosen)
                kinds = ["Role", "User", "Group"]
                lists = {kind: [one for page in found for one in page[f"Policy{kind}s"]] for kind in kinds}
                expected = "AttachmentCount" if usage == "PermissionsPolicy" else "PermissionsBoundaryUsageCount"
                assert sum(map(len, lists.values())) == policy[expected]
                for kind, entities in lists.items():
                    alone = pages(iam, "list_entities_for_policy", EntityFilter=kind, **chosen)
                    assert [one for page in alone for one in page[f"Policy{kind}s"]] == entities
                    seen |= {(usage, kind)} if entities else set()
        support = {"PolicyArn": "arn:aws:iam::aws:policy/AWSSupportAccess", "PolicyUsageFilter": "PermissionsPolicy"}
        roles = iam.list_entities_for_policy(**support, EntityFilter="Role")["PolicyRoles"]
        seen.add(("support", bool(roles)))
    assert {("PermissionsPolicy", kind) for kind in ["Role", "User", "Group"]} <= seen
    assert {("PermissionsBoundary", kind) for kind in ["Role", "User"]} <= seen
    assert {("support", True), ("support", False)} <= seen


def test_policies_and_users_that_are_not_there(world):
    iam = connect("iam", world.sample_account)
    with refused("NoSuchEntity", 404):
        iam.list_entities_for_policy(PolicyArn="arn:aws:iam::aws:policy/NoSuchPolicy")
    with refused("InvalidInput", 400):
        iam.list_entities_for_policy(PolicyArn="AWSSupportAccess-is-no-ARN")
    for filters in [{"EntityFilter": "Nobody"}, {"PolicyUsageFilter": "Nothing"}]:
        with refused("ValidationError", 400):
            iam.list_entities_for_policy(PolicyArn="arn:aws:iam::aws:policy/AWSSupportAccess", **filters)
    of_users = ["list_access_keys", "list_mfa_devices", "list_signing_certificates", "get_login_profile", "get_user"]
    for operation in of_users:
        with refused("NoSuchEntity", 404):
            getattr(iam, operation)(UserName="nobody")
        with refused("ValidationError", 400, "Must specify userName"):
            getattr(auditor("iam", world.sample_account), operation)()
    with refused("AccessDenied", 403):
        iam.get_access_key_last_used(AccessKeyId="AKIANOBODYHASTHISKEY")
