"""A mock of the Thoughtly API, driven by the compiled spec."""
