#!/usr/bin/env python3
"""Fail where Cargo.lock names a release that its authors have withdrawn, or one that the registry does not know.

Usage: yanked.py CARGO_LOCK

Reads what Cargo itself has cached of the registry's index while it fetched the packages.
"""

import json
import os
import pathlib
import sys
import tomllib


def cached(home: pathlib.Path, name: str) -> dict[str, dict]:
    """The releases of a package, by version, as the newest cached copy of the index lists them."""
    match len(name):
        case 1 | 2:
            place = f"{len(name)}/{name}"
        case 3:
            place = f"3/{name[0]}/{name}"
        case _:
            place = f"{name[:2]}/{name[2:4]}/{name}"
    copies = sorted(home.glob(f"registry/index/*/.cache/{place.lower()}"), key=lambda copy: copy.stat().st_mtime)
    if not copies:
        return {}
    releases = {}
    # Versions and their descriptions alternate, each ended by a zero byte; only descriptions are JSON objects.
    for field in copies[-1].read_bytes().split(b"\0"):
        if field.startswith(b"{"):
            release = json.loads(field)
            releases[release["vers"]] = release
    return releases


def complaint(home: pathlib.Path, package: dict) -> str | None:
    release = cached(home, package["name"]).get(package["version"])
    label = f"{package['name']} {package['version']}"
    if release is None:
        return f"{label} is not in Cargo's copy of the index: run cargo fetch --locked"
    if release["yanked"]:
        return f"{label} was withdrawn by its authors"
    if release["cksum"] != package["checksum"]:
        return f"{label} has another checksum in the index"
    return None


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(os.environ.get("CARGO_HOME") or pathlib.Path.home() / ".cargo")
    packages = tomllib.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["package"]
    foreign = [package for package in packages if "source" in package]
    complaints = [text for package in foreign if (text := complaint(folder, package))]
    print("\n".join([*complaints, f"{len(foreign)} packages looked at"]), file=sys.stderr)
    sys.exit(1 if complaints or not foreign else 0)
