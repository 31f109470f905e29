"""A very small network and a shard of four drawn photos, for tests of training and of both runtimes."""

from __future__ import annotations

import csv
import io
import tarfile
from pathlib import Path

import cv2
import numpy as np
import torch

from models.guided import GuidedNet

RECIPE = {
    "system": "guided", "width": 0.25, "bins": 16, "boldness": 0.5, "steps": 4, "batch": 2, "sizes": [[0.0, 32]],
    "learning_rate": 1e-3, "weight_decay": 0.01, "ema": 0.9, "seed": 3, "warmup": 2, "log_every": 1,
    "loss": {"labels": 1.0, "color": 1.0, "edges": 1.0},
    "guidance": {"true_and_guess": 0.3, "true": 0.2, "guess": 0.3, "none": 0.2},
    "wishes": {"palette": 0.5, "hints": 0.5, "reference": 0.5, "turned": 0.5},
    "references": {"self": 0.4, "words": 0.4, "any": 0.2},
    "packs": {},
}  # fmt: skip


def tiny_net(seed: int = 0) -> GuidedNet:
    """An untrained network a quarter as wide, with bins on a circle and lively normalisation."""
    torch.manual_seed(seed)
    net = GuidedNet(0.25, 16)
    turn = torch.arange(16) * (2 * torch.pi / 16)
    net.centers.copy_(40 * torch.stack([turn.cos(), turn.sin()], 1))
    for name, value in net.state_dict().items():
        if name.endswith("running_var"):
            value.uniform_(0.5, 2)
        elif name.endswith("running_mean"):
            value.uniform_(-0.2, 0.2)
    return net.eval()


def write_shard(folder: Path, photos: int = 4) -> Path:
    """`folder/drawn.tar`: blue sky over green grass, with label maps (50 and 36); one photo each in val and test."""
    rows, files = [], {}
    rng = np.random.default_rng(5)
    for i in range(photos):
        bgr = np.zeros((64, 80, 3), np.uint8)
        bgr[:32], bgr[32:] = (220, 170, 90), (40, 140, 60)
        bgr = np.clip(bgr + rng.normal(0, 8, bgr.shape), 0, 255).astype(np.uint8)
        labels = np.full((64, 80), 50, np.uint8)
        labels[32:], labels[:, :4] = 36, 255
        split = {photos - 2: "val", photos - 1: "test"}.get(i, "train")
        rows.append(
            [f"images/{i}.png", split, 80, 64, f"labels60/{i}.png", "true", "", "", "drawn", "sky grass", "x"]
        )
        files[f"drawn/images/{i}.png"] = cv2.imencode(".png", bgr)[1].tobytes()
        files[f"drawn/labels60/{i}.png"] = cv2.imencode(".png", labels)[1].tobytes()
    text = io.StringIO()
    names = "file split width height labels60 labels60_kind labels label_kind group words source_repo"
    csv.writer(text).writerows([names.split(), *rows])
    files["drawn/manifest.csv"] = text.getvalue().encode()
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / "drawn.tar", "w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return folder
