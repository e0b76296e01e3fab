"""What is known of held files, of commands that run, of versions and notices: kept, found and forgotten alike."""

from typing import Any

from .play import A, B, Play, file, tree


def base(key: str, owner: str = A.id, lease: str = "", looked: float = 0.0, **more: object) -> dict[str, Any]:
    return {
        "key": key, "owner": owner, "lease": lease or key, "shown": key, "digest": "d", "mark": "m", "mode": 0o644,
        "size": 1, "how": "held", "wall": 5.0, "looked": looked, "writing": 0.0, **more,
    }  # fmt: skip


def due(play: Play, before: float, most: int = 99) -> list[tuple[str, int]]:
    """(key, whether its lease stands) of what is to be compared."""
    with play.store.transaction() as tx:
        return [(row[0], row[-1]) for row in tx.run("base_due", before=before, most=most)]


def test_the_longest_unlooked_goes_first(play: Play) -> None:
    """What was compared longest ago comes first, at most as many as asked, and nothing compared since then."""
    play.take(A, *(file(f"/p/{name}") for name in "abc"))
    with play.store.transaction() as tx:
        for name, looked in (("a", 3.0), ("b", 1.0), ("c", 2.0)):
            tx.run("base_put", **base(f"/p/{name}", looked=looked))
    assert due(play, 9.0) == [("/p/b", 1), ("/p/c", 1), ("/p/a", 1)]
    assert due(play, 9.0, 1) == [("/p/b", 1)]
    assert due(play, 2.0) == [("/p/b", 1)]
    with play.store.transaction() as tx:
        tx.run("base_looked", keys='["/p/b", "/p/none"]', at=9.0)
    assert due(play, 9.0) == [("/p/c", 1), ("/p/a", 1)]


def test_a_file_without_its_lease(play: Play) -> None:
    """A file whose lease ended, or is another's now, is known to be so and pruned; in a held folder it stays."""
    (lease,) = play.take(A, file("/p/a"))
    play.take(B, file("/p/b"))
    play.take(A, tree("/t"))
    with play.store.transaction() as tx:
        for row in (base("/p/a"), base("/p/b"), base("/t/x", lease="/t")):
            tx.run("base_put", **row)
    assert due(play, 9.0) == [("/p/a", 1), ("/p/b", 0), ("/t/x", 1)]
    play.release(A, lease)
    assert due(play, 9.0) == [("/p/a", 0), ("/p/b", 0), ("/t/x", 1)]
    with play.store.transaction() as tx:
        tx.run("base_prune")
    assert due(play, 9.0) == [("/t/x", 1)]


def test_only_the_holder_is_writing(play: Play) -> None:
    """The beginning of a write is noted for the file's holder alone."""
    with play.store.transaction() as tx:
        tx.run("base_put", **base("/p/a"))
        tx.run("base_writing", key="/p/a", owner=B.id, at=7.0)
        assert tx.run("base_get", key="/p/a")[0][11] == 0.0
        tx.run("base_writing", key="/p/a", owner=A.id, at=7.0)
        assert tx.run("base_get", key="/p/a")[0][11] == 7.0


def test_commands_end(play: Play) -> None:
    """A turn's end ends its owner's commands but those in the background; what ended is forgotten by its time."""
    run: dict[str, Any] = {"command": "c", "began": 1.0, "over": -1.0, "noted": 1.0}
    with play.store.transaction() as tx:
        for name, owner, background in (("1", A.id, 0), ("2", A.id, 1), ("3", B.id, 0)):
            tx.run("shell_put", id=name, owner=owner, background=background, **run)
        tx.run("shell_end", owner=A.id, at=4.0, background=0)
        assert [(row[0], row[5]) for row in tx.run("shell_all")] == [("1", 4.0), ("2", -1.0), ("3", -1.0)]
        tx.run("shell_drop", before=4.0)
        assert len(tx.run("shell_all")) == 3
        tx.run("shell_drop", before=4.1)
        assert [row[0] for row in tx.run("shell_all")] == ["2", "3"]
        tx.run("shell_end", owner=A.id, at=5.0, background=1)
        assert [row[5] for row in tx.run("shell_all")] == [5.0, -1.0]


def test_a_note_on_a_call_stays(play: Play) -> None:
    """What was noted of a call outlives its end; a call that comes after another is found."""
    call: dict[str, Any] = {"owner": A.id, "tool": "Bash", "decision": "x"}
    with play.store.transaction() as tx:
        tx.run("call_put", id="1", at=1.0, ended=0, **call)
        tx.run("call_mark", id="1", note="quiet")
        tx.run("call_put", id="1", at=1.0, ended=1, **call)
        assert tx.run("call_get", id="1")[0][5:] == (1, "quiet")
        assert tx.run("call_since", owner=A.id, at=1.0) == []
        tx.run("call_put", id="2", at=2.0, ended=0, **call)
        assert tx.run("call_since", owner=A.id, at=1.0) == [("2", 2.0)]
        assert tx.run("call_since", owner=B.id, at=0.0) == []


def test_versions_are_numbered(play: Play) -> None:
    """Versions get numbers that grow; a file's come newest first, and old ones go."""
    row: dict[str, Any] = {"digest": "d", "mode": 1, "size": 2, "owners": A.id, "how": "held"}
    with play.store.transaction() as tx:
        for key, wall in (("/p/a", 10.0), ("/p/b", 20.0), ("/p/a", 30.0)):
            tx.run("version_add", key=key, wall=wall, **row)
        assert [(one[0], one[7]) for one in tx.run("version_of", key="/p/a")] == [(3, 30.0), (1, 10.0)]
        tx.run("version_prune", before=20.0)
        assert [one[0] for one in tx.run("version_of", key="/p/a")] == [3]
        assert len(tx.run("version_digests")) == 2


def test_notices_are_told_in_order(play: Play) -> None:
    """An owner's notices come in order, are dropped by owner, and go with who is gone."""
    play.take(A, file("/p/a"))
    with play.store.transaction() as tx:
        for owner, text in ((A.id, "1"), (B.id, "2"), (A.id, "3")):
            tx.run("notice_add", owner=owner, wall=1.0, text=text)
        assert tx.run("notice_of", owner=A.id) == [("1",), ("3",)]
        tx.run("notice_prune")
        assert (tx.run("notice_of", owner=B.id), len(tx.run("notice_of", owner=A.id))) == ([], 2)
        tx.run("notice_drop", owner=A.id)
        assert tx.run("notice_of", owner=A.id) == []


def test_what_a_reboot_ends(play: Play) -> None:
    """After a reboot nothing runs, nothing is held and nobody is to be told; versions stay."""
    with play.store.transaction() as tx:
        tx.run("base_put", **base("/p/a"))
        tx.run("shell_put", id="1", owner=A.id, command="c", background=1, began=1.0, over=-1.0, noted=1.0)
        tx.run("notice_add", owner=A.id, wall=1.0, text="t")
        tx.run("version_add", key="/p/a", digest="d", mode=1, size=1, owners=A.id, how="held", wall=1.0)
        tx.run("kept_add", bytes=5)
        tx.run("kept_add", bytes=5)
    play.ground.reboot(5.0)
    play.again()
    with play.store.transaction() as tx:
        assert tx.run("base_get", key="/p/a") == tx.run("shell_all") == tx.run("notice_of", owner=A.id) == []
        assert len(tx.run("version_of", key="/p/a")) == 1
        assert tx.run("kept_get") == [(10,)]
        tx.run("kept_set", bytes=3)
        assert tx.run("kept_get") == [(3,)]
