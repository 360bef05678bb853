"""The first tables, their guards, and the audit."""

from __future__ import annotations

from alembic import op

from equipoise.conduct.store.guards import before_all, of_chains
from equipoise.conduct.store.migrate import run, run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    made = op.get_bind()
    for statement in before_all(made):
        run(made, statement)
    run_script(made, revision)
    for statement in of_chains(made):
        run(made, statement)


def downgrade() -> None:
    """Never: what was recorded is not removed."""
    raise NotImplementedError("a store is not taken back to an earlier version")
