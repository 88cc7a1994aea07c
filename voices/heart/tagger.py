#!/usr/bin/env python3
"""Makes tagger.onnx and tagger.onnx.data, which find the parts of speech, from the weights in the crate misaki-rs.

    pip install onnx==1.23.2
    python3 tagger.py misaki-rs-0.8.0/data/tagger.bin tagger.onnx

The net is the tagger of spaCy's en_core_web_sm, as the crate has it (its src/spacy_tagger.rs says how the weights lie in the
file): rows of a table are added up for each feature of a word, then come five layers, of which the last four see a word
between its neighbours. Here the table is kept in 8 bits, with a step for each row, and the weights of products in 16, with a
step for each column: 2.1 MB in place of 6.3. With 8 bits for products, five times as many words got another tag.

Its input is the numbers of rows for each word, 4 for each of 6 features, counted through all tables. Its output is the
number of each word's tag.

With the release of onnx above, the files are the same byte for byte. Their SHA-256 are in README.md.
"""

import sys

import numpy
from onnx import TensorProto, helper

from graphs import Constants, expect, in_steps, read, write

CHECKSUM = "0f884fe5841b110c7457a3dd46c78236ad91dc6d028d4ebc37bb9f4c93c22bf3"
WIDTH = 96
# Of so many values the largest is taken.
PIECES = 3
TAGS = 50
FEATURES = 6
ROWS = 5000 + 1000 + 2500 + 2500 + 50 + 50
LAYERS = 5
# spaCy puts so many rows of zeros before and after a sentence.
AROUND = 4
EPSILON = 1e-8


class Weights:
    """The weights, in their order in the file."""

    def __init__(self, data):
        self.all = numpy.frombuffer(data, "<f4")
        self.place = 0

    def next(self, *shape):
        start = self.place
        self.place += int(numpy.prod(shape))
        return self.all[start : self.place].reshape(shape)


class Tagger:
    """The graph while it is made."""

    def __init__(self):
        self.nodes = []
        self.constants = Constants()
        self.number = 0

    def constant(self, name, value):
        return self.constants.add(name, value)

    def node(self, operator, *inputs, **attributes):
        self.number += 1
        output = f"{operator}_{self.number}"
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def product(self, value, name, weights, bias):
        output = f"{name}_product"
        self.nodes += self.constants.product(value, name, weights.T, output, finely=True)
        return self.node("Add", output, self.constant(f"{name}_bias", bias))

    def embed(self, weights):
        """The sum of the rows of each feature, side by side."""
        table, steps = in_steps(weights.next(ROWS, WIDTH), axis=0)
        rows = self.node("Gather", self.constant("table", numpy.rint(table).astype(numpy.int8)), "rows")
        rows = self.node("Cast", rows, to=TensorProto.FLOAT)
        steps = self.node("Gather", self.constant("table_steps", steps[:, None]), "rows")
        rows = self.node("Mul", rows, steps)
        summed = self.node("ReduceSum", rows, self.constant("keys", numpy.int64([2])), keepdims=0)
        return self.node("Reshape", summed, self.constant("side_by_side", numpy.int64([-1, FEATURES * WIDTH])))

    def layer(self, value, name, weights, width):
        """A product of which the largest pieces are kept, and made even."""
        matrix, bias = weights.next(WIDTH * PIECES, width), weights.next(WIDTH * PIECES)
        gain, offset = weights.next(WIDTH), weights.next(WIDTH)
        value = self.product(value, name, matrix, bias)
        value = self.node("Reshape", value, "pieces")
        value = self.node("ReduceMax", value, "last", keepdims=0)
        gain, offset = self.constant(f"{name}_gain", gain), self.constant(f"{name}_offset", offset)
        return self.node("LayerNormalization", value, gain, offset, axis=-1, epsilon=EPSILON)

    def between_neighbours(self, value):
        """Each row between the row before it and the row after it."""
        padded = self.node("Concat", "zero", value, "zero", axis=0)
        before = self.node("Slice", padded, "0", "-2", "0")
        after = self.node("Slice", padded, "2", "end", "0")
        return self.node("Concat", before, value, after, axis=1)

    def make(self, weights):
        for number in [0, 2, -2, AROUND, -AROUND]:
            self.constant(str(number), numpy.int64([number]))
        self.constant("end", numpy.int64([2**31 - 1]))
        self.constant("last", numpy.int64([2]))
        self.constant("pieces", numpy.int64([-1, WIDTH, PIECES]))
        self.constant("zero", numpy.zeros((1, WIDTH), numpy.float32))
        self.constant("around", numpy.zeros((AROUND, WIDTH), numpy.float32))
        value = self.layer(self.embed(weights), "layer_0", weights, FEATURES * WIDTH)
        value = self.node("Concat", "around", value, "around", axis=0)
        for number in range(1, LAYERS):
            seen = self.between_neighbours(value)
            value = self.node("Add", value, self.layer(seen, f"layer_{number}", weights, 3 * WIDTH))
        value = self.node("Slice", value, str(AROUND), str(-AROUND), "0")
        value = self.product(value, "tags", weights.next(TAGS, WIDTH), weights.next(TAGS))
        self.nodes.append(helper.make_node("ArgMax", [value], ["tag"], axis=1, keepdims=0))
        return helper.make_graph(
            self.nodes,
            "tagger",
            [helper.make_tensor_value_info("rows", TensorProto.INT32, ["words", FEATURES, 4])],
            [helper.make_tensor_value_info("tag", TensorProto.INT64, ["words"])],
            self.constants.all,
        )


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: tagger.py tagger.bin NEW.onnx")
    weights = Weights(read(sys.argv[1], CHECKSUM))
    graph = Tagger().make(weights)
    expect(weights.place == len(weights.all), f"it has {len(weights.all)} weights, not {weights.place}")
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    write(model, sys.argv[2], apart=True)


if __name__ == "__main__":
    main()
