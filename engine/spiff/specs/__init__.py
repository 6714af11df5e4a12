"""The elements of the subset as task specs of SpiffWorkflow."""
