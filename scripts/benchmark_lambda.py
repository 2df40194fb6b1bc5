#!/usr/bin/env python3
"""Prints cold start, memory and size of each function's bootstrap, as packaged.

    python3 scripts/benchmark_lambda.py [--starts N]

Builds the release bootstraps and starts each of them against a stub of the Lambda Runtime API: the time from the start
of the process to its first request for work, and its resident memory then. Median and least of N starts.
It prints; it judges nothing and fails on nothing but an error of the programs.
"""

import argparse
import http.server
import json
import os
import socketserver
import statistics
import subprocess
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTIONS = ["credential-collector", "cis-checker", "config-rule", "user-inventory", "scp-report", "root-activity"]


def build():
    bins = [argument for function in FUNCTIONS for argument in ("--bin", function, "-p", function)]
    subprocess.run(["cargo", "build", "--release", "--locked", *bins], cwd=ROOT, check=True)
    metadata = subprocess.run(
        ["cargo", "metadata", "--format-version=1", "--no-deps", "--locked"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    return Path(json.loads(metadata.stdout)["target_directory"]) / "release"


class RuntimeApi(socketserver.ThreadingTCPServer):
    """A Runtime API that never has work, and notes when it is asked for some."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        self.asked = threading.Event()
        self.asked_at = None
        api = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                api.asked_at = time.monotonic()
                api.asked.set()
                time.sleep(3600)

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()


def start(bootstrap):
    api = RuntimeApi()
    environment = {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_address[1]}",
        "AWS_LAMBDA_FUNCTION_NAME": "benchmark",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_LOG_GROUP_NAME": "benchmark",
        "AWS_LAMBDA_LOG_STREAM_NAME": "benchmark",
        "AWS_ACCESS_KEY_ID": "benchmark",
        "AWS_SECRET_ACCESS_KEY": "benchmark",
        "AWS_REGION": "us-east-1",
        "IAM_CENSUS_BUCKET": "iam-census-benchmark",
    }
    began = time.monotonic()
    process = subprocess.Popen([bootstrap], env=environment, stdout=subprocess.DEVNULL)
    try:
        if not api.asked.wait(10):
            raise SystemExit(f"{bootstrap} asked for no work")
        took = (api.asked_at - began) * 1000
        status = Path(f"/proc/{process.pid}/status").read_text()
        resident = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return took, int(resident.split()[1]) / 1024
    finally:
        process.kill()
        process.wait()
        api.shutdown()
        api.server_close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=30)
    options = parser.parse_args()
    folder = build()
    print(f"{'function':<24} {'cold start, median':>20} {'least':>9} {'memory':>11} {'size':>11}")
    print(f"{'aims':<24} {'12 ms':>20} {'':>9} {'10 MiB':>11} {'10 MiB':>11}")
    for function in FUNCTIONS:
        bootstrap = folder / function
        starts = [start(bootstrap) for _ in range(options.starts)]
        times = [took for took, _ in starts]
        memory = statistics.median(resident for _, resident in starts)
        size = os.path.getsize(bootstrap) / 1024 / 1024
        print(f"{function:<24} {statistics.median(times):>17.1f} ms {min(times):>6.1f} ms "
              f"{memory:>7.1f} MiB {size:>7.2f} MiB")


if __name__ == "__main__":
    main()
