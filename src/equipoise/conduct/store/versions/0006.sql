-- The store says its own version, and keeps when it was brought to it and by which program.

-- kept
CREATE TABLE store_version (
    version TEXT NOT NULL,
    PRIMARY KEY (version)
);

DROP TABLE IF EXISTS alembic_version;

-- append only
CREATE TABLE upgrade (
    id TEXT NOT NULL,
    from_version TEXT NOT NULL,
    program TEXT NOT NULL,
    backup TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);
