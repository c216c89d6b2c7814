"""Samples of cases whose records a supervisor reviews with a checklist."""
