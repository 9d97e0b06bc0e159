"""``python -m reid_app``: the same program as ``reid-app``."""

from __future__ import annotations

from reid_app.cli import main

if __name__ == "__main__":
    main()
