"""The stock AWS CLI against the simulated organization."""

import base64
import json
import os
import subprocess
import sys

import pytest
from conftest import ENDPOINT, WORLD, role

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAHUBHUBHUBHUBHUB1", "AWS_SECRET_ACCESS_KEY": "secret"}


def aws(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    settings = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_ENDPOINT_URL": ENDPOINT,
        "AWS_DEFAULT_REGION": WORLD["region"],
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "LC_ALL": "C.UTF-8",
        "NO_PROXY": "*",
        **(environment or KEYS),
    }
    command = [sys.executable, "-m", "awscli", *arguments]
    return subprocess.run(command, env=settings, capture_output=True, text=True, timeout=60)


def answer(*arguments: str, **environment: str):
    done = aws(*arguments, "--output", "json", **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_accounts_of_all_pages(world):
    listed = answer("organizations", "list-accounts")["Accounts"]
    assert [account["Id"] for account in listed] == [account["id"] for account in world.accounts]


def test_a_role_and_its_report(world):
    arn = role(world.sample_account)
    assumed = answer("sts", "assume-role", "--role-arn", arn, "--role-session-name", "cli")["Credentials"]
    keys = {
        "AWS_ACCESS_KEY_ID": assumed["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": assumed["SecretAccessKey"],
        "AWS_SESSION_TOKEN": assumed["SessionToken"],
    }
    assert answer("sts", "get-caller-identity", **keys)["Account"] == world.sample_account
    for _ in range(20):
        if answer("iam", "generate-credential-report", **keys)["State"] == "COMPLETE":
            break
    report = base64.b64decode(answer("iam", "get-credential-report", **keys)["Content"]).decode()
    assert f"<root_account>,arn:aws:iam::{world.sample_account}:root," in report


def test_files_go_to_the_bucket_and_back(world, tmp_path):
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(os.urandom(9 * 1024 * 1024))
    target = f"s3://{world.bucket}/cli/file.bin"
    assert aws("s3", "cp", str(there), target).returncode == 0
    assert "file.bin" in aws("s3", "ls", f"s3://{world.bucket}/cli/").stdout
    assert world.bucket in aws("s3", "ls").stdout
    assert aws("s3", "cp", target, str(back)).returncode == 0
    assert back.read_bytes() == there.read_bytes()


def test_a_message(world):
    assert answer("sns", "publish", "--topic-arn", world.topic, "--message", "from the CLI")["MessageId"]


@pytest.mark.parametrize("state", ["SUSPENDED"])
def test_refusals_end_with_the_code(world, state):
    account = next(account["id"] for account in world.accounts if account["state"] == state)
    done = aws("sts", "assume-role", "--role-arn", role(account), "--role-session-name", "cli")
    assert done.returncode == 254 or done.returncode == 255
    assert "(AccessDenied)" in done.stderr
