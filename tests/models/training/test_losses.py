"""Losses against values computed by hand."""

from __future__ import annotations

import pytest
import torch

from models.errors import ModelError
from models.training import losses
from models.training.critics import Critic
from tests.models.tiny import tiny_net


def test_smooth_l1_is_half_the_square_below_delta_and_linear_above():
    answer, truth = torch.tensor([[[[0.5, 3.0]]]]), torch.zeros(1, 1, 1, 2)
    assert losses.smooth_l1(answer, truth).item() == pytest.approx((0.125 + 2.5) / 2)


def test_weights_of_smooth_l1_choose_whose_error_counts():
    answer, truth = torch.tensor([[[[0.5, 3.0]], [[0.5, 3.0]]]]), torch.zeros(1, 2, 1, 2)
    weight = torch.tensor([[[[3.0, 1.0]]]])
    assert losses.smooth_l1(answer, truth, weight).item() == pytest.approx((3 * 0.125 + 2.5) / 4)
    assert losses.smooth_l1(answer, truth, weight * 0).item() == 0


def test_least_squares_gan():
    real, fake = torch.tensor([1.0, 0.0]), torch.tensor([0.5, 0.5])
    assert losses.lsgan_generator(fake).item() == pytest.approx(0.25)
    assert losses.lsgan_discriminator(real, fake).item() == pytest.approx((0.5 + 0.25) / 2)


def test_cross_entropy_of_an_undecided_logit():
    assert losses.bce(torch.zeros(3), 1.0).item() == pytest.approx(0.6931, abs=1e-4)
    assert losses.bce(torch.tensor([2.0]), 0.0).item() == pytest.approx(2.1269, abs=1e-4)


def test_wasserstein_and_its_penalty():
    assert losses.wgan_discriminator(torch.tensor([3.0, 1.0]), torch.tensor([1.0])).item() == -1
    # D(x) = 2 sum x over four numbers has a slope of 4 everywhere: (4 - 1)^2
    real, fake = torch.randn(2, 1, 2, 2), torch.randn(2, 1, 2, 2)
    penalty = losses.gradient_penalty(lambda x: 2 * x.flatten(1).sum(1), real, fake, torch.rand(2, 1, 1, 1))
    assert penalty.item() == pytest.approx(9, abs=1e-4)


def test_histogram_distance_is_symmetric_and_four_for_strangers():
    mine, other = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    assert losses.histogram_distance(mine, mine).item() == 0
    assert losses.histogram_distance(mine, other).item() == pytest.approx(4)
    half = torch.tensor([[0.5, 0.5]])
    assert losses.histogram_distance(mine, half).item() == pytest.approx(2 * (0.25 / 1.5 + 0.25 / 0.5))


def test_total_variation_of_a_ramp():
    assert losses.total_variation(torch.tensor([[[[0.0, 1.0], [2.0, 3.0]]]])).item() == pytest.approx(1 + 2)


def test_perceptual_sums_the_layers():
    a = [torch.zeros(1, 1, 2, 2), torch.zeros(1, 2, 1, 1)]
    b = [torch.ones(1, 1, 2, 2), torch.full((1, 2, 1, 1), 0.5)]
    assert losses.perceptual(a, b).item() == pytest.approx(1.5)


def test_gram_matrices():
    x = torch.tensor([[[[1.0, 2.0]], [[0.0, 1.0]]]])  # two channels of two pixels
    assert losses.gram(x)[0].tolist() == [[5 / 4, 2 / 4], [2 / 4, 1 / 4]]
    assert losses.published_gram(x).tolist() == [[5 / 4, 2 / 4], [2 / 4, 1 / 4]]
    assert losses.style(x, torch.zeros_like(x)).item() == pytest.approx((5 + 2 + 2 + 1) / 16)
    two = torch.cat([x, x])
    assert losses.published_gram(two).shape == (4, 4)
    assert losses.gram(two).shape == (2, 2, 2)


def test_similarity_triplet_is_met_by_twelve():
    scores = torch.tensor([[[13.0, 2.0]]])
    assert losses.similarity_triplet(scores, torch.zeros_like(scores)).item() == pytest.approx((0 + 10) / 2)


def test_own_features_see_colour_and_teach_the_picture():
    features = losses.OwnFeatures(tiny_net())
    red = torch.zeros(1, 3, 32, 32)
    red[:, 0] = 1
    blue = red.flip(1).requires_grad_()
    distance = losses.perceptual(features(red), features(blue))
    distance.backward()
    assert distance.item() > 0 and blue.grad.abs().sum() > 0
    assert all(p.grad is None for p in features.parameters())


def test_a_persons_vgg_is_taken_and_another_file_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(losses, "VGG_LAYERS", (4, 4, 0, 8))
    monkeypatch.setattr(losses, "VGG_ENDS", (3, 6))
    shapes = {0: (4, 3), 2: (4, 4), 5: (8, 4)}
    state = {f"features.{i}.weight": torch.ones(a, b, 3, 3) for i, (a, b) in shapes.items()}
    state |= {f"features.{i}.bias": torch.zeros(a) for i, (a, _) in shapes.items()}
    torch.save(state | {"classifier.0.bias": torch.zeros(1)}, tmp_path / "vgg.pth")
    found = losses.open_features(tmp_path / "vgg.pth")(torch.zeros(1, 3, 8, 8))
    assert [tuple(x.shape) for x in found] == [(1, 4, 8, 8), (1, 8, 4, 4)]
    assert found[0][0, 0, 4, 4].item() == pytest.approx(0.5 * 27 * 36), "told (x + 1) / 2"
    with pytest.raises(ModelError, match="VGG-19"):
        losses.VggFeatures({"features.0.weight": torch.zeros(64, 3, 3, 3)})


def test_the_seeds_critic_has_its_parameters():
    with torch.device("meta"):
        assert sum(p.numel() for p in Critic().parameters()) == 9_857_313
