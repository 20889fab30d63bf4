"""All tables, ready for use: rows by id, and the automata that wake rules and formats."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from ndrkit.model import ChoiceError
from ndrkit.tables import compiled, rows
from ndrkit.tables import formats as format_rows
from ndrkit.tables.automaton import Automaton, begins_word, place_of
from ndrkit.tables.concepts import Concepts
from ndrkit.tables.times import Times, times
from ndrkit.tables.whose import Whose, whose

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ndrkit.patterns import Expression
    from ndrkit.tables.folder import Documents


class _Marks(NamedTuple):
    """What formats are known by: groups (format, ids of its literals, their length together)."""

    groups: list[tuple[format_rows.Format, frozenset[int], int]]
    of_literal: dict[int, list[int]]
    header: dict[str, int]
    notice: dict[str, int]


class Found(NamedTuple):
    """What stands in words that were said: literals of rules, and the receivers whose tokens do.

    ``rules`` gives the longest literal of each (begin, end), by the index in :attr:`Tables.rules`.
    """

    rules: dict[int, tuple[int, int]]
    receivers: set[str]


class Sight(NamedTuple):
    """What the words of a notice show at first sight; ``text`` are the words, folded and in lower case.

    ``kinds`` are indexes of :attr:`Tables.kinds`, ``marks`` are marks of formats with the place where each
    ends, ``returned`` are literals of lines after which the returned message begins.
    """

    text: str
    kinds: set[int]
    marks: list[tuple[int, int]]
    returned: list[str]


class Tables:
    """The tables of one :class:`~ndrkit.Explainer`; never changed after it is made."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.reasons = rows.reasons(documents)
        self.rules = rows.rules(documents)
        self.providers = rows.providers(documents)
        self.blocklists = rows.blocklists(documents)
        self.codes = rows.codes(documents)
        self.replies = rows.replies(documents)
        self.subjects = rows.subjects(documents)
        self.formats = format_rows.formats(documents)
        self.kinds = format_rows.kinds(documents)

    @classmethod
    def load(cls, folders: Sequence[Path] = ()) -> Tables:
        """Load our own tables with the user's ``folders`` laid over them, in their order.

        Raises :class:`~ndrkit.model.TableError` with every mistake of the user's folders.
        """
        documents = compiled.load()
        if not folders:
            return cls(documents)
        from ndrkit.tables.folder import lay_over, must, read_folder  # noqa: PLC0415 -- YAML only when needed
        from ndrkit.tables.needed import needed_in  # noqa: PLC0415

        problems = []
        for folder in folders:
            theirs, mistakes, _ = read_folder(folder)
            problems += mistakes
            if not mistakes:
                theirs["needed"] = {"": needed_in(theirs)}
                documents = lay_over(documents, theirs)
        must(problems)
        return cls(documents)

    @cached_property
    def times(self) -> Times:
        """Finds how long to wait before the next attempt."""
        return times(self.documents)

    @cached_property
    def whose(self) -> Whose:
        """Tells whose an address in a reply is."""
        return whose(self.documents)

    @cached_property
    def links(self) -> dict[str, rows.Link]:
        """The links by id."""
        return rows.links(self.documents)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that have a table of texts, English first."""
        return tuple(sorted(self.documents["texts"], key=lambda name: (name != "en", name)))

    def texts(self, language: str) -> dict[str, Any]:
        """Give the texts of one language; raises :class:`ChoiceError` for one without a table."""
        try:
            return self.documents["texts"][language]
        except KeyError:
            raise ChoiceError("language", language, self.languages) from None

    def common_words(self, language: str) -> str:
        """Give the words that are frequent in a language, with blanks between them."""
        return str(self.texts(language).get("words", {}).get("common", ""))

    @cached_property
    def waking(self) -> list[tuple[int, int, str | None]]:
        """Of each of :attr:`rules`, what tells whether it wakes and when it is tested.

        That is its level, its weakness, and the receiver that has to speak.
        """
        return [(rule.rank, rule.weakness, rule.provider) for rule in self.rules]

    @cached_property
    def said_words(self) -> Automaton:
        """Finds literals in what was said; owners are indexes of :attr:`rules`, behind them receivers."""
        receivers = enumerate(self.provider_list, len(self.rules))
        of_rules = ((word, index) for index, rule in enumerate(self.rules) for word in rule.words)
        return Automaton(chain(of_rules, ((token, i) for i, one in receivers for token in one.tokens)))

    def found_in(self, text: str) -> Found:
        """Look for the literals of rules and the tokens of receivers in a folded text."""
        found = self.said_words.longest(text)
        count = len(self.rules)
        spoke = [owner for owner in found if owner >= count]
        for owner in spoke:
            del found[owner]
        return Found(found, {self.provider_list[owner - count].id for owner in spoke})

    @cached_property
    def concepts(self) -> Concepts:
        """Finds the concepts that rules with ``near`` ask for."""
        return Concepts(self.documents)

    @cached_property
    def near_rules(self) -> dict[str, list[tuple[int, rows.Rule]]]:
        """The rules that concepts wake, with their indexes in :attr:`rules`, by the first concept of each."""
        out: dict[str, list[tuple[int, rows.Rule]]] = {}
        for index, rule in enumerate(self.rules):
            if rule.near:
                out.setdefault(rule.near[0], []).append((index, rule))
        return out

    @cached_property
    def provider_list(self) -> list[rows.Provider]:
        """The receivers in the order of their ids."""
        return [self.providers[name] for name in sorted(self.providers)]

    @cached_property
    def sender_words(self) -> Automaton:
        """Finds the words of senders that speak for a kind; owners are indexes of :attr:`kinds`."""
        words = ((word, i) for i, kind in enumerate(self.kinds) for word in kind.senders)
        return Automaton(words, whole_words=False)

    @cached_property
    def hosts(self) -> dict[str, tuple[str, ...]]:
        """The receivers by the ends of their host names, without a leading dot."""
        out: dict[str, tuple[str, ...]] = {}
        for one in self.provider_list:
            for end in one.hosts:
                key = end.lstrip(".")
                out[key] = (*out.get(key, ()), one.id)
        return out

    def providers_of(self, host: str) -> tuple[str, ...]:
        """Give the receivers whose longest host end fits ``host`` (lower case, no dot at its end)."""
        while host:
            if host in self.hosts:
                return self.hosts[host]
            host = host.partition(".")[2]
        return ()

    @cached_property
    def _quotations(self) -> tuple[list[Expression], list[tuple[str, int]]]:
        """The expressions of how mail servers quote one another, and words of which each needs one."""
        found = [one for format_ in self.formats.values() for one in format_.said]
        words = [(word, i) for i, one in enumerate(found) for word in (one.needs[0] if one.needs else ("",))]
        return found, words

    def quotations(self, low: str) -> list[Expression]:
        """Give those expressions of quotations that may match in ``low``, a text in lower case."""
        found, words = self._quotations
        places = [place for word, place in words if word in low]
        return [found[place] for place in dict.fromkeys(places)]

    @cached_property
    def logging(self) -> list[format_rows.Format]:
        """The formats that know their MTA's log lines."""
        return [one for one in self.formats.values() if one.row.get("log")]

    @cached_property
    def fallbacks(self) -> list[format_rows.Format]:
        """The formats to try when no other one is known."""
        return [one for one in self.formats.values() if one.fallback]

    @cached_property
    def returned_words(self) -> list[str]:
        """The literals of lines after which the returned message begins."""
        found = (word for one in self.formats.values() for word in one.row.get("returned", ()))
        return sorted({word.strip() for word in found})

    @cached_property
    def kind_headers(self) -> dict[str, list[tuple[int, str]]]:
        """What header fields have to hold to speak for a kind: by name, index of :attr:`kinds` and value."""
        out: dict[str, list[tuple[int, str]]] = {}
        for index, kind in enumerate(self.kinds):
            for name, value in kind.headers:
                out.setdefault(name, []).append((index, value))
        return out

    @cached_property
    def _marks(self) -> _Marks:
        marks = _Marks([], {}, {}, {})
        for one in self.formats.values():
            for header, notice in one.know:
                words = [(word.lower(), marks.header) for word in header]
                words += [(word.lower(), marks.notice) for word in notice]
                mine = frozenset(
                    ids.setdefault(word, len(marks.header) + len(marks.notice)) for word, ids in words
                )
                for literal in mine:
                    marks.of_literal.setdefault(literal, []).append(len(marks.groups))
                marks.groups.append((one, mine, sum(len(word) for word, _ in words)))
        return marks

    @cached_property
    def _notice_words(self) -> tuple[Automaton, int, int]:
        """Finds the words of :class:`Sight`; owners are kinds, behind them marks, then returned words."""
        kinds = ((word, i) for i, kind in enumerate(self.kinds) for word in kind.notices)
        marks, first = self._marks, len(self.kinds)
        last = first + len(marks.header) + len(marks.notice)
        of_formats = ((word, first + mark) for word, mark in marks.notice.items())
        returned = ((word, i) for i, word in enumerate(self.returned_words, last))
        return Automaton(chain(kinds, of_formats, returned), whole_words=False), first, last

    def sight(self, text: str) -> Sight:
        """Look at the words of a notice, folded and in lower case."""
        words, first, last = self._notice_words
        out = Sight(text, set(), [], [])
        for owners, start, end in words.find(text):
            whole = begins_word(text, start, end)
            for owner in owners:
                if owner < first:
                    out.kinds.add(owner)
                elif whole and owner < last:
                    out.marks.append((owner - first, end))
                elif whole:
                    out.returned.append(self.returned_words[owner - last])
        return out

    def known_formats(self, low_header: str, sight: Sight, length: int) -> list[format_rows.Format]:
        """Give the formats of which a whole group of marks stands in the mail, most marks first.

        Of the words that were looked at, the first ``length`` characters count.
        """
        marks = self._marks
        found = {mark for mark, end in sight.marks if end <= length}
        for word, mark in marks.header.items():
            if place_of(word, low_header) >= 0:
                found.add(mark)
        if not found:
            return []
        best: dict[str, int] = {}
        for index in set().union(*(marks.of_literal[mark] for mark in found)):
            one, literals, size = marks.groups[index]
            if literals <= found:
                best[one.id] = best.get(one.id, 0) + size
        names = sorted(best, key=lambda name: (-best[name], name)) if len(best) > 1 else best
        return [self.formats[name] for name in names]

    def same_text(self, cause: str) -> tuple[str, ...]:
        """Give the causes that one mail cannot tell from ``cause`` (``rules/causes.yaml``)."""
        rows = self.documents["causes"].get("", {}).get("causes", ())
        found = (row.get("same_text_as", ()) for row in rows if row["cause"] == cause)
        return tuple(next(found, ()))
