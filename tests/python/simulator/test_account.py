"""Settings of accounts outside of IAM: Regions, contacts, public access to S3, analyzers, as botocore reads them."""

import pytest
from conftest import auditor, connect, functional, member, of_state, refused


def listed(client, operation: str, name: str, token: str, **parameters) -> list[list]:
    found, page = [], getattr(client, operation)(**parameters)
    found.append(page[name])
    while token in page:
        page = getattr(client, operation)(**parameters, **{token: page[token]})
        found.append(page[name])
    return found


def regions(client, **parameters) -> list[dict]:
    return [region for page in listed(client, "list_regions", "Regions", "NextToken", **parameters) for region in page]


def test_regions_in_pages_and_by_state(world):
    statuses = set()
    for account in functional():
        client = auditor("account", account)
        found = regions(client)
        names = [region["RegionName"] for region in found]
        assert names == sorted(set(names)) and "us-east-1" in names
        statuses |= {region["RegionOptStatus"] for region in found}
    assert statuses == {"ENABLED_BY_DEFAULT", "ENABLED", "ENABLING", "DISABLED", "DISABLING"}
    assert regions(client, MaxResults=2) == found
    pages = listed(client, "list_regions", "Regions", "NextToken", MaxResults=2)
    assert [] in pages and max(map(len, pages)) == 2
    usual = regions(client, RegionOptStatusContains=["ENABLED_BY_DEFAULT"])
    assert usual == [region for region in found if region["RegionOptStatus"] == "ENABLED_BY_DEFAULT"]
    for wrong in [{"MaxResults": 0}, {"MaxResults": 51}, {"NextToken": "invented"}]:
        with refused("ValidationException", 400):
            client.list_regions(**wrong)


def test_security_contacts_are_registered_or_not(world):
    registered = set()
    for account in functional():
        client = auditor("account", account)
        try:
            contact = client.get_alternate_contact(AlternateContactType="SECURITY")["AlternateContact"]
        except client.exceptions.ResourceNotFoundException as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404
            registered.add(False)
            continue
        assert contact["AlternateContactType"] == "SECURITY" and "@" in contact["EmailAddress"]
        registered.add(True)
    assert registered == {True, False}
    with refused("ValidationException", 400):
        client.get_alternate_contact(AlternateContactType="NOBODY")


def test_other_accounts_are_for_the_management_account_and_the_delegate(world):
    member_id = {"AccountId": world.sample_account}
    own = regions(connect("account", world.sample_account))
    for caller in (world.management_account, world.hub_account):
        assert regions(connect("account", caller), **member_id) == own
    stranger = connect("account", of_state("PENDING_CLOSURE"))
    for client, account in [
        (stranger, world.sample_account),
        (connect("account", world.management_account), world.management_account),
        (connect("account"), world.management_account),
        (connect("account"), "999999999999"),
    ]:
        with refused("AccessDeniedException", 403):
            client.list_regions(AccountId=account)
        with refused("AccessDeniedException", 403):
            client.get_alternate_contact(AccountId=account, AlternateContactType="SECURITY")


def test_public_access_is_blocked_wholly_partly_or_not(world):
    seen = set()
    for account in functional():
        client = auditor("s3control", account)
        try:
            block = client.get_public_access_block(AccountId=account)["PublicAccessBlockConfiguration"]
        except client.exceptions.NoSuchPublicAccessBlockConfiguration as error:
            assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404
            seen.add("none")
            continue
        assert len(block) == 4
        seen.add(all(block.values()))
    assert seen == {"none", True, False}
    with refused("AccessDenied", 403):
        client.get_public_access_block(AccountId=world.hub_account)
    with refused("AccessDenied", 403):
        member("s3control", world.sample_account).get_public_access_block(AccountId=world.sample_account)
    with refused("InvalidRequest", 400):
        client.get_public_access_block(AccountId="abc")
    with refused("NotImplemented", 501):
        client.list_access_points(AccountId=world.hub_account)


def test_analyzers_of_every_kind_and_state(world):
    seen = set()
    for account in functional():
        client = auditor("accessanalyzer", account)
        for analyzer in client.list_analyzers()["analyzers"]:
            assert analyzer["arn"].startswith(f"arn:aws:access-analyzer:us-east-1:{account}:analyzer/")
            assert ("statusReason" in analyzer) == (analyzer["status"] != "ACTIVE")
            assert client.list_analyzers(type=analyzer["type"])["analyzers"] == [analyzer]
            seen.add((analyzer["type"], analyzer["status"]))
    assert seen == {
        ("ACCOUNT", "ACTIVE"),
        ("ACCOUNT", "DISABLED"),
        ("ACCOUNT_UNUSED_ACCESS", "ACTIVE"),
        ("ORGANIZATION", "ACTIVE"),
        ("ORGANIZATION_UNUSED_ACCESS", "ACTIVE"),
    }
    hub = connect("accessanalyzer")
    pages = listed(hub, "list_analyzers", "analyzers", "nextToken", maxResults=1)
    assert sorted(map(len, pages)) == [0, 1, 1]
    away = connect("accessanalyzer", world.hub_account, region="eu-west-1").list_analyzers()["analyzers"]
    assert [analyzer["type"] for analyzer in away] == ["ORGANIZATION"]
    for wrong in [{"type": "NOTHING"}, {"maxResults": 0}, {"nextToken": "invented"}]:
        with refused("ValidationException", 400):
            hub.list_analyzers(**wrong)
    with refused("UnrecognizedClientException", 403):
        connect("accessanalyzer", world.hub_account, region="xx-moon-1").list_analyzers()


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("account", "list_regions", {}),
        ("account", "get_alternate_contact", {"AlternateContactType": "SECURITY"}),
        ("accessanalyzer", "list_analyzers", {}),
    ],
)
def test_a_role_without_the_action_is_denied(world, service, operation, parameters):
    with refused("AccessDeniedException", 403, "is not authorized to perform"):
        getattr(member(service, world.sample_account), operation)(**parameters)


def test_operations_that_the_simulator_has_not():
    with refused("UnknownOperationException", 404):
        connect("account").get_contact_information()
    with refused("UnknownOperationException", 404):
        connect("accessanalyzer").list_findings_v2(analyzerArn="arn:aws:access-analyzer:us-east-1:1:analyzer/x")
    for service, operation in [("cloudtrail", "list_trails"), ("logs", "describe_log_groups")]:
        with refused("UnknownOperationException", 400):
            getattr(connect(service), operation)()
