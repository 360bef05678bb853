-- Programs ask by tokens.

-- kept
CREATE TABLE api_token (
    id TEXT NOT NULL,
    account TEXT NOT NULL,
    role TEXT NOT NULL,
    label TEXT NOT NULL,
    digest TEXT NOT NULL,
    from_at TEXT NOT NULL,
    until_at TEXT NOT NULL,
    by TEXT NOT NULL,
    revision INTEGER NOT NULL,
    site TEXT,
    ended_at TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id),
    FOREIGN KEY(site) REFERENCES site (id)
);

CREATE INDEX api_token_of_digest ON api_token (digest);

CREATE INDEX api_token_of_account ON api_token (account);
