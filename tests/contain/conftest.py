"""A place to contain commands in, for whoever runs the tests and, where that is root, for an ordinary user."""

import os
from collections.abc import Iterator

import pytest

from .place import NOBODY, Place

USERS = ["self", "nobody"] if os.geteuid() == 0 else ["self"]


def require(place: Place) -> None:
    """A skip where commands can't be contained, with the reason; in CI that is a failure."""
    why = place.able()
    if why and os.environ.get("CI") == "true":
        pytest.fail(f"commands can't be contained here: {why}")
    if why:
        pytest.skip(f"commands can't be contained here: {why}")


@pytest.fixture(params=USERS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    place = Place(NOBODY if request.param == "nobody" else None)
    try:
        require(place)
        yield place
    finally:
        place.close()


@pytest.fixture
def ordinary() -> Iterator[Place]:
    """The place of an ordinary user, never root's."""
    place = Place(NOBODY if os.geteuid() == 0 else None)
    try:
        require(place)
        yield place
    finally:
        place.close()
