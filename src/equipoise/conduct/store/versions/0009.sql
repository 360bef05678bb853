-- Laboratories tell their reference ranges, each from a day on.

-- append only
CREATE TABLE "range" (
    laboratory TEXT NOT NULL,
    test TEXT NOT NULL,
    sex TEXT NOT NULL,
    age_from INTEGER NOT NULL,
    from_day TEXT NOT NULL,
    n INTEGER NOT NULL,
    unit TEXT NOT NULL,
    "by" TEXT NOT NULL,
    at TEXT NOT NULL,
    lower TEXT,
    upper TEXT,
    PRIMARY KEY (laboratory, test, sex, age_from, from_day, n),
    FOREIGN KEY(laboratory) REFERENCES site (id)
);
