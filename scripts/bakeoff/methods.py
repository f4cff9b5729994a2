"""The method version of each stage.

A number here is raised when, and only when, a change alters what the stage would
measure or compute from the same input; the change is described under *Method* in
CHANGELOG.md. The versions are part of the rules' ``params``, so raising one re-runs
that stage for every candidate, while a refactoring re-runs nothing. Until the first release all
stay at 1: there are no results yet that a raised number would protect.
"""

METHOD_VERSIONS: dict[str, int] = {
    "fetch_model": 1,
    "describe_host": 1,
    "calibrate_client": 1,
    "startup": 1,
    "latency": 1,
    "throughput": 1,
    "concurrency": 1,
    "api": 1,
    "quality": 1,
    "draw_items": 1,
    "build_sandbox": 1,
    "grade_answers": 1,
    "judge_answers": 1,
    "collect_ratings": 1,
    "load_database": 1,
    "recommend": 1,
    "audit_published": 1,
    "compare_versions": 1,
    "export_requests": 1,
    "import_results": 1,
    "render_report": 1,
    "publish_report": 1,
}
