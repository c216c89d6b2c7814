"""The same case and supervisors as for approvals."""

from tests.approvals.conftest import _today, made, second, wanted

__all__ = ["_today", "made", "second", "wanted"]
