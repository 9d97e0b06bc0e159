"""``python -m reid_app.train CONFIG``: training without the application's command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reid_app.errors import ReidAppError
from reid_app.train import train
from reid_app.train.settings import parse_overrides


def main(arguments: list[str] | None = None) -> int:
    """Train; 0 fine, else the exit code of the error, told in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m reid_app.train", description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("--minutes", type=float, help="stop cleanly after this long")
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint")
    parser.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], help="replace a setting")
    chosen = parser.parse_args(arguments)
    try:
        overrides = parse_overrides(chosen.set)
        outcome = train(chosen.config, minutes=chosen.minutes, resume=chosen.resume, overrides=overrides)
    except ReidAppError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write(f"{outcome.folder}: {outcome.images} pictures seen\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
