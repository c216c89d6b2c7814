"""Reading the trail by itself, every ten minutes."""

from datetime import timedelta

from casework.alerts import actions
from casework.core.jobs import Job, every

READ = Job("alerts.read", every(timedelta(minutes=10)), actions.read)
