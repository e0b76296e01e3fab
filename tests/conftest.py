"""The ground of all tests."""

import signal

from hypothesis import HealthCheck, settings
from tests.share import examples

# A time limit on an example measures the machine: beside other work a good test failed on it now and then. What
# must be quick has a test that says so.
settings.register_profile(
    "interlock", max_examples=examples(100), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("interlock")


def pytest_configure() -> None:
    """A background shell or nohup hands "ignore" down; the children of tests must die of signals."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
