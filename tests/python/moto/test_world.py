"""The organization is large enough, and pages and closed accounts are what the collector's tests count on."""

import json
import os

import boto3

WORLD = json.loads(os.environ["IAM_CENSUS_WORLD"])


def test_accounts_come_twenty_to_a_page():
    organizations = boto3.client("organizations", endpoint_url=WORLD["endpoint"])
    pages = list(organizations.get_paginator("list_accounts").paginate())
    assert [len(page["Accounts"]) for page in pages] == [20, 20, 13]
    listed = {account["Id"]: account["State"] for page in pages for account in page["Accounts"]}
    assert set(listed) == {WORLD["management"], *WORLD["accounts"]}
    assert {account for account, state in listed.items() if state != "ACTIVE"} == set(WORLD["closed"])
    assert len(WORLD["accounts"]) >= 50 and len(WORLD["closed"]) == 3


def test_each_account_has_the_role_and_people_of_its_own():
    users = set()
    for account in WORLD["accounts"]:
        arn = f"arn:aws:iam::{account}:role/iam-census/credential-report"
        assumed = boto3.client("sts", endpoint_url=WORLD["endpoint"]).assume_role(RoleArn=arn, RoleSessionName="reader")
        keys = assumed["Credentials"]
        iam = boto3.client(
            "iam",
            endpoint_url=WORLD["endpoint"],
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        assert iam.get_role(RoleName="credential-report")["Role"]["Arn"] == arn
        users.update(user["Arn"] for user in iam.list_users()["Users"])
    assert len(users) == sum(number % 4 for number in range(len(WORLD["accounts"])))
