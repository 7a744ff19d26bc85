"""Holds recorded traffic against the spec: what clients and servers really do, and the spec does not say."""
