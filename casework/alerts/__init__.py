"""Unusual doings in the audit trail, brought before those who must look at them."""
