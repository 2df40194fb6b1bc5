"""Makes the rules that the events are about."""

import os

import boto3


def test_the_rules_are_made():
    source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": "arn:aws:lambda:us-east-1:111122223333:function:f"}
    for name in os.environ["IAM_CENSUS_RULES"].split(","):
        boto3.client("config").put_config_rule(ConfigRule={"ConfigRuleName": name, "Source": source})
