#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators of ai.onnx.ml agree with ONNX Runtime, and refuse what has no form here."""
import subprocess

from bounded import results_of
from support import harness


def model_of(folder, op, x, outputs, **attributes):
    """A model of one node; `outputs` are (name, type, shape)."""
    import numpy as np
    from onnx import helper, save

    of = helper.np_dtype_to_tensor_dtype
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node(op, ["x"], [name for name, *_ in outputs], "node1", domain="ai.onnx.ml", **attributes)], "ml",
        [info("x", of(x.dtype), x.shape)], [info(name, of(np.dtype(kind)), shape) for name, kind, shape in outputs])
    path = folder / "model.onnx"
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    save(helper.make_model(graph, opset_imports=opsets, ir_version=9), path)
    np.savez(folder / "x.npz", x=x)
    return path


def compare(folder, op, x, outputs, **attributes):
    """Whole numbers equal, floats to a few roundings."""
    import numpy as np
    import onnxruntime

    path = model_of(folder, op, x, outputs, **attributes)
    made = results_of(folder, path)
    names = [name for name, *_ in outputs]
    for name, wanted in zip(names, onnxruntime.InferenceSession(path).run(names, {"x": x})):
        assert made[name].shape == wanted.shape, (op, name, made[name].shape, wanted.shape)
        assert np.allclose(made[name], wanted, 1e-5, 1e-6, equal_nan=True), (op, name, made[name], wanted)


def grown(random, trees, features, depth, modes):
    """Random trees by lists of nodes, as exporters write them, and the leaves of each."""
    nodes = {name: [] for name in ("treeids", "nodeids", "featureids", "modes", "values", "truenodeids", "falsenodeids",
                                   "missing_value_tracks_true", "hitrates")}
    leaves = []
    for tree in range(trees):
        count, level = 1, [(0, 0)]
        while level:
            place, deep = level.pop(0)
            is_leaf = deep == depth or (deep > 0 and random.random() < .2)
            row = {"treeids": tree, "nodeids": place, "featureids": 0, "modes": "LEAF", "values": 0.0, "truenodeids": 0,
                   "falsenodeids": 0, "missing_value_tracks_true": 0, "hitrates": 1.0}
            if is_leaf:
                leaves.append((tree, place))
            else:
                row |= {"featureids": int(random.integers(features)), "modes": str(random.choice(modes)),
                        "values": float(round(random.standard_normal(), 1)), "truenodeids": count, "falsenodeids": count + 1,
                        "missing_value_tracks_true": int(random.integers(2))}
                level += [(count, deep + 1), (count + 1, deep + 1)]
                count += 2
            for name, value in row.items():
                nodes[name].append(value)
    return {f"nodes_{name}": values for name, values in nodes.items()}, leaves


def samples(random, count, features):
    """Some of them on a threshold, some not there."""
    import numpy as np

    x = np.round(random.standard_normal((count, features)), 1).astype("f4")
    x[random.random(x.shape) < .05] = np.nan
    return x


def test_regressors(folder):
    import numpy as np

    random = np.random.default_rng(1)
    for trees, depth, targets, how, base in ((1, 1, 1, "SUM", 0), (5, 4, 1, "AVERAGE", 1), (20, 6, 3, "SUM", 3), (3, 3, 1, "MIN", 0),
                                             (3, 3, 1, "MAX", 0)):
        modes = ["BRANCH_LEQ"] if trees != 5 else ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GT", "BRANCH_GTE", "BRANCH_EQ", "BRANCH_NEQ"]
        nodes, leaves = grown(random, trees, 4, depth, modes)
        stated = [(leaf, target) for leaf in leaves for target in range(targets) if targets == 1 or random.random() < .7]
        extra = {"base_values": [float(b) for b in range(base)]} if base else {}
        compare(folder, "TreeEnsembleRegressor", samples(random, 13, 4), [("y", "f4", [13, targets])], n_targets=targets,
                aggregate_function=how, target_treeids=[leaf[0] for leaf, _ in stated],
                target_nodeids=[leaf[1] for leaf, _ in stated], target_ids=[target for _, target in stated],
                target_weights=[float(w) for w in random.standard_normal(len(stated))], **nodes, **extra)


def test_classifiers(folder):
    import numpy as np

    random = np.random.default_rng(2)
    for classes, transform, trees in ((3, "NONE", 7), (4, "SOFTMAX", 3), (3, "LOGISTIC", 2), (3, "NONE", 1)):
        nodes, leaves = grown(random, trees, 5, 4, ["BRANCH_LEQ"])
        stated = [(leaf, k) for leaf in leaves for k in range(classes)]
        compare(folder, "TreeEnsembleClassifier", samples(random, 17, 5), [("y", "i8", [17]), ("z", "f4", [17, classes])],
                classlabels_int64s=[10 * k + 1 for k in range(classes)], post_transform=transform,
                class_treeids=[leaf[0] for leaf, _ in stated], class_nodeids=[leaf[1] for leaf, _ in stated],
                class_ids=[k for _, k in stated], class_weights=[float(w) for w in random.random(len(stated))], **nodes)


def test_features(folder):
    import numpy as np

    random = np.random.default_rng(3)
    x = random.standard_normal((6, 5)).astype("f4")
    x[2] = 0
    y = [("y", "f4", [6, 5])]
    compare(folder, "Scaler", x, y, offset=[1.0, 2, 3, 4, 5], scale=[.5, 2, 3, 1, 0])
    compare(folder, "Scaler", (x * 10).astype("i8"), y, offset=[1.0], scale=[.5])
    for norm in ("L1", "L2"):
        compare(folder, "Normalizer", x, y, norm=norm)
    compare(folder, "Normalizer", abs(x), y, norm="MAX")
    compare(folder, "Binarizer", x, y, threshold=0.25)
    compare(folder, "LabelEncoder", np.int64([[3, 1], [7, -4]]), [("y", "f4", [2, 2])], keys_int64s=[7, 3, -4],
            values_floats=[.5, 1.5, 2.5], default_float=-1.0)
    compare(folder, "LabelEncoder", np.float32([3, np.nan, 7.5, 8]), [("y", "i8", [4])], keys_floats=[7.5, 3.0, -2.0],
            values_int64s=[1, 2, 3], default_int64=9)


def test_linear_models(folder):
    import numpy as np

    random = np.random.default_rng(4)
    x = random.standard_normal((6, 5)).astype("f4")
    listed = lambda n: [float(v) for v in random.standard_normal(n)]  # noqa: E731
    compare(folder, "LinearRegressor", x, [("y", "f4", [6, 2])], coefficients=listed(10), intercepts=listed(2), targets=2)
    compare(folder, "LinearRegressor", x, [("y", "f4", [6, 1])], coefficients=listed(5))
    for transform in ("NONE", "SOFTMAX", "LOGISTIC"):
        compare(folder, "LinearClassifier", x, [("y", "i8", [6]), ("z", "f4", [6, 3])], coefficients=listed(15),
                intercepts=listed(3), classlabels_ints=[4, 5, 9], post_transform=transform)


def test_refusals(folder):
    """Each names the node and what would do."""
    import numpy as np

    random = np.random.default_rng(5)
    x = np.zeros((2, 3), "f4")
    nodes, leaves = grown(random, 1, 3, 2, ["BRANCH_LEQ"])
    weights = {"target_treeids": [0] * len(leaves), "target_nodeids": [leaf[1] for leaf in leaves], "target_ids": [0] * len(leaves),
               "target_weights": [1.0] * len(leaves), "n_targets": 1}
    circle = nodes | {"nodes_truenodeids": [0] * len(nodes["nodes_modes"])}
    far = nodes | {"nodes_featureids": [3] * len(nodes["nodes_modes"])}
    for attributes, message in ((circle | weights, "steps from root to leaf"), (far | weights, "that exist"),
                                (nodes | weights | {"post_transform": "PROBIT"}, "post_transform NONE, LOGISTIC or SOFTMAX"),
                                (nodes | weights | {"target_ids": [1] * len(leaves)}, "leaves and results that exist")):
        path = model_of(folder, "TreeEnsembleRegressor", x, [("y", "f4", [2, 1])], **attributes)
        process = subprocess.run([harness.PITH, "compile", path, "--target=reference", "-o", folder / "none"],
                                 capture_output=True, text=True)
        assert process.returncode > 0 and message in process.stderr and "node1" in process.stderr, process.stderr


if __name__ == "__main__":
    harness.main(globals())
