"""The notebooks run from clean, and are stored without what they showed."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

every_notebook = pytest.mark.parametrize(
    "path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS]
)


def read(path):
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def code_cells(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    assert NOTEBOOKS


@every_notebook
def test_a_notebook_runs_from_clean(path, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    # Threads that spin while they wait make a busy machine ten times as slow.
    monkeypatch.setenv("OMP_WAIT_POLICY", "passive")
    book = read(path)
    NotebookClient(
        book,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(FOLDER)}},
    ).execute()
    outputs = [output for cell in code_cells(book) for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]


@every_notebook
def test_a_notebook_is_stored_without_outputs(path):
    cells = code_cells(read(path))
    assert not any(cell.outputs for cell in cells)
    assert all(cell.execution_count is None for cell in cells)


@every_notebook
def test_a_notebook_begins_with_a_title(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")


@every_notebook
def test_a_notebook_is_valid_and_its_cells_are_numbered(path):
    book = read(path)
    nbformat.validate(book)
    expected = [f"cell-{number:02d}" for number in range(1, len(book.cells) + 1)]
    assert [cell.id for cell in book.cells] == expected
