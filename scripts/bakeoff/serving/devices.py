"""Which GPUs a candidate uses."""

from collections.abc import Mapping


def chosen(gpus: int, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the candidate's GPUs: the first ones that are visible to this job.

    Args:
        gpus: How many the candidate occupies; none for 0.
        environ: Environment of the job or the candidate; its ``CUDA_VISIBLE_DEVICES``, where
            set, names the visible ones (a cluster's scheduler does that).

    Returns:
        NVML indices or UUIDs, as text.
    """
    visible = [name.strip() for name in environ.get("CUDA_VISIBLE_DEVICES", "").split(",")]
    named = tuple(name for name in visible if name)
    return named[:gpus] if named else tuple(str(index) for index in range(gpus))


def environment(gpus: tuple[str, ...]) -> dict[str, str]:
    """Return the variables that keep a CUDA process to these GPUs, counted as NVML counts."""
    if not gpus:
        return {}
    return {"CUDA_DEVICE_ORDER": "PCI_BUS_ID", "CUDA_VISIBLE_DEVICES": ",".join(gpus)}
