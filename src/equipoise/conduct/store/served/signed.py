"""What signatures say of the forms of a site, for pages that count them."""

from __future__ import annotations

from sqlalchemy import func, select

from equipoise.conduct.store.tables import TABLES
from equipoise.conduct.store.unit import Unit


def standing_of_site(unit: Unit, site: str, meaning: str) -> dict[tuple[str, str], int]:
    """How many forms of each key and version bear a signature of a meaning that is not void."""
    signed, people, form = TABLES["signature"], TABLES["subject"], TABLES["form"]
    asked = (
        select(form.c.key, form.c.version, func.count(signed.c.object.distinct()))
        .join(form, form.c.id == signed.c.object)
        .join(people, people.c.id == signed.c.subject)
        .where(people.c.site == site, signed.c.meaning == meaning, signed.c.void_at.is_(None))
    )
    found = unit.connection.execute(asked.group_by(form.c.key, form.c.version))
    return {(key, version): n for key, version, n in found}
