"""How the house is built."""

import ast
from pathlib import Path

import pytest

_PACKAGE = Path(__file__).parents[1] / "prioritizer"
MODULES = sorted(_PACKAGE.rglob("*.py"))
TESTS = sorted(Path(__file__).parent.glob("*.py"))
_VAGUE = {
    "util",
    "utils",
    "helper",
    "helpers",
    "core",
    "base",
    "common",
    "misc",
    "manager",
}
_UNSAFE = {"pickle", "joblib", "cloudpickle", "dill", "shelve", "marshal", "socket"}


def every(paths: list[Path]) -> pytest.MarkDecorator:
    def name(path: Path) -> str:
        return str(path.relative_to(_PACKAGE.parent))

    return pytest.mark.parametrize("path", paths, ids=name)


every_module = every(MODULES)


@every([*MODULES, *TESTS])
def test_a_file_holds_one_idea(path: Path) -> None:
    assert path.stem not in _VAGUE
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


@every_module
def test_a_file_imports_nothing_that_runs_what_it_reads(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & _UNSAFE


@every_module
def test_only_the_face_asks_the_clock(path: Path) -> None:
    asked = {"now", "utcnow", "today", "time"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    assert path.parent.name == "cli" or not asked & set(calls)


def test_locks_hold_hashes_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (_PACKAGE.parent / name).read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index" not in text.replace("importlib", "")
