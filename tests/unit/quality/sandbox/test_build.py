"""The record: what is built stays, and what is not there or has changed runs nothing."""

import json
import shutil
from pathlib import Path

import pytest

from bakeoff.quality.sandbox import Program, RunResult, build, record, run_programs
from bakeoff.quality.sandbox.build import RECORD, build_sandbox

GOOD = Program(source="def f(x):\n    return x + 1\n", function="f", cases=("(1,)",))


def _only(path: Path | None) -> RunResult:
    first, second = run_programs(path, [GOOD, GOOD], workers=2)
    assert first == second
    return first


@pytest.fixture
def copied(built: Path, tmp_path: Path) -> Path:
    """A copy of the whole sandbox, to change; returns its record."""
    shutil.copytree(built.parent, tmp_path / "copy")
    return tmp_path / "copy" / RECORD


def test_what_was_built_is_used_again(copied: Path) -> None:
    said = json.loads(copied.read_text(encoding="utf-8"))
    component = copied.parent / said["component"]
    inode = component.stat().st_ino
    copied.unlink()  # as Snakemake does before it runs the rule again
    again = build_sandbox(copied.parent)
    assert again.status == "ready"
    assert json.loads(copied.read_text(encoding="utf-8")) == said
    assert component.stat().st_ino == inode
    assert _only(copied).cases[0].value == "2"


def test_an_older_build_is_removed(copied: Path) -> None:
    older = copied.parent / "0123456789abcdef"
    older.mkdir()
    (older / RECORD).write_text("{}", encoding="utf-8")
    (copied.parent / "else").mkdir()
    build_sandbox(copied.parent)
    assert not older.exists()
    assert (copied.parent / "else").exists()


def test_without_its_tools_there_is_a_record_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "DISTRIBUTIONS", ("no-such-distribution", "wasmtime"))
    made = build_sandbox(tmp_path)
    assert (made.status, made.reason) == ("unavailable", "not installed: no-such-distribution")
    result = _only(tmp_path / RECORD)
    assert result == RunResult(
        status="sandbox_unavailable", error="not installed: no-such-distribution"
    )


def test_a_guest_that_cannot_be_built_is_a_reason(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = tmp_path / "guest"
    guest.mkdir()
    for name in ("sandbox.wit", "__init__.py"):
        shutil.copy(build._GUEST / name, guest)
    (guest / "app.py").write_text("raise RuntimeError('not today')\n", encoding="utf-8")
    monkeypatch.setattr(build, "_GUEST", guest)
    made = build_sandbox(tmp_path / "made")
    assert made.status == "unavailable"
    assert made.reason is not None
    assert made.reason.startswith("componentize-py failed")
    assert "not today" in made.reason
    assert [one.name for one in (tmp_path / "made").iterdir()] == [RECORD]


@pytest.mark.parametrize("key", ["component", "compiled"])
def test_a_file_that_has_changed_is_not_run(copied: Path, key: str) -> None:
    file = copied.parent / json.loads(copied.read_text(encoding="utf-8"))[key]
    with file.open("r+b") as opened:
        opened.seek(1000)
        opened.write(b"changed")
    result = _only(copied)
    assert result.status == "sandbox_unavailable"
    assert result.error is not None
    assert "is not what was built" in result.error


def test_a_file_that_is_gone_is_not_run(copied: Path) -> None:
    (copied.parent / json.loads(copied.read_text(encoding="utf-8"))["component"]).unlink()
    assert _only(copied).status == "sandbox_unavailable"


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"status": "ready", "limits": {}}'])
def test_no_record_runs_nothing(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / RECORD
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert _only(path).status == "sandbox_unavailable"
    assert _only(None).status == "sandbox_unavailable"


def test_machine_code_of_another_machine_is_compiled_again(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = json.loads(copied.read_text(encoding="utf-8"))
    before = sorted(copied.parent.rglob("*"))
    said["machine"] = "another processor"
    copied.write_text(json.dumps(said), encoding="utf-8")
    assert _only(copied).cases[0].value == "2"
    assert "compiling it again" in capsys.readouterr().err
    assert sorted(copied.parent.rglob("*")) == before  # nothing of another rule's is touched


def test_machine_code_that_wasmtime_refuses_runs_nothing(copied: Path) -> None:
    said = json.loads(copied.read_text(encoding="utf-8"))
    compiled = copied.parent / said["compiled"]
    compiled.write_bytes(b"no machine code")
    said["compiled_sha256"] = record.sha256_of(compiled)
    copied.write_text(json.dumps(said), encoding="utf-8")
    result = _only(copied)
    assert result.status == "sandbox_unavailable"
    assert result.error is not None
    assert result.error.startswith("its machine code does not fit")
