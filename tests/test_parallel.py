"""Many at once: threads, processes that start anew, and Explainers with other rules side by side."""

from __future__ import annotations

import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import ndrkit
from conftest import truths

MAILS = [path.with_suffix(".eml") for path in truths()[::40]]
RULE = """\
reason: recipient_unknown
meaning: Ours.
differs: Not.
family: recipient
permanent: true
action_by: sender
remedy: remove
suppress: true
source: https://example.com/
seen: '2026-10'
checked: recalled
rules:
  - id: house
    words: [house rule forty-two applies]
    hit: ['550 5.1.1 House rule forty-two applies']
    miss: ['550 5.1.1 Mailbox full']
"""
IPS = ["192.0.2.1", "192.0.2.2", "198.51.100.7"]
HOUSE = "550 House rule forty-two applies to <a@example.org>"


def own_rules(folder: Path) -> Path:
    """Write a folder with one rule."""
    file = folder / "reasons" / "recipient_unknown.yaml"
    file.parent.mkdir()
    file.write_text(RULE, "utf-8")
    return folder


def by_default(path: Path) -> str:
    """Explain a file with the module's own function."""
    return ndrkit.explain(path).to_json()


def by(explainer: ndrkit.Explainer, path: Path) -> str:
    """Explain a file with a given Explainer."""
    return explainer.explain(path).to_json()


def test_threads_agree() -> None:
    """One Explainer, and the module's function, give the same in many threads as in one."""
    explainer = ndrkit.Explainer()
    wanted = [by(explainer, path) for path in MAILS]
    with ThreadPoolExecutor(8) as pool:
        for work in (by_default, partial(by, explainer)):
            assert list(pool.map(work, MAILS * 3)) == wanted * 3


def test_processes_agree(tmp_path: Path) -> None:
    """Processes that start from nothing (spawn) give the same, with an Explainer sent to them too."""
    mine = ndrkit.Explainer(own_rules(tmp_path), own_domains="example.com")
    house = tmp_path / "house.txt"
    house.write_text(f"From: mailer-daemon@example.net\nSubject: Undelivered mail\n\n{HOUSE}\n", "utf-8")
    paths = [*MAILS[:20], house]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for work in (by_default, partial(by, mine)):
            assert list(pool.map(work, paths, chunksize=5)) == [work(path) for path in paths]


def test_what_is_remembered_changes_no_answer() -> None:
    """An Explainer that has seen all the mails answers like one that has seen none, also about like ones."""
    explainer, forgetful = ndrkit.Explainer(), ndrkit.Explainer()
    like = [f"550 5.7.1 Service unavailable; client [{ip}] blocked using zen.spamhaus.org" for ip in IPS]
    mails: list[bytes | str] = [path.read_bytes() for path in MAILS]
    for mail in [*mails, *like] * 2:
        forgetful.forget()
        assert explainer.explain(mail).to_json() == forgetful.explain(mail).to_json()
    found = [explainer.explain(one).findings[0] for one in like]
    assert [one.verdict.ip for one in found] == IPS
    assert [one.evidence[0].quote in text for one, text in zip(found, like, strict=True)] == [True] * 3


def test_explainers_share_nothing(tmp_path: Path) -> None:
    """An Explainer with rules of its own changes no other one, whichever is used first."""
    plain, mine = ndrkit.Explainer(), ndrkit.Explainer(own_rules(tmp_path))
    for _ in range(2):
        assert mine.explain(HOUSE).findings[0].evidence[0].rule == "reasons/recipient_unknown/house"
        rules_used = [one.rule for found in plain.explain(HOUSE).findings for one in found.evidence]
        assert "reasons/recipient_unknown/house" not in rules_used
        assert ndrkit.explain(HOUSE).to_json() == plain.explain(HOUSE).to_json()


def test_a_pickle_is_small_and_whole() -> None:
    """A pickled Explainer holds what it was made of, not its tables, and answers like the first."""
    explainer = ndrkit.Explainer(own_hosts="mx.example.com")
    pickled = pickle.dumps(explainer)
    assert len(pickled) < 2_000
    again: ndrkit.Explainer = pickle.loads(pickled)  # noqa: S301 -- our own object
    assert [by(again, path) for path in MAILS] == [by(explainer, path) for path in MAILS]
