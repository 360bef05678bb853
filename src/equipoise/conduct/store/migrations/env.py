"""How Alembic reaches the store: by the connection that `migrate.upgrade` has open."""

from __future__ import annotations

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)
context.run_migrations()
