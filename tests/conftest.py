"""The sample project is a project of its own: it is run from an environment in which the wheel is installed."""

collect_ignore = ["sample_project"]
