"""A judge of a candidate's own family."""

import pytest

from bakeoff.quality.judge.family import families_of, family_warning


@pytest.mark.parametrize(
    ("name", "families"),
    [
        ("openai/gpt-oss-20b", {"gpt"}),
        ("GptOssForCausalLM", {"gpt"}),
        ("demo gpt-oss", {"gpt"}),
        ("gpt-4o-mini", {"gpt"}),
        ("o3-mini", {"gpt"}),
        ("meta-llama/Llama-3.1-8B-Instruct", {"llama"}),
        ("LlamaForCausalLM", {"llama"}),
        ("Llama4ForConditionalGeneration", {"llama"}),
        ("demo llama, days_in_weeks", {"llama"}),
        ("/weights/codellama-7b", {"llama"}),
        ("Qwen/Qwen3-8B", {"qwen"}),
        ("Qwen2ForCausalLM", {"qwen"}),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", {"mistral"}),
        ("MistralForCausalLM", {"mistral"}),
        ("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", {"deepseek", "llama"}),
        ("google/gemma-2-9b-it", {"gemma"}),
        ("microsoft/Phi-3-mini", {"phi"}),
        ("Phi3ForCausalLM", {"phi"}),
        ("THUDM/chatglm3-6b", {"glm"}),
        ("allenai/OLMo-2-7B", {"olmo"}),
        ("ollama/unknown", set()),
        ("sapphire", set()),
        ("falcon-o-2", set()),
        ("", set()),
    ],
)
def test_families_by_name(name: str, families: set[str]) -> None:
    assert families_of(name) == families


def warn(model: str, family: str, *names: str | None) -> str | None:
    return family_warning(judge_model=model, judge_family=family, candidate="ours", names=names)


def test_a_warning_names_judge_candidate_and_family() -> None:
    text = warn("gpt-4o", "openai", "openai/gpt-oss-20b", "GptOssForCausalLM")
    assert text is not None
    assert all(word in text for word in ("gpt-4o", "ours", "family gpt"))


def test_the_architecture_gives_a_renamed_model_away() -> None:
    assert warn("judge", "llama", "acme/our-finetune", "LlamaForCausalLM")
    assert not warn("judge", "llama", "acme/our-finetune", None)


def test_the_judges_own_name_counts_whatever_is_configured() -> None:
    assert warn("Qwen3-32B", "independent", "Qwen/Qwen3-8B")


def test_a_family_that_nobody_knows_is_found_by_its_name() -> None:
    assert warn("judge", "Acme", "acme/tiny")
    assert warn("judge", "acme-chat", "x/Acme-Chat-7B")
    assert not warn("judge", "acme", "acmetron/tiny")
    assert not warn("judge", "--", "acme/tiny")


def test_other_families_are_not_warned_of() -> None:
    assert not warn("gpt-4o", "openai", "meta-llama/Llama-3.1-8B-Instruct", "LlamaForCausalLM")
