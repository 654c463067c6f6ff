#!/bin/sh
# In a Turkish locale, Python's sqlite3 does not count the rows of an INSERT (CPython before 3.13).
#
# One would guess: cursor.rowcount tells how many rows INSERT, UPDATE or DELETE changed, whatever the
# user's language is; SQL keywords are ASCII.
# What happens: before 3.13 the module decides whether a statement changes rows by comparing its first
# word with "INSERT", "UPDATE", "DELETE" through a case-insensitive comparison of the C library, which
# follows LC_CTYPE. Where the locale folds I to a dotless letter, the upper-case "INSERT" is not
# recognised, and rowcount stays -1, although the row is written. The lower-case "insert" is counted,
# and so are UPDATE and DELETE, which have no I. No error is raised.
# Why it matters: "INSERT ... SELECT ... WHERE" with `if cursor.rowcount == 0` is a usual way to see that
# a parent row was missing. With -1 the check passes, and what was to be kept is lost in silence, for
# users of one language only. Comparing with `!= 1` is safe, and so is `RETURNING`.
set -eu
PYTHON=${PYTHON:-python3}
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
localedef -i tr_TR -f UTF-8 "$folder/tr_TR.UTF-8"
cat > "$folder/count.py" <<'P'
import locale, sqlite3, sys

print("Python", sys.version.split()[0], "SQLite", sqlite3.sqlite_version)
if sys.version_info >= (3, 13):
    sys.exit("needs a Python before 3.13; name one with PYTHON=...")
counts = {}
for name in ("C", "tr_TR.UTF-8"):
    locale.setlocale(locale.LC_CTYPE, name)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE note (words)")
    for statement in ("INSERT INTO note VALUES ('a')", "insert into note values ('b')",
                      "UPDATE note SET words = 'c'", "DELETE FROM note"):
        counts[name, statement.split()[0]] = connection.execute(statement).rowcount
    connection.close()
print(*(f"{name:12} {word:7} {count:2}" for (name, word), count in counts.items()), sep="\n")
assert [counts["C", word] for word in ("INSERT", "insert", "UPDATE", "DELETE")] == [1, 1, 2, 2]
turkish = [counts["tr_TR.UTF-8", word] for word in ("INSERT", "insert", "UPDATE", "DELETE")]
assert turkish == [-1, 1, 2, 2], turkish
P
LOCPATH="$folder" "$PYTHON" "$folder/count.py"
