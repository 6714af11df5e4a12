"""The website: parses a request, calls ``tasks``, answers with a page."""
