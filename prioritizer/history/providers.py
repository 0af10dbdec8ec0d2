"""How a provider's earlier reports fared, as was known when each report arrived."""

from __future__ import annotations

import numpy as np

from prioritizer.history.arrays import Array
from prioritizer.history.statements import Statements
from prioritizer.history.timeline import Timeline
from prioritizer.vocabulary.regimes import REGIMES


def provider_history(
    timeline: Timeline, statements: Statements, *, since: int = 0
) -> dict[str, Array]:
    """Return the columns of `provider_history` for the versions from a place on.

    Parameters
    ----------
    timeline : Timeline
        All arrivals.
    statements : Statements
        All outcomes.
    since : int
        The first place.

    Returns
    -------
    dict of str to numpy.ndarray of shape (n_versions,)
        Counts; 0 where the provider is not known.
    """
    arrivals = timeline.arrivals
    provider = timeline.provider.astype(np.int64)
    regime = np.searchsorted(_BEGINS, arrivals["arrival"], side="right")
    of_both = provider * (len(_BEGINS) + 1) + regime
    queries = np.arange(since, len(arrivals))
    is_known = provider[since:] != 0
    before = _Before(timeline, provider, queries)
    known = _Known(timeline, statements)
    columns = {
        "provider_reports": before.count(np.ones(len(arrivals), bool)),
        "provider_escalated": before.count(arrivals["is_escalated"]),
        "provider_registration_times": before.count(arrivals["is_registration"]),
    }
    for name, of in (
        ("provider", provider),
        ("provider_regime", of_both),
        ("regime", regime),
    ):
        outcomes, actions = known.of_others(of, queries)
        columns |= {f"{name}_outcomes": outcomes, f"{name}_actions": actions}
    return {name: np.where(is_known, column, 0) for name, column in columns.items()}


_BEGINS = np.array([int(begin.timestamp() * 1_000_000) for begin, _ in REGIMES])


class _Before:
    """Counts of other reports of the same provider that arrived strictly earlier."""

    def __init__(self, timeline: Timeline, provider: Array, queries: Array) -> None:
        places = len(provider) + 1
        firsts = timeline.first_versions
        at = provider[firsts] * places + firsts
        order = np.argsort(at)
        self._reports = firsts[order]
        of = provider[queries] * places
        self._begin = np.searchsorted(at[order], of)
        self._end = np.searchsorted(at[order], of + timeline.earlier[queries])
        own = timeline.first[queries]
        self._own = own
        self._is_own = own < timeline.earlier[queries]
        # An earlier version of the report itself, if it named the same provider.
        self._is_own &= provider[own] == provider[queries]

    def count(self, which: Array) -> Array:
        """Return how many of them are such."""
        total = np.append(0, np.cumsum(which[self._reports]))
        own = self._is_own & which[self._own]
        counted: Array = total[self._end] - total[self._begin] - own
        return counted


class _Known:
    """Counts of outcomes that were known strictly before."""

    def __init__(self, timeline: Timeline, statements: Statements) -> None:
        report, acts = statements.report, statements.is_action.astype(np.int64)
        is_first = np.diff(report, prepend=-1) != 0
        # A later statement replaces the one before it.
        self._actions = acts - np.where(is_first, 0, np.append(0, acts[:-1]))
        self._outcomes = is_first.astype(np.int64)
        self._first, self._report = timeline.first, report
        self._from = timeline.seen_from(statements.known_at)

    def of_others(self, number: Array, queries: Array) -> tuple[Array, Array]:
        """Return outcomes and actions of other reports that have the same number.

        Parameters
        ----------
        number : numpy.ndarray of int64, shape (n_versions,)
            What reports must share, such as their provider.
        queries : numpy.ndarray of int64, shape (n,)
            The places of the versions that look back.
        """
        outcomes, actions = self._sums(number, number[queries], queries)
        # A report does not learn of its own outcome from its provider's record.
        later = np.flatnonzero(self._first[queries] != queries)
        own = self._first[queries[later]]
        later = later[number[own] == number[queries[later]]]
        own = self._first[queries[later]]
        more = self._sums(np.arange(len(number)), own, queries[later])
        outcomes[later] -= more[0]
        actions[later] -= more[1]
        return outcomes, actions

    def _sums(
        self, number: Array, wanted: Array, queries: Array
    ) -> tuple[Array, Array]:
        places = len(number) + 1
        at = number[self._report] * places + self._from
        order = np.argsort(at, kind="stable")
        begin = np.searchsorted(at[order], wanted * places)
        end = np.searchsorted(at[order], wanted * places + queries, side="right")
        outcomes, actions = (
            np.append(0, np.cumsum(each[order]))
            for each in (self._outcomes, self._actions)
        )
        return outcomes[end] - outcomes[begin], actions[end] - actions[begin]
