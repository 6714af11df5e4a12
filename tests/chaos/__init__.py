"""Chaos: real processes under real work, killed at random; then every promise is checked.

``make chaos`` runs it for as long as one wants; `test_chaos` runs it for half a minute a database.
"""
