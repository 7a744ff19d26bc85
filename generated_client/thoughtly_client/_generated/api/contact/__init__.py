# Generated from openapi.json by scripts/regenerate; do not edit.
"""Contains endpoint functions for accessing the API"""
