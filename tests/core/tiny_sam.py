"""Object models with SAM's own inputs and outputs and next to nothing in between: discs around the first point."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

RADII = (200.0, 60.0, 20.0, 61.0)  # of the masks, in pixels of what was seen; the second and the last are one
SCORES = (0.5, 0.9, 0.7, 0.95)
_DECODER = {
    "image_embeddings": [1, 3, 64, 64],
    "point_coords": [1, "points", 2],
    "point_labels": [1, "points"],
    "mask_input": [1, 1, 256, 256],
    "has_mask_input": [1],
    "orig_im_size": [2],
}


def write_pair(folder: Path, *, square: bool = False, without: str = "", points: int | str = "points") -> Path:
    """Both files in a folder, which is answered; `without` an input of the decoder that they should have."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_encoder(square), folder / "tiny.encoder.onnx")
    onnx.save(_decoder(without, points), folder / "tiny.decoder.onnx")
    return folder


def _constant(name: str, value: object, kind: type = np.float32) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(value, kind), name)


def _value(name: str, shape: list) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _model(nodes: list, inputs: list, outputs: list, constants: list) -> onnx.ModelProto:
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _encoder(square: bool) -> onnx.ModelProto:
    """The mean colour of what it is given, everywhere."""
    name, shape, axes = ("images", [1, 3, 1024, 1024], [2, 3]) if square else ("input_image", ["h", "w", 3], [0, 1])
    nodes = [
        helper.make_node("ReduceMean", [name], ["mean"], axes=axes, keepdims=0),
        helper.make_node("Reshape", ["mean", "column"], ["corner"]),
        helper.make_node("Expand", ["corner", "size"], ["image_embeddings"]),
    ]
    constants = [_constant("column", [1, 3, 1, 1], np.int64), _constant("size", [1, 3, 64, 64], np.int64)]
    return _model(nodes, [_value(name, shape)], [_value("image_embeddings", [1, 3, 64, 64])], constants)


def _decoder(without: str, points: int | str) -> onnx.ModelProto:
    """Discs around the first point, without half planes left of the second one if that is a minus."""
    shapes = {name: [points if side == "points" else side for side in shape] for name, shape in _DECODER.items()}
    nodes = [
        helper.make_node("Cast", ["orig_im_size"], ["whole"], to=TensorProto.INT64),
        helper.make_node("Gather", ["whole", "zero"], ["height"]),
        helper.make_node("Gather", ["whole", "one"], ["width"]),
        helper.make_node("Range", ["zero", "height", "one"], ["rows"]),
        helper.make_node("Range", ["zero", "width", "one"], ["columns"]),
        helper.make_node("Cast", ["rows"], ["y"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["columns"], ["x"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["point_coords", "zero"], ["first"], axis=1),
        helper.make_node("Gather", ["first", "zero"], ["px"], axis=1),
        helper.make_node("Gather", ["first", "one"], ["py"], axis=1),
        helper.make_node("Sub", ["x", "px"], ["across"]),
        helper.make_node("Sub", ["y", "py"], ["down"]),
        helper.make_node("Mul", ["across", "across"], ["across2"]),
        helper.make_node("Mul", ["down", "down"], ["down2"]),
        helper.make_node("Unsqueeze", ["down2", "axis1"], ["down2c"]),
        helper.make_node("Add", ["across2", "down2c"], ["square"]),
        helper.make_node("Sub", ["radii2", "square"], ["discs"]),
        helper.make_node("ReduceSum", ["mask_input"], ["none"], keepdims=0),
        helper.make_node("Add", ["discs", "none"], ["with_mask"]),
        helper.make_node("ReduceMean", ["image_embeddings"], ["seen"], keepdims=0),
        helper.make_node("Mul", ["seen", "naught"], ["little"]),
        helper.make_node("Add", ["with_mask", "little"], ["masks"]),
        helper.make_node("ReduceSum", ["has_mask_input"], ["has"], keepdims=0),
        helper.make_node("ReduceSum", ["point_labels"], ["labels"], keepdims=0),
        helper.make_node("Mul", ["labels", "naught"], ["nothing"]),
        helper.make_node("Add", ["scores", "has"], ["better"]),
        helper.make_node("Add", ["better", "nothing"], ["iou_predictions"]),
    ]
    constants = [
        _constant("zero", 0, np.int64), _constant("one", 1, np.int64), _constant("axis1", [1], np.int64),
        _constant("radii2", np.square(RADII).reshape(1, -1, 1, 1)), _constant("scores", [SCORES]),
        _constant("naught", 0.0),
    ]  # fmt: skip
    inputs = [_value(name + "_" * (name == without), shape) for name, shape in shapes.items()]
    for node in nodes:
        for index, name in enumerate(node.input):
            if name == without:
                node.input[index] = name + "_"
    outputs = [_value("masks", [1, len(RADII), "h", "w"]), _value("iou_predictions", [1, len(RADII)])]
    return _model(nodes, inputs, outputs, constants)
