"""Main memory and swap."""

import re

import psutil

from bakeoff.host.facts import Fact, read_facts, text_of


def _huge_pages() -> str | None:
    chosen = re.search(r"\[(\w+)\]", text_of("/sys/kernel/mm/transparent_hugepage/enabled"))
    return chosen[1] if chosen else None


def memory_facts() -> list[Fact]:
    """Return the facts of memory and swap."""
    return read_facts(
        "memory",
        {
            "total": (lambda: psutil.virtual_memory().total, "B"),
            "available": (lambda: psutil.virtual_memory().available, "B"),
            "swap_total": (lambda: psutil.swap_memory().total, "B"),
            "swap_used": (lambda: psutil.swap_memory().used, "B"),
            "transparent_huge_pages": _huge_pages,
        },
    )
