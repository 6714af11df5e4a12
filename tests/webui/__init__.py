"""The web, through Flask's test client, on both databases."""
