"""Run benches by name: ``bench.py [name...]``; without a name, those that check a bar."""

import argparse

from bakeoff.bench import BARS, benches
from bakeoff.progress import say


def main(*, names: list[str]) -> int:
    """Run the benches one after the other; return how many missed a bar."""
    found = benches()
    missed = 0
    for name in names:
        say(f"bench {name}")
        missed += found[name]([]) != 0
    return missed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"one of {', '.join(benches())}")
    chosen = parser.parse_args().names or list(BARS)
    unknown = sorted(set(chosen) - set(benches()))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; choose from {', '.join(benches())}")
    raise SystemExit(main(names=chosen))
