"""Organizational units and nested service control policies in moto, and what the report makes of them."""

import json
import os
import subprocess

import boto3

WORLD = json.loads(os.environ["IAM_CENSUS_WORLD"])
BUCKET = os.environ["IAM_CENSUS_CHECKED_BUCKET"]
PROGRAM = os.environ["IAM_CENSUS_PROGRAM"]
KIND = "SERVICE_CONTROL_POLICY"
FULL = "p-FullAWSAccess"


def organizations():
    return boto3.client("organizations", endpoint_url=WORLD["endpoint"])


def unit(parent, name):
    return organizations().create_organizational_unit(ParentId=parent, Name=name)["OrganizationalUnit"]["Id"]


def policy(name, *statements, targets=()):
    content = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    made = organizations().create_policy(Content=content, Description=name, Name=name, Type=KIND)
    identifier = made["Policy"]["PolicySummary"]["Id"]
    for target in targets:
        organizations().attach_policy(PolicyId=identifier, TargetId=target)
    return identifier


def deny(*actions, **more):
    return {"Effect": "Deny", "Action": list(actions), "Resource": "*", **more}


def test_nested_policies_come_to_what_aws_documents():
    [root] = organizations().list_roots()["Roots"]
    organizations().enable_policy_type(RootId=root["Id"], PolicyType=KIND)
    top, production = unit(root["Id"], "Workloads"), None
    production = unit(top, "Production")
    locked = unit(root["Id"], "Locked")
    accounts = [account for account in WORLD["accounts"] if account not in WORLD["closed"]]
    nested, plain, frozen, alone = accounts[:4]
    for account, parent in [(nested, production), (plain, top), (frozen, locked)]:
        organizations().move_account(AccountId=account, SourceParentId=root["Id"], DestinationParentId=parent)
    policy("stay", deny("organizations:LeaveOrganization"), targets=[root["Id"]])
    breakglass = {"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"}}
    policy("trails", deny("cloudtrail:*", Condition=breakglass), targets=[top])
    policy("config", deny("config:*"), targets=[production])
    policy("no-keys", deny("kms:ScheduleKeyDeletion"), targets=[nested])
    only = policy("only-s3", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, targets=[locked])
    organizations().detach_policy(PolicyId=FULL, TargetId=locked)
    unused = policy("unused", deny("ec2:*"))

    command = [PROGRAM, "run", "scp-report", "--event", "-", "--bucket", BUCKET, "--topic", WORLD["topic"]]
    event = json.dumps({"time": "2026-11-20T04:00:00Z"})
    ended = subprocess.run(command, input=event, capture_output=True, text=True, timeout=180, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    answer = json.loads(ended.stdout)
    assert answer["counts"]["collected"] == len(accounts) + 1
    key = answer["lines"].removeprefix(f"s3://{BUCKET}/").split("?")[0]
    s3 = boto3.client("s3", endpoint_url=WORLD["endpoint"])
    lines = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode().splitlines()
    rows = [json.loads(line) for line in lines]
    verdicts = {
        (row["account_id"], row["guardrail"]): row for row in rows if row["sheet"] == "verdicts"
    }

    def statuses(account, *guardrails):
        return [verdicts[account, guardrail]["status"] for guardrail in guardrails]

    asked = ("leave-organization", "stop-cloudtrail", "stop-config", "delete-kms-keys")
    assert statuses(nested, *asked) == ["PREVENTED", "DEPENDS", "PREVENTED", "PREVENTED"]
    assert statuses(plain, *asked) == ["PREVENTED", "DEPENDS", "NOT_PREVENTED", "NOT_PREVENTED"]
    assert statuses(alone, *asked) == ["PREVENTED", "NOT_PREVENTED", "NOT_PREVENTED", "NOT_PREVENTED"]
    # Nothing but S3 is left where the policy that allows everything was replaced.
    assert statuses(frozen, *asked) == ["PREVENTED"] * 4
    assert "no SCP at the unit Locked" in verdicts[frozen, "stop-config"]["because"]
    assert set(statuses(WORLD["management"], *asked)) == {"NOT_PREVENTED"}
    paths = {row["account_id"]: row["path"] for row in rows if row["sheet"] == "accounts"}
    assert paths[nested].startswith("Root / Workloads / Production / ")
    policies = {row["policy_id"]: row for row in rows if row["sheet"] == "policies"}
    assert policies[unused]["attached"] == "not attached" and policies[only]["targets"] == 1
    strategies = {row["node_id"]: row["scp_strategy"] for row in rows if row["sheet"] == "organization"}
    assert strategies[locked] == "allow list" and strategies[production] == "deny list"
