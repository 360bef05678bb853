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
    at TEXT GENERATED ALWAYS AS (body::jsonb ->> 'at') STORED,
    by TEXT GENERATED ALWAYS AS (body::jsonb ->> 'by') STORED,
    subject TEXT GENERATED ALWAYS AS (body::jsonb ->> 'subject') STORED,
    PRIMARY KEY (chain, n)
);

CREATE TABLE chain (
    id TEXT NOT NULL,
    n INTEGER NOT NULL,
    hash TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE "freeze" (
    id TEXT NOT NULL,
    scope TEXT NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
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
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE protocol_version (
    id TEXT NOT NULL,
    digest TEXT NOT NULL,
    file TEXT NOT NULL,
    resolved TEXT NOT NULL,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    tested TEXT NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE idempotency (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    command_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (account, key),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE TABLE list_event (
    id TEXT NOT NULL,
    list TEXT NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
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
    by TEXT NOT NULL,
    at TEXT NOT NULL,
    site TEXT,
    arms TEXT,
    cut TEXT,
    known_at TEXT,
    digest TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(site) REFERENCES site (id)
);

CREATE TABLE "grant" (
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    from_at TEXT NOT NULL,
    by TEXT NOT NULL,
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
    by TEXT NOT NULL,
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
    by TEXT NOT NULL,
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
    by TEXT NOT NULL,
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
    by TEXT NOT NULL,
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
    by TEXT NOT NULL,
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
    by TEXT,
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
    by TEXT NOT NULL,
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
    by TEXT NOT NULL,
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
    key TEXT NOT NULL,
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
    key TEXT NOT NULL,
    row INTEGER NOT NULL,
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

CREATE TABLE query (
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
    by TEXT NOT NULL,
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
    by TEXT NOT NULL,
    revision INTEGER NOT NULL,
    value TEXT,
    unit TEXT,
    missing TEXT,
    PRIMARY KEY (form, item),
    FOREIGN KEY(form) REFERENCES form (id)
);

CREATE TABLE query_turn (
    query TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
    text TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (query, n),
    FOREIGN KEY(query) REFERENCES query (id)
);

CREATE TABLE sae_version (
    sae TEXT NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    form_digest TEXT NOT NULL,
    by TEXT NOT NULL,
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

CREATE FUNCTION refused() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0]; END $$;

CREATE FUNCTION audit_continues() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE chain SET n = NEW.n, hash = NEW.hash, at = NEW.body::jsonb ->> 'at'
        WHERE id = NEW.chain AND n + 1 = NEW.n AND hash = NEW.prev;
    IF NOT FOUND OR NEW.hash IS DISTINCT FROM encode(sha256(convert_to(
        NEW.prev || E'\n' || NEW.chain || E'\n' || NEW.n || E'\n' || NEW.body,
        'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'audit: the row does not continue its chain';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_continues BEFORE INSERT ON audit
FOR EACH ROW EXECUTE FUNCTION audit_continues();

CREATE FUNCTION chain_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.n = 0 THEN RETURN NEW; END IF;
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() > 1 AND NEW.id = OLD.id
        AND NEW.n = OLD.n + 1 THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'chain: the head follows the audit alone';
END $$;

CREATE TRIGGER chain_follows BEFORE INSERT OR UPDATE ON chain
FOR EACH ROW EXECUTE FUNCTION chain_follows();

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER protocol_version_no_update BEFORE UPDATE ON protocol_version
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER site_version_no_update BEFORE UPDATE ON site_version
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER list_no_update BEFORE UPDATE ON "list"
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER list_event_no_update BEFORE UPDATE ON list_event
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER allocation_no_update BEFORE UPDATE ON allocation
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER allocation_note_no_update BEFORE UPDATE ON allocation_note
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER query_turn_no_update BEFORE UPDATE ON query_turn
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER disposition_no_update BEFORE UPDATE ON disposition
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER deviation_no_update BEFORE UPDATE ON deviation
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER freeze_no_update BEFORE UPDATE ON "freeze"
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER sae_version_no_update BEFORE UPDATE ON sae_version
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER export_no_update BEFORE UPDATE ON export
FOR EACH ROW EXECUTE FUNCTION refused('a row that was written stays as it is');

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER protocol_version_no_delete BEFORE DELETE ON protocol_version
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER protocol_version_no_truncate BEFORE TRUNCATE ON protocol_version
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER site_version_no_delete BEFORE DELETE ON site_version
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER site_version_no_truncate BEFORE TRUNCATE ON site_version
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER list_no_delete BEFORE DELETE ON "list"
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER list_no_truncate BEFORE TRUNCATE ON "list"
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER list_event_no_delete BEFORE DELETE ON list_event
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER list_event_no_truncate BEFORE TRUNCATE ON list_event
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER allocation_no_delete BEFORE DELETE ON allocation
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER allocation_no_truncate BEFORE TRUNCATE ON allocation
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER allocation_note_no_delete BEFORE DELETE ON allocation_note
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER allocation_note_no_truncate BEFORE TRUNCATE ON allocation_note
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER query_turn_no_delete BEFORE DELETE ON query_turn
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER query_turn_no_truncate BEFORE TRUNCATE ON query_turn
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER disposition_no_delete BEFORE DELETE ON disposition
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER disposition_no_truncate BEFORE TRUNCATE ON disposition
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER deviation_no_delete BEFORE DELETE ON deviation
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER deviation_no_truncate BEFORE TRUNCATE ON deviation
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER freeze_no_delete BEFORE DELETE ON "freeze"
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER freeze_no_truncate BEFORE TRUNCATE ON "freeze"
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER sae_version_no_delete BEFORE DELETE ON sae_version
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER sae_version_no_truncate BEFORE TRUNCATE ON sae_version
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER export_no_delete BEFORE DELETE ON export
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER export_no_truncate BEFORE TRUNCATE ON export
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER chain_no_truncate BEFORE TRUNCATE ON chain
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER trial_no_delete BEFORE DELETE ON trial
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER trial_no_truncate BEFORE TRUNCATE ON trial
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER site_no_delete BEFORE DELETE ON site
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER site_no_truncate BEFORE TRUNCATE ON site
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER account_no_delete BEFORE DELETE ON account
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER account_no_truncate BEFORE TRUNCATE ON account
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER grant_no_delete BEFORE DELETE ON "grant"
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER grant_no_truncate BEFORE TRUNCATE ON "grant"
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER stratum_no_delete BEFORE DELETE ON stratum
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER stratum_no_truncate BEFORE TRUNCATE ON stratum
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER subject_no_delete BEFORE DELETE ON subject
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER subject_no_truncate BEFORE TRUNCATE ON subject
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER visit_no_delete BEFORE DELETE ON visit
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER visit_no_truncate BEFORE TRUNCATE ON visit
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER form_no_delete BEFORE DELETE ON "form"
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER form_no_truncate BEFORE TRUNCATE ON "form"
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER value_no_delete BEFORE DELETE ON "value"
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER value_no_truncate BEFORE TRUNCATE ON "value"
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER query_no_delete BEFORE DELETE ON query
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER query_no_truncate BEFORE TRUNCATE ON query
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER signature_no_truncate BEFORE TRUNCATE ON signature
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER dose_no_delete BEFORE DELETE ON dose
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER dose_no_truncate BEFORE TRUNCATE ON dose
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER kit_no_delete BEFORE DELETE ON kit
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER kit_no_truncate BEFORE TRUNCATE ON kit
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER sae_no_delete BEFORE DELETE ON sae
FOR EACH ROW EXECUTE FUNCTION refused('no row is ever removed');

CREATE TRIGGER sae_no_truncate BEFORE TRUNCATE ON sae
FOR EACH STATEMENT EXECUTE FUNCTION refused('no row is ever removed');
