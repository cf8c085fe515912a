"""Nodes of YAML for what is written, and how they are laid out: on one line what fits there, in lines what does not."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import yaml

WIDTH = 120
_NO_STRING = re.compile(r"(?i)~|null|true|false|yes|no|on|off|[-+]?\.(inf|nan)")  # to some reader of YAML
_LOOSE = re.compile(r"^\s|[^\S\n]$|  |[^\S \n]|[^\S\n]\n|\n\n$")  # spaces and breaks that only quotes keep
Pairs = list[tuple[yaml.Node, yaml.Node]]


def text_of(node: yaml.Node, width: float) -> str:
    return str(yaml.serialize(node, Dumper=yaml.BaseDumper, width=width, allow_unicode=True))


def lay_out(node: Any, used: int) -> None:
    """Keep on one line what fits there, after the characters used; what holds others and does not is put in lines."""
    if isinstance(node, yaml.ScalarNode):
        return
    inner = [part for each in node.value for part in (each if isinstance(each, tuple) else (each,))]
    if node.flow_style and all(isinstance(each, yaml.ScalarNode) for each in inner):
        return
    if node.flow_style and used + len(text_of(node, math.inf)) <= WIDTH:
        return
    node.flow_style = False
    for each in node.value:
        key, value = each if isinstance(each, tuple) else (None, each)
        lay_out(value, used + 2 + (len(key.value) + 2 if key else 0))


def word(text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if not text or _NO_STRING.fullmatch(text) or _LOOSE.search(text):
        style = '"'
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style=style)


def listing(values: Sequence[yaml.Node], *, flow: bool = True) -> yaml.SequenceNode:
    return yaml.SequenceNode("tag:yaml.org,2002:seq", list(values), flow_style=flow)


def table(pairs: Pairs, *, flow: bool = False) -> yaml.MappingNode:
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=flow)
