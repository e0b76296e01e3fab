"""`python -m interlock`."""

import sys

from interlock.faces.main import main

if __name__ == "__main__":
    sys.exit(main())
