#!/usr/bin/env bash
# Opens the workbooks of the demo with LibreOffice and with openpyxl: no error, no formula, and every value equal to the
# JSON Lines of the same report, before and after LibreOffice has saved it. Leaves pictures of the first sheets to look at.
# Needs Rust and Python 3.11; installs LibreOffice and the PDF tools from Debian's packages where they are missing (as
# root, or by sudo); writes below target/ only.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
command -v soffice >/dev/null || missing+=(libreoffice-calc)
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
if [ "${#missing[@]}" -gt 0 ]; then
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

out=target/workbooks
python="$(python3 scripts/venv.py tests/python/requirements-workbook.txt target/python)/bin/python"
rm -rf "$out"
mkdir -p "$out/written" "$out/resaved" "$out/pictures"
cargo build --quiet --locked --workspace --bins
"${CARGO_TARGET_DIR:-target}/debug/iam-census" demo --accounts 12 --out "$out/demo" >"$out/demo.txt"

keep() {
  cp "$1" "$out/written/$2.xlsx"
  cp "${1%.xlsx}.jsonl" "$out/written/$2.jsonl"
}
for workbook in "$out"/demo/reports/config-rule/*/*/*.xlsx; do
  keep "$workbook" "$(basename "$(dirname "$workbook")")"
done
for function in root-activity scp-report; do
  keep "$out/demo/reports/$function"/*/*/report.xlsx "$function"
done
soffice=(soffice --headless --norestore "-env:UserInstallation=file://$PWD/$out/profile")
"${soffice[@]}" --convert-to xlsx --outdir "$out/resaved" "$out"/written/*.xlsx >"$out/soffice.txt" 2>&1

checked=0
for workbook in "$out"/written/*.xlsx; do
  name=$(basename "$workbook" .xlsx)
  "$python" tests/python/privileges/check_workbook.py "$workbook" "$out/written/$name.jsonl"
  "$python" tests/python/privileges/check_workbook.py --resaved "$out/resaved/$name.xlsx" "$out/written/$name.jsonl"
  checked=$((checked + 1))
done
[ "$checked" -gt 5 ] || { echo "only $checked workbooks"; exit 1; }

largest=$(ls -S "$out"/written/*.xlsx | head -1)
for workbook in "$largest" "$out"/written/{root-activity,scp-report}.xlsx; do
  "${soffice[@]}" --convert-to pdf --outdir "$out/pictures" "$workbook" >>"$out/soffice.txt" 2>&1
  name=$(basename "$workbook" .xlsx)
  pdftoppm -r 90 -f 1 -l 10 -png "$out/pictures/$name.pdf" "$out/pictures/$name"
done
echo "$checked workbooks equal to their lines, twice; pictures of the first pages in $out/pictures"
