"""A release holds everything, is never overwritten, and is refused where it would lie."""

import json
import os
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime

import duckdb
import pytest
import yaml

from bakeoff.errors import HarnessError
from bakeoff.release import checks
from bakeoff.release.checks import RefusedError
from bakeoff.release.manifest import read_manifest, releases
from bakeoff.release.verify import problems, verify
from bakeoff.store.files import write_rows
from bakeoff.store.schemas import REQUESTS
from tests import synthetic
from tests.unit.release.conftest import Study


def test_everything_is_in_it(study: Study) -> None:
    done = study.publish(version="v1")
    there = {p.relative_to(done.folder).as_posix() for p in done.folder.rglob("*") if p.is_file()}
    stages = ("startup", "latency")
    tables = ("startups", "requests", "windows", "probes", "telemetry")
    for stage in stages:
        rows = {f"results/demo-llama/{stage}/{table}.parquet" for table in tables}
        assert rows <= there
        assert f"results/demo-llama/{stage}/stage.json" in there
        assert f"results/demo-llama/{stage}/server.log" in there
    assert {
        *("report.html", "bakeoff.duckdb", "data-dictionary.md", "config.yaml", "README.md"),
        *("SHA256SUMS", "manifest.json", "ro-crate-metadata.json", "results/host/host.json"),
        *("workflow/Snakefile", "workflow/rules/publish.smk", "environment/environment.yml"),
        *("environment/locks/pipeline.txt", "results/models/demo-llama-s1/manifest.json"),
    } <= there
    manifest = read_manifest(done.folder)
    assert manifest.version == "v1"
    assert manifest.title == "A small study"
    assert manifest.git["commit"] == study.git("rev-parse", "HEAD")
    assert manifest.git["dirty"] is False
    assert manifest.host["host"] == "0123456789ab"
    assert "A synthetic CPU" in manifest.host["hardware"]
    assert manifest.measured["requests"] == 100
    assert manifest.measured["first"] == "2026-11-22T12:00:00+00:00"
    assert manifest.measured["last"] == "2026-11-22T12:01:00+00:00"
    assert manifest.method_versions["latency"] == 1
    assert manifest.candidates[0]["id"] == "demo-llama"


def test_the_hashes_are_those_that_other_tools_see(study: Study) -> None:
    done = study.publish(version="v1")
    sha256sum = shutil.which("sha256sum")
    assert sha256sum
    assert os.system(f"cd {done.folder} && {sha256sum} --check --quiet SHA256SUMS") == 0  # noqa: S605 -- our own folder
    assert len((done.folder / "SHA256SUMS").read_text("utf-8").splitlines()) == (
        len(done.manifest.files) + 1
    )


def test_the_config_is_whole_and_steers_no_publishing(study: Study) -> None:
    done = study.publish(version="v1", guard=["ttft_p50_ms"])
    shown = yaml.safe_load((done.folder / "config.yaml").read_text("utf-8"))
    assert shown["workload"]["timeout_s"] == 300.0  # a default, filled in
    assert not {"version", "guard", "allow_dirty"} & shown.keys()


def test_what_another_configuration_left_is_not_published(study: Study) -> None:
    for left in ("changes/changes.parquet", "someone/latency/stage.json", "host/.tmp.json"):
        path = study.results / left
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}", encoding="utf-8")
    files = {file.path for file in study.publish(version="v1").manifest.files}
    assert not [path for path in files if "changes" in path or "someone" in path or ".tmp" in path]
    study.raw["baseline"] = str(study.releases / "v1")
    files = {file.path for file in study.publish(version="v2").manifest.files}
    assert "results/changes/changes.parquet" in files


def test_the_name_nobody_chose_is_day_and_content(study: Study) -> None:
    done = study.publish()
    digits = done.manifest.content_sha256[:8]
    assert done.folder.name == f"{datetime.now(UTC):%Y.%m.%d}-{digits}"


def test_the_same_content_is_published_once(study: Study) -> None:
    first = study.publish()
    again = study.publish()
    assert first.new
    assert not again.new
    assert again.folder == first.folder
    assert [one.version for one in releases(study.releases)] == [first.manifest.version]


def test_a_name_that_is_taken_is_refused_and_what_stands_stays(study: Study) -> None:
    first = study.publish(version="v1")
    before = (first.folder / "manifest.json").read_bytes()
    with pytest.raises(RefusedError, match=r"'v1' is published already.*choose another name"):
        study.publish(version="v1")
    assert (first.folder / "manifest.json").read_bytes() == before
    assert study.publish(version="v2").new  # the same content under a name that somebody chose


def test_changed_sources_are_refused_unless_allowed(study: Study) -> None:
    snakefile = study.root / "Snakefile"
    snakefile.write_text(snakefile.read_text("utf-8") + "\n# changed\n", encoding="utf-8")
    (study.root / "rules" / "new.smk").write_text("# new\n", encoding="utf-8")
    with pytest.raises(RefusedError, match=r"Snakefile, rules/new.smk; commit .*allow_dirty=true"):
        study.publish(version="v1")
    assert [path.name for path in study.releases.iterdir()] == ["README.md"]
    git = study.publish(version="v1", allow_dirty=True).manifest.git
    assert git["dirty"] is True
    assert git["changed_files"] == 2
    (study.root / "rules" / "new.smk").write_text("# newer\n", encoding="utf-8")
    other = study.publish(version="v2", allow_dirty=True).manifest.git
    assert re.fullmatch("[0-9a-f]{64}", git["diff_sha256"])
    assert other["diff_sha256"] != git["diff_sha256"]


def test_a_copy_without_git_is_published_and_says_so(study: Study) -> None:
    shutil.rmtree(study.root / ".git")
    done = study.publish(version="v1")
    assert done.manifest.git["commit"] is None
    assert "its commit is unknown" in done.source.note
    assert done.manifest.git["note"] == done.source.note


def test_a_copy_in_another_repository_does_not_take_its_commit(study: Study) -> None:
    study.git("rm", "-r", "--cached", "--quiet", ".")
    study.git("commit", "--quiet", "--message", "nothing of ours")
    assert study.publish(version="v1").manifest.git["commit"] is None


def test_results_of_another_configuration_are_refused(study: Study) -> None:
    study.raw["workload"] = {**study.raw["workload"], "output_tokens": 99}
    with pytest.raises(RefusedError, match=r"demo-llama/latency/stage.json: measured with other"):
        study.publish(version="v1")


def test_rows_that_the_database_does_not_hold_are_refused(study: Study) -> None:
    path = study.results / "demo-llama" / "latency" / "stage.json"
    record = json.loads(path.read_text("utf-8")) | {"started_at": "2026-11-23T00:00:00+00:00"}
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(RefusedError, match=r"stage.json: not the one in .*bakeoff.duckdb"):
        study.publish(version="v1")


def test_a_report_older_than_the_database_is_refused(study: Study) -> None:
    os.utime(study.results / "report" / "report.html", (1, 1))
    with pytest.raises(RefusedError, match=r"report.html is older than .*bakeoff.duckdb"):
        study.publish(version="v1")


def test_a_missing_report_is_refused(study: Study) -> None:
    (study.results / "report" / "report.html").unlink()
    with pytest.raises(RefusedError, match=r"report.html is missing; run `snakemake"):
        study.publish(version="v1")


def test_what_does_not_fit_on_the_disk_is_not_begun(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_RESERVE_BYTES", 10**18)
    with pytest.raises(RefusedError, match=r"does not fit on the disk of .*make room"):
        study.publish(version="v1")
    assert [path.name for path in study.releases.iterdir()] == ["README.md"]


def test_a_secret_in_rows_is_refused_and_nothing_is_left(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "sk-0123456789-not-for-others"
    monkeypatch.setenv("BAKEOFF_TEST_KEY", secret)
    study.raw["candidates"][0] |= {"api_key_env": "BAKEOFF_TEST_KEY"}
    # So many that Parquet packs them, and none the first or last of its statistics: the bytes of
    # the file hold the secret nowhere as it is.
    rows = [
        row | {"error": f"refused {number * 7919} for the key {secret}"}
        for number, row in enumerate(synthetic.request_rows(synthetic.Truth(requests=400)))
    ]
    rows[0]["error"], rows[-1]["error"] = "a", "z"
    path = study.results / "demo-llama" / "latency" / "requests.parquet"
    write_rows(REQUESTS, path, rows)
    assert secret.encode() not in path.read_bytes()
    study.load()
    with pytest.raises(HarnessError, match=r"requests.parquet holds .*variable BAKEOFF_TEST_KEY"):
        study.publish(version="v1")
    assert [path.name for path in study.releases.iterdir()] == ["README.md"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("results/demo-llama/latency/requests.parquet", "changed: results/demo-llama/latency/req"),
        ("report.html", "changed: report.html"),
        ("manifest.json", "manifest.json"),
        ("SHA256SUMS", "changed: SHA256SUMS or manifest.json"),
        ("ro-crate-metadata.json", "changed: ro-crate-metadata.json"),
    ],
)
def test_a_changed_byte_is_found_wherever_it_is(study: Study, path: str, told: str) -> None:
    done = study.publish(version="v1")
    assert problems(done.folder) == []
    target = done.folder / path
    content = bytearray(target.read_bytes())
    place = len(content) // 2 if path.endswith(".parquet") else content.rindex(b"s")
    content[place] ^= 1
    target.write_bytes(content)
    found = problems(done.folder)
    assert found
    assert any(told in problem for problem in found), found


def test_long_work_says_how_far_it_is(study: Study, capsys: pytest.CaptureFixture[str]) -> None:
    study.publish(version="v1")
    said = capsys.readouterr().err
    for part in ("publish · copying", "publish · checksums", "verify v1 · checksums"):
        (last,) = re.findall(rf"{part} · (\d+) of (\d+) MB · done in", said)
        assert last[0] == last[1]


def test_missing_and_extra_files_are_found(study: Study) -> None:
    done = study.publish(version="v1")
    (done.folder / "data-dictionary.md").unlink()
    (done.folder / "results" / "note.txt").write_text("mine", encoding="utf-8")
    (done.folder / "a link").symlink_to(done.folder / "report.html")
    assert problems(done.folder) == [
        "extra: a link is no part of the release",
        "missing: data-dictionary.md",
        "extra: results/note.txt is no part of the release",
    ]


def test_a_renamed_release_is_found(study: Study) -> None:
    done = study.publish(version="v1")
    done.folder.rename(study.releases / "v9")
    assert verify(study.releases)["v9"] == ["the folder is 'v9', the manifest says 'v1'"]


def test_verify_names_what_there_is(study: Study) -> None:
    with pytest.raises(HarnessError, match="there is no release in"):
        verify(study.releases)
    study.publish(version="v1")
    study.publish(version="v2")
    assert verify(study.releases) == {"v1": [], "v2": []}
    assert verify(study.releases, "v2") == {"v2": []}
    with pytest.raises(HarnessError, match=r"no release 'v3' in .*there: v1, v2"):
        verify(study.releases, "v3")


def test_secrets_are_masked_everywhere(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "sk-0123456789-not-for-others"
    monkeypatch.setenv("BAKEOFF_TEST_KEY", secret)
    study.raw["candidates"][0] |= {"api_key_env": "BAKEOFF_TEST_KEY"}
    log = study.results / "demo-llama" / "latency" / "server.log"
    log.write_text(f"INFO api_key=['{secret}']\n", encoding="utf-8")
    path = study.results / "demo-llama" / "latency" / "stage.json"
    record = json.loads(path.read_text("utf-8")) | {"command": ["serve", "--api-key", secret]}
    path.write_text(json.dumps(record), encoding="utf-8")
    study.load()
    done = study.publish(version="v1")
    for file in done.folder.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes(), file
    with duckdb.connect(str(done.folder / "bakeoff.duckdb"), read_only=True) as connection:
        commands = connection.execute("SELECT command FROM stages").fetchall()
        comment = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'stages' "
            "AND column_name = 'command'"
        ).fetchone()
        views = connection.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal")
        assert views.fetchone() != (0,)
    assert any("(secret)" in str(command) for (command,) in commands)
    assert not any(secret in str(command) for (command,) in commands)
    assert comment
    assert comment[0]
    assert problems(done.folder) == []


def test_the_hash_does_not_depend_on_where_the_tree_lies(
    make_study: Callable[[str], Study],
) -> None:
    one, other = make_study("one"), make_study("other")
    database = other.results / "bakeoff.duckdb"
    shutil.copy2(one.results / "bakeoff.duckdb", database)  # DuckDB's files differ byte by byte
    os.utime(other.results / "report" / "report.html")
    hashes = {s.publish(version="v1").manifest.content_sha256 for s in (one, other)}
    assert len(hashes) == 1


def test_the_folder_of_releases_may_hold_other_files(study: Study) -> None:
    (study.releases / "broken").mkdir()
    (study.releases / ".unfinished-of-a-killed-run").mkdir()
    (study.releases / "broken" / "manifest.json").write_text("{", encoding="utf-8")
    done = study.publish(version="v1")
    index = (study.releases / "index.html").read_text("utf-8")
    assert "v1/report.html" in index
    assert "broken" in index
    assert [one.version for one in releases(study.releases)] == [done.manifest.version]
    assert "is no manifest of a release" in verify(study.releases, "broken")["broken"][0]
    assert (study.releases / "README.md").read_text("utf-8") == "about releases"
    assert not list(study.releases.glob(".*"))
