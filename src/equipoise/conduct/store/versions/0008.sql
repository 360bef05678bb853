-- People come in by a provider of OpenID Connect: whose log-in is whose, and those under way.

-- kept
CREATE TABLE identity (
    account TEXT NOT NULL,
    issuer TEXT,
    sub TEXT,
    bound TEXT,
    PRIMARY KEY (account),
    FOREIGN KEY(account) REFERENCES account (id)
);

-- kept
CREATE TABLE provider_login (
    browser TEXT NOT NULL,
    state TEXT NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    back TEXT NOT NULL,
    made TEXT NOT NULL,
    session TEXT,
    used TEXT,
    account TEXT,
    sub TEXT,
    proved TEXT,
    spent TEXT,
    PRIMARY KEY (browser),
    FOREIGN KEY(account) REFERENCES account (id)
);

CREATE UNIQUE INDEX identity_of_sub ON identity (issuer, sub);

CREATE INDEX provider_login_of_session ON provider_login (session);
