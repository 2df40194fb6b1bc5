"""Drive the simulated organization with AWS's own clients, whose models judge every answer.

The environment says where it is and what is true of it:

IAM_CENSUS_ENDPOINT  the base URL, for example http://127.0.0.1:4566
IAM_CENSUS_WORLD     the truth about the organization as JSON (`World::ground_truth`); the tests need an organization
                     of 80 accounts or more with one account of every trouble and reports that take a few seconds,
                     on the wall clock, without faults

By hand: `cargo run -p simulated-aws --example serve -- 127.0.0.1:4566` prints both, a line each.
"""

import json
import os
from types import SimpleNamespace

import boto3
import botocore.config
import botocore.exceptions
import pytest

import judge

ENDPOINT = os.environ["IAM_CENSUS_ENDPOINT"]
WORLD = json.loads(os.environ["IAM_CENSUS_WORLD"])
SESSION = boto3.Session()
DRIVEN: set[str] = set()
HUB_KEY = "AKIAHUBHUBHUBHUBHUB1"


def connect(service: str, key: str = HUB_KEY, token: str | None = None, *, region: str | None = None, **settings):
    """A client whose every answer is judged by the model of its service, and that asks once only."""
    settings = {"retries": {"total_max_attempts": 1}, "read_timeout": 20, "parameter_validation": False, **settings}
    client = SESSION.client(
        service,
        region_name=region or WORLD["region"],
        endpoint_url=ENDPOINT,
        aws_access_key_id=key,
        aws_secret_access_key="secret",
        aws_session_token=token,
        config=botocore.config.Config(**settings),
    )
    client.meta.events.register("after-call.*", judge_answer)
    if service == "s3control":
        client.meta.events.register("before-send.s3-control.*", reach_by_address)
    return client


def reach_by_address(request, **_):
    """The address of S3 Control begins with the account's number, which names no machine here."""
    host = request.url.split("/")[2]
    request.url = request.url.replace(host, ENDPOINT.split("/")[2], 1)
    request.headers["host"] = host


def judge_answer(http_response, parsed, model, **_):
    DRIVEN.add(f"{model.service_model.endpoint_prefix}:{model.name}")
    judge.check(http_response, parsed, model)


class refused:
    """A block in which AWS refuses a call with this code and status."""

    def __init__(self, code: str, status: int, message: str = ""):
        self.expected = (code, status)
        self.message = message

    def __enter__(self):
        return self

    def __exit__(self, kind, error, _):
        assert kind is not None, f"{self.expected} was expected, and the call succeeded"
        if not issubclass(kind, botocore.exceptions.ClientError):
            return False
        self.error = error
        told = error.response
        assert (told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]) == self.expected, told
        assert self.message in told["Error"].get("Message", ""), told
        return True


def of_trouble(trouble: str) -> str:
    """The account that has a trouble."""
    return next(account["id"] for account in WORLD["accounts"] if account["trouble"] == trouble)


def of_state(state: str) -> str:
    """An account in a state, without trouble."""
    found = (account["id"] for account in WORLD["accounts"] if account["state"] == state and not account["trouble"])
    return next(found)


def functional() -> list[str]:
    """Some accounts that work and have no trouble: enough to meet everything that accounts can be."""
    found = (a for a in WORLD["accounts"] if a["state"] in ("ACTIVE", "PENDING_CLOSURE") and not a["trouble"])
    return [account["id"] for account in found][:40]


def auditor(service: str, account: str, **settings):
    """A client with the credentials of the role that audits."""
    keys = connect("sts").assume_role(RoleArn=role(account, "IAM-Auditor-role"), RoleSessionName="audit")
    return connect(service, keys["Credentials"]["AccessKeyId"], keys["Credentials"]["SessionToken"], **settings)


def role(account: str, path: str = "iam-census/credential-report") -> str:
    """The ARN of a role in an account."""
    return f"arn:{WORLD['partition']}:iam::{account}:role/{path}"


def assume(account: str, **more) -> dict:
    """Assumes the report role of an account."""
    sts = connect("sts")
    return sts.assume_role(RoleArn=role(account), RoleSessionName="IAMCredentialReport", **more)


def member(service: str, account: str, **settings):
    """A client with the credentials of the report role in an account."""
    keys = assume(account)["Credentials"]
    return connect(service, keys["AccessKeyId"], keys["SessionToken"], **settings)


@pytest.fixture(scope="session")
def world():
    return SimpleNamespace(**WORLD)
