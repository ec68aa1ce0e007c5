"""What a network was fed, in a few numbers: shape, dtype and ranges. Knows tensors; keeps none."""

from __future__ import annotations

from typing import Any


def summary_of(batch: Any) -> dict[str, Any]:
    """Shape, dtype and range of one batch; for images the range of each channel too."""
    values = batch.detach()
    summary: dict[str, Any] = {"shape": list(values.shape), "dtype": str(values.dtype)}
    if values.numel() == 0 or values.is_complex():
        return summary
    values = values.float()
    summary["low"], summary["high"] = float(values.min()), float(values.max())
    if values.dim() == 4 and values.shape[1] <= 16:
        channels = values.transpose(0, 1).flatten(1)
        summary["lows"], summary["highs"] = channels.amin(1).tolist(), channels.amax(1).tolist()
    return summary


def merged_summary(old: dict[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    """The widest range seen for inputs of one shape (the batch size aside); another shape starts anew."""
    if old is None or old["shape"][1:] != new["shape"][1:] or "low" not in old or "low" not in new:
        return new
    merged = {**new, "low": min(old["low"], new["low"]), "high": max(old["high"], new["high"])}
    if "lows" in old and "lows" in new:
        merged["lows"] = [min(pair) for pair in zip(old["lows"], new["lows"], strict=True)]
        merged["highs"] = [max(pair) for pair in zip(old["highs"], new["highs"], strict=True)]
    return merged
