"""The caseload of two organisations, as the security tests make it."""

from tests.security.conftest import made

__all__ = ["made"]
