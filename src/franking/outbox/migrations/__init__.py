"""The ledger's schema, step by step (Alembic). One history for SQLite and PostgreSQL."""
