"""Alembic revisions: how the schema came to be. ``engine.migrate`` applies them."""
