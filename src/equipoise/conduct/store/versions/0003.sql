-- People come in by a browser: their secrets, sessions and failed attempts.

-- append only
CREATE TABLE access (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    account TEXT,
    address TEXT,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (id)
);

-- kept
CREATE TABLE entrance (
    account TEXT NOT NULL,
    secret TEXT,
    totp TEXT,
    totp_step INTEGER,
    link TEXT,
    link_until TEXT,
    PRIMARY KEY (account),
    FOREIGN KEY(account) REFERENCES account (id)
);

-- kept
CREATE TABLE session (
    token_hash TEXT NOT NULL,
    account TEXT NOT NULL,
    made TEXT NOT NULL,
    seen TEXT NOT NULL,
    address TEXT NOT NULL,
    ended TEXT,
    PRIMARY KEY (token_hash),
    FOREIGN KEY(account) REFERENCES account (id)
);

-- kept
CREATE TABLE attempt (
    who TEXT NOT NULL,
    failures INTEGER NOT NULL,
    until TEXT,
    PRIMARY KEY (who)
);

CREATE INDEX session_of_account ON session (account);
