# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One model of many nodes of other domains: its answers by pith, by the operators'
texts, and by ONNX Runtime."""
import collections
import dataclasses
import pathlib
import typing

from support import harness


def saturates():
    """Without VNNI ONNX Runtime's 8-bit products saturate in between."""
    info = pathlib.Path("/proc/cpuinfo")
    return not info.exists() or "vnni" not in info.read_text()


@dataclasses.dataclass
class Case:
    kind: str
    operands: list
    results: list  # name and type of each; the type is None where it is left out
    text: typing.Callable
    exact: bool
    bound: typing.Callable | None
    attributes: dict
    runtime: bool

    def expected(self):
        """The name of each result that is there, and what the text gives for it."""
        made = self.text(*self.operands, **self.attributes)
        made = made if isinstance(made, (list, tuple)) else [made]
        return {name: value for (name, dtype), value in zip(self.results, made) if dtype is not None}


class Cases:
    """`frozen` counts the last operands that are constants in any case; of the
    rest, parameters are constants in two cases of three, and the first operand,
    the data, never."""

    def __init__(self, runtime=True, version=1):
        self.runtime, self.version = runtime, version
        self.nodes, self.constants, self.feeds, self.cases = [], {}, {}, []

    def add(self, kind, operands, results, text, *, exact=False, bound=None, runtime=True, frozen=0,
            domain="com.microsoft", **attributes):
        import numpy as np
        from onnx import helper
        number = len(self.cases)
        operands = [None if operand is None else np.asarray(operand) for operand in operands]
        first = next(i for i, operand in enumerate(operands) if operand is not None and operand.ndim)
        names = []
        for index, operand in enumerate(operands):
            names.append("" if operand is None else f"n{number}_{index}")
            if operand is None:
                continue
            is_constant = index >= len(operands) - frozen or (index != first and number % 3)
            (self.constants if is_constant else self.feeds)[names[-1]] = operand
        outputs = ["" if dtype is None else f"n{number}_y{index}" for index, dtype in enumerate(results)]
        self.nodes.append(helper.make_node(kind, names, outputs, f"{kind}_{number}", domain=domain, **attributes))
        self.cases.append(Case(kind, operands, list(zip(outputs, results)), text, exact, bound, attributes,
                               self.runtime and runtime))

    def save(self, path, chosen):
        """The nodes of the chosen cases, and all that they need."""
        from onnx import TensorProto, helper, numpy_helper, save
        nodes = [node for node, is_chosen in zip(self.nodes, chosen) if is_chosen]
        used = {name for node in nodes for name in node.input}

        def value(name, dtype, shape):
            return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(dtype), shape)

        outputs = [value(name, expected.dtype, expected.shape)
                   for texts, is_chosen in zip(self.texts, chosen) if is_chosen for name, expected in texts.items()]
        graph = helper.make_graph(nodes, "cases",
                                  [value(n, v.dtype, v.shape) for n, v in self.feeds.items() if n in used], outputs,
                                  [numpy_helper.from_array(v, n) for n, v in self.constants.items() if n in used])
        domains = {node.domain for node in nodes}
        opsets = [helper.make_opsetid(domain, self.version) for domain in sorted(domains)]
        save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)] + opsets, ir_version=10), path)
        return {name: value for name, value in self.feeds.items() if name in used}

    def expected_by_runtime(self, folder):
        chosen = [case.runtime for case in self.cases]
        if not any(chosen):
            return {}
        try:
            import onnxruntime
        except ImportError:
            print("  not compared with ONNX Runtime, which is not installed")
            return {}
        feeds = self.save(folder / "runtime.onnx", chosen)
        options = onnxruntime.SessionOptions()
        # The kernels of the nodes as they stand.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = onnxruntime.InferenceSession(str(folder / "runtime.onnx"), options,
                                               providers=["CPUExecutionProvider"])
        return dict(zip([output.name for output in session.get_outputs()], session.run(None, feeds)))

    def check(self, folder):
        import numpy as np
        self.texts = [case.expected() for case in self.cases]
        feeds = self.save(folder / "all.onnx", [True] * len(self.cases))
        np.savez(folder / "x.npz", **feeds)
        harness.run(harness.PITH, "run", folder / "all.onnx", "--target=reference", "--inputs", folder / "x.npz",
                    "--outputs", folder / "y.npz", seconds=600)
        answers, other = np.load(folder / "y.npz"), self.expected_by_runtime(folder)
        shares = collections.defaultdict(lambda: [0, 0, 0.0])
        for case, node, texts in zip(self.cases, self.nodes, self.texts):
            for name, expected in texts.items():
                self.compare(case, node.name, answers[name], expected, other.get(name), shares[case.kind])
        for kind, (differing, count, largest) in sorted(shares.items()):
            if count:
                print(f"  {kind}: {differing} of {count} differ from ONNX Runtime, by at most {largest:.3g}")

    @staticmethod
    def compare(case, name, answer, expected, runtime, share):
        import numpy as np
        operands, exact, bound, attributes = case.operands, case.exact, case.bound, case.attributes
        assert answer.dtype == expected.dtype and answer.shape == expected.shape, (
            f"{name}: {answer.dtype} {answer.shape}, expected {expected.dtype} {expected.shape}")

        def differences(other):
            return np.abs(answer.astype(np.float64) - other.astype(np.float64))

        if bound is None:
            wrong = int((differences(expected) != 0).sum())
            assert wrong == 0, f"{name} {attributes}: {wrong} of {answer.size} differ from the text, by at most " \
                f"{differences(expected).max()}"
        else:
            limit = bound(expected, *operands, **attributes)
            assert (differences(expected) <= limit).all(), (
                f"{name} {attributes}: off by {(differences(expected) / limit).max()} times the bound")
        if runtime is None or (exact and saturates()):
            return
        off = differences(runtime)
        share[0] += int((off != 0).sum())
        share[1] += off.size
        share[2] = max(share[2], float(off.max(initial=0)))
        if bound is not None:
            # Twice: both sides are off.
            assert (off <= 2 * limit).all(), f"{name} {attributes}: {(off / limit).max()} times the bound from ONNX Runtime"
        else:
            assert off.max(initial=0) <= (0 if exact else 1), (
                f"{name} {attributes}: {int((off != 0).sum())} of {off.size} differ from ONNX Runtime, by at most {off.max()}")
