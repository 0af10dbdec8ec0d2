"""The plots of a training run: always the same, and nothing left out."""

import numpy as np
import pandas as pd
import pytest

from prioritizer.evaluation.training_plots import (
    draw_folds,
    draw_leaderboard,
    draw_points,
)
from tests.builders import trained
from tests.builders_runs import board, folds

PLOTS = [
    pytest.param(lambda: draw_leaderboard(board()), id="leaderboard"),
    pytest.param(lambda: draw_folds(folds()), id="folds"),
    pytest.param(lambda: draw_points(trained().model), id="points"),
]


@pytest.mark.parametrize("draw", PLOTS)
def test_a_plot_is_the_same_each_time_whatever_a_user_s_style(draw) -> None:
    import matplotlib as mpl

    first = draw()
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "text.color": "red"}):
        assert draw() == first


def test_each_figure_and_floor_changes_the_leaderboard_s_plot() -> None:
    plain = draw_leaderboard(board())
    for name in ("average_precision", "precision", "average_precision_low"):
        assert draw_leaderboard(board().assign(**{name: 0.5})) != plain
    assert draw_leaderboard(board(floors={"scorecard": "FLOOR-FAIL"})) != plain


def test_the_inputs_are_left_alone() -> None:
    given_board, given_folds = board(), folds()
    draw_leaderboard(given_board)
    draw_folds(given_folds)
    pd.testing.assert_frame_equal(given_board, board())
    pd.testing.assert_frame_equal(given_folds, folds())


def test_the_order_of_rows_does_not_matter() -> None:
    assert draw_leaderboard(board()[::-1]) == draw_leaderboard(board())
    assert draw_folds(folds()[::-1]) == draw_folds(folds())


def test_many_candidates_and_what_was_not_measured_can_be_drawn() -> None:
    many = pd.concat([folds().assign(candidate=f"candidate {n}") for n in range(20)])
    assert draw_folds(many)
    assert draw_folds(folds(1))
    assert draw_folds(folds().assign(average_precision=np.nan))
    assert draw_leaderboard(board().assign(precision=np.nan))
