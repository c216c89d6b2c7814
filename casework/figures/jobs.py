"""What national figures do by themselves."""

from datetime import timedelta

from casework.core.jobs import Job, every
from casework.figures import actions

OFFSETS = Job("figures.offsets", every(timedelta(minutes=10)), actions.settle_offsets)
"""Whoever is known to two partners counts once, again after one of them changed something."""
