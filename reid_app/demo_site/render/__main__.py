"""Command: ``python -m reid_app.demo_site.render --work WORK --out assets/demo_site``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from reid_app.demo_site.render.job import Job, finish, render


def main() -> int:
    """Render the demo site; a second start goes on where the first was interrupted."""
    parser = argparse.ArgumentParser(prog="python -m reid_app.demo_site.render", description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder of intermediate files (4 GB)")
    parser.add_argument("--out", type=Path, help="folder of clips and truth; left out: only render pieces")
    parser.add_argument("--seed", type=int, default=1, help="seed of the cameras' grain")
    parser.add_argument("--samples", type=int, default=12, help="paths per pixel of the backgrounds")
    parser.add_argument("--crf", type=int, default=25, help="H.264 rate factor; higher is smaller")
    parser.add_argument("--camera", action="append", default=[], help="render this camera only; may be repeated")
    parser.add_argument("--truth-only", action="store_true", help="make the truth without pictures")
    options = parser.parse_args()
    job = Job(options.work, options.seed, samples=options.samples, pictures=not options.truth_only)

    def report(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    render(job, report, options.camera)
    if options.out is not None and not options.camera:
        finish(job, options.out, options.crf, report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
