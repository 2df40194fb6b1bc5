#!/usr/bin/env python3
"""Print, as JSON, a template as it is deployed with parameters: without what its conditions leave out.

Usage: resolve_template.py TEMPLATE DEPLOYMENTS

TEMPLATE is YAML or JSON. DEPLOYMENTS is a JSON object that holds the parameters of each template by its name; those that
it does not hold have their defaults. Runs in the environment of requirements-sam.txt. What only AWS knows, such as the
ARN of a resource, keeps its reference.
"""

import json
import pathlib
import re
import sys

from samcli.yamlhelper import yaml_parse

NOTHING = object()
PSEUDO = {
    "AWS::AccountId": "111122223333",
    "AWS::NoValue": NOTHING,
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "iam-census",
    "AWS::URLSuffix": "amazonaws.com",
}


class Deployment:
    def __init__(self, template: dict, given: dict):
        declared = template.get("Parameters", {})
        unknown = given.keys() - declared.keys()
        if unknown:
            sys.exit(f"resolve_template.py: no parameter is called {sorted(unknown)}")
        self.template = template
        self.values = dict(PSEUDO)
        for name, parameter in declared.items():
            value = given.get(name, parameter.get("Default", f"parameter-{name}"))
            if parameter["Type"].endswith("List") or parameter["Type"].startswith("List"):
                value = str(value).split(",")
            self.values[name] = value

    def holds(self, condition) -> bool:
        if isinstance(condition, str):
            return self.holds(self.template["Conditions"][condition])
        ((name, rest),) = condition.items()
        match name:
            case "Condition":
                return self.holds(rest)
            case "Fn::Equals":
                first, second = (self.resolved(side) for side in rest)
                return str(first) == str(second)
            case "Fn::Not":
                return not self.holds(rest[0])
            case "Fn::And":
                return all(self.holds(part) for part in rest)
            case "Fn::Or":
                return any(self.holds(part) for part in rest)
        sys.exit(f"resolve_template.py: {name} is no condition")

    def resolved(self, value):
        if isinstance(value, list):
            items = (self.resolved(item) for item in value)
            return [item for item in items if item is not NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, rest),) = value.items()
            if name == "Ref":
                return self.values.get(rest, value)
            if name == "Fn::If":
                return self.resolved(rest[1] if self.holds(rest[0]) else rest[2])
            if name == "Fn::Sub":
                return self.substituted(rest)
            if name == "Fn::Join":
                separator, parts = rest[0], self.resolved(rest[1])
                whole = isinstance(parts, list) and all(isinstance(part, str) for part in parts)
                return separator.join(parts) if whole else {name: [separator, parts]}
        members = {key: self.resolved(item) for key, item in value.items()}
        return {key: item for key, item in members.items() if item is not NOTHING}

    def substituted(self, rest):
        text, own = (rest, {}) if isinstance(rest, str) else rest
        own = {name: self.resolved(item) for name, item in own.items()}

        def known(match: re.Match) -> str:
            value = own.get(match[1], self.values.get(match[1]))
            return str(value) if isinstance(value, (str, int)) else match[0]

        text = re.sub(r"\$\{([^!}]+)\}", known, text)
        return {"Fn::Sub": text} if re.search(r"\$\{[^!]", text) else text.replace("${!", "${")

    def deployed(self) -> dict:
        resources = {}
        for name, resource in self.template["Resources"].items():
            if "Condition" not in resource or self.holds(resource["Condition"]):
                resources[name] = self.resolved({key: part for key, part in resource.items() if key != "Condition"})
        return {"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    path = pathlib.Path(sys.argv[1])
    deployments = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
    template = yaml_parse(path.read_text(encoding="utf-8"))
    deployment = Deployment(template, deployments.get(path.stem, {}))
    json.dump(deployment.deployed(), sys.stdout, indent=2, default=str)
