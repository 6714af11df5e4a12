"""Tests of the seam: each element, each fault of SpiffWorkflow, and what is refused."""
