"""One process: prepare the database, start the services, end them cleanly; its log."""
