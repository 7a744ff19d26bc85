# Generated from openapi.json by scripts/regenerate; do not edit.
"""Contains methods for accessing the API"""
