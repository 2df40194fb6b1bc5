"""Amazon Simple Notification Service, as botocore reads it."""

import json

import pytest
from conftest import connect, member, refused


def test_topics_are_made_once(world):
    sns = connect("sns")
    arn = sns.create_topic(Name="alerts")["TopicArn"]
    assert arn == f"arn:aws:sns:{world.region}:{world.hub_account}:alerts"
    assert sns.create_topic(Name="alerts")["TopicArn"] == arn
    for name in ["", "a b", "x" * 257]:
        with refused("InvalidParameter", 400, "Topic Name"):
            sns.create_topic(Name=name)
    with refused("InvalidParameter", 400):
        sns.create_topic()


def test_every_message_gets_an_id(world):
    sns = connect("sns")
    attributes = {"run": {"DataType": "String", "StringValue": "x"}}
    message = {"TopicArn": world.topic, "Subject": "s", "Message": "m ü +&", "MessageAttributes": attributes}
    answers = [sns.publish(**message) for _ in range(2)]
    assert answers[0]["MessageId"] != answers[1]["MessageId"]
    sns.publish(TargetArn=world.topic, Message=json.dumps({"default": "d", "email": "e"}), MessageStructure="json")


def test_the_limits_themselves_are_fine(world):
    connect("sns").publish(TopicArn=world.topic, Subject="s" * 99, Message="x" * 262144)


@pytest.mark.parametrize(
    "change",
    [
        {"TopicArn": None},
        {"TopicArn": "not-an-arn"},
        {"Message": None},
        {"Message": ""},
        {"Message": "x" * 262145},
        {"Message": "ü" * 131073},
        {"Subject": ""},
        {"Subject": "s" * 100},
        {"Subject": "line\nbreak"},
        {"Subject": " leading"},
        {"Subject": "Überseehandel"},
        {"MessageStructure": "json", "Message": "{"},
        {"MessageStructure": "json", "Message": '{"email": "x"}'},
        {"MessageStructure": "xml"},
    ],
)
def test_parameters_that_sns_refuses(world, change):
    parameters = {"TopicArn": world.topic, "Message": "m", "Subject": "s", **change}
    with refused("InvalidParameter", 400, "Invalid parameter: "):
        connect("sns").publish(**{name: value for name, value in parameters.items() if value is not None})


def test_topics_of_others_and_topics_that_are_not_there(world):
    with refused("NotFound", 404, "Topic does not exist"):
        connect("sns").publish(TopicArn=f"{world.topic}-not", Message="m")
    with refused("AuthorizationError", 403):
        member("sns", world.sample_account).publish(TopicArn=world.topic, Message="m")


def test_topics_in_order_need_a_group():
    sns = connect("sns")
    topic = sns.create_topic(Name="ordered.fifo", Attributes={"FifoTopic": "true"})["TopicArn"]
    with refused("InvalidParameter", 400, "MessageGroupId"):
        sns.publish(TopicArn=topic, Message="m")
    assert sns.publish(TopicArn=topic, Message="m", MessageGroupId="g", MessageDeduplicationId="d")["SequenceNumber"]
