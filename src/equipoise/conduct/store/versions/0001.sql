-- The first tables: a trial, its sites, subjects, forms, doses, and the audit.

-- kept
CREATE TABLE account (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
);

-- append only
CREATE TABLE audit (
    chain TEXT NOT NULL,
    n INTEGER NOT NULL,
    prev TEXT NOT NULL,
    body TEXT NOT NULL,
    hash TEXT NOT NULL,
    at TEXT GENERATED ALWAYS AS (body ->> 'at') VIRTUAL,
    "by" TEXT GENERATED ALWAYS AS (body ->> 'by') VIRTUAL,
    subject TEXT GENERATED ALWAYS AS (body ->> 'subject') VIRTUAL,
    PRIMARY KEY (chain, n)
);

-- kept
CREATE TABLE chain (
    id TEXT NOT NULL,
    n INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);

-- append only
CREATE TABLE "freeze" (
    id TEXT NOT NULL,
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    cutoff TEXT,
    digest TEXT,
    heads TEXT,
    gaps TEXT,
    reason TEXT,
    PRIMARY KEY (id)
);

-- append only
CREATE TABLE list (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    method TEXT NOT NULL,
    allocation_digest TEXT NOT NULL,
    key_id TEXT NOT NULL,
    commitment TEXT NOT NULL,
    salt_hash TEXT NOT NULL,
    entries INTEGER NOT NULL,
    reviewed_by TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);

-- append only
CREATE TABLE protocol_version (
    id TEXT NOT NULL,
    digest TEXT NOT NULL,
    file TEXT NOT NULL,
    resolved TEXT NOT NULL,
    at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    tested TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE idempotency (
    account TEXT NOT NULL,
    "key" TEXT NOT NULL,
    command_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (account, "key"),
    FOREIGN KEY(account) REFERENCES account (id)
);

-- append only
CREATE TABLE list_event (
    id TEXT NOT NULL,
    list TEXT NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(list) REFERENCES list (id)
);

-- kept
CREATE TABLE site (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    country TEXT,
    version TEXT,
    cap INTEGER,
    because TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id)
);

-- kept
CREATE TABLE stratum (
    list TEXT NOT NULL,
    id TEXT NOT NULL,
    next INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (list, id),
    FOREIGN KEY(list) REFERENCES list (id)
);

-- kept
CREATE TABLE trial (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    version TEXT,
    because TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id)
);

-- append only
CREATE TABLE export (
    id TEXT NOT NULL,
    "of" TEXT NOT NULL,
    role TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    site TEXT,
    arms TEXT,
    cut TEXT,
    known_at TEXT,
    digest TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(site) REFERENCES site (id)
);

-- kept
CREATE TABLE "grant" (
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    from_at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    revision INTEGER NOT NULL,
    site TEXT,
    until_at TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id),
    FOREIGN KEY(site) REFERENCES site (id)
);

-- append only
CREATE TABLE site_version (
    site TEXT NOT NULL,
    version TEXT NOT NULL,
    approved_on TEXT NOT NULL,
    document_hash TEXT NOT NULL,
    from_at TEXT NOT NULL,
    "by" TEXT NOT NULL,
    PRIMARY KEY (site, version),
    FOREIGN KEY(site) REFERENCES site (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id)
);

-- kept
CREATE TABLE subject (
    id TEXT NOT NULL,
    site TEXT NOT NULL,
    number TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    consented TEXT,
    randomized TEXT,
    year_of_birth INTEGER,
    died TEXT,
    ended TEXT,
    treatment_ended TEXT,
    withdrawn_of TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(site) REFERENCES site (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id)
);

-- append only
CREATE TABLE allocation (
    list TEXT NOT NULL,
    subject TEXT NOT NULL,
    stratum TEXT NOT NULL,
    slot INTEGER NOT NULL,
    arm TEXT NOT NULL,
    nonce TEXT NOT NULL,
    site TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    drawn TEXT,
    weights TEXT,
    state_digest TEXT,
    PRIMARY KEY (list, subject),
    UNIQUE (list, stratum, slot),
    FOREIGN KEY(list) REFERENCES list (id),
    FOREIGN KEY(subject) REFERENCES subject (id),
    FOREIGN KEY(site) REFERENCES site (id)
);

-- append only
CREATE TABLE allocation_note (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    stratum TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);

-- append only
CREATE TABLE deviation (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    category TEXT NOT NULL,
    text TEXT NOT NULL,
    day TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);

-- append only
CREATE TABLE disposition (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    seq INTEGER NOT NULL,
    scope TEXT NOT NULL,
    what TEXT NOT NULL,
    term TEXT NOT NULL,
    epoch TEXT NOT NULL,
    day TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);

-- kept
CREATE TABLE dose (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    drug TEXT NOT NULL,
    n INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    planned TEXT,
    amount TEXT,
    unit TEXT,
    route TEXT,
    decision TEXT,
    rule TEXT,
    given TEXT,
    last TEXT,
    reason TEXT,
    "by" TEXT,
    level TEXT,
    ordered TEXT,
    calibrated TEXT,
    activity TEXT,
    received TEXT,
    given_at TEXT,
    residual TEXT,
    kit TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);

-- kept
CREATE TABLE kit (
    id TEXT NOT NULL,
    drug TEXT NOT NULL,
    lot TEXT NOT NULL,
    expires TEXT NOT NULL,
    state TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    nonce TEXT,
    site TEXT,
    subject TEXT,
    dose TEXT,
    because TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(site) REFERENCES site (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);

-- kept
CREATE TABLE signature (
    id TEXT NOT NULL,
    object TEXT NOT NULL,
    digest TEXT NOT NULL,
    meaning TEXT NOT NULL,
    name TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    revision INTEGER NOT NULL,
    void_at TEXT,
    void_by TEXT,
    subject TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);

-- kept
CREATE TABLE visit (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    "key" TEXT NOT NULL,
    n INTEGER NOT NULL,
    name TEXT NOT NULL,
    number TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    held TEXT,
    day INTEGER,
    low INTEGER,
    high INTEGER,
    epoch TEXT,
    planned TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);

-- kept
CREATE TABLE form (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "row" INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    version TEXT NOT NULL,
    revision INTEGER NOT NULL,
    visit TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id),
    FOREIGN KEY(version) REFERENCES protocol_version (id),
    FOREIGN KEY(visit) REFERENCES visit (id)
);

-- kept
CREATE TABLE "query" (
    id TEXT NOT NULL,
    form TEXT NOT NULL,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_by TEXT NOT NULL,
    text TEXT NOT NULL,
    revision_seen INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    item TEXT,
    rule TEXT,
    value TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(form) REFERENCES form (id),
    FOREIGN KEY(subject) REFERENCES subject (id)
);

-- kept
CREATE TABLE sae (
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    form TEXT NOT NULL,
    aware_at TEXT NOT NULL,
    due_at TEXT NOT NULL,
    state TEXT NOT NULL,
    "by" TEXT NOT NULL,
    revision INTEGER NOT NULL,
    expected TEXT,
    causality_site TEXT,
    causality_sponsor TEXT,
    susar_due_at TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(subject) REFERENCES subject (id),
    FOREIGN KEY(form) REFERENCES form (id)
);

-- kept
CREATE TABLE value (
    form TEXT NOT NULL,
    item TEXT NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    revision INTEGER NOT NULL,
    value TEXT,
    unit TEXT,
    missing TEXT,
    PRIMARY KEY (form, item),
    FOREIGN KEY(form) REFERENCES form (id)
);

-- append only
CREATE TABLE query_turn (
    "query" TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY ("query", n),
    FOREIGN KEY("query") REFERENCES "query" (id)
);

-- append only
CREATE TABLE sae_version (
    sae TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    form_digest TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (sae, n),
    FOREIGN KEY(sae) REFERENCES sae (id)
);

CREATE INDEX audit_subject ON audit (subject, chain, n);

CREATE INDEX form_of_subject ON "form" (subject);

CREATE INDEX visit_of_subject ON visit (subject);

CREATE INDEX dose_of_subject ON dose (subject);

CREATE INDEX query_of_subject ON query (subject);

CREATE INDEX disposition_of_subject ON disposition (subject);

CREATE INDEX deviation_of_subject ON deviation (subject);

CREATE INDEX signature_of_object ON signature (object);

CREATE INDEX allocation_note_of_subject ON allocation_note (subject);

CREATE INDEX sae_of_subject ON sae (subject);

CREATE INDEX subject_of_site ON subject (site);

CREATE INDEX grant_of_account ON "grant" (account);
