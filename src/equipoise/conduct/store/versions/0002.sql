-- Lists are reviewed before they are activated; envelopes for a site that may be cut off.

-- append only
CREATE TABLE list_review (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    key_id TEXT NOT NULL,
    commitment TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);

-- kept
CREATE TABLE envelope (
    list TEXT NOT NULL,
    stratum TEXT NOT NULL,
    slot INTEGER NOT NULL,
    batch TEXT NOT NULL,
    number INTEGER NOT NULL,
    site TEXT NOT NULL,
    state TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (list, stratum, slot),
    FOREIGN KEY(list) REFERENCES list (id),
    FOREIGN KEY(site) REFERENCES site (id)
);
