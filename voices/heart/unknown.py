#!/usr/bin/env python3
"""Makes unknown.onnx, which reads words that no lexicon has, from the net in the package, with its products' weights in 8
bits: 0.9 MB in place of 3.

    pip install onnx==1.23.2
    python3 unknown.py hibari/assets/oov.onnx unknown.onnx

With the release of onnx above, the file is the same byte for byte. Its SHA-256 is in README.md.
"""

import sys

import onnx

from graphs import Constants, expect, read, write

PACKAGED = "d3cfd8122c5f172a98c8de38268bf1213ee09f2c2ae4df6e055fc6532590fe76"
PRODUCTS = 17


def rewrite(model):
    """Keeps the weights of every product in 8 bits."""
    whole = {constant.name: constant for constant in model.graph.initializer}
    constants, nodes, products = Constants(), [], 0
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in whole:
            value, name = node.input
            weights = onnx.numpy_helper.to_array(whole.pop(name))
            nodes += constants.product(value, name, weights, node.output[0])
            products += 1
        else:
            nodes.append(node)
    expect(products == PRODUCTS, f"it has {products} products with weights, not {PRODUCTS}")
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend([*whole.values(), *constants.all])


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: unknown.py PACKAGED.onnx NEW.onnx")
    model = onnx.load_from_string(read(sys.argv[1], PACKAGED))
    rewrite(model)
    write(model, sys.argv[2])


if __name__ == "__main__":
    main()
