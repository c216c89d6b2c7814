"""A person and a case in each of two organisations."""

from tests.mandates.conftest import records

__all__ = ["records"]
