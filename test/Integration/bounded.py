#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operators of which only the run tells how many results there are."""
import subprocess

from support import harness
from support.harness import run


def model_of(folder, op, inputs, outputs, constants=None, version=13, **attributes):
    """A model of one node on named inputs; `outputs` are (name, type, shape)."""
    import numpy as np
    from onnx import helper, numpy_helper, save

    constants = constants or {}
    of = helper.np_dtype_to_tensor_dtype
    names = [name if value is not None else "" for name, value in {**inputs, **constants}.items()]
    node = helper.make_node(op, names, [name for name, *_ in outputs], "node1", **attributes)
    graph = helper.make_graph(
        [node], "bounded",
        [helper.make_tensor_value_info(name, of(value.dtype), value.shape) for name, value in inputs.items()],
        [helper.make_tensor_value_info(name, of(np.dtype(kind)), shape) for name, kind, shape in outputs],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items() if value is not None])
    path = folder / "model.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", version)], ir_version=10), path)
    np.savez(folder / "x.npz", **inputs)
    return path


def results_of(folder, model, *options):
    """What reference makes of the inputs; the target of this host makes the same."""
    import numpy as np

    first = None
    for target in (["--target=reference"], []):
        run(harness.PITH, "run", model, *target, *options, "--inputs", folder / "x.npz", "--outputs", folder / "y.npz")
        results = dict(np.load(folder / "y.npz"))
        first = first or results
        assert first.keys() == results.keys()
        for name, value in results.items():
            assert value.tobytes() == first[name].tobytes(), f"{name} differs from reference's"
    return first


def counted(results, name, axis=0):
    """The part of a result that there is, and the rest."""
    import numpy as np

    count, = results[name + "_count"]
    assert 0 <= count <= results[name].shape[axis]
    return np.split(results[name], [count], axis)


def test_nonzero(folder):
    import numpy as np

    random = np.random.default_rng(1)
    for shape, share in (((1,), 1), ((1,), 0), ((7,), .5), ((3, 5), .4), ((2, 3, 1, 31), .1), ((40, 50, 8), .02),
                         ((64,), 1), ((65,), 1), ((6, 4), 0)):
        kind = random.choice(["f4", "?", "i1", "u8"])
        x = (random.random(shape) < share).astype(kind)
        if kind == "f4":
            x[x == 0] = -0.0
        results = results_of(folder, model_of(folder, "NonZero", {"x": x}, [("y", "i8", [len(shape), None])]))
        there, rest = counted(results, "y", 1)
        assert results["y"].shape == (len(shape), x.size)
        assert (there == np.array(np.nonzero(x))).all() and (rest == -1).all()


def test_bounds_of_nonzero(folder):
    import numpy as np

    x = np.random.default_rng(2).integers(0, 2, (30, 20))
    want = np.array(np.nonzero(x))
    for bound in (1, 5, want.shape[1], 600, 700):
        model = model_of(folder, "NonZero", {"x": x}, [("y", "i8", [2, None])])
        given = results_of(folder, model, f"--dim=y:1={bound}")
        stated = results_of(folder, model_of(folder, "NonZero", {"x": x}, [("y", "i8", [2, bound])]))
        for results in (given, stated):
            assert results["y"].shape == (2, bound) and results["y_count"] == min(bound, want.shape[1])
            there, rest = counted(results, "y", 1)
            assert (there == want[:, :bound]).all() and (rest == -1).all()


def test_compress(folder):
    import numpy as np

    random = np.random.default_rng(3)
    x = random.standard_normal((5, 37, 3)).astype("f4")
    for axis, length in ((None, 555), (None, 100), (0, 5), (1, 37), (1, 20), (-1, 3), (2, 1)):
        bits = random.random(length) < .5
        attributes = {} if axis is None else {"axis": axis}
        shape = [None] if axis is None else [None if dim == axis % 3 else size for dim, size in enumerate(x.shape)]
        want = np.compress(bits, x, axis)
        results = results_of(folder, model_of(folder, "Compress", {"x": x, "c": bits}, [("y", "f4", shape)], **attributes))
        there, rest = counted(results, "y", axis or 0)
        assert results["y"].shape[axis or 0] == length
        assert there.shape == want.shape and (there == want).all() and not rest.any()
        known = results_of(folder, model_of(folder, "Compress", {"x": x}, [("y", "f4", want.shape)], {"c": bits},
                                            **attributes))
        assert list(known) == ["y"] and (known["y"] == want).all()


def boxes_of(random, shape, centred):
    """Boxes, some of which are turned around."""
    import numpy as np

    middle, size = random.random((*shape, 2)) * 10, random.random((*shape, 2)) * 4
    if centred:
        return np.concatenate([middle, size], -1).astype("f4")
    corners = np.stack([middle - size / 2, middle + size / 2], -2)
    turned = np.where(random.random((*shape, 1, 2)) < .3, corners[..., ::-1, :], corners)
    return turned.reshape(*shape, 4).astype("f4")


def suppressed(boxes, scores, limit, iou, threshold, centred):
    """As ONNX defines it, in single precision."""
    import numpy as np

    halves = boxes[..., 2:] / np.float32(2)
    x0, y0, x1, y1 = np.moveaxis(
        np.concatenate([boxes[..., :2] - halves, boxes[..., :2] + halves], -1) if centred else
        np.concatenate([np.minimum(boxes[..., :2], boxes[..., 2:]), np.maximum(boxes[..., :2], boxes[..., 2:])], -1), -1, 0)
    area, rows = (x1 - x0) * (y1 - y0), []
    for n, c in np.ndindex(scores.shape[:2]):
        order = np.argsort(-scores[n, c], kind="stable")
        left = order[scores[n, c, order] > threshold] if threshold is not None else order
        for _ in range(limit):
            if not len(left):
                break
            best, left = left[0], left[1:]
            rows.append((n, c, best))
            width = np.minimum(x1[n, best], x1[n, left]) - np.maximum(x0[n, best], x0[n, left])
            height = np.minimum(y1[n, best], y1[n, left]) - np.maximum(y0[n, best], y0[n, left])
            shared = np.maximum(width, 0) * np.maximum(height, 0)
            union = area[n, left] + area[n, best] - shared
            left = left[~((shared > 0) & (area[n, left] > 0) & (area[n, best] > 0) & (shared / union > np.float32(iou)))]
    return np.array(rows, "i8").reshape(-1, 3)


def test_suppression(folder):
    import numpy as np

    random = np.random.default_rng(4)
    for batches, classes, count, limit, iou, threshold, centred in (
            (1, 1, 1, 1, .5, None, 0), (1, 1, 300, 1000, .4, None, 0), (2, 3, 400, 25, .3, .5, 0),
            (3, 2, 250, 40, .5, .2, 1), (1, 4, 128, 7, 0, .9, 1), (2, 2, 60, 10, .5, 2, 0)):
        boxes = boxes_of(random, (batches, count), centred)
        # Few different scores: ties.
        scores = (np.round(random.random((batches, classes, count)) * 50) / 50 - .25).astype("f4")
        want = suppressed(boxes, scores, limit, iou, threshold, centred)
        constants = {"limit": np.int64(limit), "iou": np.float32(iou),
                     "threshold": None if threshold is None else np.array([threshold], "f4")}
        results = results_of(folder, model_of(folder, "NonMaxSuppression", {"boxes": boxes, "scores": scores},
                                              [("y", "i8", [None, 3])], constants, center_point_box=centred))
        assert results["y"].shape == (batches * classes * min(limit, count), 3)
        there, rest = counted(results, "y")
        assert there.tolist() == want.tolist(), f"{len(there)} of {len(want)} boxes"
        assert (rest == -1).all()
        # All operands at run time, and fewer places than boxes.
        inputs = {"boxes": boxes, "scores": scores, **{name: value for name, value in constants.items() if value is not None}}
        bound = max(1, len(want) // 2)
        some = results_of(folder, model_of(folder, "NonMaxSuppression", inputs, [("y", "i8", [bound, 3])],
                                           center_point_box=centred))
        there, rest = counted(some, "y")
        assert there.tolist() == want[:bound].tolist() and (rest == -1).all()


def unique_of(x, axis, is_sorted):
    """ONNX's four results by NumPy; NaN is one value."""
    import numpy as np

    values, first, group, size = np.unique(x, True, True, True, axis=axis)
    group = group.ravel()
    order = np.arange(len(first)) if is_sorted else np.argsort(first)
    rank = np.argsort(order)
    return np.take(values, order, axis or 0), first[order], rank[group], size[order]


def test_unique(folder):
    import numpy as np

    random = np.random.default_rng(5)
    for case, (shape, axis, high) in enumerate((
            ((1,), None, 3), ((2,), None, 2), ((9, 8), None, 20), ((65,), None, 1000), ((300,), None, 90), ((8, 3), 0, 2),
            ((2, 5, 3), 1, 2), ((2, 33), -1, 3))):
        kind = ("f4", "i8", "f8", "u1", "f2", "i4", "?", "u8")[case % 8]
        x = random.integers(0, high, shape).astype(kind)
        if x.dtype.kind == "f":
            x -= 1
            x[x == 0] *= -1  # one value with +0
            if axis is None and case % 3 == 0:
                x[random.random(shape) < .2] = np.nan
        for is_sorted in (1, 0):
            want = unique_of(x, axis, is_sorted)
            attributes = {"sorted": is_sorted} | ({} if axis is None else {"axis": axis})
            open_shape = [None] if axis is None else [None if dim == axis % len(shape) else n for dim, n in enumerate(shape)]
            slices = shape[axis] if axis is not None else x.size
            model = model_of(folder, "Unique", {"x": x}, [("y", kind, open_shape), ("first", "i8", [None]),
                                                          ("group", "i8", [slices]), ("size", "i8", [None])], **attributes)
            for bound in (None, max(1, len(want[1]) - 2)):
                given = results_of(folder, model, *([] if bound is None else [f"--dim=y:{(axis or 0) % len(shape)}={bound}",
                                                                              f"--dim=first:0={bound}", f"--dim=size:0={bound}"]))
                some = slices if bound is None else bound
                there, rest = counted(given, "y", axis or 0)
                count = min(some, len(want[1]))
                assert given["y_count"] == given["first_count"] == given["size_count"] == count
                expected = np.split(want[0], [count], axis or 0)[0]
                assert there.shape == expected.shape and np.array_equal(there, expected, equal_nan=x.dtype.kind == "f"), case
                assert not rest.any()
                first, size = counted(given, "first"), counted(given, "size")
                assert first[0].tolist() == want[1][:count].tolist() and (first[1] == -1).all(), case
                assert size[0].tolist() == want[3][:count].tolist() and not size[1].any(), case
                assert given["group"].tolist() == np.where(want[2] < some, want[2], -1).tolist(), case


def test_loops_that_end(folder):
    """A condition and a number of iterations that the run knows; rows behind the end are 0."""
    import numpy as np
    from onnx import TensorProto, helper, save

    info = helper.make_tensor_value_info
    body = helper.make_graph(
        [helper.make_node("Add", ["v", "step"], ["next"]), helper.make_node("ReduceMax", ["next"], ["most"], keepdims=1),
         helper.make_node("Less", ["most", "limit"], ["goes"]), helper.make_node("Identity", ["next"], ["row"])],
        "body", [info("i", TensorProto.INT64, []), info("c", TensorProto.BOOL, []), info("v", TensorProto.FLOAT, [2])],
        [info("goes", TensorProto.BOOL, [1]), info("next", TensorProto.FLOAT, [2]), info("row", TensorProto.FLOAT, [2])])
    graph = helper.make_graph(
        [helper.make_node("Loop", ["m", "begins", "x"], ["y", "rows"], "loop", body=body)], "loops",
        [info("m", TensorProto.INT64, []), info("begins", TensorProto.BOOL, []), info("x", TensorProto.FLOAT, [2]),
         info("step", TensorProto.FLOAT, [2]), info("limit", TensorProto.FLOAT, [1])],
        [info("y", TensorProto.FLOAT, [2]), info("rows", TensorProto.FLOAT, [6, 2])])
    path = folder / "model.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=10), path)
    for m, begins, limit in ((6, True, 100), (6, True, 2.5), (3, True, 100), (0, True, 100), (6, False, 100), (1, True, 0)):
        x, step = np.float32([0, -1]), np.float32([1, 0.5])
        np.savez(folder / "x.npz", m=np.int64(m), begins=np.bool_(begins), x=x, step=step, limit=np.float32([limit]))
        results = results_of(folder, path)
        rows, goes = [], begins
        while goes and len(rows) < m:
            x = x + step
            rows.append(x)
            goes = x.max() < limit
        assert results["rows_count"] == len(rows) and (results["y"] == x).all(), (m, begins, limit)
        there, rest = counted(results, "rows")
        assert there.tolist() == [row.tolist() for row in rows] and not rest.any()


PROGRAM = """
#include "m.h"
#include <stdio.h>

static _Alignas(M_ARENA_ALIGNMENT) unsigned char arena[1 << 16];

int main(void) {
  float x[6] = {0, 2, 0, 0, 5, 6};
  int64_t places[6], count[1];
  m_inputs inputs = {0};
  m_outputs outputs = {0};
  inputs.x = x;
  outputs.y = places;
  outputs.y_count = count;
  if (m_arena_size(NULL) > sizeof arena || m_init(arena, NULL) || m_run(arena, &inputs, &outputs))
    return 1;
  for (int64_t i = 0; i < count[0]; ++i)
    printf("%d ", (int)places[i]);
  return 0;
}
"""


def test_the_count_in_c(folder):
    import numpy as np

    model = model_of(folder, "NonZero", {"x": np.zeros(6, "f4")}, [("y", "i8", [1, None])])
    harness.compile_model(model, folder / "bundle", "--name=m")
    (folder / "main.c").write_text(PROGRAM)
    run("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", folder / "bundle", folder / "main.c",
        folder / "bundle" / "m.o", "-o", folder / "main")
    assert run(folder / "main") == "1 4 5 "


def test_bounds_that_do_not_fit(folder):
    """The size is known, the dimension is not there, no node makes the value."""
    import numpy as np

    model = model_of(folder, "NonZero", {"x": np.zeros(6, "f4")}, [("y", "i8", [1, None])])
    for bound, message in (("y:0=2", "dimension 'y:0' is bound to 2, but its size is 1"),
                           ("y:2=2", "dimension 'y:2' is bound to 2, but the value has 2 dimensions")):
        text = refused(model, f"--dim={bound}", "-o", folder / "none")
        assert message in text and "leave out --dim" in text, text
    samples = refused(model_of(folder, "NonZero", {"x": np.zeros((300, 300), "f4")}, [("y", "i8", [2, None])]),
                      "-o", folder / "none")
    assert "up to 90000 results" in samples and "--dim y:1=1000" in samples, samples


def refused(model, *options):
    """The messages of a compilation that fails with an error of its own."""
    process = subprocess.run([harness.PITH, "compile", model, "--target=reference", *options], capture_output=True,
                             text=True)
    assert process.returncode in (1, 2, 3), process.returncode
    return process.stderr


if __name__ == "__main__":
    harness.main(globals())
