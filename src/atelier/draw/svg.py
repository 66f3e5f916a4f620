"""Matplotlib's SVG made ready to stand inside a page, in the page's font and colour scheme.

Colours of the palette become CSS variables, ink becomes `currentColor`, text stays text. A colour
that the palette does not have is an error: it would stay as it is in the dark scheme.
"""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping

from atelier.draw.svg_paths import shorten

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
PX_PER_POINT = 100 / 72
# Of a group, and of a class of `<use>`, these are handed down to the children by the browser.
INHERITED = re.compile(r"(fill|stroke|font|text-anchor)(-|$)")
COLOURED = ("fill", "stroke", "color", "stop-color")
HEX = re.compile(r"#[0-9a-f]{6}")
NUMBER = re.compile(r"-?\d+\.\d+")
NUMERIC = ("x", "y", "width", "height", "transform", "style")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
PREFIX = "book-"


def themed(svg: str, name: str, colours: Mapping[str, str]) -> str:
    """Turn what Matplotlib wrote into an SVG that can be inlined.

    Args:
        svg: The file's text.
        name: The figure's name; every id starts with it.
        colours: Names of the palette and their colours in the light scheme.

    Raises:
        ValueError: When a colour is not in the palette.
    """
    root = ET.fromstring(svg)
    _clean(root)
    _rename_ids(root, name)
    for element in root.iter():
        _restyle(element, {hexa: known for known, hexa in colours.items()})
    _hand_up(root)
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    root.attrib = {
        "class": "book-svg",
        "viewBox": f"0 0 {round(width, 2):g} {round(height, 2):g}",
        "width": f"{width * PX_PER_POINT:.0f}",
        "height": f"{height * PX_PER_POINT:.0f}",
        "fill": "currentColor",
        "stroke-linejoin": "round",
        "xmlns": SVG.strip("{}"),
    }
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return re.sub(r">\s+<", "><", text) + "\n"


def inlined(svg: str, name: str, title: str, occurrence: int = 1) -> str:
    """The themed SVG as it stands in a page: with its title, and ids that occur once in the page.

    Args:
        svg: What `themed` returned.
        name: The figure's name.
        title: The sentence that says what is seen.
        occurrence: 1 for the first time that the page shows this figure, then 2, 3, …
    """
    own = f"{PREFIX}{name}-" if occurrence == 1 else f"{PREFIX}{name}-{occurrence}-"
    svg = re.sub(rf'(?<=[" (#]){PREFIX}{re.escape(name)}-(?=\d)', own, svg.strip())
    start = f'<svg role="img" aria-labelledby="{own}title" data-search-exclude=""'
    svg = svg.replace(f' xmlns="{SVG.strip("{}")}"', "", 1).replace("<svg", start, 1)
    end = svg.index(">") + 1
    return f'{svg[:end]}<title id="{own}title">{html.escape(title)}</title>{svg[end:]}'


def _clean(root: ET.Element) -> None:
    """Take out what a page does not need, and the namespaces: HTML knows SVG by itself."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag.endswith("}metadata") or child.tag == SVG + "style":
                parent.remove(child)
        parent.tag = parent.tag.removeprefix(SVG)
        if LINK in parent.attrib:
            parent.set("href", parent.attrib.pop(LINK))
        for key in NUMERIC:
            if key in parent.attrib:
                parent.set(key, NUMBER.sub(_short, parent.attrib[key]))
        if "d" in parent.attrib:
            parent.set("d", shorten(parent.attrib["d"]))
    for parent in list(root.iter()):
        for child in list(parent):
            unseen = child.get("style", "").replace(" ", "") in ("fill:none", "fill:none;")
            if (child.tag == "defs" and not len(child)) or (child.tag == "path" and unseen):
                parent.remove(child)


def _short(number: re.Match[str]) -> str:
    """Two decimals are a hundredth of a point: finer than any screen."""
    return f"{round(float(number[0]), 2) + 0.0:g}"


def _rename_ids(root: ET.Element, name: str) -> None:
    """Keep the ids that something refers to, under the figure's name: `book-<name>-1`, …"""
    used: dict[str, str] = {}
    for element in root.iter():
        for key, value in element.attrib.items():
            targets = REFERENCE.findall(value)
            if key == "href" and value.startswith("#"):  # a picture's is its bytes
                targets.append(value.removeprefix("#"))
            for target in targets:
                used.setdefault(target, f"{PREFIX}{name}-{len(used) + 1}")
    for element in root.iter():
        identity = element.attrib.pop("id", None)
        if identity in used:
            element.set("id", used[identity])
        for key, value in element.attrib.items():
            if key == "href":
                known = used.get(value.removeprefix("#"))
                element.set(key, f"#{known}" if known else value)
            else:
                element.set(key, REFERENCE.sub(lambda found: f"url(#{used[found[1]]})", value))


def _restyle(element: ET.Element, names: Mapping[str, str]) -> None:
    """Palette colours become variables; the font is the page's."""
    for key in COLOURED:
        if key in element.attrib:
            element.set(key, _coloured(element.attrib[key], names))
    if "style" not in element.attrib:
        return
    kept = []
    for declaration in element.attrib.pop("style").split(";"):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if not key or key == "font-family" or (key, value) == ("stroke-linejoin", "round"):
            continue
        if key in COLOURED:
            value = _coloured(value, names)
        kept.append(f"{key}:{value}")
    if kept:
        element.set("style", ";".join(kept))


def _coloured(value: str, names: Mapping[str, str]) -> str:
    value = value.lower()
    if value in ("none", "currentcolor", "inherit") or value.startswith("url("):
        return value
    if value in ("#000000", "black"):  # what Matplotlib writes where no colour was given
        return "currentColor"
    if not HEX.fullmatch(value) or value not in names:
        raise ValueError(
            f"the colour {value} is not in theme/palette.json, so it would not follow the dark "
            "scheme; draw with pen.colour"
        )
    return "currentColor" if names[value] == "ink" else f"var(--book-{names[value]},{value})"


def _hand_up(root: ET.Element) -> None:
    """Say once on the group what all its children say: a cloud of points is ten times smaller."""
    for parent in reversed(list(root.iter("g"))):
        if len(parent) < 2:
            continue
        styles = [dict(_declarations(child)) for child in parent]
        shared = {
            key: value
            for key, value in styles[0].items()
            if INHERITED.match(key) and all(style.get(key) == value for style in styles)
        }
        for child, own in zip(parent, styles, strict=True):
            _set(child, {key: value for key, value in own.items() if key not in shared})
        _set(parent, {**dict(_declarations(parent)), **shared})


def _declarations(element: ET.Element) -> list[tuple[str, str]]:
    declared = element.get("style", "").split(";")
    return [(key, value) for key, _, value in (one.partition(":") for one in declared) if key]


def _set(element: ET.Element, declarations: Mapping[str, str]) -> None:
    element.attrib.pop("style", None)
    if declarations:
        element.set("style", ";".join(f"{key}:{value}" for key, value in declarations.items()))
