#!/usr/bin/env bash
# Packages the functions as `sam build` does for a deployment, with tools that it installs itself, pinned by hash.
# Needs Rust and Python 3.11 or newer. The profile is the release profile of Cargo.toml; for a quick look, lower it:
# CARGO_PROFILE_RELEASE_LTO=off RUSTFLAGS=-Copt-level=0.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sam=$(python3 scripts/venv.py tests/python/requirements-sam.txt target/python)
lambda=$(python3 scripts/venv.py tests/python/requirements-cargo-lambda.txt target/python)
# cargo-lambda links with zig, which lies in the same environment.
export PATH="$lambda/bin:$PATH" SAM_CLI_TELEMETRY=0 AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true
"$sam/bin/sam" build "$@"

for bootstrap in .aws-sam/build/*/bootstrap; do
  [ -x "$bootstrap" ] || { echo "sam build made no bootstrap" >&2; exit 1; }
  stat --format '%n %s bytes' "$bootstrap"
done
