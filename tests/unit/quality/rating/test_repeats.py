"""Several files of one rater: which one counts."""

from typing import Any


def test_the_same_file_twice_counts_once(study: Any) -> None:
    study.hand_in("a.json", study.export())
    study.hand_in("b.json", study.export())
    rows, refused = study.collect()
    assert len(rows) == 4 * 2 * 6
    assert refused == {"b.json": "is the same file as a.json; it counts once"}


def test_a_later_export_of_the_same_browser_counts_even_if_a_clock_went_back(study: Any) -> None:
    study.hand_in("b.json", study.export())
    later = study.export(changes=11, exported_at="2026-11-23T11:00:00Z")
    later["pairs"][0]["left"]["style"] = 5  # changed her mind
    later["pairs"][1]["left"]["style"] = None  # took it back
    study.hand_in("a.json", later)
    rows, refused = study.collect()
    assert refused == {"b.json": "was replaced by a.json, a later export of the same"}
    assert {row["source"] for row in rows} == {"a.json"}
    assert len(rows) == 4 * 2 * 6 - 1


def test_a_later_export_of_another_browser_counts_if_it_says_the_same_and_more(study: Any) -> None:
    first = study.export()
    first["pairs"] = first["pairs"][:2]
    later = study.export(session="f" * 16, exported_at="2026-11-24T12:00:00Z", changes=1)
    study.hand_in("z.json", first)
    study.hand_in("a.json", later)
    rows, refused = study.collect()
    assert refused == {"z.json": "was replaced by a.json, which says the same and more"}
    assert {row["source"] for row in rows} == {"a.json"}


def test_a_later_export_that_contradicts_the_earlier_is_refused(study: Any) -> None:
    later = study.export(session="f" * 16, exported_at="2026-11-24T12:00:00Z")
    later["pairs"][0]["left"]["style"] = 5
    later["pairs"][3]["preference"] = None
    study.hand_in("first.json", study.export())
    study.hand_in("second.json", later)
    rows, refused = study.collect()
    assert list(refused) == ["second.json"]
    # Four pairs of ten scores and a preference; two of these 44 differ.
    assert "contradicts 2 of the 44 ratings in first.json" in refused["second.json"]
    assert {row["source"] for row in rows} == {"first.json"}


def test_one_changed_score_is_a_contradiction(study: Any) -> None:
    later = study.export(session="f" * 16, exported_at="2026-11-24T12:00:00Z")
    later["pairs"][2]["right"]["logic"] = 2
    study.hand_in("first.json", study.export())
    study.hand_in("second.json", later)
    rows, refused = study.collect()
    assert "contradicts 1 of the 44" in refused["second.json"]
    assert {row["score"] for row in rows if row["criterion"] == "logic"} == {3.0}


def test_two_raters_count_both(study: Any) -> None:
    study.hand_in("a.json", study.export(1))
    study.hand_in("b.json", study.export(2))
    rows, refused = study.collect()
    assert refused == {}
    assert len(rows) == 2 * 4 * 2 * 6
