"""Sections on quality: their words and numbers are the known truth, and answers stay inert."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from bakeoff.paths import ROOT
from bakeoff.report import chosen, groups, paired
from bakeoff.report.data import Report, open_report
from bakeoff.report.headline import headlines
from bakeoff.report.html import Html, safe
from bakeoff.report.sections import (
    answers,
    believing,
    cost,
    costtable,
    describing,
    endings,
    figures,
    quality,
    ratings,
    splits,
    summary,
    tiles,
)
from bakeoff.store.quality_tables import ANSWER_STATUSES, GRADE_STATUSES
from tests.synthetic_quality import Answers, Questions
from tests.unit.report.quality_pages import HOSTILE, WORSE, make, pair, renew_checks

SECTIONS: tuple[Callable[[Report], object], ...] = (
    *(quality.heading, quality.finding, quality.accuracy, quality.comparisons),
    *(endings.endings, splits.splits, cost.heading, cost.scatter, costtable.costs),
    *(ratings.heading, ratings.said, ratings.scores, ratings.criteria),
    *(believing.judge, believing.people, describing.diagnostics),
    *(answers.heading, answers.side_by_side),
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database in which demo-llama is better at math and no one at code."""
    return make(tmp_path_factory.mktemp("pair"), pair(), gpu_hour_usd=3.6, hostile=True)


@pytest.fixture(scope="module")
def report(database: Path) -> Report:
    return open_report(database)


@pytest.fixture(scope="module")
def same(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return a report of two candidates that are right as often, without GPU, price or rating."""
    one = Answers(
        right={"math": 0.65, "code": 0.5}, outcomes={"code": {"sandbox_unavailable": 4}}, samples=2
    )
    other = replace(one, right={"math": 0.6, "code": 0.5}, seed=3)
    (first, _), (second, _) = pair(gpus=0)
    folder = tmp_path_factory.mktemp("same")
    return open_report(make(folder, [(first, one), (second, other)]))


def text_of(shown: object) -> str:
    """Return what a reader sees, with plain spaces."""
    assert isinstance(shown, Html)
    text = re.sub(r"<script>.*?</script>", "", shown.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text).replace("\u2060", ""))


def drawn(shown: object) -> list[dict[str, Any]]:
    """Return the records of every plot, each with the number of its plot."""
    assert isinstance(shown, Html)
    specs = re.findall(r'bakeoffChart\("[^"]+", (\{.*?\})\);</script>', shown.text)
    return [
        {"plot": number} | record
        for number, spec in enumerate(map(json.loads, specs))
        for layer in spec["layer"]
        for record in spec["datasets"][layer["data"]["name"]]
    ]


def row(shown: object, key: str) -> str:
    """Return the text of a row of a table."""
    assert isinstance(shown, Html)
    found = re.search(rf'<tr data-row="{re.escape(key)}">(.*?)</tr>', shown.text, re.DOTALL)
    assert found, key
    return text_of(Html(found.group(1)))


def test_the_first_screen_tells_only_what_is_decided(report: Report, same: Report) -> None:
    """demo-llama is better at math; nobody is known to be at code, nor of two that are alike."""
    opening = text_of(summary.answer(report))
    assert "demo-llama answers more math questions correctly than demo-gpt-oss" in opening
    assert "code questions" not in opening
    assert "questions correctly" not in text_of(summary.answer(same))


def test_the_finding_is_who_is_right_more_often(report: Report) -> None:
    # 26 of 39 graded questions against 8 of 40; the truth of code is 24 of 24 for both.
    told = text_of(quality.finding(report))
    assert "demo-llama answers more math questions correctly than demo-gpt-oss" in told
    assert "66.7 % against 20.0 %" in told
    found = paired.between(report, "math", "demo-llama", "demo-gpt-oss")
    assert found is not None
    assert found.verdict == "better"
    assert found.gap in told.replace("95 %", "95\u00a0%")
    assert "cannot be told apart on code questions: 100 % and 100 % are right" in told


def test_a_tie_says_how_many_questions_would_decide(same: Report) -> None:
    told = text_of(quality.finding(same))
    found = paired.between(same, "math", "demo-llama", "demo-gpt-oss")
    assert found is not None
    assert found.items_needed is not None
    # 26 of 40 against 24 of 40.
    assert found.value == pytest.approx(0.05)
    assert "demo-llama and demo-gpt-oss cannot be told apart on math questions" in told
    assert "a difference of 5.00 points" in told
    assert f"{found.items_needed - 40:,} more questions would decide" in told


def test_seen_from_the_other_side_better_is_worse(report: Report) -> None:
    found = paired.between(report, "math", "demo-llama", "demo-gpt-oss")
    turned = paired.between(report, "math", "demo-gpt-oss", "demo-llama")
    assert found is not None
    assert turned is not None
    assert (found.value, found.lo, found.hi) == (-turned.value, -turned.hi, -turned.lo)  # type: ignore[operator]
    assert (found.verdict, turned.verdict) == ("better", "worse")
    assert found.gap == turned.gap.replace("fewer", "more")
    assert turned.flipped == found


def test_dots_are_the_shares_of_each_suite(report: Report) -> None:
    dots = [one for one in drawn(quality.accuracy(report)) if "tip" in one]
    assert [(one["plot"], one["x"]) for one in dots] == [
        (0, pytest.approx(100 * 26 / 39)),
        (0, pytest.approx(20)),
        (1, pytest.approx(100)),
        (1, pytest.approx(100)),
    ]
    assert len({one["fill"] for one in dots}) == 2
    spans = [one for one in drawn(quality.accuracy(report)) if "x2" in one]
    assert len(spans) == 2 * 4  # drawn with an edge below
    assert all(0 <= one["x"] <= one["x2"] <= 100 for one in spans)
    assert "math: 39 to 40 questions per candidate, from 10 templates" in text_of(
        quality.accuracy(report)
    )


def test_the_table_has_every_pair_with_its_verdict(report: Report, same: Report) -> None:
    shown = quality.comparisons(report)
    math = row(shown, "pair/math/demo-llama/demo-gpt-oss")
    assert "answers more correctly than" in math
    assert "decided" in math
    assert " 39 " in math
    assert "cannot be told apart" in row(shown, "pair/code/demo-llama/demo-gpt-oss")
    assert "math and code" in row(shown, "pair/all/demo-llama/demo-gpt-oss")
    assert isinstance(shown, Html)
    keys = re.findall(r'data-row="pair/(\w+)/', shown.text)
    assert keys == ["math", "code", "all"]
    needed = paired.between(same, "math", "demo-llama", "demo-gpt-oss")
    assert needed is not None
    assert f"{needed.items_needed:,}" in row(
        quality.comparisons(same), "pair/math/demo-llama/demo-gpt-oss"
    )


def test_every_answer_ended_in_one_way(report: Report) -> None:
    # Of 40: 26 right, 4 that did not end by themselves, 10 wrong.
    assert endings.counts(report, "math") == {
        "demo-llama": {"right": 26, "wrong": 10, "cut off": 2, "refused": 1, "request failed": 1},
        "demo-gpt-oss": {"right": 8, "wrong": 20, "cut off": 10, "empty": 2},
    }
    assert endings.counts(report, "creative")["demo-llama"] == {"answered": 7, "empty": 1}
    bars = [one for one in drawn(endings.endings(report)) if "opacity" in one]
    assert sum(one["x2"] - one["x"] for one in bars) == pytest.approx(6 * 100)
    told = text_of(endings.endings(report))
    assert "demo-llama: 2 cut off, 1 empty, 1 refused and 1 request failed of 72 answers" in told
    assert "demo-gpt-oss: 10 cut off and 2 empty of 72 answers" in told


def test_every_grade_has_a_word() -> None:
    told = {grade for one in endings.ENDINGS for grade in one.grades}
    assert told >= set(GRADE_STATUSES)
    assert told >= set(ANSWER_STATUSES) - {"ok"}
    css = (ROOT / "reports" / "theme.css").read_text(encoding="utf-8")
    for one in endings.ENDINGS:
        assert css.count(f"--ended-{one.key}: ") == css.count(f"--on-{one.key}: ") == 2


def test_no_sandbox_is_said_and_counts_as_nothing(report: Report, same: Report) -> None:
    assert endings.without_sandbox(report).text == ""
    told = text_of(endings.without_sandbox(same))
    # Two samples of four questions.
    assert "8 answers of demo-llama to code and 8 answers of demo-gpt-oss to code" in told
    assert "could not be graded" in told
    assert endings.counts(same, "code")["demo-llama"]["not graded"] == 8


def test_splits_are_folded_and_hold_pass_at_k_where_there_are_samples(
    report: Report, same: Report
) -> None:
    assert "pass@k" not in text_of(splits.splits(report))
    shown = splits.splits(same)
    assert "math: right within several tries (pass@k)" in text_of(shown)
    # All samples of a question are alike: a second try changes nothing.
    assert "65.0 %" in row(shown, "math/k/1")
    assert "65.0 %" in row(shown, "math/k/2")
    found = groups.parts(same, "math", "correct_share", "difficulty")
    assert list(found) == ["1", "2", "3"]
    assert sum(one[0].n for one in found.values()) == 40


def test_a_right_answer_costs_what_all_took_by_the_right_ones(report: Report) -> None:
    shown = costtable.costs(report)
    # 39 × 2 s by 26, and 40 × 4 s by 8; with code: (78 + 72) / 50 and (160 + 72) / 32.
    assert "3.00 s 2." in row(shown, "math/seconds_per_correct").replace("\u00a0", " ")
    assert "20.0 s" in row(shown, "math/seconds_per_correct").replace("\u00a0", " ")
    both = row(shown, "seconds_per_correct").replace("\u00a0", " ")
    assert "3.00 s" in both
    assert "7.25 s" in both
    # 50 of 200 tokens of 40, and 50 of 300 of 24 answers: 3,200 of 15,200.
    assert "21.1 %" in row(shown, "reasoning_share").replace("\u00a0", " ")
    assert "USD per 1,000" in row(shown, "usd_per_correct").replace("\u00a0", " ")
    points = [one for one in drawn(cost.scatter(report)) if "tip" in one]
    assert [(one["plot"], one["x"], one["y"]) for one in points[:2]] == [
        (0, pytest.approx(3.0), pytest.approx(100 * 26 / 39)),
        (0, pytest.approx(20.0), pytest.approx(20)),
    ]
    assert {one["plot"] for one in points} == {0, 1, 2, 3}
    assert "demo-llama needs less time for a right answer" in text_of(cost.scatter(report))


def test_what_was_not_measured_says_why(same: Report) -> None:
    shown = costtable.costs(same)
    assert row(shown, "usd_per_correct").count("not measured no price is configured") == 2
    assert row(shown, "energy_j_per_correct").count("no energy counter") == 2
    assert {one["plot"] for one in drawn(cost.scatter(same)) if "tip" in one} == {0, 1}


def test_scores_are_told_apart_from_right_answers(report: Report, same: Report) -> None:
    assert "3 people and the model a-judge" in text_of(ratings.said(report))
    told = text_of(ratings.scores(report))
    # The mean of coherence and originality: (4 + 3) / 2 and (2 + 3) / 2.
    assert "People rate demo-llama 3.50 of 5" in told.replace("\u00a0", " ")
    assert "do not tell them apart" in told
    dots = [one for one in drawn(ratings.scores(report)) if "tip" in one]
    assert [one["x"] for one in dots] == pytest.approx([3.5, 2.5, 3.5, 2.5])
    shown = row(ratings.criteria(report), "creative/judge_score/coherence")
    assert "4.00 of 5" in shown.replace("\u00a0", " ")
    assert "Not rated" in text_of(ratings.said(same))
    assert ratings.scores(same) is None
    assert believing.judge(same) is None
    assert believing.people(same) is None


def test_the_judge_is_judged(report: Report) -> None:
    told = text_of(believing.judge(report)).replace("\u00a0", " ")
    # 7 and 8 answers that ended well, each shown shuffled as well, scored 1 then.
    assert "read 15 answers" in told
    assert "It passed 15 planted controls of 15" in told
    # Repeats stand 0.5 apart around the score: their standard deviation is 0.5.
    assert "spread between repeats (standard deviation, points) 0.500" in told
    assert "is of the family" not in told


def test_a_judge_of_the_family_or_without_controls_is_doubted(
    database: Path, tmp_path: Path
) -> None:
    shutil.copy(database, tmp_path / "other.duckdb")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("UPDATE judgements SET judge = 'Llama-3-70B'")
        # The judge gave 1 to every shuffled text; now it gives the best score.
        connection.execute("UPDATE judgements SET score = 5 WHERE control = 'shuffled'")
        renew_checks(connection)
    told = text_of(believing.judge(open_report(tmp_path / "other.duckdb")))
    assert "The judge Llama-3-70B and the candidate demo-llama are both of the family" in told
    assert "the candidate demo-gpt-oss are" not in told
    assert "15 of 15 planted texts did not lose coherence" in told
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("UPDATE judgements SET judge = 'neutral', judge_family = 'gpt-oss'")
        renew_checks(connection)
    told = text_of(believing.judge(open_report(tmp_path / "other.duckdb")))
    assert "The judge neutral and the candidate demo-gpt-oss are both of the family" in told
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("DELETE FROM judgements WHERE control <> 'none'")
        renew_checks(connection)
    told = text_of(believing.judge(open_report(tmp_path / "other.duckdb")))
    assert "No control was planted" in told


def test_people_agree_where_they_say_the_same(report: Report) -> None:
    told = text_of(believing.people(report)).replace("\u00a0", " ")
    assert "coherence 1.00" in told
    assert "people agree (15 answers rated by two or more)" in told
    assert "people compared 45 pairs of answers" in told


def test_figures_on_texts_say_that_they_are_no_scores(report: Report) -> None:
    shown = describing.diagnostics(report)
    assert "describe the texts and are no scores" in text_of(shown)
    # 100 to 107 words: the median is 103.5.
    assert "104 words" in row(shown, "words").replace("\u00a0", " ")
    assert "en 100 % of 8" in row(shown, "language").replace("\u00a0", " ")
    assert "no figure" in row(shown, "distinct_1")


def test_answers_are_chosen_by_the_rule(report: Report) -> None:
    choice = chosen.choose(report, "math")
    rows = report.rows(
        "SELECT item_id, count(DISTINCT correct) AS kinds, bool_or(status <> 'ok') AS failed "
        "FROM answer_outcomes WHERE suite = 'math' GROUP BY item_id"
    )
    differing = {row["item_id"] for row in rows if row["kinds"] == 2}
    failed = {row["item_id"] for row in rows if row["failed"]} - differing
    assert choice.items == 40
    assert (choice.differing, choice.failed) == (len(differing), len(failed))
    assert [one.why for one in choice.shown] == ["differs"] * 3 + ["failed"] * 2 + ["drawn"]
    assert {one.item_id for one in choice.shown[:3]} <= differing
    assert {one.item_id for one in choice.shown[3:5]} <= failed
    assert choice.shown[5].item_id not in differing | failed
    assert choice == chosen.choose(report, "math")
    assert [one.why for one in chosen.choose(report, "code").shown] == ["drawn"] * 6


def test_the_largest_disagreement_comes_first(database: Path, tmp_path: Path) -> None:
    shutil.copy(database, tmp_path / "other.duckdb")
    query = "SELECT item_id FROM answers WHERE suite = 'creative' AND status = 'ok' "
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("DELETE FROM ratings")
        items = [row[0] for row in connection.execute(f"{query} ORDER BY item_id").fetchall()]
        far, near = items[0], items[-1]
        for item, score in ((far, 5.0), (near, 2.9)):
            connection.execute(
                "UPDATE judgements SET score = ? WHERE item_id = ? AND candidate = 'demo-llama'",
                [score, item],
            )
        renew_checks(connection)
    choice = chosen.choose(open_report(tmp_path / "other.duckdb"), "creative")
    # 5 against 2.5, then 3.5 against 2.5, and 2.9 against 2.5 is too little to be among three.
    assert choice.shown[0].item_id == far
    assert near not in [one.item_id for one in choice.shown[:3]]
    assert choice.differing == 7


def test_people_and_the_judge_do_not_disagree_with_each_other(
    database: Path, tmp_path: Path
) -> None:
    shutil.copy(database, tmp_path / "other.duckdb")
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("DELETE FROM ratings WHERE candidate = 'demo-gpt-oss'")
        connection.execute("UPDATE ratings SET score = 5 WHERE criterion <> 'preference'")
        connection.execute("UPDATE judgements SET score = 2")
        renew_checks(connection)
    choice = chosen.choose(open_report(tmp_path / "other.duckdb"), "creative")
    # People gave one candidate 5, the judge gave both 2.
    assert choice.differing == 0


def test_a_hostile_answer_is_text_and_its_cut_is_said(report: Report) -> None:
    shown = answers.side_by_side(report)
    assert shown is not None
    assert "<img" not in shown.text
    assert "<script" not in shown.text
    assert "{{" not in shown.text
    assert "`" not in shown.text
    assert f"1,500 of {len(HOSTILE):,} characters shown" in text_of(shown)
    assert "&lt;/pre&gt;&lt;/script&gt;&lt;img src=x onerror=" in shown.text
    assert "\u202e" not in shown.text
    # 2 s and 200 tokens, 50 of 200 reasoning.
    assert "2.00 s · 200 tokens" in text_of(shown).replace("\u00a0", " ")
    assert "200 tokens, 50 of them reasoning" in text_of(shown).replace("\u00a0", " ")


def test_quoted_text_is_what_was_written() -> None:
    assert answers.quoted("1–2 <b> {{x}} `y`").text == ("1–2 &lt;b&gt; &#123;&#123;x}} &#96;y&#96;")
    assert answers.quoted("a\r\nb\x00c").text == "a\nb\ufffdc"
    assert safe("1–2") != answers.quoted("1–2").text  # ours, on purpose, may not break


def test_the_first_screen_and_the_figures_have_quality(report: Report, database: Path) -> None:
    shown = tiles.tiles(report).text
    assert 'data-metric="quality_overall"' in shown
    assert 'data-metric="seconds_per_correct"' in shown
    # The mean of 26 of 39 and 24 of 24, and of 8 of 40 and 24 of 24.
    tile = text_of(Html(shown[shown.index('data-metric="quality_overall"') :]))
    assert "83.3 %" in tile.replace("\u00a0", " ")
    assert "60.0 %" in tile.replace("\u00a0", " ")
    assert "points more" in tile
    math = row(figures.matrix(report), "quality_math").replace("\u00a0", " ")
    assert "best 66.7 %" in math
    assert "tied 100 %" in row(figures.matrix(report), "quality_code").replace("\u00a0", " ")
    first = headlines(database)[0]
    assert "math right 66.7 % (" in first
    assert "a right answer takes 3.00 s (" in first


def test_many_candidates_share_one_finding(tmp_path: Path) -> None:
    (one, truth), _ = pair()
    short = (Questions(templates=6, each=3),)
    many = [
        (replace(one, id=f"candidate-{i}"), replace(truth, right={"math": 0.5}, outcomes={}))
        for i in range(5)
    ]
    many = [(who, replace(own, judged={}, rated={})) for who, own in many]
    found = open_report(make(tmp_path, many, short, stages=()))
    told = text_of(quality.finding(found)).replace("\u00a0", " ")
    assert "5 candidates cannot be told apart on math questions: 50.0 % to 50.0 %" in told
    plots = {one["plot"] for one in drawn(cost.scatter(found)) if "tip" in one}
    assert plots == {0, 1, 2, 3, 4}


def test_a_report_without_quality_has_no_trace(databases: Callable[[str], Path]) -> None:
    bare = open_report(databases("pair"))
    assert [section(bare) for section in SECTIONS] == [None] * len(SECTIONS)
    assert endings.without_sandbox(bare).text == ""
    assert "quality" not in tiles.tiles(bare).text
    assert "question by question" not in figures.matrix(bare).text


def test_a_stage_that_failed_says_so(tmp_path: Path) -> None:
    (one, truth), (other, _) = pair()
    broken = replace(other, failed={"quality": "out of memory"})
    found = open_report(make(tmp_path, [(one, truth), (broken, WORSE)]))
    told = text_of(quality.finding(found)).replace("\u00a0", " ")
    assert "demo-llama answers 66.7 %" in told
    assert "no other candidate has a figure" in told
    assert "not measured" in row(costtable.costs(found), "seconds_per_correct")
    assert answers.side_by_side(found) is not None
    for section in SECTIONS:
        section(found)
