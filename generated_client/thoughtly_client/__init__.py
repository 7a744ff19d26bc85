"""A typed client for the Thoughtly API."""
