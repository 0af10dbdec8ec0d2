"""A fit is made once for all that it depends on."""

from pathlib import Path

import pytest

from prioritizer.errors import SettingsError
from prioritizer.pipeline.fits import Fits


def counted(fits: Fits, **said: object) -> int:
    """Return how often the figures of a fit were made."""
    made = []

    def make() -> dict[str, float]:
        made.append(1)
        return {"recall": 0.1 + 0.2}

    assert fits.figures(said, make) == {"recall": 0.1 + 0.2}
    return len(made)


def test_the_same_fit_is_made_once(tmp_path: Path) -> None:
    one, other = (Fits(tmp_path, {"data": "a"}) for _ in range(2))
    assert (counted(one, fold=0), counted(one, fold=0)) == (1, 0)
    assert counted(other, fold=0) == 0
    assert (one.needed, one.known, other.needed, other.known) == (1, 1, 0, 1)


@pytest.mark.parametrize(
    ("made_from", "said"),
    [({"data": "b"}, {"fold": 0}), ({"data": "a"}, {"fold": 1}), ({}, {"fold": 0})],
    ids=["other data", "another fold", "data not said"],
)
def test_another_fit_is_made(made_from, said, tmp_path: Path) -> None:
    counted(Fits(tmp_path, {"data": "a"}), fold=0)
    assert counted(Fits(tmp_path, made_from), **said) == 1


@pytest.mark.parametrize("text", ["", "[]", '{"figures": {}}', "{" * 9, "\0"])
def test_a_file_that_holds_something_else_is_made_anew(text, tmp_path: Path) -> None:
    counted(Fits(tmp_path, {}), fold=0)
    (kept,) = tmp_path.iterdir()
    kept.write_text(text, encoding="utf-8")
    assert counted(Fits(tmp_path, {}), fold=0) == 1
    assert counted(Fits(tmp_path, {}), fold=0) == 0


def test_figures_under_another_name_are_not_taken(tmp_path: Path) -> None:
    counted(Fits(tmp_path, {}), fold=0)
    (kept,) = tmp_path.iterdir()
    counted(Fits(tmp_path, {}), fold=1)
    (other,) = set(tmp_path.iterdir()) - {kept}
    other.write_bytes(kept.read_bytes())
    assert counted(Fits(tmp_path, {}), fold=1) == 1


def test_without_a_folder_nothing_is_kept() -> None:
    fits = Fits(None, {})
    assert (counted(fits, fold=0), counted(fits, fold=0)) == (1, 1)
    assert not fits.is_known({"fold": 0})


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("", encoding="utf-8")
    with pytest.raises(SettingsError, match="cannot be kept"):
        counted(Fits(tmp_path / "f", {}), fold=0)
