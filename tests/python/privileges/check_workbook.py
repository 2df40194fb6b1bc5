"""Compares a workbook with the JSON Lines of the same report: no formula, no error, and every value equal.

Usage: check_workbook.py [--long | --resaved] WORKBOOK JSON_LINES

--long     the report has values that do not fit a cell
--resaved  another program has saved the workbook, in its own layout and with numbers for booleans
"""

import collections
import json
import sys

import openpyxl
from openpyxl.utils.escape import unescape

# How LibreOffice saves booleans that have a format of their own.
BOOLEANS = {"=TRUE()": True, "=FALSE()": False}
SHEETS = {"iam-census/privileges/1": 13, "iam-census/root-activity/1": 7, "iam-census/scp-report/1": 8}
CUT = " characters in all; JSON and CSV have them]"


def expected(path):
    sheets = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        head = json.loads(next(lines))
        sheets_in_all = SHEETS[head["schema"]]
        for line in lines:
            row = json.loads(line)
            sheets[row.pop("sheet")].append(row)
    return sheets, sheets_in_all


def slug(title):
    return title.split(" (")[0].lower().replace(" ", "_")


def same(cell, value, resaved):
    if cell.value is None:
        return value is None or value == ""
    if isinstance(cell.value, str) and cell.value.endswith(CUT):
        kept = cell.value.rsplit(" … [cut: ", 1)[0]
        return value.startswith(kept) and len(value.encode("utf-16-le")) // 2 > 32767
    # Excel writes `_x0041_` for a letter, so a text that looks like that is escaped; openpyxl leaves that to its caller.
    text = unescape(cell.value) if isinstance(cell.value, str) else cell.value
    return text == value and (resaved or isinstance(cell.value, bool) == isinstance(value, bool))


def main(workbook, lines, resaved=False, long=False):
    wanted, sheets_in_all = expected(lines)
    book = openpyxl.load_workbook(workbook)
    assert len(book.sheetnames) == sheets_in_all, book.sheetnames
    seen, cells, cut = collections.Counter(), 0, 0
    for sheet in book.worksheets:
        rows = sheet.iter_rows()
        # Headings are the names with spaces between the words.
        names = [cell.value.replace(" ", "_") for cell in next(rows)]
        if not resaved:
            assert sheet.freeze_panes is not None, sheet.title
            assert sheet.auto_filter.ref is not None, sheet.title
            assert sheet.page_setup.orientation == "landscape", sheet.title
            assert sheet.print_title_rows == "$1:$1", sheet.title
        name = slug(sheet.title)
        for row in rows:
            want = wanted[name][seen[name]]
            seen[name] += 1
            assert list(want) == names, (sheet.title, names, list(want))
            for cell, value in zip(row, want.values()):
                if resaved and cell.value in BOOLEANS and isinstance(value, bool):
                    assert BOOLEANS[cell.value] == value, f"{sheet.title}!{cell.coordinate}"
                    cells += 1
                    continue
                assert cell.data_type not in "fe", f"{sheet.title}!{cell.coordinate} is a formula: {cell.value}"
                assert same(cell, value, resaved), f"{sheet.title}!{cell.coordinate}: {cell.value!r} is not {value!r}"
                cells += 1
                cut += isinstance(cell.value, str) and cell.value.endswith(CUT)
    assert {name: len(rows) for name, rows in wanted.items()} == dict(seen), (seen, wanted.keys())
    if "principals" in wanted:
        assert seen["principals"] > 0 and seen["service_access"] > 0 and (cut > 0 or not long), (seen, cut)
    print(f"{len(book.sheetnames)} sheets, {sum(seen.values())} rows, {cells} cells equal, {cut} cut")


if __name__ == "__main__":
    *options, book, lines_of_it = sys.argv[1:]
    main(book, lines_of_it, resaved="--resaved" in options, long="--long" in options)
