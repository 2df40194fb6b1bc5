"""The roles of `iam-census roles`, as boto3 sees them in moto, compared with what the stack would have made.

IAM_CENSUS_STAGE     what has happened, or what this test is to do as somebody else
IAM_CENSUS_PLACES    accounts with something of their own
IAM_CENSUS_EXPECTED  for each account the properties of the roles that the stack makes
"""

import json
import os
import pathlib

import boto3
import jsonschema

STAGE = os.environ["IAM_CENSUS_STAGE"]
PLACES = json.loads(os.environ["IAM_CENSUS_PLACES"])
EXPECTED = json.loads(os.environ["IAM_CENSUS_EXPECTED"])
ADMIN = "OrganizationAccountAccessRole"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
ATTACHED = "somebody-elses"


def iam_of(account: str):
    # A session of any role of the account does: moto does not look at what a session may do.
    arns = [f"arn:aws:iam::{account}:role/{name}" for name in (ADMIN, "keys")]
    for arn in arns:
        try:
            keys = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="reader")["Credentials"]
        except boto3.client("sts").exceptions.ClientError:
            continue
        return boto3.client(
            "iam",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
    raise AssertionError(f"nobody can look into {account}")


def roles_of(account: str) -> dict[str, dict]:
    names = [role["RoleName"] for role in iam_of(account).list_roles()["Roles"]]
    return {name: iam_of(account).get_role(RoleName=name)["Role"] for name in names if name not in (ADMIN, "keys")}


def said(document: dict) -> set:
    """Each thing that a document says by itself; actions and resources of different services say nothing together."""
    listed = lambda value: value if isinstance(value, list) else [value]
    parts = set()
    for statement in document["Statement"]:
        for action in listed(statement["Action"]):
            for on in listed(statement.get("Resource", "-")):
                service = on.split(":")[2] if on.startswith("arn:") else action.split(":")[0]
                if service == action.split(":")[0]:
                    rest = [statement["Effect"], statement.get("Principal"), statement.get("Condition")]
                    parts.add((action, on, json.dumps(rest, sort_keys=True)))
    return parts


def is_made(account: str, role: dict, expected: dict) -> None:
    iam, name = iam_of(account), role["RoleName"]
    for member in ("Path", "Description", "MaxSessionDuration"):
        assert role[member] == expected[member], (account, name, member)
    assert "PermissionsBoundary" not in role and "PermissionsBoundary" not in expected
    assert said(role["AssumeRolePolicyDocument"]) == said(expected["AssumeRolePolicyDocument"]), (account, name)
    tags = {tag["Key"]: tag["Value"] for tag in role["Tags"]}
    theirs = {tag["Key"]: tag["Value"] for tag in expected["Tags"]}
    assert tags == {**theirs, "iam-census:managed": "roles"}
    [policy] = expected["Policies"]
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == [policy["PolicyName"]]
    document = iam.get_role_policy(RoleName=name, PolicyName=policy["PolicyName"])["PolicyDocument"]
    assert said(document) == said(policy["PolicyDocument"]), (account, name)
    assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []


def is_foreign(role: dict) -> bool:
    return role["AssumeRolePolicyDocument"] == TRUST and role["Path"] == "/" and not role.get("Tags")


def before():
    """Nothing is there; somebody's role and the missing administrative role are brought about the first time."""
    foreign, lonely = iam_of(PLACES["foreign"]), iam_of(PLACES["lonely"])
    if not roles_of(PLACES["foreign"]):
        foreign.create_role(RoleName="credential-report", AssumeRolePolicyDocument=json.dumps(TRUST))
        trust = lonely.get_role(RoleName=ADMIN)["Role"]["AssumeRolePolicyDocument"]
        lonely.create_role(RoleName="keys", AssumeRolePolicyDocument=json.dumps(trust))
        lonely.delete_role(RoleName=ADMIN)
    for account in EXPECTED:
        roles = roles_of(account)
        if account == PLACES["foreign"]:
            assert set(roles) == {"credential-report"} and is_foreign(roles["credential-report"])
        else:
            assert roles == {}, account
    assert boto3.client("iam").list_roles()["Roles"] == []


def made():
    for account, expected in EXPECTED.items():
        roles = roles_of(account)
        if account == PLACES["lonely"]:
            assert roles == {}
            continue
        if account == PLACES["foreign"]:
            assert is_foreign(roles["credential-report"])
            assert iam_of(account).list_role_policies(RoleName="credential-report")["PolicyNames"] == []
            expected = [role for role in expected if role["RoleName"] != "credential-report"]
            del roles["credential-report"]
        assert set(roles) == {role["RoleName"] for role in expected} and roles, account
        for role in expected:
            is_made(account, roles[role["RoleName"]], role)
    assert boto3.client("iam").list_roles()["Roles"] == []


def change():
    iam, name, policy = iam_of(PLACES["changed"]), "IAM-Auditor-role", "IAM-Auditor-Policy"
    document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    for statement in document["Statement"]:
        actions = statement["Action"]
        if "iam:GetAccountSummary" in actions:
            actions[actions.index("iam:GetAccountSummary")] = "iam:ListUsers"
    # What only looks different is no difference.
    document["Statement"].reverse()
    for statement in document["Statement"]:
        statement["Action"].reverse()
    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))
    iam = iam_of(PLACES["retrusted"])
    trust = iam.get_role(RoleName="root-activity")["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"][0]["Condition"]["StringEquals"]["sts:ExternalId"] = "another-one"
    iam.update_assume_role_policy(RoleName="root-activity", PolicyDocument=json.dumps(trust))
    iam.update_role(RoleName="root-activity", Description="Of ours", MaxSessionDuration=43200)


def use():
    iam = iam_of(PLACES["in_use"])
    allowed = [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}]
    document = json.dumps({"Version": "2012-10-17", "Statement": allowed})
    policy = iam.create_policy(PolicyName=ATTACHED, PolicyDocument=document)["Policy"]
    iam.attach_role_policy(RoleName="config-rule", PolicyArn=policy["Arn"])


def in_use():
    assert set(roles_of(PLACES["in_use"])) == {role["RoleName"] for role in EXPECTED[PLACES["in_use"]]}


def removed():
    for account in EXPECTED:
        roles = roles_of(account)
        if account == PLACES["foreign"]:
            assert is_foreign(roles.pop("credential-report"))
        if account == PLACES["in_use"]:
            del roles["config-rule"]
            iam = iam_of(account)
            assert iam.list_role_policies(RoleName="config-rule")["PolicyNames"] == ["config-rule"]
            [attached] = iam.list_attached_role_policies(RoleName="config-rule")["AttachedPolicies"]
            assert attached["PolicyName"] == ATTACHED
        assert roles == {}, account


def document():
    schema = json.loads(pathlib.Path(os.environ["IAM_CENSUS_SCHEMA"]).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    told = json.loads(os.environ["IAM_CENSUS_DOCUMENT"])
    jsonschema.validate(told, schema, jsonschema.Draft202012Validator)
    counts = told["counts"]
    assert counts["listed"] == len(told["accounts"]) == counts["read"] + counts["skipped"] + counts["failed"]


def test_stage():
    stages = {one.__name__: one for one in (before, made, change, use, in_use, removed, document)}
    stages[STAGE.replace(" ", "_")]()
