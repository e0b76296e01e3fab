"""The measures: `python -m bench.guard`, `.contention`, `.stores`, `.context`, from the repository's top.

Standard library alone, so that any interpreter can be measured. What is measured is this source tree, not
an installed copy.
"""

import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
LIB = TOP / "lib"
if str(LIB) not in sys.path:
    sys.path.insert(0, str(LIB))
