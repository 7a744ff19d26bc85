"""What the mock uses of connexion.

Importing connexion imports starlette's test client and jsonschema's RefResolver, which warn that both are outdated.
Nobody who starts the mock can do anything about it.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from connexion import AsyncApp
    from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
    from connexion.middleware.routing import RoutingMiddleware
    from connexion.operations import AbstractOperation
    from connexion.resolver import Resolution, Resolver

__all__ = [
    "AbstractOperation",
    "AsyncApp",
    "Resolution",
    "Resolver",
    "RoutedAPI",
    "RoutedMiddleware",
    "RoutingMiddleware",
]
