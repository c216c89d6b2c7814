"""For how long, and how much. No database, no clock."""

from datetime import timedelta

LASTS = timedelta(hours=24)
"""How long an export can be taken after it was asked for, or approved."""
MOST = 5000
"""Cases in one workbook: more is no list that somebody works with."""
SHORTEST_PURPOSE = 10
"""Characters: long enough that whoever reads the trail learns something."""
