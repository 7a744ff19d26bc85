# Generated from openapi.json by scripts/regenerate; do not edit.
"""What is generated from the spec: models and endpoints, and the operations that the client offers."""
