"""Writes a saved answer of `aws iam get-account-authorization-details` with names that a spreadsheet would calculate."""

import json
import sys
import urllib.parse

ACCOUNT = "111122223333"
ODD = ["=1+1", "@SUM", "-2+3", "+x", "a,b", "_x0041_", "ä=é"]


def arn(kind, name):
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def document(*statements):
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(action, resource="*"):
    return {"Sid": "=Sid", "Effect": "Allow", "Action": action, "Resource": resource}


def managed(name, text):
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": text, "CreateDate": "2024-01-01T00:00:00+00:00"}
    return {
        "PolicyName": name,
        "PolicyId": f"ANPA{name}",
        "Arn": arn("policy", name),
        "Path": "/",
        "DefaultVersionId": "v1",
        "AttachmentCount": 1,
        "UpdateDate": "2024-01-01T00:00:00+00:00",
        "PolicyVersionList": [version],
    }


def user(name, number):
    inline = document(allow(["s3:Get*", "sqs:*"], f"arn:aws:s3:::team-{number}/*"))
    attached = [{"PolicyName": "Admin", "PolicyArn": arn("policy", "Admin")}] if number == 1 else []
    more = {}
    if number == 3:
        more["PermissionsBoundary"] = {
            "PermissionsBoundaryType": "Policy",
            "PermissionsBoundaryArn": arn("policy", "Boundary"),
        }
    return {
        "Path": "/",
        "UserName": name,
        "UserId": f"AIDA{number}",
        "Arn": arn("user", name),
        "CreateDate": "2024-01-01T00:00:00+00:00",
        "GroupList": ["builders"] if number % 2 else [],
        "AttachedManagedPolicies": attached,
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": urllib.parse.quote(json.dumps(inline))}],
        "Tags": [{"Key": "=k", "Value": "\"v\"\n<&>"}],
        **more,
    }


def role(name, principal, text):
    trust = document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": f"AROA{name}",
        "Arn": arn("role", name),
        "CreateDate": "2024-01-01T00:00:00+00:00",
        "AssumeRolePolicyDocument": trust,
        "InstanceProfileList": [],
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": text}],
        "AttachedManagedPolicies": [],
        "RoleLastUsed": {"LastUsedDate": "2026-11-01T00:00:00+00:00", "Region": "eu-west-1"},
    }


def answer(users):
    group = {
        "Path": "/",
        "GroupName": "builders",
        "GroupId": "AGPA1",
        "Arn": arn("group", "builders"),
        "CreateDate": "2024-01-01T00:00:00+00:00",
        "AttachedManagedPolicies": [],
        "GroupPolicyList": [
            {"PolicyName": "pass", "PolicyDocument": document(allow(["iam:PassRole", "ec2:RunInstances"]))}
        ],
    }
    names = ODD + [f"user-{number}" for number in range(len(ODD), users)]
    big = document(*[allow(f"s3:Get{'x' * 80}{number}") for number in range(400)])
    return {
        "UserDetailList": [user(name, number) for number, name in enumerate(names)],
        "GroupDetailList": [group],
        "RoleDetailList": [
            role("machine", {"Service": "ec2.amazonaws.com"}, document(allow("*"))),
            role("partner", {"AWS": "999988887777"}, document(allow("s3:ListAllMyBuckets"))),
        ],
        "Policies": [
            managed("Admin", document(allow("*"))),
            managed("Boundary", document(allow(["s3:*", "ec2:*"]))),
            managed("Big", big),
        ],
        "IsTruncated": False,
    }


if __name__ == "__main__":
    json.dump(answer(int(sys.argv[1])), sys.stdout)
