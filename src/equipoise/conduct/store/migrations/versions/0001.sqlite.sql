CREATE TABLE account (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (id)
);

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

CREATE TABLE chain (
    id TEXT NOT NULL,
    n INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE freeze (
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

CREATE TABLE list_event (
    id TEXT NOT NULL,
    list TEXT NOT NULL,
    kind TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(list) REFERENCES list (id)
);

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

CREATE TABLE stratum (
    list TEXT NOT NULL,
    id TEXT NOT NULL,
    next INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (list, id),
    FOREIGN KEY(list) REFERENCES list (id)
);

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

CREATE TABLE grant (
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

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit: a row that was written stays as it is'); END;

CREATE TRIGGER protocol_version_no_update BEFORE UPDATE ON protocol_version
BEGIN SELECT RAISE(ABORT, 'protocol_version: a row that was written stays as it is'); END;

CREATE TRIGGER site_version_no_update BEFORE UPDATE ON site_version
BEGIN SELECT RAISE(ABORT, 'site_version: a row that was written stays as it is'); END;

CREATE TRIGGER list_no_update BEFORE UPDATE ON "list"
BEGIN SELECT RAISE(ABORT, 'list: a row that was written stays as it is'); END;

CREATE TRIGGER list_event_no_update BEFORE UPDATE ON list_event
BEGIN SELECT RAISE(ABORT, 'list_event: a row that was written stays as it is'); END;

CREATE TRIGGER allocation_no_update BEFORE UPDATE ON allocation
BEGIN SELECT RAISE(ABORT, 'allocation: a row that was written stays as it is'); END;

CREATE TRIGGER allocation_note_no_update BEFORE UPDATE ON allocation_note
BEGIN SELECT RAISE(ABORT, 'allocation_note: a row that was written stays as it is'); END;

CREATE TRIGGER query_turn_no_update BEFORE UPDATE ON query_turn
BEGIN SELECT RAISE(ABORT, 'query_turn: a row that was written stays as it is'); END;

CREATE TRIGGER disposition_no_update BEFORE UPDATE ON disposition
BEGIN SELECT RAISE(ABORT, 'disposition: a row that was written stays as it is'); END;

CREATE TRIGGER deviation_no_update BEFORE UPDATE ON deviation
BEGIN SELECT RAISE(ABORT, 'deviation: a row that was written stays as it is'); END;

CREATE TRIGGER freeze_no_update BEFORE UPDATE ON "freeze"
BEGIN SELECT RAISE(ABORT, 'freeze: a row that was written stays as it is'); END;

CREATE TRIGGER sae_version_no_update BEFORE UPDATE ON sae_version
BEGIN SELECT RAISE(ABORT, 'sae_version: a row that was written stays as it is'); END;

CREATE TRIGGER export_no_update BEFORE UPDATE ON export
BEGIN SELECT RAISE(ABORT, 'export: a row that was written stays as it is'); END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit: no row is ever removed'); END;

CREATE TRIGGER protocol_version_no_delete BEFORE DELETE ON protocol_version
BEGIN SELECT RAISE(ABORT, 'protocol_version: no row is ever removed'); END;

CREATE TRIGGER site_version_no_delete BEFORE DELETE ON site_version
BEGIN SELECT RAISE(ABORT, 'site_version: no row is ever removed'); END;

CREATE TRIGGER list_no_delete BEFORE DELETE ON "list"
BEGIN SELECT RAISE(ABORT, 'list: no row is ever removed'); END;

CREATE TRIGGER list_event_no_delete BEFORE DELETE ON list_event
BEGIN SELECT RAISE(ABORT, 'list_event: no row is ever removed'); END;

CREATE TRIGGER allocation_no_delete BEFORE DELETE ON allocation
BEGIN SELECT RAISE(ABORT, 'allocation: no row is ever removed'); END;

CREATE TRIGGER allocation_note_no_delete BEFORE DELETE ON allocation_note
BEGIN SELECT RAISE(ABORT, 'allocation_note: no row is ever removed'); END;

CREATE TRIGGER query_turn_no_delete BEFORE DELETE ON query_turn
BEGIN SELECT RAISE(ABORT, 'query_turn: no row is ever removed'); END;

CREATE TRIGGER disposition_no_delete BEFORE DELETE ON disposition
BEGIN SELECT RAISE(ABORT, 'disposition: no row is ever removed'); END;

CREATE TRIGGER deviation_no_delete BEFORE DELETE ON deviation
BEGIN SELECT RAISE(ABORT, 'deviation: no row is ever removed'); END;

CREATE TRIGGER freeze_no_delete BEFORE DELETE ON "freeze"
BEGIN SELECT RAISE(ABORT, 'freeze: no row is ever removed'); END;

CREATE TRIGGER sae_version_no_delete BEFORE DELETE ON sae_version
BEGIN SELECT RAISE(ABORT, 'sae_version: no row is ever removed'); END;

CREATE TRIGGER export_no_delete BEFORE DELETE ON export
BEGIN SELECT RAISE(ABORT, 'export: no row is ever removed'); END;

CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain
BEGIN SELECT RAISE(ABORT, 'chain: no row is ever removed'); END;

CREATE TRIGGER trial_no_delete BEFORE DELETE ON trial
BEGIN SELECT RAISE(ABORT, 'trial: no row is ever removed'); END;

CREATE TRIGGER site_no_delete BEFORE DELETE ON site
BEGIN SELECT RAISE(ABORT, 'site: no row is ever removed'); END;

CREATE TRIGGER account_no_delete BEFORE DELETE ON account
BEGIN SELECT RAISE(ABORT, 'account: no row is ever removed'); END;

CREATE TRIGGER grant_no_delete BEFORE DELETE ON "grant"
BEGIN SELECT RAISE(ABORT, 'grant: no row is ever removed'); END;

CREATE TRIGGER stratum_no_delete BEFORE DELETE ON stratum
BEGIN SELECT RAISE(ABORT, 'stratum: no row is ever removed'); END;

CREATE TRIGGER subject_no_delete BEFORE DELETE ON subject
BEGIN SELECT RAISE(ABORT, 'subject: no row is ever removed'); END;

CREATE TRIGGER visit_no_delete BEFORE DELETE ON visit
BEGIN SELECT RAISE(ABORT, 'visit: no row is ever removed'); END;

CREATE TRIGGER form_no_delete BEFORE DELETE ON "form"
BEGIN SELECT RAISE(ABORT, 'form: no row is ever removed'); END;

CREATE TRIGGER value_no_delete BEFORE DELETE ON "value"
BEGIN SELECT RAISE(ABORT, 'value: no row is ever removed'); END;

CREATE TRIGGER query_no_delete BEFORE DELETE ON query
BEGIN SELECT RAISE(ABORT, 'query: no row is ever removed'); END;

CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature
BEGIN SELECT RAISE(ABORT, 'signature: no row is ever removed'); END;

CREATE TRIGGER dose_no_delete BEFORE DELETE ON dose
BEGIN SELECT RAISE(ABORT, 'dose: no row is ever removed'); END;

CREATE TRIGGER kit_no_delete BEFORE DELETE ON kit
BEGIN SELECT RAISE(ABORT, 'kit: no row is ever removed'); END;

CREATE TRIGGER sae_no_delete BEFORE DELETE ON sae
BEGIN SELECT RAISE(ABORT, 'sae: no row is ever removed'); END;

CREATE TRIGGER protocol_version_no_replace BEFORE INSERT ON protocol_version
WHEN EXISTS (SELECT 1 FROM protocol_version WHERE (id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'protocol_version: there is such a row'); END;

CREATE TRIGGER site_version_no_replace BEFORE INSERT ON site_version
WHEN EXISTS (SELECT 1 FROM site_version WHERE (site = NEW.site AND version = NEW.version))
BEGIN SELECT RAISE(ABORT, 'site_version: there is such a row'); END;

CREATE TRIGGER list_no_replace BEFORE INSERT ON "list"
WHEN EXISTS (SELECT 1 FROM "list" WHERE (id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'list: there is such a row'); END;

CREATE TRIGGER list_event_no_replace BEFORE INSERT ON list_event
WHEN EXISTS (SELECT 1 FROM list_event WHERE (id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'list_event: there is such a row'); END;

CREATE TRIGGER allocation_no_replace BEFORE INSERT ON allocation
WHEN EXISTS (SELECT 1 FROM allocation WHERE (list = NEW.list AND subject = NEW.subject) OR (list = NEW.list AND stratum = NEW.stratum AND slot = NEW.slot))
BEGIN SELECT RAISE(ABORT, 'allocation: there is such a row'); END;

CREATE TRIGGER allocation_note_no_replace BEFORE INSERT ON allocation_note
WHEN EXISTS (SELECT 1 FROM allocation_note WHERE (id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'allocation_note: there is such a row'); END;

CREATE TRIGGER query_turn_no_replace BEFORE INSERT ON query_turn
WHEN EXISTS (SELECT 1 FROM query_turn WHERE (query = NEW.query AND n = NEW.n))
BEGIN SELECT RAISE(ABORT, 'query_turn: there is such a row'); END;

CREATE TRIGGER disposition_no_replace BEFORE INSERT ON disposition
WHEN EXISTS (SELECT 1 FROM disposition WHERE (id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'disposition: there is such a row'); END;

CREATE TRIGGER deviation_no_replace BEFORE INSERT ON deviation
WHEN EXISTS (SELECT 1 FROM deviation WHERE (id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'deviation: there is such a row'); END;

CREATE TRIGGER freeze_no_replace BEFORE INSERT ON "freeze"
WHEN EXISTS (SELECT 1 FROM "freeze" WHERE (id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'freeze: there is such a row'); END;

CREATE TRIGGER sae_version_no_replace BEFORE INSERT ON sae_version
WHEN EXISTS (SELECT 1 FROM sae_version WHERE (sae = NEW.sae AND n = NEW.n))
BEGIN SELECT RAISE(ABORT, 'sae_version: there is such a row'); END;

CREATE TRIGGER export_no_replace BEFORE INSERT ON export
WHEN EXISTS (SELECT 1 FROM export WHERE (id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'export: there is such a row'); END;

CREATE TRIGGER audit_continues BEFORE INSERT ON audit
WHEN NOT EXISTS (SELECT 1 FROM chain WHERE id = NEW.chain AND n + 1 = NEW.n AND hash = NEW.prev)
    OR NEW.hash IS NOT equipoise_link(NEW.prev, NEW.chain, NEW.n, NEW.body)
BEGIN SELECT RAISE(ABORT, 'audit: the row does not continue its chain'); END;

CREATE TRIGGER audit_head AFTER INSERT ON audit
BEGIN UPDATE chain SET n = NEW.n, hash = NEW.hash, at = NEW.body ->> 'at'
    WHERE id = NEW.chain; END;

CREATE TRIGGER chain_follows BEFORE UPDATE ON chain
WHEN NEW.id <> OLD.id OR NEW.n <> OLD.n + 1 OR NOT EXISTS (SELECT 1 FROM audit
    WHERE chain = NEW.id AND n = NEW.n AND hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'chain: the head follows the audit alone'); END;

CREATE TRIGGER chain_begins BEFORE INSERT ON chain
WHEN NEW.n <> 0 OR EXISTS (SELECT 1 FROM chain WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'chain: begins once, and empty'); END;
