#!/usr/bin/env python3
"""Prints the collector's figures: 10,000 accounts of 50 users, the simulated organization in another process.

    python3 scripts/benchmark_collector.py [--accounts N] [--skip-pace]

Builds the release programs, then measures the collector's own process (`getrusage` of the child): wall time, CPU and
peak memory; and, from the simulator's count, the calls per account. Three scenes:

  pace   each call 50 ms, ListAccounts at AWS's pace: wall time as a multiple of that pace
  cpu    no latency: CPU seconds
  large  200 accounts of 5,000 users: peak memory

It prints; it judges nothing and fails on nothing but an error of the programs.
"""

import argparse
import collections
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVENT = {"time": "2026-11-20T02:00:00Z", "schedule": "benchmark"}


def build():
    command = ["cargo", "build", "--release", "--locked", "--bin", "iam-census"]
    subprocess.run(command, cwd=ROOT, check=True)
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version=1", "--no-deps", "--locked"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    return Path(json.loads(metadata.stdout)["target_directory"]) / "release" / "iam-census"


class Simulator:
    """The simulated organization, in a process of its own."""

    def __init__(self, program, *arguments):
        self.process = subprocess.Popen(
            [program, "simulate", "--listen", "127.0.0.1:0", "--healthy", *arguments],
            stdout=subprocess.PIPE, text=True,
        )
        words = self.process.stdout.readline().split()
        self.endpoint = words[0]
        self.bucket = words[words.index("bucket") + 1].rstrip(",")

    def __enter__(self):
        return self

    def calls(self):
        """Ends the simulator, which tells its calls then: a number by service and operation."""
        self.process.send_signal(signal.SIGINT)
        counts = collections.Counter()
        for line in self.process.stdout:
            number, operation = line.split()[:2]
            counts[operation] += int(number)
        return counts

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def collect(program, simulator, folder, *settings):
    """Runs the collector once and returns wall seconds, CPU seconds, peak MiB and its answer."""
    event = Path(folder) / "event.json"
    event.write_text(json.dumps(EVENT))
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": simulator.endpoint,
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
    }
    command = [program, "run", "credential-collector", "--event", event, "--bucket", simulator.bucket, *settings]
    start = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    answer = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"the collector ended with {os.waitstatus_to_exitcode(status)}: {answer}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(answer)


def per_account(calls):
    return sum(number for operation, number in calls.items() if operation != "organizations:ListAccounts")


def row(name, value, aim):
    print(f"  {name:<44} {value:>14}   {aim}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--skip-pace", action="store_true", help="leave out the scene that takes over a minute")
    options = parser.parse_args()
    accounts = options.accounts
    program = build()
    print(f"{accounts:,} accounts of 50 users")
    with tempfile.TemporaryDirectory() as folder:
        if not options.skip_pace:
            # 20 accounts a page; 8 pages a second after a burst of 12.
            pages = -(-accounts // 20)
            pace = max(pages - 12, 0) / 8
            with Simulator(program, "--accounts", str(accounts), "--users", "50", "--latency", "50", "--pacing") as aws:
                wall, cpu, peak, answer = collect(program, aws, folder)
                calls = aws.calls()
            assert answer["counts"]["collected"] == accounts, answer
            row("wall time, calls of 50 ms, paced listing", f"{wall:.1f} s", f"AWS's pace alone: {pace:.1f} s")
            if pace:
                row("  as a multiple of the pace", f"{wall / pace:.3f}", "at most 1.15")
            row("  peak memory", f"{peak:.1f} MiB", "at most 64 MiB")
            row("  calls, without those of the listing", f"{per_account(calls) / accounts:.2f}", "an account, at most 4")
            row("  of which sts:AssumeRole", f"{calls['sts:AssumeRole'] / accounts:.2f}", "1")
        with Simulator(program, "--accounts", str(accounts), "--users", "50") as aws:
            wall, cpu, peak, answer = collect(program, aws, folder)
        assert answer["counts"]["collected"] == accounts, answer
        row("CPU, no latency", f"{cpu:.2f} s", "at most 12 s")
        row("  wall time", f"{wall:.1f} s", "")
        row("  peak memory", f"{peak:.1f} MiB", "at most 64 MiB")
        with Simulator(program, "--accounts", "200", "--users", "5000", "--latency", "50") as aws:
            wall, cpu, peak, answer = collect(program, aws, folder)
        assert answer["counts"]["collected"] == 200, answer
        row("200 accounts of 5,000 users: peak memory", f"{peak:.1f} MiB", "at most 128 MiB")
        row("  wall time", f"{wall:.1f} s", "")
        row("  CPU", f"{cpu:.2f} s", "")
    print(f"  measured on {os.cpu_count()} cores; peak of this script's children "
          f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
