"""Who is whose child, kept up to date at the price of the new processes only."""

from bakeoff.serving import processes


class Parents:
    """The parents of all processes of the machine.

    A look lists ``/proc`` and reads what it has not seen before, and those whose parent has
    ended (the kernel gave them another one). On a machine with thousands of processes that
    is a hundredth of the price of reading all of them.
    """

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def look(self) -> None:
        """Take in what began and what ended since the last look."""
        present = frozenset(processes.pids())
        kept = {pid: parent for pid, parent in self._parents.items() if pid in present}
        orphans = {pid for pid, parent in kept.items() if parent and parent not in present}
        for pid in (present - kept.keys()) | orphans:
            found = processes.stat(pid)
            if found is None:
                kept.pop(pid, None)
            else:
                kept[pid] = found.parent
        self._parents = kept

    def below(self, root: int) -> set[int]:
        """Return the ids of all children of a process, their children and so on."""
        children: dict[int, list[int]] = {}
        for pid, parent in self._parents.items():
            children.setdefault(parent, []).append(pid)
        reached = [root]
        for one in reached:
            reached += children.get(one, [])
        return set(reached[1:])
