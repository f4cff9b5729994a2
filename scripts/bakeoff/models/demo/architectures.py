"""The two demo architectures: their config.json and the shape of every tensor.

The one place that says what a demo model looks like; building, training and testing
derive from it. Tensor names are those of the checkpoints on the hub
(``LlamaForCausalLM``, ``GptOssForCausalLM``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bakeoff.models.demo import harmony, templates
from bakeoff.models.demo.tokenizer import TokenizerPlan

Shapes = dict[str, tuple[int, ...]]
Tensors = dict[str, NDArray[np.float32]]
Config = dict[str, Any]

#: What the two have in common in ``config.json``.
_COMMON: Config = {
    "hidden_act": "silu",
    "rms_norm_eps": 1e-5,
    "max_position_embeddings": 4_096,
    "tie_word_embeddings": False,
    "dtype": "float32",
    # Left out, transformers takes a large local tokenizer for a faulty one of Mistral's.
    "transformers_version": "5.0.0",
}


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """A demo model, without its weights.

    Attributes:
        title: Name for people.
        config: Content of ``config.json``.
        shapes: Shape of each tensor by its name in the checkpoint.
        tokenizer: Plan of the tokenizer.
        stops: Ids of the tokens that end an answer; the random weights come to them after
            some dozens of words.
        teach: Ties that chat needs among the random weights, made in place.
    """

    title: str
    config: Config
    shapes: Shapes
    tokenizer: TokenizerPlan
    stops: tuple[int, ...]
    teach: Callable[[Tensors], None] | None = None


def _token_ids(plan: TokenizerPlan) -> Config:
    special = plan.special
    return {
        "bos_token_id": special[plan.bos],
        "eos_token_id": special[plan.eos],
        "pad_token_id": special[plan.pad],
    }


def _around(config: Config) -> Shapes:
    """Return the tensors before and after the layers; the embeddings are not tied."""
    vocabulary, hidden = config["vocab_size"], config["hidden_size"]
    return {
        "model.embed_tokens.weight": (vocabulary, hidden),
        "model.norm.weight": (hidden,),
        "lm_head.weight": (vocabulary, hidden),
    }


def _attention(config: Config, prefix: str) -> Shapes:
    """Return the tensors of a layer's attention, its biases where the config has them."""
    hidden, head_dim = config["hidden_size"], config["head_dim"]
    queries = config["num_attention_heads"] * head_dim
    keys = config["num_key_value_heads"] * head_dim
    weights: Shapes = {
        f"{prefix}.self_attn.q_proj.weight": (queries, hidden),
        f"{prefix}.self_attn.k_proj.weight": (keys, hidden),
        f"{prefix}.self_attn.v_proj.weight": (keys, hidden),
        f"{prefix}.self_attn.o_proj.weight": (hidden, queries),
    }
    biases: Shapes = {
        name.replace(".weight", ".bias"): shape[:1] for name, shape in weights.items()
    }
    return weights | biases if config["attention_bias"] else weights


def _llama_layer(config: Config, prefix: str) -> Shapes:
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    return {
        f"{prefix}.mlp.gate_proj.weight": (inner, hidden),
        f"{prefix}.mlp.up_proj.weight": (inner, hidden),
        f"{prefix}.mlp.down_proj.weight": (hidden, inner),
    }


def _gpt_oss_layer(config: Config, prefix: str) -> Shapes:
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    experts = config["num_local_experts"]
    return {
        f"{prefix}.self_attn.sinks": (config["num_attention_heads"],),
        f"{prefix}.mlp.router.weight": (experts, hidden),
        f"{prefix}.mlp.router.bias": (experts,),
        f"{prefix}.mlp.experts.gate_up_proj": (experts, hidden, 2 * inner),
        f"{prefix}.mlp.experts.gate_up_proj_bias": (experts, 2 * inner),
        f"{prefix}.mlp.experts.down_proj": (experts, inner, hidden),
        f"{prefix}.mlp.experts.down_proj_bias": (experts, hidden),
    }


def _shapes(config: Config, own: Callable[[Config, str], Shapes]) -> Shapes:
    """Return the shapes of all tensors; ``own`` adds what only this architecture has."""
    shapes = _around(config)
    for layer in range(config["num_hidden_layers"]):
        prefix = f"model.layers.{layer}"
        norm = (config["hidden_size"],)
        shapes |= {f"{prefix}.input_layernorm.weight": norm}
        shapes |= {f"{prefix}.post_attention_layernorm.weight": norm}
        shapes |= _attention(config, prefix) | own(config, prefix)
    return shapes


def _llama_config() -> Config:
    return _COMMON | {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": 64,
        "intermediate_size": 160,
        "num_hidden_layers": 6,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 32,
        "attention_bias": False,
        "mlp_bias": False,
        "rope_parameters": {"rope_type": "default", "rope_theta": 10_000.0},
        "vocab_size": 4_096,
    }


def llama() -> Architecture:
    """Return the tiny Llama: 0.8 M parameters, 4,096 tokens."""
    config = _llama_config()
    special = ("<|begin|>", "<|end|>", "<|pad|>", "<|system|>", "<|user|>", "<|assistant|>")
    trained = config["vocab_size"] - len(special)
    plan = TokenizerPlan(
        trained=trained,
        size=config["vocab_size"],
        special={text: trained + i for i, text in enumerate(special)},
        fixed={},
        bos="<|begin|>",
        eos="<|end|>",
        pad="<|pad|>",
        chat_template=templates.LLAMA,
        max_tokens=config["max_position_embeddings"],
    )
    return Architecture(
        title="tiny Llama",
        config=config | _token_ids(plan),
        shapes=_shapes(config, _llama_layer),
        tokenizer=plan,
        stops=(plan.special["<|end|>"],),
    )


def _gpt_oss_config() -> Config:
    return _COMMON | {
        "architectures": ["GptOssForCausalLM"],
        "model_type": "gpt_oss",
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "layer_types": ["sliding_attention", "full_attention"],
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 32,
        "attention_bias": True,
        "sliding_window": 128,
        "num_local_experts": 4,
        "num_experts_per_tok": 2,
        "swiglu_limit": 7.0,
        "rope_parameters": {
            "rope_type": "yarn",
            "rope_theta": 150_000.0,
            "factor": 32.0,
            "beta_fast": 32.0,
            "beta_slow": 1.0,
            "truncate": False,
            "original_max_position_embeddings": 4_096,
        },
        "vocab_size": 201_088,
    }


def _harmony_tokens(size: int) -> dict[str, int]:
    """Return a special token for each id from the first marker on, as gpt-oss has them."""
    names = {number: text for text, number in harmony.MARKERS.items()}
    return {names.get(i, f"<|reserved_{i}|>"): i for i in range(min(names), size)}


def gpt_oss() -> Architecture:
    """Return the tiny gpt-oss, with the vocabulary size and special tokens of the real one.

    vLLM renders harmony conversations with the real ids, so a smaller vocabulary could
    serve no chat.
    """
    config = _gpt_oss_config()
    plan = TokenizerPlan(
        trained=4_096,
        size=config["vocab_size"],
        special=_harmony_tokens(config["vocab_size"]),
        fixed=harmony.WORDS,
        bos="<|startoftext|>",
        eos="<|return|>",
        pad="<|endoftext|>",
        chat_template=templates.GPT_OSS,
        max_tokens=config["max_position_embeddings"],
    )
    return Architecture(
        title="tiny gpt-oss",
        config=config | _token_ids(plan),
        shapes=_shapes(config, _gpt_oss_layer),
        tokenizer=plan,
        stops=(plan.special["<|end|>"], plan.special["<|return|>"]),
        teach=harmony.teach,
    )


#: Demo architectures by the ``family`` of the configuration.
FAMILIES: MappingProxyType[str, Callable[[], Architecture]] = MappingProxyType(
    {"llama": llama, "gpt-oss": gpt_oss}
)
