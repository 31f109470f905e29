"""SCFT: the original's shapes and answers, true attention by default, any size."""

from __future__ import annotations

import pytest
import torch

from models import registry
from tests.models.golden import answers, filled, outline, picture, relative_error


@pytest.fixture(scope="module")
def compact():
    return filled(outline("scft", published=False, width=0.25))


def test_published_counts():
    state = outline("scft").state_dict()
    assert len(state) == 82
    assert sum(value.numel() for value in state.values()) == 82_120_688 + 15_880
    assert state["resblocks.layers.3.layers.2.weight"].shape == (992, 992, 3, 3)
    assert state["decoder.layers.8.layers.0.weight"].shape == (16, 48, 3, 3)
    judge = outline("scft_discriminator")
    assert sum(value.numel() for value in judge.parameters()) == 2_767_681


def test_generator_answers_as_the_original():
    expected = answers("scft_generator")["rgb"]
    reference, sketch = (
        picture("reference", (1, 3, 256, 256), -1, 1),
        picture("sketch", (1, 1, 256, 256), -1, 1),
    )
    with torch.inference_mode():
        rgb = filled(outline("scft", published=True))(reference, sketch)
    assert relative_error(rgb[:, :, ::4, ::4], expected) < 1e-4


def test_discriminator_answers_as_the_original():
    expected = answers("scft_discriminator")["patch"]
    reference, sketch = (
        picture("reference", (1, 3, 256, 256), -1, 1),
        picture("sketch", (1, 1, 256, 256), -1, 1),
    )
    with torch.inference_mode():
        patch = filled(outline("scft_discriminator", published=True))(torch.cat([reference, sketch], 1))
    assert relative_error(patch, expected) < 1e-4


@pytest.mark.parametrize("sketch, reference", [((1, 1), (1, 1)), ((33, 70), (50, 20)), ((64, 64), (96, 32))])
@pytest.mark.parametrize("published", [True, False])
def test_any_two_sizes_go_through(sketch, reference, published):
    net = registry.create("scft", published=published, width=0.25)
    with torch.inference_mode():
        rgb = net(torch.zeros(2, 3, *reference), torch.zeros(2, 1, *sketch))
    assert rgb.shape == (2, 3, *sketch) and rgb.isfinite().all()


def test_the_attention_map_says_where_a_colour_came_from(compact):
    with torch.inference_mode():
        details = compact(
            picture("r", (1, 3, 64, 48), -1, 1), picture("s", (1, 1, 32, 80), -1, 1), details=True
        )
    assert details.attention.shape == (1, 2, 5, 4, 3)
    assert torch.allclose(details.attention.sum((3, 4)), torch.ones(1, 2, 5), atol=1e-5)
    assert details.scores.shape == details.negative.shape == (1, 10, 12)


def test_by_default_a_token_is_a_place_and_in_the_published_form_it_is_not():
    grid = torch.arange(24.0).view(1, 4, 2, 3)
    ours, published = (registry.create("scft", published=p, width=0.25).scft for p in (False, True))
    assert ours.tokens(grid)[0, 1].tolist() == grid[0, :, 0, 1].tolist()
    assert published.tokens(grid)[0, 1].tolist() == [4, 5, 6, 7]
    for form in (ours, published):
        assert torch.equal(form.grid(form.tokens(grid), grid), grid)


def test_moving_a_patch_of_the_reference_moves_its_attention(compact):
    grid = torch.randn(1, compact.scft.W_q.in_features, 4, 4)
    with torch.inference_mode():
        _, scores = compact.scft(grid, grid)
        _, moved = compact.scft(grid, grid.flip(3))
    assert torch.allclose(scores.view(1, 16, 4, 4), moved.view(1, 16, 4, 4).flip(3), rtol=1e-3, atol=1e-3)


def test_the_negative_scores_are_those_of_the_next_samples_reference(compact):
    references, sketches = picture("r", (3, 3, 32, 32), -1, 1), picture("s", (3, 1, 32, 32), -1, 1)
    with torch.inference_mode():
        negative = compact(references, sketches, details=True).negative
        swapped = compact(references.roll(-1, 0), sketches, details=True).scores
    assert torch.allclose(negative, swapped, atol=1e-5)


def test_a_compact_file_is_read_back_in_the_form_its_card_names(tmp_path, compact):
    from models import weights

    path = weights.save(compact.state_dict(), tmp_path / "sketch.safetensors", {"published": False})
    assert registry.from_file(path, "scft").scft.published is False
    bare = weights.save(compact.state_dict(), tmp_path / "bare.safetensors")
    assert registry.from_file(bare, "scft").scft.published is True


def test_a_trained_checkpoint_gives_generator_or_discriminator(tmp_path, compact):
    from models import weights

    judge = registry.create("scft_discriminator", width=0.25).state_dict()
    path = tmp_path / "model_dict"
    torch.save(
        {"generator_state_dict": compact.state_dict(), "discriminator_state_dict": judge, "epoch": 3}, path
    )
    assert registry.from_file(path).scft.published is True
    assert weights.load_state(path, wrappers=("discriminator_state_dict",)).keys() == judge.keys()
