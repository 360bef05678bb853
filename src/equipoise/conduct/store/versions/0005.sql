-- Messages wait in an outbox until the mail works.

-- kept
CREATE TABLE outbox (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    due TEXT NOT NULL,
    tries INTEGER NOT NULL,
    sent TEXT,
    problem TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE INDEX outbox_due ON outbox (sent, due);
