"""Pool3 features of the Inception network that pytorch-fid uses; never downloads, knows no data set.

Architecture and protocol of pytorch-fid 0.3.0 (repository mseitzer/pytorch-fid, Apache-2.0): uint8 divided by 255,
bilinear to 299 x 299 (half-pixel centres, no antialiasing), 2x - 1, the blocks up to the last average pool. Its own
blocks are used; each BatchNorm is folded into its convolution (Jacob et al. 2018, arXiv:1712.05877, section 3.2) and
the memory is channels-last, which on a CPU halves the time and changes the features by about 3e-7 of their size.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from validator.measuring.metrics.checks import Images, MetricError, check_images

if TYPE_CHECKING:
    import torch

FEATURES = 2048
SIDE = 299


def inception_features(
    images: Images, *, weights: Path | str, batch_size: int = 25, device: str = "cpu"
) -> npt.NDArray[np.float32]:
    """Features float32 (n, 2048) of images uint8 (n, 3, h, w); `weights` is the path of the state dict.

    Raises MetricError for other arrays, and for a file that is not that network's state dict.
    """
    return features_of(images, prepared=_bilinear, weights=weights, batch_size=batch_size, device=device)


def features_of(
    images: Images,
    *,
    prepared: Callable[[torch.Tensor], torch.Tensor],
    weights: Path | str,
    batch_size: int,
    device: str,
) -> npt.NDArray[np.float32]:
    """The same for any way from uint8 (n, 3, h, w) to the network's input float32 (n, 3, 299, 299).

    Images that are equal byte for byte are computed once, and have equal features: a collapsed model costs little.
    """
    check_images("images", images, channels=3)
    if batch_size < 1:
        raise MetricError(f"batch_size: {batch_size}, expected at least 1")
    import torch

    network = inception_network(weights).to(device)
    first, position = _distinct(images)
    # cuDNN's TF32 convolutions keep 10 bits of the mantissa: a thousandth of each feature.
    with torch.inference_mode(), torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        # They stay on the device until the end, so that no batch waits for a copy. Pinned memory would not pay: an
        # image of CIFAR size is 3 kB and takes 11 GFLOP.
        features = torch.empty((len(first), FEATURES), dtype=torch.float32, device=device)
        for start in range(0, len(first), batch_size):
            batch = torch.from_numpy(images[first[start : start + batch_size]]).to(device)
            features[start : start + batch_size] = network(prepared(batch)).flatten(1)
    return features.cpu().numpy()[position]


def _distinct(images: Images) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Indices of the distinct images in order of appearance, and for each image the position of its own there."""
    seen: dict[bytes, int] = {}
    position = np.array([seen.setdefault(sha256(image.tobytes()).digest(), len(seen)) for image in images])
    return np.unique(position, return_index=True)[1], position


def inception_network(weights: Path | str, *, folded: bool = True) -> torch.nn.Module:
    """The network up to pool3, in evaluation mode, float32; `folded` is for comparison with the network as shipped."""
    import torch

    network = _unfilled_network()
    try:
        state = torch.load(weights, map_location="cpu", weights_only=True)
        network.load_state_dict(state, assign=True)
    except Exception as error:
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        raise MetricError(f"{weights}: not the state dict of pytorch-fid's Inception ({first_line})") from error
    network = network.float().eval().requires_grad_(requires_grad=False)
    if folded:
        _fold(network)
    blocks = _until_pool3(network)
    return blocks.to(memory_format=torch.channels_last) if folded else blocks


def _bilinear(batch: torch.Tensor) -> torch.Tensor:
    import torch
    from torch.nn import functional

    unit = batch.to(torch.float32).div(255)
    resized = functional.interpolate(unit, size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    return (2 * resized - 1).contiguous(memory_format=torch.channels_last)


def _unfilled_network() -> Any:
    """pytorch-fid's `fid_inception_v3` without its download; parameters have shapes and no values yet."""
    import torch

    try:
        import torchvision
        from pytorch_fid import inception as parts
    except (ImportError, RuntimeError) as error:
        raise MetricError(
            f"pytorch-fid cannot be imported ({error}); install validator[run], with torch and torchvision from the "
            "same package index"
        ) from error
    with torch.device("meta"):
        network = torchvision.models.inception_v3(weights=None, num_classes=1008, aux_logits=False, init_weights=False)
        network.Mixed_5b = parts.FIDInceptionA(192, pool_features=32)
        network.Mixed_5c = parts.FIDInceptionA(256, pool_features=64)
        network.Mixed_5d = parts.FIDInceptionA(288, pool_features=64)
        network.Mixed_6b = parts.FIDInceptionC(768, channels_7x7=128)
        network.Mixed_6c = parts.FIDInceptionC(768, channels_7x7=160)
        network.Mixed_6d = parts.FIDInceptionC(768, channels_7x7=160)
        network.Mixed_6e = parts.FIDInceptionC(768, channels_7x7=192)
        network.Mixed_7b = parts.FIDInceptionE_1(1280)
        network.Mixed_7c = parts.FIDInceptionE_2(2048)
    return network


def _fold(network: Any) -> None:
    """conv, BatchNorm, ReLU -> conv, ReLU, in every block that has both."""
    import torch
    from torch.nn.utils.fusion import fuse_conv_bn_eval

    for block in list(network.modules()):
        normalisation = getattr(block, "bn", None)
        if isinstance(normalisation, torch.nn.BatchNorm2d):
            block.conv = fuse_conv_bn_eval(block.conv, normalisation)
            block.bn = torch.nn.Identity()


def _until_pool3(network: Any) -> torch.nn.Sequential:
    from torch import nn

    return nn.Sequential(
        *(network.Conv2d_1a_3x3, network.Conv2d_2a_3x3, network.Conv2d_2b_3x3, nn.MaxPool2d(3, stride=2)),
        *(network.Conv2d_3b_1x1, network.Conv2d_4a_3x3, nn.MaxPool2d(3, stride=2)),
        *(network.Mixed_5b, network.Mixed_5c, network.Mixed_5d, network.Mixed_6a),
        *(network.Mixed_6b, network.Mixed_6c, network.Mixed_6d, network.Mixed_6e),
        *(network.Mixed_7a, network.Mixed_7b, network.Mixed_7c, nn.AdaptiveAvgPool2d(1)),
    )
