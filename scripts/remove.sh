#!/usr/bin/env bash
# Removes a deployment: the stacks that are named, in the order in which they need each other, and nothing else. Evidence
# stays: buckets, their keys and logs outlive their stacks, and what stayed is listed at the end. Needs the AWS CLI.
#
# Usage: remove.sh [--yes] STACK…
#   Stacks of the hub account, in any order: the ones of quicksight.yaml, analytics.yaml, member-roles-stackset.yaml,
#   config-aggregator.yaml, template.yaml, trail-history.yaml. Without --yes it only says what it would do.
set -euo pipefail

yes=false
if [ "${1:-}" = --yes ]; then
  yes=true
  shift
fi
[ "$#" -gt 0 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }

description() {
  aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[0].Description' --output text
}

# A stack that is not of the suite is not touched, and whoever needs another one goes first.
place() {
  case "$1" in
    "IAM Census: a dashboard of Amazon QuickSight"*) echo 1 ;;
    "IAM Census: SQL over the log files"*) echo 6 ;;
    "IAM Census: SQL over"*) echo 2 ;;
    "IAM Census: the roles"*) echo 3 ;;
    "IAM Census: who can get in"*) echo 5 ;;
    "IAM Census: where evidence"*) echo 7 ;;
    "IAM Census:"*) echo 4 ;;
    *) return 1 ;;
  esac
}

ordered=$(
  for stack in "$@"; do
    told=$(description "$stack")
    number=$(place "$told") || { echo "$stack is no stack of IAM Census: $told" >&2; exit 1; }
    echo "$number $stack"
  done | sort -n
)

kept=$(mktemp)
trap 'rm -f "$kept"' EXIT
while read -r _ stack; do
  query="StackResources[?contains(['AWS::S3::Bucket','AWS::KMS::Key','AWS::Logs::LogGroup'], ResourceType)].[ResourceType, PhysicalResourceId]"
  aws cloudformation describe-stack-resources --stack-name "$stack" --query "$query" --output text >>"$kept"
  if "$yes"; then
    echo "removing $stack"
    aws cloudformation delete-stack --stack-name "$stack"
    aws cloudformation wait stack-delete-complete --stack-name "$stack"
  else
    echo "would remove $stack"
  fi
done <<<"$ordered"

echo "kept, since it is evidence or tells of it:"
sort -u "$kept"
if grep -q AWS::Logs::LogGroup "$kept"; then
  echo "a stack of the same name can be made again when its log groups are gone: aws logs delete-log-group --log-group-name …"
fi
