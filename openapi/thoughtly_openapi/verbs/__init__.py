"""The verbs of `thoughtly-openapi`, in modules by what they need to import.

Each takes the parsed options, prints its result and returns the exit code.
"""
