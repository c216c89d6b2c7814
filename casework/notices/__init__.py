"""What colleagues are told: on the desk, and by mail that says nothing about any person."""
