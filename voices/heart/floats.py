#!/usr/bin/env python3
"""Makes heart.onnx and heart.onnx.data from the model in the package: the same weights, but multiplied in floats.

    pip install onnx==1.23.2
    python3 floats.py hibari/assets/hibari.onnx heart.onnx

The package's model rounds what goes into each of its 77 large products to 8 bits, and multiplies integers. The
result depends on the processor: some can add up such products in 16 bits only, and those sums saturate. Small
differences also grow from layer to layer, because each rounding may fall the other way. In the new model a product
takes its input as it is, and the weights times their scale. Processors then differ in the last bits of a float, and
in nothing else. The weights stay 8 bits wide in the file.

In the package, a product is a row of nodes

    DynamicQuantizeLinear(x) -> MatMulInteger(., weights) -> Cast -> Mul(., scale of x * scale of the weights)

and here it is

    ReduceMax(x) -> Clip(., scale of the weights, the same) -> DequantizeLinear(weights, .) -> MatMul(x, .)

Whatever x is, what is clipped is the scale. But it is there no sooner than x: with a constant for a scale, a runtime makes
floats of all the weights when it loads them, and keeps these 22 MB; here each product makes its own when its turn comes.

Three convolutions have large weights in floats (1.5 MB). They are kept in 16 bits, 90 dB below the largest, as the sum of two
numbers of 8 bits that a runtime can scale.

The weights are in heart.onnx.data (ONNX's external data), so that a program that has them in memory need not copy them.

With the release of onnx above, the files are the same byte for byte. Their SHA-256 are in README.md.
"""

import sys

import onnx

from graphs import Constants, expect, in_steps, late, read, write

PACKAGED = "5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8"
PRODUCTS = 77
CONVOLUTIONS = 3
# So many bytes of a convolution's weights are put into half the room.
LARGE = 100_000
# A value inside the graph which the program reads by its name (src/speech/natural/model.rs).
READ_BY_NAME = "/CumSum_output_0"


class Graph:
    """A graph whose nodes can be found by the values that they make and take."""

    def __init__(self, graph):
        self.nodes = list(graph.node)
        self.constants = {constant.name: constant for constant in graph.initializer}
        self.makers = {value: node for node in graph.node for value in node.output}
        self.floats = set()
        # In place of constants of the same names.
        self.finer = Constants()

    def user(self, value):
        """The only node that takes `value`."""
        users = [node for node in self.nodes if value in node.input]
        expect(len(users) == 1, f"{value} is used {len(users)} times")
        return users[0]

    def in_floats(self, product):
        """A MatMulInteger's output after scaling, and the nodes that make it in floats."""
        rounded, weights, _, zero = product.input
        expect(not onnx.numpy_helper.to_array(self.constants[zero]).any(), f"the zero point of {weights} is not 0")
        rounding = self.makers[rounded]
        expect(rounding.op_type == "DynamicQuantizeLinear", f"{rounded} is not rounded at run time")
        cast = self.user(product.output[0])
        scaled = self.user(cast.output[0])
        expect([cast.op_type, scaled.op_type] == ["Cast", "Mul"], f"{product.output[0]} is not scaled")
        scales = self.makers[factor_beside(scaled, cast.output[0])]
        scale = factor_beside(scales, rounding.output[1])
        expect(scale in self.constants, f"the scale of {weights} is no constant")
        floats = f"{weights}_in_floats"
        nodes = [onnx.helper.make_node("MatMul", [rounding.input[0], floats], [scaled.output[0]])]
        # Some weights serve in several products.
        if floats not in self.floats:
            self.floats.add(floats)
            scale_late = f"{weights}_scale_late"
            nodes[:0] = late(rounding.input[0], scale, scale_late) + [
                onnx.helper.make_node("DequantizeLinear", [weights, scale_late, zero], [floats]),
            ]
        return scaled.output[0], nodes

    def in_16_bits(self, convolution):
        """A convolution of which the weights are in 16 bits, and the nodes that make floats of them."""
        value, name = convolution.input[:2]
        weights, step = in_steps(onnx.numpy_helper.to_array(self.constants[name]))
        nodes, convolution.input[1] = self.finer.floats(value, name, weights, step[0], finely=True)
        return [*nodes, convolution]

    def is_large(self, node):
        """Whether it is a convolution of which the weights take much room."""
        return node.op_type == "Conv" and len(self.constants[node.input[1]].raw_data) >= LARGE


def factor_beside(node, value):
    """The other factor of a product of two, one of which is `value`."""
    expect(node.op_type == "Mul" and value in node.input, f"{value} is not a factor of {node.output[0]}")
    first, second = node.input
    return second if first == value else first


def used(nodes, outputs):
    """Those of `nodes`, which are in the order in which they run, that `outputs` depend on."""
    wanted, kept = set(outputs), []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1], wanted


def rewrite(model):
    """Puts every product of integers into floats, large weights that are floats into 16 bits, and leaves out what nothing depends on any more."""
    graph = Graph(model.graph)
    products = [node for node in graph.nodes if node.op_type == "MatMulInteger"]
    expect(len(products) == PRODUCTS, f"it has {len(products)} products of integers, not {PRODUCTS}")
    convolutions = sum(graph.is_large(node) for node in graph.nodes)
    expect(convolutions == CONVOLUTIONS, f"it has {convolutions} large convolutions, not {CONVOLUTIONS}")
    scaled, nodes = set(), []
    for node in graph.nodes:
        if node.op_type == "MatMulInteger":
            output, in_floats = graph.in_floats(node)
            scaled.add(output)
            nodes += in_floats
        elif graph.is_large(node):
            nodes += graph.in_16_bits(node)
        elif scaled.isdisjoint(node.output):
            nodes.append(node)
    nodes, wanted = used(nodes, [READ_BY_NAME] + [output.name for output in model.graph.output])
    constants = graph.constants | {constant.name: constant for constant in graph.finer.all}
    constants = [constant for name, constant in constants.items() if name in wanted]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(constants)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: floats.py PACKAGED.onnx NEW.onnx")
    model = onnx.load_from_string(read(sys.argv[1], PACKAGED))
    rewrite(model)
    write(model, sys.argv[2], known=[READ_BY_NAME], apart=True)


if __name__ == "__main__":
    main()
