"""What a process spent of its CPU's time, by hand and of this process."""

import os
import time

import pytest

from bakeoff.load.cpu import Usage, shares, usage


def test_shares_are_interpolated_over_the_window() -> None:
    # Ran for 30 of the first 100 ns and 10 of the next, waited for 0 and 50 of them.
    usages = [Usage(0, 0, 0), Usage(100, 30, 0), Usage(200, 40, 50)]
    found = shares(usages, 50, 150)
    assert found.ran == pytest.approx((15 + 5) / 100)
    assert found.waited == pytest.approx(25 / 100)


def test_a_busy_process_runs_and_a_sleeping_one_does_not() -> None:
    pid = os.getpid()
    begin = usage(pid)
    if not begin.ran_ns:
        pytest.skip("this kernel counts no time of processes")
    time.sleep(0.2)
    slept = usage(pid)
    while usage(pid).ran_ns - slept.ran_ns < 50_000_000:
        sum(range(1000))
    worked = usage(pid)
    assert worked.t_ns > slept.t_ns > begin.t_ns
    assert slept.ran_ns - begin.ran_ns < 0.1e9 < slept.t_ns - begin.t_ns
    assert worked.ran_ns - slept.ran_ns >= 50_000_000


def test_a_process_that_is_gone_has_spent_nothing_that_is_known() -> None:
    assert usage(2**22 + 1)[1:] == (0, 0)
