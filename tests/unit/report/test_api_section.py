"""The report on the API: its sentences and cells come from the rows, and evidence stays text."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from shutil import copy
from types import ModuleType

import pytest

from bakeoff import language
from bakeoff.api.registry import CHECKS
from bakeoff.config import load_config
from bakeoff.models import read_manifest, write_manifest
from bakeoff.models.integration import FACTS
from bakeoff.report.data import Report, open_report
from bakeoff.report.html import Html
from bakeoff.report.sections import api, api_errors, api_facts
from bakeoff.store.database import load_database
from tests.synthetic_api import Checked, add_checks

POSITIVE = sum(check.family != "errors" for check in CHECKS)
WRONG = len(CHECKS) - POSITIVE
HOSTILE = "<script>document.title='x'</script> ```` {{< include x >}} <b>\u202eevil\u0007</b>"
LLAMA, GPT_OSS = "demo-llama", "demo-gpt-oss"
NO_KEY = {
    f"error_wrong_key_{one}": "the server asks for no key" for one in ("status", "shape", "names")
}
Make = Callable[[Mapping[str, Checked]], Report]


@pytest.fixture(scope="module")
def loaded(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database of two candidates without an API stage."""
    folder = tmp_path_factory.mktemp("api")
    config = load_config(synthetic.write_results(folder / "results"))
    for model in ("demo-llama-s1", "demo-gpt-oss-s2"):
        path = folder / "results" / "models" / model / "manifest.json"
        known = {
            "directory": str(folder),
            "license": "mit" if "llama" in model else None,
            "vocabulary_size": 201_088,
            "has_chat_template": True,
            "chat_template_abilities": ("system", "tools"),
            "card_headings": ("Intended use",),
            "card_words": 1_234,
        }
        write_manifest(read_manifest(path).model_copy(update=known), path)
    load_database(config, folder / "results", folder / "d.duckdb")
    return folder / "d.duckdb"


@pytest.fixture
def make(loaded: Path, tmp_path: Path) -> Make:
    """Return a function that makes a report of what became of the checks."""

    def run(truth: Mapping[str, Checked]) -> Report:
        database = tmp_path / f"{len(list(tmp_path.iterdir()))}.duckdb"
        copy(loaded, database)
        add_checks(database, truth)
        return open_report(database)

    return run


def words(html: Html | None) -> str:
    """Return what a reader sees, evidence left out."""
    assert html is not None
    shown = re.sub(r'<div id="check-.*?</code></p></div>', "", html.text, flags=re.DOTALL)
    text = re.sub(r"<[^>]+>", " ", shown).replace("&#x27;", "'").replace("&quot;", '"')
    return re.sub(r"\s+([.,:;)])", r"\1", " ".join(text.split())).replace("( ", "(")


def row_of(html: Html | None, title: str) -> str:
    """Return the words of a row by its first cell."""
    assert html is not None
    rows = re.findall(r"<tr.*?</tr>", html.text, flags=re.DOTALL)
    return next(words(Html(row)) for row in rows if words(Html(row)).startswith(title))


def test_best_and_worst_are_told_with_their_counts(make: Make) -> None:
    report = make(
        {
            LLAMA: Checked(failed={"json_mode": "prose"}, inapplicable=NO_KEY),
            GPT_OSS: Checked(
                failed={"json_mode": "prose", "chat": "gone", "error_wrong_key_names": "vague"},
            ),
        }
    )
    assert words(api.finding(report)) == (
        f"The API's checks are passed most often by demo-llama ({POSITIVE - 1} of {POSITIVE}), "
        f"and least often by demo-gpt-oss ({POSITIVE - 2} of {POSITIVE}). Wrong requests are "
        f"answered most clearly by demo-llama ({WRONG - 3} of {WRONG - 3}), and least clearly by "
        f"demo-gpt-oss ({WRONG - 1} of {WRONG})."
    )
    assert 'href="#row-api_compatibility-demo-llama"' in api.finding(report).text


def test_all_alike_is_one_sentence(make: Make) -> None:
    perfect = make({LLAMA: Checked(), GPT_OSS: Checked()})
    assert words(api.finding(perfect)) == (
        f"Every check of the API that applies is passed by all candidates: {POSITIVE} of "
        f"{POSITIVE}. Wrong requests are answered clearly in every check by all candidates: "
        f"{WRONG} of {WRONG}."
    )
    assert words(api.failures(perfect)).endswith("what a model knows. No check failed.")
    same = Checked(failed={"chat": "", "error_still_answers": ""})
    assert words(api.finding(make({LLAMA: same, GPT_OSS: same}))) == (
        f"The API's checks are passed equally often by all candidates: {POSITIVE - 1} of "
        f"{POSITIVE}. Wrong requests are answered equally clearly by all candidates: {WRONG - 1} "
        f"of {WRONG}."
    )


def test_nobody_is_best_who_shares_the_first_place(
    databases: Callable[[str], Path], tmp_path: Path
) -> None:
    database = Path(copy(databases("ten"), tmp_path / "ten.duckdb"))
    names = [f"candidate-{number}" for number in (0, 1, 2, 3, 5, 6)]
    failed = {"chat": "", "error_still_answers": ""}
    truth = {name: Checked(failed=failed) for name in names} | {
        "candidate-7": Checked(), "candidate-8": Checked(gone_at="chat"), "candidate-9": Checked()
    }  # fmt: skip
    add_checks(database, truth)
    told = words(api.finding(open_report(database)))
    assert told.startswith(
        f"The API's checks are passed most often by candidate-7, candidate-9 ({POSITIVE} of "
        f"{POSITIVE}), and least often by 6 candidates ({POSITIVE - 1} of {POSITIVE})."
    )
    assert "a-candidate-with-a-rather-long-name-4 was not checked." in told
    assert "The server of candidate-8 was gone" in told


def test_a_server_that_died_is_told_of_and_not_ranked(make: Make) -> None:
    report = make({LLAMA: Checked(failed={"chat": ""}), GPT_OSS: Checked(gone_at="json_mode")})
    missing = len(CHECKS) - [check.id for check in CHECKS].index("json_mode")
    assert words(api.finding(report)) == (
        f"demo-llama passes {POSITIVE - 1} of {POSITIVE} of the API's checks that apply. "
        f"demo-llama passes {WRONG} of {WRONG} of the checks with wrong requests. The server of "
        f"demo-gpt-oss was gone before {missing} checks."
    )
    assert row_of(api.checks(report), "JSON mode") == "JSON mode ✓ passed ? no answer"
    assert row_of(api_errors.clarity(report), "No prompt").endswith("? no answer")


def test_nothing_measured_is_not_zero(make: Make) -> None:
    none = make({})
    assert words(api.finding(none)) == "The API was not checked."
    silent = (api.checks, api.failures, api_errors.clarity, api_errors.heading)
    assert [one(none) for one in silent] == [None] * 4
    one = make({LLAMA: Checked()})
    assert words(api.finding(one)).endswith("demo-gpt-oss was not checked.")


def test_every_check_is_a_row_under_its_family(make: Make) -> None:
    inapplicable = {"reasoning_field": "it does not reason", "reasoning_stream": "nor streamed"}
    report = make({LLAMA: Checked(inapplicable=inapplicable), GPT_OSS: Checked()})
    table = api.checks(report)
    assert table is not None
    for check in CHECKS:
        if check.family != "errors":
            assert f'id="check-{check.id}-{LLAMA}"' in table.text
    assert row_of(table, "Reasoning field") == "Reasoning field – does not apply ✓ passed"
    assert row_of(table, "Reasoning none") == "Reasoning none applies 2 of 2"
    places = re.findall(r' id="([^"]+)"', table.text)
    assert len(places) == len(set(places)) == 2 * POSITIVE
    assert re.findall(r'popovertarget="([^"]+)"', table.text)[::2] == places


def test_failures_share_a_row_where_they_share_a_note(make: Make) -> None:
    flag = "HTTP 400: needs --enable-auto-tool-choice"
    report = make(
        {
            LLAMA: Checked(failed={"tool_auto": flag, "chat": "one thing"}, inapplicable=NO_KEY),
            GPT_OSS: Checked(failed={"tool_auto": flag, "chat": "another"}),
        }
    )
    found = words(api.failures(report))
    assert found.count(flag) == 1
    assert f"Tools demo-llama demo-gpt-oss {flag}" in found
    assert "Chat Chat demo-llama one thing Chat Chat demo-gpt-oss another" in found
    assert "3 checks do not apply to some candidate, and why" in found
    assert found.count("the server asks for no key") == 1


def test_checks_share_a_row_where_they_share_note_and_candidates(make: Make) -> None:
    flag = "HTTP 400: needs --tool-call-parser"
    report = make(
        {
            LLAMA: Checked(failed={"tool_auto": flag, "tool_named": flag, "chat": flag}),
            GPT_OSS: Checked(failed={"tool_auto": flag}),
        }
    )
    found = words(api.failures(report))
    assert "Chat Chat demo-llama HTTP 400" in found, "families stand apart"
    assert "Named tool Tools demo-llama HTTP 400" in found
    assert "Tools left to the model Tools demo-llama demo-gpt-oss HTTP 400" in found
    both = make({LLAMA: Checked(failed={"tool_auto": flag, "tool_named": flag})})
    shown = words(api.failures(both))
    assert "Named tool Tools left to the model Tools demo-llama HTTP 400" in shown


def test_the_parts_of_an_error_stand_side_by_side(make: Make) -> None:
    failed = {"error_no_such": "", "error_unknown_route_names": "'Not Found'"}
    table = api_errors.clarity(make({LLAMA: Checked(failed=failed, inapplicable=NO_KEY)}))
    parts = "✓ status ✓ readable ✗ named"
    assert row_of(table, "A route that is not there") == f"A route that is not there {parts}"
    assert row_of(table, "A wrong key") == "A wrong key – does not apply"
    assert row_of(table, "Clear in all") == f"Clear in all {WRONG - 4} of {WRONG - 3}"
    assert row_of(table, "Right requests").endswith("✓ passed")


def test_evidence_of_a_hostile_server_is_text(make: Make) -> None:
    report = make({LLAMA: Checked(failed={"chat": HOSTILE}, response=HOSTILE * 500)})
    for html in (api.checks(report), api.failures(report), api_errors.clarity(report)):
        assert html is not None
        assert "<script" not in html.text
        assert "{{<" not in html.text
        assert "\u202e" not in html.text
        assert "\u0007" not in html.text
    shown = api.checks(report)
    assert shown is not None
    assert "&lt;script&gt;document.title" in shown.text
    assert f"4,000 of {len(HOSTILE) * 500:,} characters shown" in shown.text


def test_facts_stand_side_by_side_in_words(make: Make) -> None:
    table = api_facts.facts(make({}))
    assert len(re.findall(r"<tbody.*</tbody>", table.text, re.DOTALL)[0].split("<tr")) == (
        1 + len(FACTS)
    )
    assert row_of(table, "Licence").startswith("Licence mit not known neither the model card")
    assert row_of(table, "Vocabulary") == "Vocabulary, tokens 201,088 201,088"
    assert row_of(table, "Files to") == "Files to download 4.20 MB 4.20 MB"
    assert "system prompts and tools" in row_of(table, "The chat template takes")
    assert row_of(table, "Words of").endswith("1,234 1,234")
    assert "limitations, training data" in row_of(table, "The model card lacks")


def test_every_text_is_told_in_chinese(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(language.LANGUAGE_VARIABLE, "zh")
    report = make(
        {LLAMA: Checked(failed={"error_no": ""}, inapplicable=NO_KEY), GPT_OSS: Checked()}
    )
    shown = [api.finding(report), api.failures(report), api.checks(report)]
    shown += [api_errors.clarity(report), api_facts.facts(report)]
    text = " ".join(map(words, shown))
    known = {
        "Tokenizer",
        "tokenizer",
        "demo",
        "llama",
        "gpt",
        "oss",
        "API",
        "JSON",
        "Schema",
        "token",
        "id",
        "Unicode",
    }
    known |= {"mit", "BPE", "PreTrainedTokenizerFast", "MB", "Python", "HTTP", "openai", "GET"}
    known |= {
        "config",
        "json",
        "POST",
        "messages",
        "prompt",
        "max_tokens",
        "ten",
        "temperature",
        "response_format",
    }
    assert set(re.findall(r"[A-Za-z_]{2,}", text)) <= known
