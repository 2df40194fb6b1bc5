"""The users of `iam-census seed-users`, as boto3 sees them in moto.

IAM_CENSUS_STAGE  what has happened: `before`, `made`, `foreign` (this test makes a user of its own), `removed`
"""

import os

import boto3

STAGE = os.environ["IAM_CENSUS_STAGE"]
IAM = boto3.client("iam")
PATH, PREFIX, FOREIGN = "/iam-census-seed/", "trial-", "trial-of-somebody-else"


def seeded() -> dict[str, dict]:
    pages = IAM.get_paginator("list_users").paginate(PathPrefix=PATH)
    return {user["UserName"]: user for page in pages for user in page["Users"]}


def groups() -> set[str]:
    return {group["GroupName"] for group in IAM.list_groups(PathPrefix=PATH)["Groups"]}


def test_stage():
    if STAGE == "before":
        assert seeded() == {} and groups() == set()
    elif STAGE == "made":
        check_made()
    elif STAGE == "foreign":
        IAM.create_user(UserName=FOREIGN, Path=PATH)
    else:
        assert STAGE == "removed" and set(seeded()) == {FOREIGN} and groups() == set()


def check_made():
    names = [f"{PREFIX}{number:04}" for number in range(1, 13)]
    assert sorted(seeded()) == names and groups() == {f"{PREFIX}group-{number}" for number in (1, 2, 3)}
    for number, name in enumerate(names, 1):
        tags = {tag["Key"]: tag["Value"] for tag in IAM.list_user_tags(UserName=name)["Tags"]}
        assert tags == {"iam-census:seed": PREFIX}
        assert len(IAM.list_groups_for_user(UserName=name)["Groups"]) == (number % 2 == 0)
        keys = [key["Status"] for key in IAM.list_access_keys(UserName=name)["AccessKeyMetadata"]]
        assert keys == {0: ["Inactive"], 3: ["Active"]}.get(number % 6, [])
