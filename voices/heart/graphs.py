"""What the programs that make the voice's graphs share."""

import hashlib
import pathlib
import sys

import numpy
import onnx
from onnx import helper, numpy_helper

# Constants of at least so many bytes are weights.
WEIGHTS = 1024
# Where a weight begins in the file is a multiple of this: a line of a processor's cache, enough for every type.
ALIGNMENT = 64
# What 8 bits leave over is at most half of their step: 254 times that fits into 8 bits.
FINER = 254


def expect(holds, problem):
    if not holds:
        sys.exit(f"This is not the file that this program knows: {problem}.")


def read(path, checksum):
    """The bytes of a file whose SHA-256 is known."""
    data = pathlib.Path(path).read_bytes()
    expect(hashlib.sha256(data).hexdigest() == checksum, f"the SHA-256 of {path} is another one")
    return data


def late(value, constant, name):
    """Nodes that make `constant` under a `name`, but no sooner than `value`. Whatever is clipped to it, is it.

    With constants alone, a runtime makes floats of all weights when it loads them, and keeps them.
    """
    largest = f"{name}_largest"
    return [
        helper.make_node("ReduceMax", [value], [largest], keepdims=0),
        helper.make_node("Clip", [largest, constant, constant], [name]),
    ]


def in_steps(weights, axis=None):
    """Weights in steps of which 127 are the largest weight, of each slice along `axis` or of all; and the steps."""
    others = tuple(other for other in range(weights.ndim) if other != axis)
    steps = numpy.abs(weights).max(others, keepdims=True) / numpy.float32(127)
    steps[steps == 0] = 1
    return weights / steps, steps.ravel()


class Constants:
    """The constants of a graph while its weights are put into 8 bits, and the nodes that make floats of them."""

    def __init__(self, constants=()):
        self.all = list(constants)

    def add(self, name, value):
        if all(constant.name != name for constant in self.all):
            self.all.append(numpy_helper.from_array(value, name))
        return name

    def floats(self, value, name, weights, step=1.0, finely=False):
        """Nodes that make floats of weights in steps, no sooner than `value`, and the floats' name. Finely, 8 bits more are
        kept of what the first 8 leave over."""
        nodes, floats = self.floats_of_8_bits(value, name, numpy.rint(weights), step)
        if not finely:
            return nodes, floats
        rest = numpy.rint((weights - numpy.rint(weights)) * FINER)
        more, rest = self.floats_of_8_bits(value, f"{name}_rest", rest, step / FINER)
        return nodes + more + [helper.make_node("Add", [floats, rest], [f"{name}_sum"])], f"{name}_sum"

    def floats_of_8_bits(self, value, name, integers, step):
        step = numpy.float32(step)
        scale, floats = self.add(f"scale_{step}", step), f"{name}_in_floats"
        integers = self.add(name, integers.astype(numpy.int8))
        nodes = late(value, scale, f"{name}_scale_late")
        return nodes + [helper.make_node("DequantizeLinear", [integers, f"{name}_scale_late"], [floats])], floats

    def product(self, value, name, weights, product, finely=False):
        """Nodes that multiply `value` by `weights`, which have a step for each column; their output is called `product`."""
        weights, steps = in_steps(weights, axis=1)
        nodes, floats = self.floats(value, name, weights, finely=finely)
        steps = self.add(f"{name}_steps", steps)
        return nodes + [
            helper.make_node("MatMul", [value, floats], [f"{name}_in_steps"]),
            helper.make_node("Mul", [f"{name}_in_steps", steps], [product]),
        ]


def without_weights(model, location):
    """Takes the weights out of the model, which finds them in the file `location`; returns what that file holds."""
    weights = bytearray()
    for constant in model.graph.initializer:
        raw = constant.raw_data
        if len(raw) < WEIGHTS:
            continue
        weights += bytes(-len(weights) % ALIGNMENT)
        place = {"location": location, "offset": len(weights), "length": len(raw)}
        constant.ClearField("raw_data")
        constant.data_location = onnx.TensorProto.EXTERNAL
        for key, value in place.items():
            constant.external_data.add(key=key, value=str(value))
        weights += raw
    return bytes(weights)


def shorten(model, known):
    """Numbers the values inside the graph, but those that a program knows by name: names take more room than nodes."""
    graph = model.graph
    known = {*known, *(value.name for value in [*graph.input, *graph.output])}
    names = {"": ""}

    def short(name):
        return name if name in known else names.setdefault(name, str(len(names)))

    for node in graph.node:
        node.input[:] = [short(name) for name in node.input]
        node.output[:] = [short(name) for name in node.output]
        node.ClearField("name")
    for constant in graph.initializer:
        constant.name = short(constant.name)
    del graph.value_info[:]


def write(model, path, known=(), apart=False):
    """Checks the model and writes it, the weights `apart` if wanted, and prints the checksums. Of the values inside, those
    that are `known` keep their names."""
    shorten(model, known)
    onnx.checker.check_model(model, full_check=True)
    graph = pathlib.Path(path)
    files = [graph]
    if apart:
        data = graph.with_name(f"{graph.name}.data")
        data.write_bytes(without_weights(model, data.name))
        files.append(data)
    graph.write_bytes(model.SerializeToString(deterministic=True))
    for file in files:
        print(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file}")
