"""The demo, as README promises it."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]


def demo(out: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "prioritizer", "demo", "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """Return the folders of two demos of one seed, and what the first printed."""
    one, other = (tmp_path_factory.mktemp(name) / "demo" for name in ("one", "other"))
    said = demo(one)
    demo(other)
    return one, other, said


def test_one_seed_gives_the_same_queue_byte_for_byte(twice) -> None:
    one, other, _ = twice
    for name in ("queue.parquet", "scores.parquet", "model/MANIFEST.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_it_prints_queue_evaluation_and_places(twice) -> None:
    one, _, said = twice
    assert "URGENT: " in said
    assert re.search(r"Of the first fifth of 3,\d{3} reports .* \d\d% are worth", said)
    assert "figures show mechanics, not field validity" in said
    assert "Advice for a person, who decides" in said
    for name in ("tables", "model", "mlflow.db", "scores.parquet", "queue.parquet"):
        assert (one / name).exists()
        assert name in said


def test_the_queue_beats_arrival_order(twice) -> None:
    _, _, said = twice
    ours, theirs = map(int, re.search(r"(\d+)% are worth.* be (\d+)%", said).groups())
    assert ours >= 1.3 * theirs


def test_the_readme_shows_what_the_demo_prints(twice) -> None:
    _, _, said = twice
    readme = (_ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"<!-- queue -->\n```\n(.*?)```", readme, re.S).group(1)
    assert shown.strip() in said


def test_the_run_is_in_the_registry_and_holds_no_pickle(twice) -> None:
    one, _, _ = twice
    with closing(sqlite3.connect(one / "mlflow.db")) as database:
        aliases = database.execute(
            "select alias from registered_model_aliases"
        ).fetchall()
        tags = dict(database.execute("select key, value from tags").fetchall())
    assert aliases == [("champion",)]
    assert len(tags["model_hash"]) == 64
    names = [path.name for path in (one / "mlflow-artifacts").rglob("*")]
    assert "model.lgb" in names
    assert not [name for name in names if name.endswith((".pkl", ".skops", ".joblib"))]
