"""What the checker tells through moto's SNS, read back from a queue that subscribes to the topic."""

import datetime
import json
import os
import subprocess

import boto3
import pytest

WORLD = json.loads(os.environ["IAM_CENSUS_WORLD"])
BUCKET = os.environ["IAM_CENSUS_CHECKED_BUCKET"]
PROGRAM = os.environ["IAM_CENSUS_PROGRAM"]
START = datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def client(service):
    return boto3.client(service, endpoint_url=WORLD["endpoint"])


@pytest.fixture(scope="module")
def queue():
    url = client("sqs").create_queue(QueueName="told")["QueueUrl"]
    arn = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("sns").subscribe(TopicArn=WORLD["topic"], Protocol="sqs", Endpoint=arn)
    return url


def told(queue):
    """The messages that arrived since the last look."""
    received = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    for message in received:
        client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(message["Body"]) for message in received]


def check(minutes, *settings, codes=(1, 3)):
    """Runs the checker for a time, so many minutes after the first."""
    time = (START - datetime.timedelta(hours=1) + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    command = [PROGRAM, "run", "cis-checker", "--event", "-", "--single-account", "--bucket", BUCKET]
    command += ["--topic", WORLD["topic"], "--without-facts", "analyzers,instances,resource-policies", *settings]
    ended = subprocess.run(
        command, input=json.dumps({"time": time}), capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode in codes, ended.stderr
    return json.loads(ended.stdout)


def test_people_are_told_what_changed_and_nothing_twice(queue):
    iam = client("iam")
    iam.create_user(UserName="resident")
    iam.generate_credential_report()
    answer = check(0)
    assert answer["counts"]["listed"] == answer["counts"]["collected"] == 1
    [first] = told(queue)
    assert first["Subject"].startswith("IAM Census: first run, ")
    assert f"s3://{BUCKET}/reports/cis-checker/" in first["Message"]

    check(10)
    assert told(queue) == [], "the same world is no news"

    iam.create_user(UserName="late.comer")
    iam.create_login_profile(UserName="late.comer", Password="Correct-horse-9")
    iam.generate_credential_report()
    check(20)
    [news] = told(queue)
    assert "new" in news["Subject"] and "first run" not in news["Subject"]
    assert "late.comer" in news["Message"] and "console password without MFA" in news["Message"]
    assert len(news["Subject"]) < 100 and news["Subject"].isascii()

    check(30)
    assert told(queue) == []

    iam.delete_login_profile(UserName="late.comer")
    iam.delete_user(UserName="late.comer")
    iam.generate_credential_report()
    check(40)
    [resolved] = told(queue)
    assert "resolved" in resolved["Subject"] and "late.comer" in resolved["Message"], resolved["Message"]


def test_the_documents_are_where_the_message_says(queue):
    answer = check(40)
    for location in answer["documents"]:
        bucket, key = location.removeprefix("s3://").split("/", 1)
        assert client("s3").head_object(Bucket=bucket, Key=key)["ContentLength"] > 0
    assert told(queue) == [], "the same event again is the same run"
