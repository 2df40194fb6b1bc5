#!/usr/bin/env python3
"""Print the path of a virtual environment that holds exactly the packages of a requirements file, making it if needed.

Usage: venv.py REQUIREMENTS FOLDER

The environment is named after the file and its content, so that a changed file makes a new one. Every package is
pinned by hash. Two processes that ask at once get the same environment, the second after the first has made it.
"""

import fcntl
import hashlib
import pathlib
import shutil
import subprocess
import sys


def main(requirements: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    if sys.version_info < (3, 11):
        sys.exit("venv.py: Python 3.11 or newer is needed: install it and put it first on the PATH as python3")
    content = f"{sys.version_info[:2]}".encode() + requirements.read_bytes()
    environment = folder.absolute() / f"{requirements.stem}-{hashlib.sha256(content).hexdigest()[:12]}"
    ready = environment / "ready"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{environment.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            shutil.rmtree(environment, ignore_errors=True)
            make(environment, requirements)
            ready.touch()
    return environment


def make(environment: pathlib.Path, requirements: pathlib.Path) -> None:
    try:
        run(sys.executable, "-m", "venv", environment)
    except subprocess.CalledProcessError:
        sys.exit("venv.py: python3 cannot make a virtual environment: install its venv module (Debian: python3-venv)")
    # The file lists every package that is needed, so nothing is left for pip to resolve.
    pip = [environment / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
    run(*pip, "install", "--quiet", "--no-deps", "--require-hashes", "--requirement", requirements)


def run(*command: object) -> None:
    subprocess.run([str(word) for word in command], check=True, stdout=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
