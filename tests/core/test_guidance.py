"""Guidance as a value: equality, hashes, and the way through JSON and back."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from core.errors import ProjectError, UserError
from core.guidance import VERSION, Guidance, Hint, Plane, Recipe, Reference, Rule, Settings, Swatch

# -- any guidance whatever

numbers = st.floats(-1e6, 1e6)
units = st.floats(0, 1)
words = st.text(max_size=12)
swatches = st.builds(Swatch, units, units, units, words)
rules = st.builds(Rule, st.integers(0, 255), st.none() | swatches, units, numbers, numbers, st.none() | words,
                  st.none() | words, st.booleans(), numbers, numbers, st.none() | swatches)
places = st.lists(st.tuples(units, units), min_size=1, max_size=4).map(tuple)
hints = st.builds(Hint, places, swatches, units, st.booleans())
all_settings = st.builds(Settings, numbers, st.integers(), units, numbers, numbers,
                         st.lists(swatches, max_size=2).map(tuple), units)
planes = st.builds(Plane, npst.arrays(np.uint8, npst.array_shapes(min_dims=2, max_dims=2, max_side=8)))


def few(items):
    return st.lists(items, max_size=3).map(tuple)


guidances = st.builds(Guidance, st.none() | planes, few(rules), few(swatches), few(hints),
                      few(st.builds(Reference, words, numbers)), all_settings)
recipes = st.builds(Recipe, few(rules), few(swatches), all_settings)

FULL = Guidance(Plane(np.arange(6, dtype=np.uint8).reshape(2, 3)), (Rule(50, Swatch(0.1, 0.2, 0.3, "dusk")),),
                (Swatch(1, 0, 0),), (Hint(((0.5, 0.5),), Swatch(0, 1, 0)),), (Reference("a.jpg"),), Settings(1.5, 7))


def through_json(value):
    return type(value).from_dict(json.loads(json.dumps(value.to_dict(), allow_nan=False)))


def refusal(cls, data) -> str:
    with pytest.raises(ProjectError) as caught:
        cls.from_dict(data)
    assert str(caught.value).endswith(".") and isinstance(caught.value, UserError)
    return str(caught.value)


# -- planes

def test_planes_are_equal_when_their_numbers_are():
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert Plane(array) == Plane(array.copy()) and hash(Plane(array)) == hash(Plane(array.copy()))
    assert Plane(array.T) == Plane(np.ascontiguousarray(array.T))
    for other in (array.reshape(3, 2), array.view(np.int8), array.astype(np.float32), array + 1):
        assert Plane(array) != Plane(other)
    assert Plane(array) != array.tobytes()


def test_a_plane_never_changes():
    array = np.zeros((2, 2), np.uint8)
    plane = Plane(array)
    array[0, 0] = 1
    assert plane == Plane(np.zeros((2, 2), np.uint8))
    with pytest.raises(ValueError):
        plane.array[0, 0] = 1


@given(npst.arrays(st.sampled_from([np.dtype(kind) for kind in ("u1", "u2", "f4", "f8", ">u2")]),
                   npst.array_shapes(max_dims=3, max_side=6)))
def test_planes_of_any_kind_go_through_json(array):
    plane = Plane(array)
    back = Plane.from_dict(json.loads(json.dumps(plane.to_dict())))
    assert back == plane and back.array.tobytes() == plane.array.tobytes()


# -- swatches

@given(st.integers(0, 0xffffff))
def test_hex_codes_come_back(code):
    assert Swatch.from_hex(f"{code:06x}").hex == f"#{code:06x}"


def test_hex_codes_may_be_short():
    assert Swatch.from_hex(" #1aF ").hex == "#11aaff"


@pytest.mark.parametrize("text", ["", "#", "#12", "#12345", "1234567", "#gggggg", "+1+2+3", "red"])
def test_half_a_hex_code_is_refused(text):
    with pytest.raises(ValueError, match="not a colour"):
        Swatch.from_hex(text)


# -- values

def test_guidance_is_a_value():
    twin = replace(FULL, labels=Plane(FULL.labels.array.copy()))
    assert twin == FULL and hash(twin) == hash(FULL) and len({twin, FULL}) == 1
    assert replace(FULL, settings=Settings(1.5, 8)) != FULL
    assert replace(FULL, labels=Plane(FULL.labels.array + 1)) != FULL
    with pytest.raises(FrozenInstanceError):
        FULL.palette = ()


@given(guidances)
def test_any_guidance_goes_through_json(guidance):
    assert through_json(guidance) == guidance


@given(recipes)
def test_any_recipe_goes_through_json(recipe):
    assert through_json(recipe) == recipe


def test_what_an_older_version_did_not_know_takes_its_default():
    data = {"what": "guidance", "version": 1, "rules": [{"label": 3}], "settings": {"seed": 5}}
    assert Guidance.from_dict(data) == Guidance(rules=(Rule(3),), settings=Settings(seed=5))


def test_whole_numbers_may_stand_for_fractions():
    data = {"what": "recipe", "version": 1, "settings": {"vividness": 2}}
    assert Recipe.from_dict(data).settings == Settings(vividness=2.0)


# -- what cannot be read

def test_a_newer_version_is_refused_with_the_remedy():
    for value in (FULL, Recipe()):
        sentence = refusal(type(value), value.to_dict() | {"version": VERSION + 1})
        assert f"version {VERSION + 1}" in sentence and "update" in sentence


@pytest.mark.parametrize("data", [
    None, [], "x", {}, {"version": 1}, Recipe().to_dict(), FULL.to_dict() | {"version": "1"},
])
def test_something_else_is_refused(data):
    assert "not a guidance" in refusal(Guidance, data)


@pytest.mark.parametrize("change", [
    {"colour": 1}, {"rules": 5}, {"rules": [5]}, {"rules": [{}]}, {"rules": [{"label": "sky"}]},
    {"rules": [{"label": True}]}, {"rules": [{"label": 1, "exact": 1}]}, {"palette": [{"r": 0, "g": 0}]},
    {"palette": [{"r": "0", "g": 0, "b": 0}]}, {"settings": {"vividness": float("nan")}}, {"settings": None},
    {"settings": {"seed": 1.5}}, {"hints": [{"points": [[0.5]], "swatch": {"r": 0, "g": 0, "b": 0}}]},
    {"references": [{"path": None}]}, {"labels": {}}, {"labels": [[0]]},
    {"labels": {"shape": [2, 2], "dtype": "|u1", "zlib": "AAAA"}},
    {"labels": {"shape": [2, 2], "dtype": "|u1", "zlib": "not base 64"}},
    {"labels": {"shape": [2, 2], "dtype": "|O", "zlib": ""}},
    {"labels": {"shape": [-1, -4], "dtype": "|u1", "zlib": ""}},
    {"labels": {"shape": [2, 2], "dtype": "nonsense", "zlib": ""}},
    {"labels": {"shape": [1, 1], "dtype": "|u1", "zlib": base64.b64encode(zlib.compress(bytes(9))).decode()}},
])
def test_damaged_guidance_is_refused(change):
    assert "damaged" in refusal(Guidance, FULL.to_dict() | change)


def test_a_bomb_is_not_inflated():
    bomb = base64.b64encode(zlib.compress(bytes(10_000_000), 9)).decode()
    labels = {"shape": [2, 2], "dtype": "|u1", "zlib": bomb}
    assert "damaged" in refusal(Guidance, FULL.to_dict() | {"labels": labels})


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3))


@given(any_json, st.sampled_from(["labels", "rules", "palette", "hints", "references", "settings"]))
def test_no_json_makes_more_than_a_sentence(junk, field):
    try:
        Guidance.from_dict({"what": "guidance", "version": 1, field: junk})
    except ProjectError as error:
        assert str(error).endswith(".")
