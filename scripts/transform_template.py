#!/usr/bin/env python3
"""Print the CloudFormation template, as JSON, that AWS makes of a SAM template.

Usage: transform_template.py TEMPLATE

Runs in the environment of requirements-sam.txt, offline. Parameters keep their references; pseudo-parameters, which
scanners cannot resolve, become sample values, and so does the place of the code.
"""

import json
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROLE = "arn:aws:iam::111122223333:role/existing"
SAMPLES = {"AWS::AccountId": "111122223333", "AWS::Partition": "aws", "AWS::Region": "us-east-1"}


def transformed(text: str) -> dict:
    template = yaml_parse(text)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://code/bootstrap.zip"
    roles = {name: ROLE for name in template["Parameters"] if name.endswith("RoleArn")}
    # No function takes a managed policy, so there is none to look up.
    translator = Translator(managed_policy_map={}, sam_parser=Parser())
    return sampled(translator.translate(sam_template=template, parameter_values=roles))


def sampled(value):
    if isinstance(value, dict):
        if len(value) == 1 and value.get("Ref") in SAMPLES:
            return SAMPLES[value["Ref"]]
        result = {key: sampled(item) for key, item in value.items()}
        text = result.get("Fn::Sub") if len(result) == 1 else None
        return text if isinstance(text, str) and "${" not in text else result
    if isinstance(value, list):
        return [sampled(item) for item in value]
    if isinstance(value, str):
        for name, sample in SAMPLES.items():
            value = value.replace("${" + name + "}", sample)
    return value


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        json.dump(transformed(file.read()), sys.stdout, indent=2, default=str)
