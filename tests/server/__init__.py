"""How a process tells how it is, and what it does when the database is away, slow or pooled."""
