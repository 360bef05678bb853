"""The tables: text keys, times as UTC text with microseconds, decimals as text, no float.

`APPEND_ONLY` are never changed once written; of the others a row is changed, and never removed.
Every table in `AUDITED` is audited: what is done to a row of it leaves one row in the audit. The
heads of chains, the answers already given, and the secrets of those who log in are bookkeeping;
that somebody logged in, or failed to, is a row of `access`, which is audited.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
    update,
)

METADATA: Final = MetaData()
_PARENTS: Final = ("subject", "site", "form", "visit", "query", "account", "list", "sae")


def _table(name: str, key: str, needed: str = "", other: str = "", *more: Any, **kind: Any) -> None:
    """A table by the names of its columns; a name in capitals holds a whole number."""
    columns = [(word, "key") for word in key.split()]
    columns += [(word, "needed") for word in needed.split()]
    columns += [(word, "other") for word in other.split()]
    made = [
        Column(
            word.lower(),
            Integer if word.isupper() else Text,
            *_parent(name, word),
            primary_key=how == "key",
            nullable=how == "other",
            autoincrement=False,
        )
        for word, how in columns
    ]
    Table(name, METADATA, *made, *more, **kind)


def _parent(table: str, column: str) -> list[ForeignKey]:
    if column == "version":
        return [ForeignKey("protocol_version.id")]
    return [ForeignKey(f"{column}.id")] if column in _PARENTS and column != table else []


def _told(name: str) -> Any:
    """A column that the database reads out of an audit row's body, to search by."""
    return Column(name, Text, Computed(f"body ->> '{name}'"))


_table("chain", "id", "N hash at")
_table("audit", "chain N", "prev body hash", "", *(_told(name) for name in ("at", "by", "subject")))
_table("idempotency", "account key", "command_hash answer at")

_table("trial", "id", "name kind state REVISION", "version because")
_table("protocol_version", "id", "digest file resolved at by tested")
_table("site", "id", "name zone state REVISION", "country version CAP because")
_table("site_version", "site version", "approved_on document_hash from_at by")
_table("account", "id", "name email state REVISION")
_table("grant", "id", "account role from_at by REVISION", "site until_at")
_table(
    "list",
    "id",
    "kind method allocation_digest key_id commitment salt_hash ENTRIES reviewed_by by at",
)
_table("list_event", "id", "list kind by at")
_table("list_review", "id", "kind digest key_id commitment by at")
_table("envelope", "list stratum SLOT", "batch NUMBER site state by at REVISION")
_table("stratum", "list id", "NEXT REVISION")
_table(
    "subject",
    "id",
    "site number version state REVISION",
    "consented randomized YEAR_OF_BIRTH died ended treatment_ended withdrawn_of",
)
_table(
    "allocation",
    "list subject",
    "stratum SLOT arm nonce site by at",
    "drawn weights state_digest",
    UniqueConstraint("list", "stratum", "slot"),
)
_table("allocation_note", "id", "subject kind text by at", "stratum")
_table(
    "visit",
    "id",
    "subject key N name number SEQ state REVISION",
    "held DAY LOW HIGH epoch planned",
)
_table("form", "id", "subject key ROW SEQ state version REVISION", "visit")
_table("value", "form item", "kind by REVISION", "value unit missing")
_table("query", "id", "form subject state opened_by text REVISION_SEEN REVISION", "item rule value")
_table("query_turn", "query N", "kind by text at")
_table("signature", "id", "object digest meaning name by at REVISION", "void_at void_by subject")
_table(
    "dose",
    "id",
    "subject drug N SEQ state REVISION",
    "planned amount unit route decision rule given last reason by level ordered calibrated activity"
    " received given_at residual kit",
)
_table("kit", "id", "drug lot expires state by at REVISION", "nonce site subject dose because")
_table("disposition", "id", "subject SEQ scope what term epoch day by at")
_table("deviation", "id", "subject category text day by at")
_table(
    "sae",
    "id",
    "subject form aware_at due_at state by REVISION",
    "expected causality_site causality_sponsor susar_due_at",
)
_table(
    "range",
    "laboratory test sex AGE_FROM from_day N",
    "unit by at",
    "lower upper",
    ForeignKeyConstraint(["laboratory"], ["site.id"]),
)
_table("sae_version", "sae N", "kind text form_digest by at")
_table("export", "id", "of role by at", "site arms cut known_at digest")
_table("freeze", "id", "scope kind by at", "cutoff digest heads gaps reason")
_table("access", "id", "kind at", "account address")
_table("upgrade", "id", "from_version program backup at")
_table("api_token", "id", "account role label digest from_at until_at by REVISION", "site ended_at")

# Of those who come in through a browser: secrets, which no audit may tell.
_table("entrance", "account", "", "secret totp TOTP_STEP link link_until")
_table("session", "token_hash", "account made seen address", "ended")
_table("attempt", "who", "FAILURES", "until")
_table("identity", "account", "", "issuer sub bound")
_table(
    "provider_login",
    "browser",
    "state nonce verifier back made",
    "session used account sub proved spent",
)

# Messages that wait to be sent: bookkeeping, for a message is no record of the trial.
_table("outbox", "id", "kind account address title body due TRIES", "sent problem")

TABLES: Final = METADATA.tables
APPEND_ONLY: Final = (
    "audit",
    "protocol_version",
    "site_version",
    "list",
    "list_event",
    "list_review",
    "allocation",
    "allocation_note",
    "query_turn",
    "disposition",
    "deviation",
    "freeze",
    "sae_version",
    "export",
    "access",
    "upgrade",
    "range",
)
BOOKKEEPING: Final = (
    "chain",
    "audit",
    "idempotency",
    "entrance",
    "session",
    "attempt",
    "identity",
    "provider_login",
    "outbox",
)
AUDITED: Final = tuple(name for name in TABLES if name not in BOOKKEEPING)
ON_TRIAL_CHAIN: Final = frozenset(
    {
        "trial",
        "protocol_version",
        "site",
        "site_version",
        "account",
        "grant",
        "list",
        "list_event",
        "list_review",
        "envelope",
        "stratum",
        "freeze",
        "kit",
        "export",
        "access",
        "upgrade",
        "api_token",
    }
)
"""Tables whose rows go to the chain of the trial."""

# Of a masked trial also the doses: a site's chain, which its blinded people keep, names no drug.
CENTRAL_IF_MASKED: Final = frozenset({"dose"})

# The part of an allocation that only the trial's own chain tells: a site's shows no slot.
TRIAL_CHAIN_PART: Final = ("stratum", "slot", "drawn", "weights", "state_digest")
SEALED: Final = {"allocation": ("arm",), "kit": ("drug",)}
"""What a row with a nonce proves in the audit and does not tell."""
UNTOLD: Final = ("nonce",)
DIGESTED: Final = ("file", "resolved")


@cache
def keys_of(table: str) -> tuple[str, ...]:
    """The columns of a table's key."""
    return tuple(column.name for column in TABLES[table].primary_key.columns)


def _is_key(table: str) -> list[Any]:
    columns = TABLES[table].c
    return [columns[name] == bindparam(f"key_{name}") for name in keys_of(table)]


@cache
def by_key(table: str, lock: bool) -> Select[Any]:
    """One record by its key, bound as `key_` and the column's name."""
    found = select(TABLES[table]).where(*_is_key(table))
    return found.with_for_update() if lock else found


@cache
def by_values(table: str, names: tuple[str, ...]) -> Select[Any]:
    """Records by these columns, in the order of their keys."""
    columns = TABLES[table].c
    order = [columns[name] for name in (("seq",) if "seq" in columns else ())]
    asked = select(TABLES[table]).where(*(columns[name] == bindparam(name) for name in names))
    return asked.order_by(*order, *TABLES[table].primary_key.columns)


@cache
def counted(table: str, names: tuple[str, ...]) -> Select[Any]:
    """How many records there are, by these columns."""
    columns = TABLES[table].c
    found = select(func.count()).select_from(TABLES[table])
    return found.where(*(columns[name] == bindparam(name) for name in names))


@cache
def inserting(table: str) -> Any:
    """A new record."""
    return insert(TABLES[table])


@cache
def updating(table: str, names: tuple[str, ...]) -> Any:
    """These columns of one record by its key."""
    return update(TABLES[table]).where(*_is_key(table)).values({n: bindparam(n) for n in names})
