"""Audits of the machine while it was measured: GPU clocks, neighbours, processors, samples."""

from bakeoff.audits.base import (
    ENERGY,
    MEMORY,
    TIMED,
    Audit,
    Finding,
    Source,
    judged,
    unmeasurable,
)

#: Clocks held down by heat or by the board, and by the power limit, as NVML names the reasons
#: (nvmlClocksEventReasons). The others (idle, clocks set by the administrator, sync boost,
#: display) are no fault.
_HOT = {0x08: "hardware slowdown", 0x20: "software thermal", 0x40: "hardware thermal"}
_HOT |= {0x80: "power brake"}
_POWER_CAP = {0x04: "power limit"}
_THROTTLED = """
    SELECT count(*) FILTER (value::BIGINT & $1 <> 0), count(*), bit_or(value::BIGINT & $1)
    FROM start_samples
    WHERE source = 'nvml' AND name = 'throttle_reasons' AND t_ns BETWEEN $2 AND $3
"""
_OTHERS = """
    SELECT max(value) FILTER (name = 'other_processes'),
        max(value) FILTER (name = 'unseen_processes')
    FROM start_samples WHERE source = 'nvml' AND t_ns BETWEEN $1 AND $2
"""
_BUSY = """
    SELECT avg(value) FILTER (name = 'cpu_percent') / 100,
        avg(value) FILTER (name = 'client_core_percent') / 100,
        avg(value) FILTER (name = 'steal_percent') / 100
    FROM start_samples WHERE source = 'host' AND t_ns BETWEEN $1 AND $2
"""
#: The longest stretch without a sample of a source that gave any, and its usual period.
_GAPS = """
    WITH times AS (
        SELECT DISTINCT source, device, t_ns FROM start_samples
        WHERE name NOT IN ('other_processes', 'unseen_processes')
    ), steps AS (
        SELECT *, t_ns - lag(t_ns) OVER (PARTITION BY source, device ORDER BY t_ns) AS step_ns
        FROM times
    ), usual AS (
        SELECT source, device, median(step_ns) AS period_ns FROM steps
        GROUP BY ALL HAVING count(step_ns) > 0
    ), marks AS (
        SELECT source, device, t_ns FROM times WHERE t_ns > $1 AND t_ns < $2
        UNION ALL SELECT source, device, unnest([$1, $2]::BIGINT[]) FROM usual
    ), gaps AS (
        SELECT source, device,
            max(t_ns - before_ns) AS gap_ns
        FROM (
            SELECT *, lag(t_ns) OVER (PARTITION BY source, device ORDER BY t_ns) AS before_ns
            FROM marks
        ) GROUP BY ALL
    )
    SELECT source, device, gap_ns / 1e9 AS gap_s, greatest(2, 10 * period_ns / 1e9) AS limit_s
    FROM gaps JOIN usual USING (source, device)
    ORDER BY gap_s / limit_s DESC, source, device LIMIT 1
"""
_NO_GPU = "no GPU was sampled"


def gpu_throttling(source: Source) -> Finding:
    """Return the share of samples in which a GPU's clocks were held down.

    Heat and the board (thermal slowdown, power brake): what is measured then is the cooling,
    so above 5 % ``excludes``. The power limit is how many cards work under full load, all
    through their lives: above 5 % ``warns``.
    """
    load = source.load
    span = [load.begin_ns, load.end_ns]
    hot, samples, reasons = source.one(_THROTTLED, [sum(_HOT), *span])
    if not samples:
        return unmeasurable(_NO_GPU)
    capped = source.one(_THROTTLED, [sum(_POWER_CAP), *span])[0]
    if hot / samples > 0.05 or hot >= capped:
        names = ", ".join(name for bit, name in _HOT.items() if int(reasons or 0) & bit)
        note = f"{hot} of {samples:,} samples" + (f": {names}" if names else "")
        return judged(hot / samples, 0.05, note, severity="excludes")
    note = f"{capped} of {samples:,} samples: power limit"
    return judged(capped / samples, 0.05, note, severity="warns")


def gpu_others(source: Source) -> Finding:
    """Return the most processes of others that computed on the candidate's GPUs.

    They take time, memory and power that are counted as the candidate's: ``excludes``,
    limit 0. Processes of which nobody can tell whose they are (in another container) are
    noted and do not count.
    """
    others, unseen = source.one(_OTHERS, [source.load.begin_ns, source.load.end_ns])
    if others is None:
        return unmeasurable(_NO_GPU)
    note = f"{unseen:g} more of which nobody can tell whose they are" if unseen else None
    return judged(float(others), 0.0, note)


def cpu_shared(source: Source) -> Finding:
    """Return how busy the machine was, or the client's own core if that was busier.

    Above 90 % client and server, or somebody else, wait for one another: ``warns``. It does
    not exclude, as a server on the CPU is supposed to use it; whether the client was late is
    told by its lag and by its calibration at this load. Means over the measured time.
    """
    host, core, steal = source.one(_BUSY, [source.load.begin_ns, source.load.end_ns])
    if host is None:
        return unmeasurable("the processors were not sampled")
    note = f"all cores {host:.0%}"
    if core is not None:
        note += f", the client's core {core:.0%}"
    if steal:
        note += f", kept by the machine below {steal:.1%}"
    return judged(max(host, core or 0.0), 0.9, note)


def telemetry_gaps(source: Source) -> Finding:
    """Return the longest time without a sample of a source that gives samples.

    The begin and the end of the measured time count as samples, so that a sampler that died
    is seen. At most 10 of its usual periods, and no less than 2 s: a scrape of a busy server
    takes its time. ``warns``: energy is a counter and memory is slow, a gap does not move
    them, but a peak may hide in it.
    """
    row = source.one(_GAPS, [source.load.begin_ns, source.load.end_ns])
    if not row:
        return unmeasurable("no telemetry")
    name, device, gap_s, limit_s = row
    return judged(gap_s, limit_s, f"source {name}, device {device}")


AUDITS = (
    Audit(
        id="gpu_throttling",
        label="GPU clocks",
        checks="The GPU's clocks were not held down by heat, by the board or by the power limit.",
        limit="5 % of the samples; heat and board exclude, the power limit warns",
        unit="share",
        severity="excludes",
        metrics=(*TIMED, *ENERGY),
        find=gpu_throttling,
    ),
    Audit(
        id="gpu_others",
        label="GPU to itself",
        checks="No process of others computes on the candidate's GPUs.",
        limit="none; excludes",
        unit="processes",
        severity="excludes",
        metrics=(*TIMED, *ENERGY, *MEMORY),
        find=gpu_others,
    ),
    Audit(
        id="cpu_shared",
        label="Processor to spare",
        checks="Client and server do not wait for one another's processor.",
        limit="90 % busy; warns",
        unit="share",
        severity="warns",
        metrics=TIMED,
        find=cpu_shared,
    ),
    Audit(
        id="telemetry_gaps",
        label="Telemetry without gaps",
        checks="Memory, power and counters were sampled all along.",
        limit="10 periods of the source, at least 2 s; warns",
        unit="s",
        severity="warns",
        metrics=ENERGY,
        find=telemetry_gaps,
    ),
)
