"""Regenerating against openapi-python-client alone on the same input: the ratio of their best times.

Goal: at most 1.5.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def seconds(command: list[str]) -> float:
    """Return how long one run of ``command`` takes, start-up included."""
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - begin


def main() -> None:
    """Alternate the two commands and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        for name in ("openapi", "generated_client"):
            shutil.copytree(ROOT / name, project / name)
        (project / "node_modules").symlink_to(ROOT / "node_modules")
        ours = [str(BIN / "thoughtly-openapi"), "regenerate", "--root", str(project)]
        spec = str(ROOT / "openapi/thoughtly_openapi/openapi.json")
        alone = [str(BIN / "openapi-python-client"), "generate", "--path", spec, "--meta", "none", "--overwrite"]
        alone += ["--output-path", str(Path(folder) / "alone")]
        times = [(seconds(alone), seconds(ours)) for _ in range(runs)]
    best_alone, best_ours = (min(column) for column in zip(*times, strict=True))
    print(f"openapi-python-client alone  {best_alone:.2f} s")
    print(f"scripts/regenerate           {best_ours:.2f} s")
    print(f"ratio                        {best_ours / best_alone:.2f}  (goal: at most 1.5)")


if __name__ == "__main__":
    main()
