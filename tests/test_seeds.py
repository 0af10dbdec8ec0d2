"""Chance must be named, and belong to rows and not to the order of asking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from prioritizer.seeds import Draws

ROWS = np.arange(40_000, dtype=np.uint64)
words = st.text(min_size=0, max_size=8)


def test_it_is_the_published_generator() -> None:
    """The first outputs of SplitMix64 from 1234567, as its authors' code gives them."""
    increment = 0x9E3779B97F4A7C15
    start = 1234567
    draws = Draws(0)
    # Row r of a stream is output r of a generator that starts at the stream's place.
    place = int(draws.words("x", np.zeros(1, dtype=np.uint64))[0])
    state = _unmixed(place)
    rows = np.array([(start + increment - state) * pow(increment, -1, 2**64) % 2**64])
    ahead = rows.astype(np.uint64) + np.arange(3, dtype=np.uint64)
    assert draws.words("x", ahead).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def _unmixed(word: int) -> int:
    """Undo the mixing of SplitMix64."""
    mask = 2**64 - 1
    for shift, factor in ((31, 0x94D049BB133111EB), (27, 0xBF58476D1CE4E5B9)):
        word = _unshifted(word, shift)
        word = word * pow(factor, -1, 2**64) & mask
    return _unshifted(word, 30)


def _unshifted(word: int, shift: int) -> int:
    whole = word
    for _ in range(64 // shift + 1):
        whole = word ^ (whole >> shift)
    return whole


@given(first=st.lists(words, max_size=3), second=st.lists(words, max_size=3))
def test_other_names_give_other_numbers(first: list[str], second: list[str]) -> None:
    rows = ROWS[:4]
    one, other = (Draws(7, *names).words("", rows) for names in (first, second))
    assert (first == second) == bool((one == other).all())


def test_names_do_not_run_into_one_another() -> None:
    rows = ROWS[:4]
    one = Draws(7, "a", "bc").words("d", rows)
    assert (one != Draws(7, "ab", "c").words("d", rows)).all()
    assert (one != Draws(7, "a").words("bcd", rows)).all()


def test_another_seed_gives_other_numbers() -> None:
    assert (Draws(7).words("a", ROWS) != Draws(8).words("a", ROWS)).all()


@given(st.lists(st.integers(0, 39_999), min_size=1, max_size=30))
def test_a_row_keeps_its_number_in_any_company(places: list[int]) -> None:
    whole = Draws(3).uniform("a", ROWS)
    some = np.array(places)
    assert (Draws(3).uniform("a", ROWS[some]) == whole[some]).all()


def test_asking_for_one_draw_does_not_disturb_another() -> None:
    draws = Draws(3)
    undisturbed = Draws(3).uniform("b", ROWS).tolist()
    draws.uniform("a", ROWS)
    assert draws.uniform("b", ROWS).tolist() == undisturbed


@pytest.mark.parametrize("seed", range(5))
def test_numbers_are_uniform(seed: int) -> None:
    drawn = Draws(seed).uniform("a", ROWS)
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert stats.kstest(drawn, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("lag", [1, 2, 64, 2048])
def test_numbers_of_neighbours_have_nothing_in_common(lag: int) -> None:
    drawn = Draws(1).uniform("a", ROWS)
    assert abs(np.corrcoef(drawn[lag:], drawn[:-lag])[0, 1]) < 0.025


def test_draws_of_other_names_have_nothing_in_common() -> None:
    one, other = (Draws(1).normal(name, ROWS) for name in ("a", "b"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.025


def test_normal_numbers_are_normal() -> None:
    assert stats.kstest(Draws(2).normal("a", ROWS), "norm").pvalue > 1e-4


def test_a_lognormal_number_has_its_median() -> None:
    drawn = Draws(2).lognormal("a", ROWS, 40.0, 1.5)
    assert np.median(drawn) == pytest.approx(40, rel=0.04)


def test_a_choice_is_as_likely_as_its_weight() -> None:
    chosen = Draws(2).choice("a", ROWS, [3, 0, 1])
    shares = np.bincount(chosen, minlength=3) / len(ROWS)
    assert shares == pytest.approx([0.75, 0, 0.25], abs=0.01)


def test_whole_numbers_reach_both_ends() -> None:
    assert set(Draws(2).whole("a", ROWS, 3, 6).tolist()) == {3, 4, 5}


def test_chance_takes_a_share_for_each_row() -> None:
    shares = np.where(ROWS < 20_000, 0.1, 0.9)
    drawn = Draws(2).chance("a", ROWS, shares)
    assert drawn[:20_000].mean() == pytest.approx(0.1, abs=0.01)
    assert drawn[20_000:].mean() == pytest.approx(0.9, abs=0.01)
