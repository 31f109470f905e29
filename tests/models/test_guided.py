"""The network itself: shapes, folding, what a label reaches."""

from __future__ import annotations

import pytest
import torch

from models.guided import NOT_SAID, REACH, TOKEN_EXTRAS, GuidedNet, fold
from tests.models.tiny import tiny_net


@pytest.fixture
def luminance() -> torch.Tensor:
    return torch.rand(1, 1, 64, 96, generator=torch.Generator().manual_seed(1)) * 100


def colorize(net: GuidedNet, luminance: torch.Tensor, ids: torch.Tensor, sure: float = 1.0, hints=None, tokens=None):
    n, h, w = ids.shape
    hints = torch.zeros(n, 3, h // 2, w // 2) if hints is None else hints
    tokens = torch.zeros(n, 1, net.features + TOKEN_EXTRAS) if tokens is None else tokens
    with torch.inference_mode():
        prepared = net.prepare(*net.encode(luminance))
        return net.colorize(*prepared, ids, torch.full((n, 1, h, w), sure), hints, tokens)


def swatches(net: GuidedNet, *ab: tuple[float, float]) -> torch.Tensor:
    tokens = torch.zeros(1, len(ab), net.features + TOKEN_EXTRAS)
    tokens[0, :, -5:-3] = torch.tensor(ab) / 50
    tokens[..., -3:] = 1
    return tokens


def test_answers_have_the_sizes_that_are_promised(luminance):
    net = tiny_net()
    s2, p4, p8 = net.encode(luminance)
    assert s2.shape[2:] == (32, 48) and p4.shape[2:] == (16, 24) and p8.shape[2:] == (8, 12)
    assert net.segment(p4).shape == (1, 60, 16, 24)
    ab, confidence, heed, paper, share = colorize(net, luminance, torch.zeros(1, 32, 48, dtype=torch.long))
    assert ab.shape == (1, 2, 32, 48) and confidence.shape == (1, 1, 16, 24)
    assert heed.shape == (1, 1, 8, 12) and share.shape == (1, 16, 16, 24)
    assert paper.shape == (1, 1, 16, 24) and paper.min() >= 0 and paper.max() <= 100
    assert ab.square().sum(1).sqrt().max() <= 40.001, "the mean of bins lies inside them"
    assert confidence.min() > 0 and confidence.max() <= 1
    assert torch.allclose(share.sum(1), torch.ones(1, 16, 24), atol=1e-4)


def test_folding_keeps_every_answer(luminance):
    net = tiny_net()
    ids = torch.randint(0, 61, (1, 32, 48), generator=torch.Generator().manual_seed(2))
    before, before_labels = colorize(net, luminance, ids), net.segment(net.encode(luminance)[1])
    fold(net)
    assert not any("norm" in key for key in net.state_dict())
    after, after_labels = colorize(net, luminance, ids), net.segment(net.encode(luminance)[1])
    for x, y in zip((*before, before_labels), (*after, after_labels), strict=True):
        assert torch.allclose(x, y, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("folded", [(False, False), (True, False), (True, True)])
@pytest.mark.parametrize("width", [0.25, 0.75])
def test_a_state_dict_tells_its_own_width_and_form(width, folded):
    net = GuidedNet(width, 8, folded)
    again = GuidedNet.from_state_dict(net.state_dict())
    assert {k: v.shape for k, v in again.state_dict().items()} == {
        k: v.shape for k, v in net.state_dict().items()
    }


def test_a_width_between_the_steps_is_refused():
    with pytest.raises(ValueError, match="steps of 0.25"):
        GuidedNet(0.3)


def test_a_label_changes_colour_where_it_is_and_nowhere_beyond_its_reach(luminance):
    net = tiny_net()
    wide = torch.cat([luminance] * 4, 3)
    ids = torch.full((1, 32, 192), 50)
    other = ids.clone()
    other[:, 8:16, :16] = 36
    before, after = colorize(net, wide, ids)[0], colorize(net, wide, other)[0]
    changed = (before != after).any(1)[0]
    assert changed[8:16, :16].all()
    assert not changed[:, 16 + REACH // 2 :].any(), "the decoder has no global operation"


def test_not_said_and_doubt_are_answers_of_their_own(luminance):
    net = tiny_net()
    ids = torch.full((1, 32, 48), 50)
    said = colorize(net, luminance, ids)[0]
    assert not torch.equal(said, colorize(net, luminance, torch.full_like(ids, NOT_SAID))[0])
    assert not torch.equal(said, colorize(net, luminance, ids, sure=0.3)[0])


def test_a_swatch_draws_the_colours_to_itself_and_heed_tells_so(luminance):
    net = tiny_net()
    ids = torch.full((1, 32, 48), 50)
    ab, _, heed, _, _ = colorize(net, luminance, ids)
    red, _, heard, _, _ = colorize(net, luminance, ids, tokens=swatches(net, (40.0, 0.0)))
    green = colorize(net, luminance, ids, tokens=swatches(net, (-40.0, 0.0)))[0]
    assert heed.max() < 1e-3 < heard.min(), "a token that does not count is not heard"
    assert red[:, 0].mean() > ab[:, 0].mean() > green[:, 0].mean(), "the votes of a swatch are copied"


def test_tokens_have_no_order_and_those_that_do_not_count_change_nothing(luminance):
    net = tiny_net()
    ids = torch.full((1, 32, 48), 50)
    two = swatches(net, (30.0, 10.0), (-20.0, 25.0))
    answer = colorize(net, luminance, ids, tokens=two)[0]
    assert torch.allclose(answer, colorize(net, luminance, ids, tokens=two.flip(1))[0], atol=1e-3)
    silent = swatches(net, (5.0, -30.0))
    silent[..., -1] = 0
    assert torch.allclose(answer, colorize(net, luminance, ids, tokens=torch.cat([two, silent], 1))[0], atol=1e-3)


def test_a_hint_is_heard_around_its_place_only(luminance):
    net = tiny_net()
    wide = torch.cat([luminance] * 4, 3)
    ids = torch.full((1, 32, 192), 50)
    hints = torch.zeros(1, 3, 16, 96)
    hints[0, :, 6, 4] = torch.tensor([0.8, 0.2, 1.0])
    changed = (colorize(net, wide, ids)[0] != colorize(net, wide, ids, hints=hints)[0]).any(1)[0]
    assert changed[12:14, 8:10].all() and not changed[:, 10 + REACH // 2 :].any()
