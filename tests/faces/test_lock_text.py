"""`interlock lock` with arguments that are not Unicode."""

import json

from tests.faces.site import Out, Site, ask, interlock


def test_bytes_that_are_not_utf8(site: Site, capsys: Out) -> None:
    """A purpose or a mutex's name that is not UTF-8 is spelled out in the store, never a traceback, and is found
    again by the same spelling."""
    assert interlock("lock", "try", "a.py", "mutex:m\udcff", "--purpose", "for \udcfe") == 0
    capsys.readouterr()
    assert interlock("lock", "holder", "mutex:m\udcff", "--json") == 0
    (lease,) = json.loads(capsys.readouterr().out)["leases"]
    assert (lease["path"], lease["purpose"]) == ("mutex:m\\xff", "for \\xfe")
    assert len(ask(capsys, "--path", "mutex:m\udcff")) == 1
    assert interlock("lock", "release", "mutex:m\udcff") == 0
