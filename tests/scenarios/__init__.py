"""Tests of scenarios: the runner, its coverage, and the routes that are shipped."""
