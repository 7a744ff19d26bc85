"""The vendored OpenAPI document: from the docs page to the compiled spec that everything else reads."""
