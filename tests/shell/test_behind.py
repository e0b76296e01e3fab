"""What a part of a command in the background writes."""

import pytest

from interlock.doors import shfmt
from interlock.doors.disk import Ground
from interlock.shell.read import read
from interlock.shell.where import Where


@pytest.mark.parametrize(
    ("command", "behind"),
    [
        ("nohup ./s > log 2>&1 &", ["log"]),
        ("./s > a & ./t > b", ["a"]),
        ("(./s > a; ./t >> b) & disown", ["a", "b"]),
        ("bash -c './s > a &'; echo x > b", ["a"]),
        ("./s > a 2>&1 && ./t &> b", []),
        ("nohup ./s > log", []),
        ("curl -o 'a&b' http://x/?a=1\\&b=2", []),
    ],
)
def test_behind(command: str, behind: list[str]) -> None:
    """Just the paths of parts that `&` sends to the background are told apart."""
    parser = shfmt.Parser()
    where = Where("/nowhere", "/home/x", {}, Ground(), parser.parse)
    assert list(read(parser.parse(command), where).behind) == [f"/nowhere/{name}" for name in behind]
