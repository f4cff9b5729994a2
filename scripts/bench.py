"""Run benches by name: ``bench.py [name...]``; without a name, those that check a bar."""

import argparse

from bakeoff.bench import BARS, bench, names
from bakeoff.progress import say


def main(*, chosen: list[str]) -> int:
    """Run the benches one after the other; return how many missed a bar."""
    missed = 0
    for name in chosen:
        say(f"bench {name}")
        missed += bench(name)([]) != 0
    return missed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"one of {', '.join(names())}")
    wanted = parser.parse_args().names or list(BARS)
    unknown = sorted(set(wanted) - set(names()))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; choose from {', '.join(names())}")
    raise SystemExit(main(chosen=wanted))
