"""Alembic's entry point: runs on the connection that ``franking.outbox.upgrade`` hands over."""

from alembic import context

from franking.outbox.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,  # SQLite alters tables by copying them
)
with context.begin_transaction():
    context.run_migrations()
