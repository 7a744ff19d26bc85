"""The control plane: what the mock received and what it is to play, over HTTP."""
