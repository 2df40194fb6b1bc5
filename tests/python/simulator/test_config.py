"""Advanced queries of AWS Config, as botocore reads them."""

import json

import pytest
from conftest import auditor, connect, functional, member, refused

INSTANCES = (
    "SELECT arn, awsRegion, configuration.iamInstanceProfile.arn, configuration.state.name "
    "WHERE resourceType = 'AWS::EC2::Instance' AND configuration.state.name <> 'terminated'"
)
POLICIES = (
    "SELECT arn, awsRegion, resourceType, configuration, supplementaryConfiguration WHERE resourceType IN "
    "('AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::SecretsManager::ResourcePolicy')"
)
USERS = "SELECT resourceName, configuration.groupList, configuration.path, tags WHERE resourceType = 'AWS::IAM::User'"


def select(client, expression: str, operation: str = "select_resource_config", **parameters) -> list[dict]:
    found, token = [], {}
    while True:
        page = getattr(client, operation)(Expression=expression, **parameters, **token)
        found += [json.loads(row) for row in page["Results"]]
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def recording() -> list[str]:
    return [account for account in functional() if recorders(account)]


def recorders(account: str) -> list[dict]:
    return auditor("config", account).describe_configuration_recorder_status()["ConfigurationRecordersStatus"]


def test_instances_with_and_without_a_profile():
    seen = set()
    for account in recording():
        for row in select(auditor("config", account), INSTANCES, Limit=100):
            assert row["arn"].startswith(f"arn:aws:ec2:us-east-1:{account}:instance/i-")
            profile = row["configuration"].get("iamInstanceProfile") or {}
            seen.add("arn" in profile)
            assert set(row) == {"arn", "awsRegion", "configuration"}
    assert seen == {True, False}


def test_resources_keep_their_policies_where_config_keeps_them():
    seen = set()
    for account in recording():
        for row in select(auditor("config", account), POLICIES):
            kind, configuration = row["resourceType"], row["configuration"]
            more = row.get("supplementaryConfiguration", {})
            policy = {
                "AWS::S3::Bucket": lambda: more["BucketPolicy"]["policyText"],
                "AWS::KMS::Key": lambda: more["Policy"],
                "AWS::SQS::Queue": lambda: configuration["Policy"],
                "AWS::SecretsManager::ResourcePolicy": lambda: json.dumps(configuration["ResourcePolicy"]),
            }[kind]()
            assert policy is None or json.loads(policy)["Statement"]
            seen.add((kind, policy is None))
    kinds = ["AWS::KMS::Key", "AWS::SQS::Queue", "AWS::SecretsManager::ResourcePolicy", "AWS::S3::Bucket"]
    assert {(kind, False) for kind in kinds} | {("AWS::S3::Bucket", True)} == seen


def test_users_are_those_of_iam(world):
    for account in recording()[:8]:
        rows = select(connect("config", account), USERS, Limit=2)
        pages = connect("iam", account).get_paginator("get_account_authorization_details").paginate()
        users = {user["UserName"]: user for page in pages for user in page["UserDetailList"]}
        assert [row["resourceName"] for row in rows] == list(users)
        for row in rows:
            user = users[row["resourceName"]]
            assert row["configuration"] == {"groupList": user["GroupList"], "path": user["Path"]}
            assert {tag["key"]: tag["value"] for tag in row["tags"]} == {
                tag["Key"]: tag["Value"] for tag in user.get("Tags", [])
            }
        # Identities are recorded where the account is at home only.
        assert select(connect("config", account, region="eu-west-1"), USERS) == []


def test_an_account_without_a_recorder_answers_nothing():
    silent = set(functional()) - set(recording())
    assert silent
    for account in functional():
        known = auditor("config", account).describe_configuration_recorders()["ConfigurationRecorders"]
        assert [one["name"] for one in known] == [one["name"] for one in recorders(account)]
        assert all(one["recordingGroup"]["allSupported"] for one in known)
    for account in silent:
        assert select(auditor("config", account), "SELECT *") == []


def test_items_are_counted():
    account = recording()[0]
    config = connect("config", account)
    everything = select(config, "SELECT resourceType", Limit=100)
    counts = select(config, "SELECT resourceType, COUNT(*) GROUP BY resourceType", Limit=100)
    kinds = [row["resourceType"] for row in everything]
    assert {row["resourceType"]: row["COUNT(*)"] for row in counts} == {kind: kinds.count(kind) for kind in kinds}
    assert select(config, "SELECT COUNT(*)") == [{"COUNT(*)": len(everything)}]


def test_pages_of_queries():
    account = recording()[0]
    config = connect("config", account)
    everything = select(config, "SELECT *", Limit=100)
    usual = config.select_resource_config(Expression="SELECT *")
    assert len(usual["Results"]) == min(25, len(everything))
    names = [field["Name"] for field in usual["QueryInfo"]["SelectFields"]]
    assert {"accountId", "arn", "awsRegion", "resourceId", "resourceType"} <= set(names)
    assert select(config, "SELECT *", Limit=3) == everything
    for limit in (-1, 101):
        with refused("InvalidLimitException", 400):
            config.select_resource_config(Expression="SELECT *", Limit=limit)
    with refused("InvalidNextTokenException", 400):
        config.select_resource_config(Expression="SELECT *", NextToken="invented")


@pytest.mark.parametrize(
    "expression",
    ["", "SELECT", "SELECT * FROM resources", "SELECT resourceId WHERE resourceType =", "SELECT MAX(version)", "x" * 4097],
)
def test_expressions_that_are_refused(expression):
    with refused("InvalidExpressionException", 400):
        connect("config").select_resource_config(Expression=expression)


def test_a_role_without_the_action_is_denied(world):
    config = member("config", world.sample_account)
    calls = [
        (config.select_resource_config, {"Expression": "SELECT *"}),
        (config.select_aggregate_resource_config, {"Expression": "SELECT *", "ConfigurationAggregatorName": "x"}),
        (config.describe_configuration_aggregators, {}),
        (config.describe_configuration_aggregator_sources_status, {"ConfigurationAggregatorName": "x"}),
        (config.describe_configuration_recorder_status, {}),
        (config.describe_configuration_recorders, {}),
    ]
    for call, parameters in calls:
        with refused("AccessDeniedException", 400, "is not authorized to perform"):
            call(**parameters)
