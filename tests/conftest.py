"""The ground of all tests."""

import signal


def pytest_configure() -> None:
    """A background shell or nohup hands "ignore" down; the children of tests must die of signals."""
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
