"""The first tables, their guards, and the audit."""

from __future__ import annotations

from alembic import op

from equipoise.conduct.store.migrate import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    run_script(op.get_bind(), revision)


def downgrade() -> None:
    """Never: what was recorded is not removed."""
    raise NotImplementedError("a store is not taken back to an earlier version")
