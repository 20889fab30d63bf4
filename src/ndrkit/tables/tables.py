"""All tables, ready for use: rows by id, and the automata that wake rules and formats."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ndrkit.model import ChoiceError
from ndrkit.tables import compiled, rows
from ndrkit.tables import formats as format_rows
from ndrkit.tables.automaton import Automaton
from ndrkit.tables.concepts import Concepts
from ndrkit.tables.times import Times, times

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ndrkit.tables.folder import Documents


class _Marks(NamedTuple):
    """What formats are known by: groups (format, ids of its literals, their length together)."""

    groups: list[tuple[format_rows.Format, frozenset[int], int]]
    of_literal: dict[int, list[int]]
    header: Automaton
    notice: Automaton


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

        problems = []
        for folder in folders:
            theirs, mistakes, _ = read_folder(folder)
            problems += mistakes
            documents = lay_over(documents, theirs) if not mistakes else documents
        must(problems)
        return cls(documents)

    @cached_property
    def times(self) -> Times:
        """Finds how long to wait before the next attempt."""
        return times(self.documents)

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
    def rule_words(self) -> Automaton:
        """Wakes rules; owners are indexes of :attr:`rules`."""
        return Automaton((word, index) for index, rule in enumerate(self.rules) for word in rule.words)

    @cached_property
    def tokens(self) -> Automaton:
        """Finds the tokens of receivers; owners are indexes of :attr:`provider_list`."""
        return Automaton(
            (token, index) for index, provider in enumerate(self.provider_list) for token in provider.tokens
        )

    @cached_property
    def concepts(self) -> Concepts:
        """Finds the concepts that rules with ``near`` ask for."""
        return Concepts(self.documents)

    @cached_property
    def near_rules(self) -> list[tuple[int, rows.Rule]]:
        """The rules that concepts wake, with their indexes in :attr:`rules`."""
        return [(index, rule) for index, rule in enumerate(self.rules) if rule.near]

    @cached_property
    def provider_list(self) -> list[rows.Provider]:
        """The receivers in the order of their ids."""
        return [self.providers[name] for name in sorted(self.providers)]

    @cached_property
    def kind_words(self) -> tuple[Automaton, Automaton]:
        """Finds the words of senders and of notices that speak for a kind; owners index :attr:`kinds`."""
        senders = ((word, i) for i, kind in enumerate(self.kinds) for word in kind.senders)
        notices = ((word, i) for i, kind in enumerate(self.kinds) for word in kind.notices)
        return Automaton(senders, whole_words=False), Automaton(notices, whole_words=False)

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
    def _quote_words(self) -> tuple[list[format_rows.Format], Automaton]:
        """The formats that know how their MTA quotes another server, and what wakes them."""
        found = [one for one in self.formats.values() if one.row.get("said")]
        words = ((word, i) for i, one in enumerate(found) for word in one.row.get("said_words", ()))
        return found, Automaton(words, whole_words=False)

    def quoting(self, low: str) -> list[format_rows.Format]:
        """Give the formats whose MTA may quote another server in ``low`` (lower case)."""
        found, words = self._quote_words
        return [found[index] for index in sorted(words.owners(low))]

    @cached_property
    def logging(self) -> list[format_rows.Format]:
        """The formats that know their MTA's log lines."""
        return [one for one in self.formats.values() if one.row.get("log")]

    @cached_property
    def fallbacks(self) -> list[format_rows.Format]:
        """The formats to try when no other one is known."""
        return [one for one in self.formats.values() if one.fallback]

    @cached_property
    def returned_words(self) -> Automaton:
        """Finds the lines after which the returned message begins."""
        return Automaton((word, 0) for one in self.formats.values() for word in one.row.get("returned", ()))

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
        groups: list[tuple[format_rows.Format, frozenset[int], int]] = []
        of_literal: dict[int, list[int]] = {}
        ids: dict[tuple[str, str], int] = {}
        for one in self.formats.values():
            for header, notice in one.know:
                words = [("header", word.lower()) for word in header]
                words += [("notice", word.lower()) for word in notice]
                mine = frozenset(ids.setdefault(word, len(ids)) for word in words)
                for literal in mine:
                    of_literal.setdefault(literal, []).append(len(groups))
                groups.append((one, mine, sum(len(word) for _, word in words)))
        return _Marks(
            groups,
            of_literal,
            Automaton((word, literal) for (place, word), literal in ids.items() if place == "header"),
            Automaton((word, literal) for (place, word), literal in ids.items() if place == "notice"),
        )

    def known_formats(self, low_header: str, low_notice: str) -> list[format_rows.Format]:
        """Give the formats of which a whole group of marks stands in the mail, most marks first."""
        marks = self._marks
        found = marks.header.owners(low_header) | marks.notice.owners(low_notice)
        best: dict[str, int] = {}
        for index in {index for literal in found for index in marks.of_literal[literal]}:
            one, literals, length = marks.groups[index]
            if literals <= found:
                best[one.id] = best.get(one.id, 0) + length
        return [self.formats[name] for name in sorted(best, key=lambda name: (-best[name], name))]

    def same_text(self, cause: str) -> tuple[str, ...]:
        """Give the causes that one mail cannot tell from ``cause`` (``rules/causes.yaml``)."""
        rows = self.documents["causes"].get("", {}).get("causes", ())
        found = (row.get("same_text_as", ()) for row in rows if row["cause"] == cause)
        return tuple(next(found, ()))
