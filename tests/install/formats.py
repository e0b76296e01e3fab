"""Settings files of any content and layout, for the property tests."""

import json
import random
from typing import Any

from hypothesis import strategies as st

from interlock.install.entries import HOOKS
from interlock.install.prefix import VARIABLE

EVENTS = sorted({hook.event for hook in HOOKS})
_SPACES = ["", "", " ", "  ", "\t", "\n", "\r\n", "\n    ", " \n\t"]

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
_groups = st.lists(
    st.fixed_dictionaries(
        {"hooks": st.lists(st.fixed_dictionaries({"type": st.just("command"), "command": st.text(max_size=9)}))},
        optional={"matcher": st.sampled_from(["Bash", "Write|Edit", ".*"])},
    ),
    max_size=2,
)
_env = st.dictionaries(st.sampled_from(["A", "B c", VARIABLE]), st.sampled_from(["", "x", "/my prefix -x é"]))
_hooks = st.dictionaries(st.sampled_from([*EVENTS, "Notification"]), _groups, max_size=4)


@st.composite
def settings(draw: st.DrawFn) -> dict[str, Any]:
    """A settings object, sometimes with hooks of others, its keys in any order."""
    names = st.text(max_size=6).filter(lambda key: key not in ("hooks", "env"))
    rest = draw(st.dictionaries(names, values, max_size=4))
    if draw(st.booleans()):
        rest["hooks"] = draw(_hooks)
    if draw(st.booleans()):
        rest["env"] = draw(_env)
    keys = draw(st.permutations(list(rest)))
    return {key: rest[key] for key in keys}


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """The bytes of a settings file: tidy in one of the usual ways, or scribbled."""
    value, ascii_only = draw(settings()), draw(st.booleans())
    indent = draw(st.sampled_from([None, 0, 2, 4, 8, "\t", "scribble"]))
    if indent == "scribble":
        text = _scribbled(value, random.Random(draw(st.integers(0, 2**32))))
    else:
        separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (",", ": ")]))
        text = json.dumps(value, indent=indent, separators=separators, ensure_ascii=ascii_only)
    text += draw(st.sampled_from(["", "\n", "\n\n", " "]))
    if draw(st.booleans()):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return (draw(st.sampled_from(["", "\ufeff"])) + text).encode("utf-8", "surrogatepass")


def _scribbled(value: Any, rng: random.Random) -> str:
    def gap() -> str:
        return rng.choice(_SPACES)

    if isinstance(value, dict):
        inner = [f"{gap()}{json.dumps(k)}{gap()}:{gap()}{_scribbled(v, rng)}{gap()}" for k, v in value.items()]
        return "{" + (",".join(inner) or gap()) + "}"
    if isinstance(value, list):
        return "[" + (",".join(f"{gap()}{_scribbled(v, rng)}{gap()}" for v in value) or gap()) + "]"
    return json.dumps(value)
