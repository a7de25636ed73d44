"""Runs CivicQ's migrations; the address of the database is in the variable DATABASE_URL."""
import os
from logging.config import fileConfig

from alembic import context
from sqlalchemy import create_engine, pool

if context.config.config_file_name is not None:
    fileConfig(context.config.config_file_name)


def url():
    address = os.environ.get("DATABASE_URL")
    if not address:
        raise SystemExit("DATABASE_URL is not set.")
    # SQLAlchemy wants the dialect's full name.
    return address.replace("postgres://", "postgresql://", 1)


def run_offline():
    context.configure(url=url(), literal_binds=True, dialect_opts={"paramstyle": "named"}, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


def run_online():
    engine = create_engine(url(), poolclass=pool.NullPool)
    with engine.connect() as connection:
        # A transaction a revision: one that fails takes none of its forerunners with it.
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
