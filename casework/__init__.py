"""Casework: case management for legal assistance to stateless people and asylum-seekers."""

__version__ = "0.1.0"
