"""The report as a whole HTML page: the fragment, with a head and a style of its own.

Nothing is loaded: no script, no image, no font. A Content-Security-Policy says so too.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from ndrkit.advise import render_html, render_line

if TYPE_CHECKING:
    from ndrkit.advise.adviser import Words
    from ndrkit.model import Report

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --mark: #ffd54a66; --accent: #0b63c5; }
@media (prefers-color-scheme: dark) { :root { --accent: #7db7ff; } }
body { font: 17px/1.6 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", "PingFang TC", sans-serif;
  max-width: 44em; margin: 2.5em auto; padding: 0 1.2em; }
body > p:first-child { font-size: 1.25em; font-weight: 600; margin-bottom: .4em; }
p > b:only-child { font-size: 1.15em; }
ul, ol { padding-left: 1.4em; } li { margin: .35em 0; }
blockquote { margin: 1em 0; padding: .7em 1em; border-left: 4px solid var(--accent);
  background: #8881; border-radius: 0 8px 8px 0; overflow-wrap: anywhere;
  font-family: ui-monospace, "Cascadia Mono", Consolas, monospace; font-size: .9em; }
blockquote b { background: var(--mark); border-radius: 3px; padding: 0 .15em; }
code { background: #8882; border-radius: 4px; padding: .1em .3em; overflow-wrap: anywhere; font-size: .9em; }
a { color: var(--accent); }
"""


def render(report: Report, words: Words) -> str:
    """Give the report as a page (HTML5, UTF-8), ending with a line break."""
    title = escape(render_line.render(report, words))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html>\n<html lang="{escape(report.lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"{render_html.render(report, words)}</body>\n</html>\n"
    )
