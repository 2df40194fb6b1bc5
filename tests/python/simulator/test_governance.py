"""Policies, delegations and trusted services of the organization, as botocore reads them."""

import json

import pytest
from conftest import connect, member, refused
from test_organizations import pages

KINDS = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"]


def listed(operation: str, name: str, **parameters) -> list:
    return [item for page in pages(operation, **parameters) for item in page[name]]


@pytest.mark.parametrize("kind", KINDS)
def test_policies_their_documents_and_their_targets(world, kind):
    organizations = connect("organizations")
    policies = listed("list_policies", "Policies", Filter=kind, MaxResults=1)
    assert {policy["AwsManaged"] for policy in policies} == {True, False}
    for policy in policies:
        described = organizations.describe_policy(PolicyId=policy["Id"])["Policy"]
        assert described["PolicySummary"] == policy and policy["Type"] == kind
        assert json.loads(described["Content"])["Statement"]
        owner = "aws" if policy["AwsManaged"] else world.management_account
        assert policy["Arn"].split(":")[4] == owner and policy["Arn"].endswith(policy["Id"])
        targets = listed("list_targets_for_policy", "Targets", PolicyId=policy["Id"])
        assert targets
        for target in targets[:4] + targets[-4:]:
            attached = listed("list_policies_for_target", "Policies", TargetId=target["TargetId"], Filter=kind)
            assert policy in attached
            assert target["Arn"].endswith(target["TargetId"])
    everywhere = listed("list_targets_for_policy", "Targets", PolicyId=policies[0]["Id"])
    assert {target["Type"] for target in everywhere} == {"ROOT", "ORGANIZATIONAL_UNIT", "ACCOUNT"}
    accounts = {target["TargetId"] for target in everywhere if target["Type"] == "ACCOUNT"}
    assert accounts == {account["id"] for account in world.accounts}


def test_kinds_of_which_there_is_no_policy():
    assert listed("list_policies", "Policies", Filter="TAG_POLICY") == []
    with refused("InvalidInputException", 400):
        connect("organizations").list_policies(Filter="NO_POLICY")


def test_policies_and_targets_that_are_not_there():
    organizations = connect("organizations")
    for call in (organizations.describe_policy, organizations.list_targets_for_policy):
        with refused("PolicyNotFoundException", 400):
            call(PolicyId="p-12345678")
        with refused("InvalidInputException", 400):
            call(PolicyId="nothing")
    with refused("TargetNotFoundException", 400):
        organizations.list_policies_for_target(TargetId="999999999999", Filter=KINDS[0])


def test_the_delegation_policy(world):
    policy = connect("organizations").describe_resource_policy()["ResourcePolicy"]
    assert f":resourcepolicy/{world.organization}/" in policy["ResourcePolicySummary"]["Arn"]
    [statement] = json.loads(policy["Content"])["Statement"]
    assert statement["Principal"]["AWS"] == f"arn:aws:iam::{world.hub_account}:root"


def test_delegated_administrators_and_their_services(world):
    organizations = connect("organizations")
    [hub] = listed("list_delegated_administrators", "DelegatedAdministrators")
    assert hub["Id"] == world.hub_account and hub["DelegationEnabledDate"].tzinfo
    services = listed(
        "list_delegated_services_for_account", "DelegatedServices", AccountId=world.hub_account, MaxResults=2
    )
    names = {service["ServicePrincipal"] for service in services}
    assert "iam.amazonaws.com" in names and len(names) == len(services)
    for name, expected in [("iam.amazonaws.com", 1), ("backup.amazonaws.com", 0)]:
        found = listed("list_delegated_administrators", "DelegatedAdministrators", ServicePrincipal=name)
        assert len(found) == expected
    with refused("AccountNotRegisteredException", 400):
        organizations.list_delegated_services_for_account(AccountId=world.sample_account)
    with refused("AccountNotFoundException", 400):
        organizations.list_delegated_services_for_account(AccountId="999999999999")
    trusted = listed("list_aws_service_access_for_organization", "EnabledServicePrincipals", MaxResults=3)
    assert names <= {service["ServicePrincipal"] for service in trusted}


def test_members_may_not_read_any_of_it(world):
    stranger = member("organizations", world.sample_account)
    calls = {
        "list_policies": {"Filter": KINDS[0]},
        "describe_policy": {"PolicyId": "p-FullAWSAccess"},
        "list_policies_for_target": {"TargetId": world.sample_account, "Filter": KINDS[0]},
        "list_targets_for_policy": {"PolicyId": "p-FullAWSAccess"},
        "describe_resource_policy": {},
        "list_delegated_administrators": {},
        "list_delegated_services_for_account": {"AccountId": world.hub_account},
        "list_aws_service_access_for_organization": {},
    }
    for operation, parameters in calls.items():
        with refused("AccessDeniedException", 400):
            getattr(stranger, operation)(**parameters)


@pytest.mark.parametrize(
    ("operation", "subject"),
    [
        ("list_policies", {"Filter": KINDS[0]}),
        ("list_targets_for_policy", {"PolicyId": "p-FullAWSAccess"}),
        ("list_delegated_administrators", {}),
        ("list_aws_service_access_for_organization", {}),
    ],
)
def test_tokens_that_are_refused(operation, subject):
    for token in ["", "invented", "aW52ZW50ZWQ="]:
        with refused("InvalidInputException", 400) as refusal:
            getattr(connect("organizations"), operation)(**subject, NextToken=token)
        assert refusal.error.response["Reason"] == "INVALID_NEXT_TOKEN"
