"""Add up the test results that `tox` has written: `python summary.py RESULTS [--require ENVIRONMENT...]`.

Prints a line for each environment and, last, the sums. Exits with 1 if a test failed or a required one is missing.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree


def count(results: Path) -> tuple[Counter[str], float]:
    """Return the numbers of tests that passed, failed (or had an error) and were skipped, and their seconds.

    This reads a JUnit XML file that pytest wrote.
    """
    suite = ElementTree.parse(results).getroot().find("testsuite")
    assert suite is not None, f"{results} has no testsuite"
    tests, failures, errors, skipped = (int(suite.attrib[key]) for key in ("tests", "failures", "errors", "skipped"))
    sums = Counter(passed=tests - failures - errors - skipped, failed=failures + errors, skipped=skipped)
    return sums, float(suite.attrib["time"])


def sentence(sums: Counter[str]) -> str:
    """Return counts in the form of pytest's last line."""
    return f"{sums['passed']} passed, {sums['failed']} failed, {sums['skipped']} skipped"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path, help="the folder with the JUnit XML file of each environment of tox")
    parser.add_argument(
        "--require", nargs="*", default=[], metavar="ENVIRONMENT", help="fail if one of these has not run"
    )
    parser.add_argument(
        "--optional", nargs="*", default=[], metavar="ENVIRONMENT", help="list these even if they have not run"
    )
    arguments = parser.parse_args()

    found = {file.stem: count(file) for file in sorted(arguments.results.glob("*.xml"))}
    for name, (sums, seconds) in found.items():
        print(f"{name:<12} {sentence(sums)} in {seconds:.0f} s")
    not_run = [name for name in arguments.require if name not in found or not found[name][0]["passed"]]
    for name in not_run:
        print(f"{name:<12} not run, but required")
    for name in arguments.optional:
        if name not in found:
            print(f"{name:<12} not run")
    total = sum((sums for sums, _ in found.values()), Counter())
    print(sentence(total))
    sys.exit(1 if total["failed"] or not_run else 0)


if __name__ == "__main__":
    main()
