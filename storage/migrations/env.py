"""What Alembic runs for each command: the steps of one file, over the connection it was handed, in one transaction."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    transaction_per_migration=False,
)
context.run_migrations()
