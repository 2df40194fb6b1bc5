#!/usr/bin/env python3
"""Print, as JSON, which rules of AWS Control Tower the resources of templates break, by cfn-guard.

Usage: guard.py FOLDER TEMPLATE…

Runs in the environment of requirements-guard.txt, which holds cfn-guard and the rules, offline; unpacks them into FOLDER.
Fails when a template cannot be read or no rule applies to any of them.
"""

import json
import pathlib
import platform
import re
import subprocess
import sys
import sysconfig
import tarfile

BINARIES = {
    ("Linux", "x86_64"): "bin/ubuntu/x86_64/cfn-guard",
    ("Linux", "aarch64"): "bin/ubuntu/aarch64/cfn-guard",
    ("Darwin", "x86_64"): "bin/macos/x86_64/cfn-guard",
    ("Darwin", "arm64"): "bin/macos/aarch64/cfn-guard",
}


def unpack(folder: pathlib.Path) -> pathlib.Path:
    installed = pathlib.Path(sysconfig.get_path("purelib"), "cdklabs/cdk_validator_cfnguard/_jsii")
    (archive,) = installed.glob("*.jsii.tgz")
    with tarfile.open(archive) as package:
        package.extractall(folder, filter="data")
    return folder / "package"


def broken(report: dict) -> list[dict]:
    """What does not comply: the id of the rule, and the resources by their logical ids."""
    found = []
    for rule in report["not_compliant"]:
        told = json.dumps(rule)
        (name, *_) = re.findall(r"\[(CT\.[A-Z0-9.]+)\]", told) or [rule["Rule"]["name"]]
        found.append({"rule": name, "resources": sorted(set(re.findall(r'"path": "/Resources/([^/"]+)', told)))})
    return found


def main(folder: pathlib.Path, templates: list[str]) -> list[dict]:
    package = unpack(folder)
    program = package / BINARIES[platform.system(), platform.machine()]
    program.chmod(0o755)
    found, applied = [], 0
    for template in templates:
        command = [program, "validate", "--rules", package / "rules/control-tower", "--data", template]
        command += ["--structured", "--output-format", "json", "--show-summary", "none"]
        done = subprocess.run(command, capture_output=True, text=True)
        # 0 is that all comply, 19 that some do not; anything else that nobody looked.
        if done.returncode not in (0, 19):
            sys.exit(f"guard.py: {template}: {done.stderr or done.returncode}")
        (report,) = json.loads(done.stdout)
        applied += len(report["compliant"]) + len(report["not_compliant"])
        for rule in broken(report):
            if not rule["resources"]:
                sys.exit(f"guard.py: {template}: {rule['rule']} is broken by nobody knows what")
            found.append({"template": pathlib.Path(template).name, **rule})
    if not applied:
        sys.exit("guard.py: no rule applies to anything: were the templates read?")
    return found


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    json.dump(main(pathlib.Path(sys.argv[1]), sys.argv[2:]), sys.stdout, indent=2)
