"""Contract checks for any server that claims to be the Thoughtly API."""
