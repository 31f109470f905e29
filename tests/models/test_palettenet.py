"""PaletteNet: the original's shapes and answers, palettes of any length, a discriminator that can learn."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from models import registry
from models.errors import ModelError
from models.palettenet import fit_palette
from tests.models.golden import answers, filled, normal, outline, picture, relative_error


@pytest.fixture(scope="module")
def compact():
    return filled(outline("palettenet", width=0.25))


def test_published_counts():
    counts = {
        "palettenet_encoder": 4_818_688,
        "palettenet_decoder": 2_054_548,
        "palettenet": 4_818_688 + 2_054_548,
        "palettenet_discriminator": 2_673_537,
    }
    for name, count in counts.items():
        assert sum(value.numel() for value in outline(name).state_dict().values()) == count
    assert outline("palettenet_decoder").dconv_up_4[0].weight.shape == (530, 256, 3, 3)


def test_answers_as_the_original():
    expected = answers("palettenet")
    encoder, decoder = (filled(outline(f"palettenet_{part}")) for part in ("encoder", "decoder"))
    x, palette = (
        picture("photo", (1, 3, 64, 96), -1, 1),
        torch.from_numpy(np.tanh(normal("palette", (1, 18)))),
    )
    with torch.inference_mode():
        maps = encoder(x)
        ab = decoder(*maps, palette, x[:, :1])
    assert relative_error(maps[0], expected["c1"]) < 1e-4
    assert relative_error(ab, expected["ab"]) < 1e-4


def test_the_whole_is_encoder_and_decoder(compact):
    x, palette = picture("photo", (1, 3, 32, 48), -1, 1), torch.linspace(-1, 1, 18)[None]
    with torch.inference_mode():
        expected = compact.decoder(*compact.encoder(x), palette, x[:, :1])
        assert torch.equal(compact(x, palette), expected)


@pytest.mark.parametrize("size", [(1, 1), (17, 70), (250, 30)])
def test_any_size_is_recoloured(compact, size):
    lab = torch.stack([torch.full(size, 60.0), torch.full(size, 20.0), torch.full(size, -30.0)])[None]
    with torch.inference_mode():
        ab = compact.recolor(lab, torch.tensor([[50.0, 60.0, 20.0], [80.0, -20.0, 40.0]]))
    assert ab.shape == (1, 2, *size) and ab.isfinite().all() and ab.abs().max() <= 128


def test_another_palette_makes_another_picture(compact):
    lab = 50 + 40 * picture("photo", (1, 3, 32, 32), -1, 1)
    warm, cold = torch.tensor([[50.0, 60.0, 50.0]]), torch.tensor([[50.0, -20.0, -60.0]])
    with torch.inference_mode():
        assert (compact.recolor(lab, warm) - compact.recolor(lab, cold)).abs().mean() > 0.5


def test_short_palettes_repeat_in_place():
    colors = torch.arange(6.0).view(2, 3)
    assert fit_palette(colors)[:, 0].tolist() == [0, 0, 0, 3, 3, 3]
    assert fit_palette(colors[:1])[:, 0].tolist() == [0] * 6


def test_six_colours_stay_as_they_are():
    colors = torch.randn(6, 3)
    assert torch.equal(fit_palette(colors), colors)


def test_of_long_palettes_the_nearest_are_merged_in_order():
    colors = torch.tensor(
        [[0, 0, 0], [50, 0, 0], [1, 0, 0], [99, 0, 0], [20, 0, 0], [2, 0, 0], [70, 0, 0], [35, 0, 0]]
    )
    assert fit_palette(colors.float())[:, 0].tolist() == pytest.approx([1, 50, 99, 20, 70, 35])


@pytest.mark.parametrize("shape", [(0, 3), (11, 3), (6, 2), (18,)])
def test_impossible_palettes_are_a_sentence(shape):
    with pytest.raises(ModelError, match="1 to 10 colours"):
        fit_palette(torch.zeros(shape))


def test_the_published_discriminator_says_the_same_of_everything_and_ours_does_not():
    pictures = [torch.randn(1, 3, 64, 64) * scale for scale in (0.1, 1, 3)]
    palette = torch.zeros(1, 18)
    torch.manual_seed(3)
    with torch.inference_mode():
        published = registry.create("palettenet_discriminator", published=True)
        ours = registry.create("palettenet_discriminator", published=False)
        said = [published(x, palette).mean().item() for x in pictures]
        felt = [ours(x, palette).mean().item() for x in pictures]
    assert max(said) - min(said) < 0.03
    assert len({round(value, 6) for value in felt}) == 3


def test_our_discriminator_learns_to_tell_two_palettes_apart():
    torch.manual_seed(0)
    net = registry.create("palettenet_discriminator", published=False, width=0.125).train()
    optimiser = torch.optim.Adam(net.parameters(), 2e-3)
    x, palettes = torch.randn(2, 3, 48, 48), torch.stack([torch.ones(18), -torch.ones(18)])
    wanted = torch.tensor([1.0, 0.0])
    for _ in range(60):
        logits = net(x, palettes).mean((1, 2, 3))
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.1
