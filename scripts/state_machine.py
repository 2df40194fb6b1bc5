#!/usr/bin/env python3
"""Print a template with the state machines of another one alone, their definitions filled in with samples.

Usage: state_machine.py [--broken] TEMPLATE.json

cfn-lint holds a definition to the schema of the Amazon States Language only where it is plain text. With --broken one word
of each is another, which a linter has to find.
"""

import json
import re
import sys

SAMPLES = {"AWS::Partition": "aws", "AWS::Region": "us-east-1", "AWS::AccountId": "111122223333"}
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:sample"


def filled(text: str) -> str:
    def sample(found: re.Match) -> str:
        name = found[1]
        return SAMPLES.get(name) or (FUNCTION if name.endswith(".Arn") else "10")

    return re.sub(r"\$\{([\w:.]+)\}", sample, text)


def alone(template: dict, broken: bool) -> dict:
    machines = {}
    for name, resource in template["Resources"].items():
        if resource["Type"] != "AWS::StepFunctions::StateMachine":
            continue
        definition = json.dumps(json.loads(filled(resource["Properties"]["DefinitionString"]["Fn::Sub"])))
        if broken:
            definition = definition.replace('"MaxConcurrency"', '"MostAtATime"')
        properties = {"RoleArn": "arn:aws:iam::111122223333:role/sample", "DefinitionString": definition}
        machines[name] = {"Type": resource["Type"], "Properties": properties}
    if not machines:
        sys.exit("the template has no state machine")
    return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": machines}


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--broken"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8") as file:
        json.dump(alone(json.load(file), "--broken" in sys.argv), sys.stdout, indent=2)
