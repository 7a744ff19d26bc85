"""What stands between the checks and a server whose calls are real: nothing passes that was not asked for."""
