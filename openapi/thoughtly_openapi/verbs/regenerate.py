"""The verb `regenerate`."""

from argparse import Namespace

from thoughtly_openapi import regenerate as pipeline
from thoughtly_openapi.verbs.common import NO_NODE, say, workspace_of


def regenerate(options: Namespace) -> int:
    """Write every output anew, or with ``--check`` compare it with what is committed."""
    workspace = workspace_of(options)
    if options.check:
        differences = pipeline.check(workspace)
        for difference in differences:
            print(f"{difference.path}: {difference.kind}")
        if not differences:
            print("every generated file is current")
        return 1 if differences else 0
    report = pipeline.regenerate(workspace)
    for difference in report.changed:
        print(f"{difference.path}: {'removed' if difference.kind == 'unexpected' else 'written'}")
    print("everything else was current" if report.changed else "everything was current")
    say(f"reference page: {report.reference or f'skipped: {NO_NODE}'}")
    return 0
