"""Holds every line of a privilege report in JSON Lines to its schema.

Usage: check_lines.py SCHEMA JSON_LINES
"""

import json
import sys

import jsonschema


def main(schema, lines):
    with open(schema, encoding="utf-8") as file:
        kinds = json.load(file)["oneOf"]
    validators = {
        kind["properties"]["sheet"]["const"]: jsonschema.Draft202012Validator(kind | {"additionalProperties": False})
        for kind in kinds
    }
    count = 0
    with open(lines, encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            validators[row["sheet"]].validate(row)
            count += 1
    assert count > 100, count
    print(f"{count} lines keep to the schema")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
