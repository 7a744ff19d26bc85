"""Prism (``@stoplight/prism-cli``) under supervision: ready when it answers, gone when it is not needed any more."""

from thoughtly_contract.prism.server import PrismServer

__all__ = ["PrismServer"]
