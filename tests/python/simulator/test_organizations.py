"""AWS Organizations, as botocore reads it."""

import pytest
from conftest import connect, member, of_state, refused

LISTS = [
    "list_accounts",
    "list_roots",
    "list_organizational_units_for_parent",
    "list_accounts_for_parent",
    "list_parents",
]


def pages(operation: str, **parameters):
    organizations = connect("organizations")
    token, found = {}, []
    while True:
        page = getattr(organizations, operation)(**parameters, **token)
        found.append(page)
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def test_all_accounts_come_in_pages_of_twenty_and_some_are_empty(world):
    found = [page["Accounts"] for page in pages("list_accounts")]
    assert len(found[0]) == 20
    assert [] in found[:-1]
    listed = [account for page in found for account in page]
    assert [account["Id"] for account in listed] == [account["id"] for account in world.accounts]
    assert [account["Name"] for account in listed] == [account["name"] for account in world.accounts]
    for account, true in zip(listed, world.accounts):
        old = {"CLOSED": "SUSPENDED", "PENDING_ACTIVATION": None}.get(true["state"], true["state"])
        assert (account["State"], account.get("Status")) == (true["state"], old)
        assert account["Arn"].endswith(f":account/{world.organization}/{account['Id']}")
        [path] = account["Paths"]
        assert path.startswith(f"{world.organization}/{world.organization_root}/")
        assert path.endswith(f"/{account['Id']}/")
        assert account["JoinedTimestamp"].tzinfo


@pytest.mark.parametrize("size", [1, 7, 20])
def test_the_page_size_is_honored(world, size):
    found = [page["Accounts"] for page in pages("list_accounts", MaxResults=size)]
    assert max(map(len, found)) == size
    assert sum(map(len, found)) == len(world.accounts)


def test_the_tree_agrees_with_the_paths(world):
    organizations = connect("organizations")
    [root] = organizations.list_roots()["Roots"]
    assert root["Id"] == world.organization_root
    below, depth, seen = [(root["Id"], f"{world.organization}/{root['Id']}/", 0)], 0, {}
    while below:
        parent, path, level = below.pop()
        depth = max(depth, level)
        for page in pages("list_accounts_for_parent", ParentId=parent, MaxResults=3):
            for account in page["Accounts"]:
                assert account["Paths"] == [f"{path}{account['Id']}/"]
                seen[account["Id"]] = parent
        for page in pages("list_organizational_units_for_parent", ParentId=parent, MaxResults=2):
            for unit in page["OrganizationalUnits"]:
                assert unit["Path"] == f"{path}{unit['Id']}/"
                below.append((unit["Id"], unit["Path"], level + 1))
                [above] = organizations.list_parents(ChildId=unit["Id"])["Parents"]
                assert above["Id"] == parent
    assert depth == 5
    assert set(seen) == {account["id"] for account in world.accounts}
    for account, parent in list(seen.items())[:10]:
        kind = "ROOT" if parent == root["Id"] else "ORGANIZATIONAL_UNIT"
        assert organizations.list_parents(ChildId=account)["Parents"] == [{"Id": parent, "Type": kind}]


def test_the_organization_describes_itself(world):
    for account in (world.hub_account, world.management_account, of_state("PENDING_CLOSURE")):
        organization = connect("organizations", account).describe_organization()["Organization"]
        assert organization["Id"] == world.organization
        assert organization["MasterAccountId"] == world.management_account


def test_an_account_is_described(world):
    organizations = connect("organizations")
    account = organizations.describe_account(AccountId=world.sample_account)["Account"]
    assert (account["Id"], account["State"]) == (world.sample_account, "ACTIVE")
    with refused("AccountNotFoundException", 400):
        organizations.describe_account(AccountId="999999999999")
    with refused("InvalidInputException", 400):
        organizations.describe_account(AccountId="12")


def test_members_may_not_read(world):
    stranger = member("organizations", world.sample_account)
    for call in [stranger.list_accounts, stranger.list_roots]:
        with refused("AccessDeniedException", 400, "You don't have permissions to access this resource."):
            call()


@pytest.mark.parametrize("operation", LISTS)
def test_tokens_and_sizes_that_are_refused(world, operation):
    subject = {
        "list_organizational_units_for_parent": {"ParentId": world.organization_root},
        "list_accounts_for_parent": {"ParentId": world.organization_root},
        "list_parents": {"ChildId": world.sample_account},
    }.get(operation, {})
    call = getattr(connect("organizations"), operation)
    foreign = connect("organizations").list_accounts(MaxResults=1)["NextToken"]
    tokens = ["", "invented", "aW52ZW50ZWQ="] + ([foreign] if operation != "list_accounts" else [])
    for token in tokens:
        with refused("InvalidInputException", 400) as refusal:
            call(**subject, NextToken=token)
        assert refusal.error.response["Reason"] == "INVALID_NEXT_TOKEN"
    for size, reason in [(0, "MIN_VALUE_EXCEEDED"), (21, "MAX_VALUE_EXCEEDED")]:
        with refused("InvalidInputException", 400) as refusal:
            call(**subject, MaxResults=size)
        assert refusal.error.response["Reason"] == reason


def test_parents_and_children_that_are_not_there():
    organizations = connect("organizations")
    with refused("ParentNotFoundException", 400):
        organizations.list_accounts_for_parent(ParentId="ou-none-12345678")
    with refused("ParentNotFoundException", 400):
        organizations.list_organizational_units_for_parent(ParentId="r-none")
    with refused("ChildNotFoundException", 400):
        organizations.list_parents(ChildId="999999999999")
    with refused("InvalidInputException", 400):
        organizations.list_parents()


def test_unknown_sessions_are_refused_in_this_services_words():
    with refused("UnrecognizedClientException", 400):
        connect("organizations", "ASIAINVENTEDINVENTED", "x").list_accounts()
