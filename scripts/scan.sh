#!/usr/bin/env bash
# Looks at the templates, the texts and the locked dependencies with tools that it installs itself, pinned by hash.
# Needs Python 3.11 or newer; writes below target/ only; closes with a count and fails if any scan failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

passed=0
failed=0
step() {
  local name=$1
  shift
  echo "--- $name"
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name"
  fi
}

# Nothing of this machine's settings, and no way to AWS.
offline() {
  env -i PATH="$PATH" HOME="$PWD/target/scan" AWS_DEFAULT_REGION=us-east-1 AWS_EC2_METADATA_DISABLED=true \
    AWS_ACCESS_KEY_ID=none AWS_SECRET_ACCESS_KEY=none AWS_CONFIG_FILE=/dev/null \
    AWS_ENDPOINT_URL=http://127.0.0.1:9 SAM_CLI_TELEMETRY=0 NO_PROXY='*' "$@"
}

# Both fail for accepted rules, too; what counts is the comparison.
rules() {
  offline "$checkov/bin/checkov" --file target/scan/template.json stacks/*.yaml --framework cloudformation \
    --skip-download --quiet --compact --output json >target/scan/checkov.json
  local template
  mkdir -p target/scan/deployed
  for template in target/scan/template.json stacks/*.yaml; do
    offline "$sam/bin/python" scripts/resolve_template.py "$template" scripts/scanned-deployments.json \
      >"target/scan/deployed/$(basename "${template%.*}").json" || return 1
  done
  offline "$guard/bin/python" scripts/guard.py target/scan/guard target/scan/deployed/*.json >target/scan/guard.json &&
    python3 scripts/check_rules.py scripts/accepted-rules.txt target/scan/checkov.json target/scan/guard.json || return 1
  # Rules that find nothing have to be rules that would find something.
  sed 's/"BlockPublicAcls": true/"BlockPublicAcls": false/' target/scan/deployed/template.json >target/scan/open.json &&
    offline "$guard/bin/python" scripts/guard.py target/scan/guard target/scan/open.json >target/scan/open-guard.json &&
    ! python3 scripts/check_rules.py scripts/accepted-rules.txt target/scan/checkov.json target/scan/open-guard.json \
      2>target/scan/open.txt && grep -q "CT.S3.PR.1 ReportBucket" target/scan/open.txt
}

transform() {
  offline "$sam/bin/python" scripts/transform_template.py template.yaml >target/scan/template.json
}

state_machines() {
  python3 scripts/state_machine.py target/scan/template.json >target/scan/machines.json &&
    offline "$sam/bin/cfn-lint" target/scan/machines.json || return 1
  # A linter that finds nothing has to be one that would find something.
  python3 scripts/state_machine.py --broken target/scan/template.json >target/scan/broken.json &&
    ! offline "$sam/bin/cfn-lint" target/scan/broken.json >/dev/null
}

rm -rf target/scan
mkdir -p target/scan
sam=$(python3 scripts/venv.py tests/python/requirements-sam.txt target/python) || exit 1
checkov=$(python3 scripts/venv.py tests/python/requirements-checkov.txt target/python) || exit 1
guard=$(python3 scripts/venv.py tests/python/requirements-guard.txt target/python) || exit 1
typos=$(python3 scripts/venv.py tests/python/requirements-typos.txt target/python) || exit 1

step "sam validate --lint" offline "$sam/bin/sam" validate --lint
step "transform the template" transform
step "cfn-lint on what AWS makes of the template" offline "$sam/bin/cfn-lint" target/scan/template.json
step "cfn-lint on the state machine" state_machines
step "cfn-lint on the other stacks" offline "$sam/bin/cfn-lint" stacks/*.yaml
step "checkov and cfn-guard, but for the accepted rules" rules
step "no misspelt word" "$typos/bin/typos"
step "no withdrawn release in Cargo.lock" python3 scripts/yanked.py Cargo.lock

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
