"""Makes matplotlib's SVG fit to stand in a page beside other drawings.

Identifiers get the drawing's own prefix, so that clip paths of two drawings never clash, and
those nobody points at are dropped. Text is left to the reader's own sans-serif font. A title and
a description tell people who cannot see the drawing what it shows.
"""

from __future__ import annotations

import re

from markupsafe import escape

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"

_ID = re.compile(r' id="([^"]*)"')
_REFERENCE = re.compile(r'(url\(#|href="#)([^")]+)')
_LONG_DECIMAL = re.compile(r"(\d\.\d\d)\d+")
_PATH = re.compile(r' d="[^"]*"')
_FONT = re.compile(r"font: ((?:bold |700 )?)([\d.]+)px [^;\"]*")  # how matplotlib before 3.11 writes it
_FAMILY = re.compile(r"font-family: [^;\"]*;? ?")
_VIEW_BOX = re.compile(r'viewBox="([^"]*)"')
_UNUSED = re.compile(
    r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>|<defs>\s*</defs>|<!--.*?-->", re.DOTALL
)


def tidy(svg: str, name: str, title: str, description: str) -> str:
    """The drawing as one `<svg>` element with a title and a description."""
    view_box = _VIEW_BOX.search(svg)
    if view_box is None:
        raise ValueError("the drawing has no viewBox")
    body = svg[svg.index(">", view_box.end()) + 1 :]
    body = _UNUSED.sub("", body)
    body = _PATH.sub(lambda path: _LONG_DECIMAL.sub(r"\1", path[0]), body)
    body = _FAMILY.sub("", _FONT.sub(_plain_font, body))
    body = _own_identifiers(body, name)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" viewBox="{view_box[1]}" font-family="{FONT}" '
        f'stroke-linejoin="round" stroke-linecap="butt">\n<title id="{name}-title">{escape(title)}</title>\n'
        f'<desc id="{name}-desc">{escape(description)}</desc>\n{_without_blank_lines(body)}\n'
    )


def _plain_font(found: re.Match[str]) -> str:
    weight = "font-weight: bold; " if found[1] else ""
    return f"{weight}font-size: {found[2]}px"


def _own_identifiers(body: str, name: str) -> str:
    used = {reference for _, reference in _REFERENCE.findall(body)}
    body = _ID.sub(lambda found: f' id="{name}-{found[1]}"' if found[1] in used else "", body)
    return _REFERENCE.sub(rf"\g<1>{name}-\g<2>", body)


def _without_blank_lines(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
