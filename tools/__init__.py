"""Small programs for those who work on Casework: run from the Makefile, never by the application."""
