"""Turns a file of named SQL statements into a header of db::Statement constants.

    -- name: find_contact
    SELECT id FROM contact WHERE email_key = $1;

    -- name: changes_after dialect: postgresql
    ...the same statement where PostgreSQL needs another text...

contact.sql becomes "sql/contact.sql.h" with stockbell::sql::contact::find_contact.
"""
import pathlib
import re
import sys

HEAD = re.compile(r"^--\s*name:\s*([a-z][a-z0-9_]*)(?:\s+dialect:\s*(sqlite|postgresql))?\s*$")


def statements(path):
    found, current = {}, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        head = HEAD.match(line)
        if head:
            name, dialect = head.group(1), head.group(2) or "both"
            texts = found.setdefault(name, {})
            if dialect in texts:
                sys.exit(f"{path}:{number}: '{name}' stands twice for {dialect}")
            current = texts.setdefault(dialect, [])
        elif line.startswith("-- name:"):
            sys.exit(f"{path}:{number}: expected '-- name: snake_case [dialect: sqlite|postgresql]'")
        elif current is not None and not line.lstrip().startswith("--"):
            current.append(line)
    return found


def text(lines):
    body = "\n".join(lines).strip()
    if ')sql"' in body:
        sys.exit('SQL must not hold )sql"')
    return f'R"sql({body})sql"'


def main():
    source, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    stem = source.stem
    out = ["#pragma once", '#include "platform/db/statement.h"', f"namespace stockbell::sql::{stem} {{"]
    for name, texts in statements(source).items():
        sqlite = texts.get("sqlite", texts.get("both"))
        postgresql = texts.get("postgresql", texts.get("both"))
        if sqlite is None or postgresql is None:
            sys.exit(f"{source}: '{name}' has no text for one of the dialects")
        out.append(f'inline constexpr db::Statement {name}{{"{stem}.{name}",\n{text(sqlite)},\n{text(postgresql)}}};')
    out.append(f"}}  // namespace stockbell::sql::{stem}\n")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(out), encoding="utf-8")


main()
