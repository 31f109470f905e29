"""CYS: the published sizes; palettes one colour after the other; words of two languages; colour of any size."""

from __future__ import annotations

import pytest
import torch

from models import registry
from models.cys import CATEGORIES, category_vectors, grams
from tests.models.golden import outline, picture


@pytest.mark.parametrize(
    "name, count, buffers",
    [
        ("cys_context", 716_928, 0),
        ("cys_palette_generator", 303_875, 0),
        ("cys_palette_discriminator", 239_617, 0),
        ("cys_color_generator", 55_584_384, 10_880),
        ("cys_color_discriminator", 2_758_289, 1_792),
    ],
)
def test_published_counts(name, count, buffers):
    net = outline(name, published=True)
    assert sum(value.numel() for value in net.parameters()) == count
    assert sum(value.numel() for value in net.buffers() if value.ndim) == buffers


def test_the_context_mixes_in_the_published_shares():
    net = registry.create("cys_context")
    features = torch.randn(1, 512), torch.randn(1, 512), category_vectors(["朋克"])
    palette = torch.rand(1, 15)
    with torch.inference_mode():
        stacks = [net._stack(prefix, x) for prefix, x in zip(("img", "txt", "cat"), features, strict=True)]
        expected = torch.relu(net.fusion_fc1(0.6 * stacks[0] + 0.3 * stacks[1] + 0.1 * stacks[2]))
        context = net(*features, palette)
    assert torch.allclose(context, torch.cat([expected, palette], 1), atol=1e-6)


def test_a_missing_input_leaves_its_share_to_the_others():
    net = registry.create("cys_context")
    image, text, category = torch.randn(1, 512), torch.randn(1, 512), category_vectors([None])
    with torch.inference_mode():
        only_text = net.fuse(image, text, category, torch.tensor([[0.0, 1.0, 0.0]]))
        assert torch.allclose(only_text, torch.relu(net.fusion_fc1(net._stack("txt", text))), atol=1e-6)
        nothing = net.fuse(image, text, category, torch.zeros(1, 3))
        assert torch.equal(nothing, torch.relu(net.fusion_fc1.bias)[None])


def test_the_21_published_categories_are_known_by_name():
    assert len(CATEGORIES) == 21
    hot = category_vectors(["朋克", " hiphop ", "unknown", None])
    assert hot.shape == (4, 210) and hot.sum(1).tolist() == [10, 10, 0, 0]
    assert hot[1].nonzero().flatten().tolist() == list(range(1, 210, 21))


def test_each_colour_knows_those_before_it():
    net, seen = registry.create("cys_palette_generator"), []
    fused, noise = torch.rand(2, 128), torch.randn(2, 5, 128)
    net.register_forward_hook(lambda _, given, color: seen.append((given[1][:, 128:], color)))
    with torch.inference_mode():
        palette = net.palette(fused, noise)
    assert palette.shape == (2, 5, 3) and ((palette > 0) & (palette < 1)).all()
    assert (seen[0][0] == 0).all()
    assert torch.equal(seen[3][0], torch.cat([torch.zeros(2, 6), palette[:, :3].flatten(1)], 1))


def test_locked_colours_stay_and_are_known_from_the_start():
    net = registry.create("cys_palette_generator")
    fused, noise = torch.rand(1, 128), torch.randn(1, 5, 128)
    locked, keep = torch.rand(1, 5, 3), torch.tensor([False, True, False, False, True])
    with torch.inference_mode():
        free, held = net.palette(fused, noise), net.palette(fused, noise, locked, keep)
        so_far = torch.cat([torch.zeros(1, 9), locked[:, 1], locked[:, 4]], 1)
        first = net(noise[:, 0], torch.cat([fused, so_far], 1))
    assert torch.equal(held[:, keep], locked[:, keep])
    assert torch.equal(held[:, 0], first) and not torch.equal(held[:, 0], free[:, 0])


def test_text_is_read_in_both_languages():
    assert list(grams("Sea")) == ["<sea>", "<se", "sea", "ea>", "<sea", "sea>"]
    assert list(grams("大海 ")) == ["大", "海", "大海"]
    assert list(grams("ＳＥＡ")) == list(grams("sea")) and list(grams(" ,!")) == []


def test_texts_mean_the_same_on_every_machine():
    net = registry.create("cys_text2palette", width=0.25)
    assert net.text.indices("red 红") == [4174, 2885, 8079, 977, 7832, 3528, 7105]


@pytest.mark.parametrize("words", [["夏日海边 summer sea"], [None, "", "x"]])
@pytest.mark.parametrize("with_picture", [True, False])
def test_any_of_words_picture_and_category_is_enough(words, with_picture):
    net = registry.create("cys_text2palette", width=0.25)
    pictures = picture("p", (len(words), 1, 40, 300), -1, 1) if with_picture else None
    with torch.inference_mode():
        palettes = net(words, pictures, ["摇滚"] * len(words))
    assert palettes.shape == (len(words), 5, 3) and palettes.isfinite().all()


def test_words_and_noise_change_the_palette_and_the_same_ones_do_not():
    net = registry.create("cys_text2palette", width=0.25)
    noise = torch.randn(1, 5, 128)
    with torch.inference_mode():
        red, again, blue = net(["red"], noise=noise), net(["red"], noise=noise), net(["blue"], noise=noise)
        other = net(["red"], noise=-noise)
    assert torch.equal(red, again)
    assert not torch.equal(red, blue) and not torch.equal(red, other)


@pytest.mark.parametrize("size", [(1, 1), (33, 70), (64, 64)])
def test_pictures_of_any_size_are_coloured_by_their_palette(size):
    net = registry.create("cys_colorizer", width=0.25)
    gray, palettes = picture("g", (1, 1, *size), -1, 1), torch.rand(2, 1, 5, 3)
    with torch.inference_mode():
        first, second = (net(gray, palette) for palette in palettes)
    assert first.shape == (1, 2, *size) and first.abs().max() <= 1
    assert not torch.equal(first, second)


def test_the_published_u_net_answers_rgb():
    net = registry.create("cys_color_generator", width=0.125)
    judge = registry.create("cys_color_discriminator", width=0.125)
    with torch.inference_mode():
        rgb = net(torch.zeros(1, 1, 256, 256), torch.zeros(1, net.up[0].conv.weight.shape[0] - 64))
        assert rgb.shape == (1, 3, 256, 256)
        share = judge(rgb, torch.zeros(1, judge.fc.in_features - 256))
    assert 0 < share.item() < 1
