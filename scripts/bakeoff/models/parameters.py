"""Counts a model's parameters from its tensors, packed ones included."""

from collections import Counter
from dataclasses import dataclass

from bakeoff.models.headers import Tensor

#: Bits of one stored element, by safetensors dtype.
_BITS = {"U8": 8, "I8": 8, "I16": 16, "U16": 16, "I32": 32, "U32": 32, "I64": 64, "U64": 64}


@dataclass(frozen=True)
class Packing:
    """How a quantisation method stores its weights.

    Attributes:
        packed: Ends of the names of tensors that hold several parameters an element.
        bits: Bits of a parameter; None where config.json tells.
        helpers: Ends of the names of tensors that hold no parameters: scales, zero points.
    """

    packed: tuple[str, ...]
    bits: int | None
    helpers: tuple[str, ...]


#: Known methods, as ``quantization_config.quant_method`` names them.
_PACKINGS = {
    "mxfp4": Packing(("_blocks",), 4, ("_scales",)),
    "gptq": Packing((".qweight",), None, (".qzeros", ".scales", ".g_idx")),
    "awq": Packing((".qweight",), None, (".qzeros", ".scales")),
    "compressed-tensors": Packing(
        (".weight_packed",),
        None,
        ("_scale", "_zero_point", ".weight_shape", ".weight_g_idx", "_global_scale"),
    ),
    "fp8": Packing((), None, ("_scale", "_scale_inv")),
}


@dataclass(frozen=True)
class Count:
    """What the tensors hold.

    Attributes:
        parameters: Parameters; None where their packing is not known.
        by_dtype: Stored elements by safetensors dtype.
        note: How packed parameters were counted; None where nothing is packed.
    """

    parameters: int | None
    by_dtype: dict[str, int]
    note: str | None


def _configured_bits(quantization: dict[str, object]) -> int | None:
    """Return the bits of a weight that a ``quantization_config`` tells."""
    bits = quantization.get("bits", quantization.get("w_bit"))
    groups = quantization.get("config_groups")
    if bits is None and isinstance(groups, dict):
        told = {(group.get("weights") or {}).get("num_bits") for group in groups.values()}
        bits = told.pop() if len(told) == 1 else None
    return bits if isinstance(bits, int) else None


def count_parameters(tensors: list[Tensor], quantization: dict[str, object] | None) -> Count:
    """Count stored elements by type, and the parameters that they stand for.

    Args:
        tensors: All tensors of the model.
        quantization: ``quantization_config`` of config.json, None where there is none.
    """
    stored: Counter[str] = Counter()
    for tensor in tensors:
        stored[tensor.dtype] += tensor.elements
    by_dtype = dict(sorted(stored.items()))
    if quantization is None:
        return Count(sum(stored.values()), by_dtype, None)
    method = str(quantization.get("quant_method"))
    packing = _PACKINGS.get(method)
    if packing is None:
        return Count(None, by_dtype, f"the packing of {method} is not known")
    return _count_packed(tensors, by_dtype, packing, packing.bits or _configured_bits(quantization))


def _count_packed(
    tensors: list[Tensor], by_dtype: dict[str, int], packing: Packing, bits: int | None
) -> Count:
    parameters = unpacked = 0
    for tensor in tensors:
        if packing.packed and tensor.name.endswith(packing.packed):
            if bits is None or tensor.dtype not in _BITS:
                return Count(None, by_dtype, f"bits of {tensor.name} ({tensor.dtype}) not known")
            unpacked += tensor.elements * _BITS[tensor.dtype] // bits
        elif not tensor.name.endswith(packing.helpers):
            parameters += tensor.elements
    if not unpacked:
        return Count(parameters, by_dtype, "scales are not counted")
    note = f"{unpacked} parameters of {bits} bits are stored packed; scales are not counted"
    return Count(parameters + unpacked, by_dtype, note)
