"""How the task forces of an invented world share the states."""

from __future__ import annotations

import heapq
from collections.abc import Mapping

import numpy as np

from prioritizer.seeds import Draws, Ints
from prioritizer.synthetic.timeline import Timeline
from prioritizer.synthetic.world import World


def forces_by_state(weights: Mapping[str, float], forces: int) -> dict[str, int]:
    """Return how many task forces each state has: one, and more for large ones.

    There are 61 task forces, and several large states have more than one; which
    state has how many is shared out by volume (d'Hondt), a guess.

    Parameters
    ----------
    weights : mapping of str to float
        Reports by state.
    forces : int
        How many task forces in all; at least one a state is given.

    Returns
    -------
    dict of str to int

    Examples
    --------
    >>> forces_by_state({"CA": 110.0, "WY": 1.0}, 4)
    {'CA': 3, 'WY': 1}
    """
    count = dict.fromkeys(weights, 1)
    heap = [(-weight / 2, state) for state, weight in weights.items()]
    heapq.heapify(heap)
    for _ in range(forces - len(count)):
        _, state = heapq.heappop(heap)
        count[state] += 1
        heapq.heappush(heap, (-weights[state] / (count[state] + 1), state))
    return count


def task_forces(world: World, draws: Draws, timeline: Timeline, state: Ints) -> Ints:
    """Return the number of the task force, from 1, that each actor belongs to."""
    count = forces_by_state(world.places.state_weights, world.volume.task_forces)
    counts = np.array(list(count.values()))
    first = np.cumsum(counts) - counts + 1
    drawn = draws.uniform("task force", timeline.cluster.astype(np.uint64))
    return np.asarray(first[state] + (drawn * counts[state]).astype(np.int64))
