"""What models there are, for people and for machines."""

from __future__ import annotations

from rich.table import Table

from reid_app.models.registry import ModelFiles


def describe(files: ModelFiles) -> dict[str, object]:
    """Return what is worth knowing of a model, as values that can be written as JSON."""
    manifest = files.manifest
    return {
        "name": files.name,
        "kind": manifest.kind.value,
        "input": list(manifest.input.size) if manifest.input.size else None,
        "embedding_size": manifest.embedding_size,
        "parameters": manifest.parameters,
        "gflops": manifest.gflops,
        "calibrated": files.thresholds is not None,
        "bytes": sum(entry.size for entry in manifest.files.values()),
        "files": sorted(role.value for role in manifest.files),
        "licence": manifest.licence,
        "hash": files.hash,
        "folder": str(files.folder),
    }


def table(models: list[ModelFiles]) -> Table:
    """Return a table with one row a model."""
    result = Table()
    result.add_column("model", no_wrap=True)
    for heading in ("kind", "input", "parameters", "GFLOPs", "MB", "licence"):
        result.add_column(heading, justify="right" if heading in ("parameters", "GFLOPs", "MB") else "left")
    for files in models:
        manifest = files.manifest
        size = manifest.input.size
        result.add_row(
            files.name,
            manifest.kind.value,
            f"{size[0]} x {size[1]}" if size else "any",
            "" if manifest.parameters is None else f"{manifest.parameters:,}",
            "" if manifest.gflops is None else f"{manifest.gflops:.3f}",
            f"{sum(entry.size for entry in manifest.files.values()) / 1e6:.1f}",
            manifest.licence.partition(";")[0],
        )
    return result
