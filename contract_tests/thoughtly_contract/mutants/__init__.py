"""Servers that the suite itself is tested against: a healthy one, written apart from the mock, and broken ones."""

from thoughtly_contract.mutants.reference import Fault, ReferenceServer

__all__ = ["Fault", "ReferenceServer"]
