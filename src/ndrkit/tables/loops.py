"""Which loops of an expression one text can feed at once: what makes a search take very long.

* A loop that reads the same text in two ways (``(a+)+``, ``(a|ab?)*``) doubles the work with each turn.
* Loops behind one another that all read the same text (``a.*b.*c``) multiply it; the search for a place
  to begin is the first of them.

Both are read off the graph alone, so the answer is the same every time. It may be too strict where a
lookaround forbids what it found: ``attack.py`` tries it.
"""

from __future__ import annotations

from collections import deque
from itertools import product
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from ndrkit.tables.graph import Graph

LARGEST = 150  # places in a loop that are looked at in pairs
ALL = -1
Step = TypeVar("Step")
State = tuple[int, int, bool]


class Chain(NamedTuple):
    """Loops that one text feeds: how to get there, what to repeat for each, how a match would end.

    ``steps`` is what a text of the given length may cost.
    """

    opening: str
    words: tuple[str, ...]
    ending: str
    steps: float


def doubling(graph: Graph) -> str | None:
    """Give a text that some loop reads in two ways, again and again; None when there is none."""
    for loop in graph.loops:
        inside = loop.inside
        for place in inside if len(inside) <= LARGEST else ():
            edges = graph.edges[place]
            branches = len(edges) > 1 or 2 in edges.values()
            if branches and (word := _two_ways(graph, inside, place)):
                return word
    return None


def chains(graph: Graph, length: int) -> list[Chain]:
    """Give the dearest chain that ends in each loop, for texts of ``length`` characters."""
    best: list[Chain] = []
    masks = [_mask(graph, loop.inside) for loop in graph.loops]
    for i, loop in enumerate(graph.loops):
        reach = min(loop.most, length)
        mine = Chain(_text(graph, [0], loop.inside), (), "", reach)
        for before, other, mask in zip(best, graph.loops[:i], masks, strict=False):
            if loop.inside.start in other.inside:
                continue  # one is inside the other: `doubling` looks at that
            if not mask & masks[i] or before.steps * reach <= mine.steps:
                continue  # they read no text together, or none that costs more
            word = _text(graph, other.inside, loop.inside, mask & masks[i])
            if word and before.steps / len(word) * reach > mine.steps:
                steps = before.steps / len(word) * reach
                mine = Chain(before.opening, (*before.words, word), "", steps)
        best.append(mine)
    return [
        chain._replace(ending=_text(graph, loop.inside, graph.ends))
        for chain, loop in zip(best, graph.loops, strict=True)
        if chain.words
    ]


def _two_ways(graph: Graph, inside: range, place: int) -> str | None:
    """Find a text that leads from ``place`` back to it in two ways, inside a loop."""
    start, end = (place, place, False), (place, place, True)
    before: dict[State, State | None] = {start: None}
    queue = deque([start])
    while queue and end not in before:
        state = queue.popleft()
        for after in _both(graph, inside, state):
            if after not in before:
                before[after] = state
                queue.append(after)
    if end not in before:
        return None
    return _spell(graph, [graph.labels[one] & graph.labels[other] for one, other, _ in _way(before, end)])


def _both(graph: Graph, inside: range, state: State) -> Iterator[State]:
    """Go one step from two places at once, over the same character."""
    one, other, apart = state
    for (left, ways), (right, _) in product(graph.edges[one].items(), graph.edges[other].items()):
        if left in inside and right in inside and graph.labels[left] & graph.labels[right]:
            yield left, right, apart or left != right or (one == other and ways > 1)


def _text(graph: Graph, start: Iterable[int], goal: Container[int], mask: int = ALL) -> str:
    """Give the shortest text that leads from ``start`` to ``goal`` over the characters of ``mask``."""
    before: dict[int, int | None] = dict.fromkeys(start)
    queue = deque(before)
    while queue:
        at = queue.popleft()
        for after in graph.edges[at]:
            if after not in before and graph.labels[after] & mask:
                before[after] = at
                if after in goal:
                    return _spell(graph, [graph.labels[step] & mask for step in _way(before, after)])
                queue.append(after)
    return ""


def _mask(graph: Graph, inside: range) -> int:
    """Give the characters that a loop can read somewhere."""
    mask = 0
    for place in inside:
        mask |= graph.labels[place]
    return mask


def _way(before: dict[Step, Step | None], last: Step) -> list[Step]:
    """Give the steps that led to ``last``, without the first."""
    steps = []
    at: Step | None = last
    while at is not None and before[at] is not None:
        steps.append(at)
        at = before[at]
    return steps[::-1]


def _spell(graph: Graph, masks: list[int]) -> str:
    return "".join(graph.alphabet[(mask & -mask).bit_length() - 1] for mask in masks)
