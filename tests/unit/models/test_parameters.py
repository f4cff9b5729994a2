"""Parameters counted by hand against those counted from the tensors."""

from bakeoff.models.headers import Tensor
from bakeoff.models.parameters import count_parameters


def test_plain_weights() -> None:
    tensors = [Tensor("a.weight", "BF16", 12), Tensor("b.weight", "F32", 5)]
    count = count_parameters(tensors, None)
    assert (count.parameters, count.by_dtype, count.note) == (17, {"BF16": 12, "F32": 5}, None)


def test_mxfp4_as_in_gpt_oss_20b() -> None:
    """One expert layer of gpt-oss-20b: 32 experts of 5,760 x 2,880, 32 values a block."""
    tensors = [
        Tensor("mlp.experts.gate_up_proj_blocks", "U8", 32 * 5760 * 90 * 16),
        Tensor("mlp.experts.gate_up_proj_scales", "U8", 32 * 5760 * 90),
        Tensor("mlp.experts.gate_up_proj_bias", "BF16", 32 * 5760),
    ]
    count = count_parameters(tensors, {"quant_method": "mxfp4"})
    assert count.parameters == 32 * 5760 * 2880 + 32 * 5760
    assert count.by_dtype == {"BF16": 184_320, "U8": 265_420_800 + 16_588_800}
    assert "530841600 parameters of 4 bits" in (count.note or "")


def test_gptq_with_four_bits() -> None:
    tensors = [
        Tensor("q.qweight", "I32", 100),
        Tensor("q.qzeros", "I32", 7),
        Tensor("q.scales", "F16", 9),
        Tensor("q.g_idx", "I32", 11),
        Tensor("norm.weight", "F16", 3),
    ]
    assert count_parameters(tensors, {"quant_method": "gptq", "bits": 4}).parameters == 803


def test_awq_with_eight_bits() -> None:
    tensors = [Tensor("q.qweight", "I32", 100), Tensor("q.scales", "F16", 9)]
    assert count_parameters(tensors, {"quant_method": "awq", "w_bit": 8}).parameters == 400


def test_compressed_tensors() -> None:
    groups = {"group_0": {"weights": {"num_bits": 4}}}
    tensors = [Tensor("q.weight_packed", "I32", 10), Tensor("q.weight_scale", "BF16", 5)]
    found = count_parameters(
        tensors, {"quant_method": "compressed-tensors", "config_groups": groups}
    )
    assert found.parameters == 80


def test_fp8_counts_its_weights_and_no_scales() -> None:
    tensors = [Tensor("q.weight", "F8_E4M3", 64), Tensor("q.weight_scale_inv", "F32", 1)]
    assert count_parameters(tensors, {"quant_method": "fp8"}).parameters == 64


def test_unknown_packing_is_not_guessed() -> None:
    count = count_parameters([Tensor("q.weight", "U8", 64)], {"quant_method": "hqq"})
    assert count.parameters is None
    assert count.by_dtype == {"U8": 64}
    assert "hqq" in (count.note or "")


def test_missing_bits_are_not_guessed() -> None:
    count = count_parameters([Tensor("q.qweight", "I32", 64)], {"quant_method": "gptq"})
    assert count.parameters is None
    assert "not known" in (count.note or "")
