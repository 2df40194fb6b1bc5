"""Serve an organization from moto until standard input closes; the first line printed describes it as JSON.

Usage: organization.py ACCOUNTS CLOSED [bare]

Moto is used as it is but for two things: it lists accounts 20 to a page, as AWS does, and the reports are of today.
A bare organization has no member roles yet, and two things more are as AWS does them: only roles that are there can be
assumed, and only with the external id that they ask for.
"""

import datetime
import json
import sys

import boto3
from moto.iam.models import iam_backends
from moto.iam.responses import IamResponse
from moto.organizations.utils import PAGINATION_MODEL
from moto.server import ThreadedMotoServer
from moto.sts.exceptions import STSClientError
from moto.sts.models import STSBackend

ROLE = {"Path": "/iam-census/", "RoleName": "credential-report"}
BUCKETS = ["reports-of-the-program", "reports-of-the-function", "reports-of-the-emulator"]


def page_like_aws() -> None:
    PAGINATION_MODEL["list_accounts"].update(limit_default=20, limit_max=20)


def date_reports() -> None:
    undated = IamResponse.get_credential_report

    def dated(response: IamResponse):
        answer = undated(response)
        now = datetime.datetime.now(datetime.UTC)
        answer.result["GeneratedTime"] = now.strftime("%Y-%m-%dT%H:%M:%SZ")
        return answer

    IamResponse.get_credential_report = dated


def guard_roles() -> None:
    unguarded = STSBackend.assume_role

    def guarded(backend: STSBackend, **asked):
        account = asked["role_arn"].split(":")[4]
        trusts = {role.arn: role.assume_role_policy_document for role in iam_backends[account]["aws"].get_roles()}
        trust = json.loads(trusts.get(asked["role_arn"], "{}"))
        presented = {"sts:ExternalId": asked["external_id"]}
        for statement in trust.get("Statement", []):
            conditions = statement.get("Condition", {}).get("StringEquals", {})
            if all(conditions.get(key, value) == value for key, value in presented.items()):
                return unguarded(backend, **asked)
        raise STSClientError("AccessDenied", f"not authorized to perform: sts:AssumeRole on {asked['role_arn']}")

    STSBackend.assume_role = guarded


def seed(endpoint: str, size: int, closed: int, roles: bool) -> dict:
    session = boto3.Session(region_name="us-east-1")
    client = lambda service, **keys: session.client(service, endpoint_url=endpoint, **keys)
    organizations = client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    management = client("sts").get_caller_identity()["Account"]
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{management}:root"}, "Action": "sts:AssumeRole"}
    accounts = []
    for number in range(size):
        email = f"owner-{number}@example.com"
        created = organizations.create_account(Email=email, AccountName=f"account {number}")
        account = created["CreateAccountStatus"]["AccountId"]
        accounts.append(account)
        arn = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
        keys = client("sts").assume_role(RoleArn=arn, RoleSessionName="seed")["Credentials"]
        iam = client(
            "iam",
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        policy = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        if roles:
            iam.create_role(**ROLE, AssumeRolePolicyDocument=policy)
        people(iam, number)
    people(client("iam"), size)
    for account in accounts[:closed]:
        organizations.close_account(AccountId=account)
    for bucket in BUCKETS:
        client("s3").create_bucket(Bucket=bucket)
        client("s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    topic = client("sns").create_topic(Name="census")["TopicArn"]
    return {"management": management, "accounts": accounts, "closed": accounts[:closed], "topic": topic}


def people(iam, number: int) -> None:
    for position in range(number % 4):
        name = f"user-{number}-{position}"
        iam.create_user(UserName=name)
        if position % 2 == 0:
            iam.create_login_profile(UserName=name, Password="Correct-horse-9")
        else:
            iam.create_access_key(UserName=name)


def main() -> None:
    page_like_aws()
    date_reports()
    bare = "bare" in sys.argv[3:]
    if bare:
        guard_roles()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    world = seed(endpoint, int(sys.argv[1]), int(sys.argv[2]), roles=not bare)
    print(json.dumps({"endpoint": endpoint, "buckets": BUCKETS, **world}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
