"""The tables of a library, and the scripts that made each schema out of the one before."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

APPLICATION_ID = 0x666F7265
""""fore" in ASCII, by which a file of ours is told from another SQLite database."""

TIMELINES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    content_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE videos (
    id INTEGER PRIMARY KEY, content_hash TEXT NOT NULL UNIQUE, info TEXT NOT NULL
) STRICT;
CREATE TABLE tracks (
    id INTEGER PRIMARY KEY, video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE,
    source TEXT NOT NULL, settings TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, note TEXT NOT NULL DEFAULT '',
    UNIQUE (video, source)
) STRICT;
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    track INTEGER NOT NULL REFERENCES tracks ON DELETE CASCADE,
    kind TEXT NOT NULL, start REAL NOT NULL, end REAL NOT NULL, text TEXT NOT NULL,
    confidence REAL,
    UNIQUE (track, kind, start, end, text)
) STRICT;
CREATE TABLE vectors (
    event INTEGER PRIMARY KEY REFERENCES events ON DELETE CASCADE, vector BLOB NOT NULL
) STRICT;
CREATE TABLE thumbnails (
    video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE,
    pts_seconds REAL NOT NULL, jpeg BLOB NOT NULL,
    PRIMARY KEY (video, pts_seconds)
) STRICT;
CREATE TABLE conversations (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, started_seconds REAL NOT NULL
) STRICT;
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    role TEXT NOT NULL, content TEXT NOT NULL, payload TEXT NOT NULL
) STRICT;
CREATE INDEX messages_of_conversation ON messages (conversation);
INSERT INTO meta VALUES ('vector_changes', 0);
CREATE TRIGGER vector_added AFTER INSERT ON vectors BEGIN
    UPDATE meta SET value = value + 1 WHERE key = 'vector_changes';
END;
CREATE TRIGGER vector_removed AFTER DELETE ON vectors BEGIN
    UPDATE meta SET value = value + 1 WHERE key = 'vector_changes';
END;
"""
EXAMPLES = """
CREATE TABLE example_banks (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, taxonomy TEXT NOT NULL,
    digest TEXT NOT NULL
) STRICT;
CREATE TABLE example_sequences (
    id INTEGER PRIMARY KEY, bank INTEGER NOT NULL REFERENCES example_banks ON DELETE CASCADE,
    video TEXT NOT NULL, actions INTEGER NOT NULL, record TEXT NOT NULL
) STRICT;
CREATE INDEX sequences_of_bank ON example_sequences (bank);
"""
PROCEDURES = """
CREATE TABLE procedure_banks (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, tasks TEXT NOT NULL,
    actions INTEGER NOT NULL, digest TEXT NOT NULL
) STRICT;
CREATE TABLE demonstrations (
    id INTEGER PRIMARY KEY, bank INTEGER NOT NULL REFERENCES procedure_banks ON DELETE CASCADE,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX demonstrations_of_bank ON demonstrations (bank);
"""
LABELS = """
ALTER TABLE events ADD COLUMN labels TEXT;
"""
COVERAGE = """
ALTER TABLE tracks ADD COLUMN kinds TEXT NOT NULL DEFAULT '[]';
UPDATE tracks SET kinds = coalesce(
    (SELECT json_group_array(DISTINCT kind) FROM events WHERE track = tracks.id), '[]');
UPDATE tracks SET kinds = '["screen_text"]' WHERE source = 'screen_text';
UPDATE tracks SET kinds = '["scene"]' WHERE source IN ('scenes', 'motion');
UPDATE tracks SET kinds = '["speech"]' WHERE source LIKE 'transcriber:%';
"""
TEXT_VECTORS = """
CREATE TABLE text_vectors (
    embedder TEXT NOT NULL, text TEXT NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (embedder, text)
) STRICT;
"""
REMARKS = """
ALTER TABLE tracks ADD COLUMN remarks TEXT NOT NULL DEFAULT '[]';
"""
JOBS = """
ALTER TABLE conversations ADD COLUMN title TEXT NOT NULL DEFAULT '';
CREATE TABLE titles (content_hash TEXT PRIMARY KEY, title TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, content_hash TEXT NOT NULL,
    path TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'queued', doing TEXT NOT NULL DEFAULT '',
    share REAL NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0, is_unwanted INTEGER NOT NULL DEFAULT 0,
    created_seconds REAL NOT NULL, ended_seconds REAL
) STRICT;
CREATE UNIQUE INDEX one_open_job ON jobs (kind, content_hash)
    WHERE state IN ('queued', 'running');
"""
# The n-th script makes schema n out of the one before.
SCHEMA = (TIMELINES, EXAMPLES, PROCEDURES, LABELS, COVERAGE, TEXT_VECTORS, REMARKS, JOBS)
SCHEMA_VERSION = len(SCHEMA)


def is_known(header: bytes) -> bool:
    """Whether the first 100 bytes of a file are those of a library that this foretell can read.

    After "The Database Header" of SQLite's file format: the schema's number at 60, the
    application's id at 68, both of four bytes, the highest first.
    """
    version, application_id = (int.from_bytes(header[at : at + 4]) for at in (60, 68))
    return application_id == APPLICATION_ID and 1 <= version <= SCHEMA_VERSION


def statements(script: str) -> Iterator[str]:
    """Splits a script, since `executescript` would commit the open transaction."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
