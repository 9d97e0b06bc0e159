"""Start the application from a checkout: the same program as ``reid-app``; without arguments, its demo."""

from __future__ import annotations

import sys

from reid_app.cli import main

if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.argv.append("demo")
    main()
