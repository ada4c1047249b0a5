#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles and runs broken models; none may crash, hang or take much memory.

Each mutant is one of ONNX's node tests, or the demonstration network, with one to
three things changed (mutate.py). It ends within 10 seconds and 1 GiB, and either
is refused with an error or becomes a program that runs. What does not is kept in a
folder, and the command that repeats it is printed. 300 mutants run without options,
chosen by the commit.

examples: run.py --count 20000 --jobs 2
          run.py --seed 7 --only 4711
          run.py --name Loop --count 500        mutants of tests with this name
          run.py --compare --count 2000         what is accepted does what ONNX Runtime does
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON = ROOT / "build" / "python" / "bin" / "python"
PITH = ROOT / "build" / "bin" / "pith"
SECONDS, KIBIBYTES = 10, 1 << 20
# What a mutant may need where it is run.
RUN_BYTES = 1 << 28


def in_environment():
    """Starts again under the project's Python when this is another one."""
    if pathlib.Path(sys.prefix) != PYTHON.parent.parent:
        if not PYTHON.exists():
            sys.exit(f"error: expected {PYTHON}; scripts/setup makes it")
        os.execv(PYTHON, [str(PYTHON), *sys.argv])


def corpus(name):
    """Paths of models that are well formed, or nearly."""
    sys.path.insert(0, str(ROOT / "test" / "Conformance"))
    from cases import collect_nodes

    entries = collect_nodes(ROOT / "build")
    paths = [pathlib.Path(entry[mode]["model"]) for entry in entries for mode in ("a", "b") if entry[mode]]
    return [path for path in sorted([*paths, *(ROOT / "models").rglob("*.onnx")]) if name in str(path)]


def tables():
    """Operators of the standard, and the attributes of each."""
    from onnx import defs

    schemas = defs.get_all_schemas()
    return (sorted({schema.name for schema in schemas}),
            {schema.name: sorted((name, int(a.type.value)) for name, a in schema.attributes.items()) for schema in schemas})


def mutant(path, chance, operators, attributes):
    """The bytes of a mutant, and what was done."""
    import mutate
    import onnx
    from google.protobuf.message import DecodeError

    data, done = path.read_bytes(), []
    model = onnx.load_model_from_string(data)
    if chance.random() < 0.15:
        change = chance.choice(mutate.BYTES)
        return change(data, chance) or b"\0", [change.__name__]
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        change = chance.choice(mutate.STRUCTURE)
        more = {"other_operator": [operators], "attribute_added": [attributes]}.get(change.__name__, [])
        try:
            done.append(change(model, chance, *more))
        except (ValueError, TypeError, OverflowError, onnx.checker.ValidationError, DecodeError):
            continue  # protobuf or ONNX cannot say it
    return model.SerializeToString(deterministic=True), [what for what in done if what]


def sizes_of(name, tensor, chance):
    """--dim for what the type of an input leaves open."""
    if not tensor.HasField("shape"):
        return [f"--dim={name}:{place}={chance.randint(1, 4)}" for place in range(chance.randint(0, 3))]
    return [f"--dim={name}:{place}={chance.randint(1, 4)}" for place, dim in enumerate(tensor.shape.dim)
            if not dim.HasField("dim_value")]


def options(data, chance):
    """What the command line has to say of inputs that are sequences or optional."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        inputs = onnx.load_model_from_string(data).graph.input
    except DecodeError:
        return []
    said, known = [], set()
    for each in inputs:
        kind, name = each.type, each.name
        if not isinstance(name, str) or "\0" in name or name in known:  # bytes: no UTF-8
            continue
        known.add(name)
        if kind.HasField("optional_type"):
            kind = kind.optional_type.elem_type
            said += [f"--absent={name}"] if chance.random() < 0.3 else sizes_of(name, kind.tensor_type, chance)
        if kind.HasField("sequence_type"):
            length = chance.randint(0, 3)
            said.append(f"--length={name}={length}")
            for place in range(length):
                said += sizes_of(f"{name}_{place}", kind.sequence_type.elem_type.tensor_type, chance)
    return said


def surroundings(folder):
    """What external data may point at."""
    (folder / "data.bin").write_bytes(bytes(range(256)) * 256)
    (folder / "folder").mkdir()
    (folder / "folder" / "inner.bin").write_bytes(bytes(4096))
    (folder / "link.bin").symlink_to("/etc/hostname")
    os.link(folder / "data.bin", folder / "hard.bin")
    os.mkfifo(folder / "fifo")


def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (2 * SECONDS, 2 * SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.setsid()


def ended(folder, command):
    """(exit code, what it said, seconds, KiB) of a command in a folder."""
    start = time.monotonic()
    with open(folder / "said", "wb") as said:
        process = subprocess.Popen([str(part) for part in command], cwd=folder, stdout=said, stderr=said,
                                   stdin=subprocess.DEVNULL, preexec_fn=limits)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            break
        # The time that counts is the process's own; one that sleeps is ended, too.
        if time.monotonic() - start > 6 * SECONDS:
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(0.003)
    return (process.returncode, (folder / "said").read_text(errors="replace"), usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss)


def fault(code, said, seconds, kibibytes, codes):
    """None, or what is wrong with how a call ended."""
    if code < 0:
        return f"signal {-code}"
    if code not in codes:
        return f"exit code {code}"
    if seconds > SECONDS:
        return f"{seconds:.1f} seconds"
    if kibibytes > KIBIBYTES:
        return f"{kibibytes >> 10} MiB"
    return "no error is told" if code and not said.startswith("error: ") else None


def attempt(folder, said, compare):
    """Compiles the mutant of a folder, and runs what is made: (how it ended, what is wrong)."""
    compiled = ended(folder, [PITH, "compile", "model.onnx", "--target=reference", "--name=m", "-o", "bundle", *said])
    wrong = fault(*compiled, codes=(0, 3, 4))
    if wrong or compiled[0]:
        return compiled, wrong or ("a bundle of a model that was refused" if (folder / "bundle").exists() else None)
    manifest = json.loads((folder / "bundle" / "m.manifest.json").read_text())
    if sum(part["bytes"] for part in (manifest["arena"], *manifest["inputs"], *manifest["outputs"])) > RUN_BYTES:
        return compiled, None
    ran = ended(folder, [PITH, "run", "bundle", "--inputs", "random:1", "--outputs", "y.npz"])
    wrong = fault(*ran, codes=(0,))
    return ran, wrong or (compare and disagreement(folder, manifest)) or None


def disagreement(folder, manifest):
    """None, or where ONNX Runtime takes the mutant and has other outputs."""
    import numpy as np
    import runtime

    arrays = runtime.inputs_for(manifest, np.random.default_rng(1))
    if arrays is None:
        return None
    np.savez(folder / "x.npz", **arrays)
    if ended(folder, [sys.executable, HERE / "runtime.py", "model.onnx", "x.npz", "theirs.npz"])[0]:
        return None
    ran = ended(folder, [PITH, "run", "bundle", "--inputs", "x.npz", "--outputs", "ours.npz"])
    if ran[0]:
        return fault(*ran, codes=(0,))
    with np.load(folder / "ours.npz") as ours, np.load(folder / "theirs.npz") as theirs:
        return runtime.difference(dict(ours), dict(theirs))


def one(number, args, paths, known):
    """Tries a mutant; returns (number, code, what is wrong)."""
    chance = random.Random(f"{args.seed}/{number}")
    path = chance.choice(paths)
    data, done = mutant(path, chance, *known)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="mutant-"))
    try:
        surroundings(folder)
        (folder / "model.onnx").write_bytes(data)
        given = options(data, chance)
        (code, said, seconds, kibibytes), wrong = attempt(folder, given, args.compare)
        if args.only is not None:
            print(f"{path.parent.name}/{path.name}: {'; '.join(done)} {' '.join(given)}\n{said}exit code {code}, {seconds:.2f} s, "
                  f"{kibibytes >> 10} MiB")
        if wrong:
            args.keep.mkdir(parents=True, exist_ok=True)
            (args.keep / f"{args.seed}-{number}.onnx").write_bytes(data)
            wrong = f"{wrong}: {path.parent.name}/{path.name}: {'; '.join(done)}: {said.strip()[:200]}"
        return number, code, wrong
    finally:
        shutil.rmtree(folder)


def main():
    in_environment()
    sys.path.insert(0, str(HERE))
    sys.path.insert(0, str(ROOT / "test" / "Differential"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300, help="mutants (default 300)")
    parser.add_argument("--seed", type=int, help="default: the commit's")
    parser.add_argument("--only", type=int, metavar="N", help="mutant N alone, with what pith says")
    parser.add_argument("--name", default="", help="only models whose path contains this")
    parser.add_argument("--compare", action="store_true", help="with ONNX Runtime's outputs, where it takes the mutant")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=pathlib.Path, default=ROOT / "build" / "fuzz", help="where findings are kept")
    parser.add_argument("--json", action="store_true", help="print counts as JSON")
    args = parser.parse_args()
    if args.seed is None:
        from universe import seed_of_commit
        args.seed = seed_of_commit()
    paths, known = corpus(args.name), tables()
    if not paths:
        sys.exit("error: expected a model whose path contains " + args.name)
    numbers = range(args.count) if args.only is None else [args.only]
    codes, findings = {}, []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for count, (number, code, wrong) in enumerate(pool.map(lambda n: one(n, args, paths, known), numbers), 1):
            codes[code] = codes.get(code, 0) + 1
            if wrong:
                findings.append(number)
                print(f"mutant {number}: {wrong}\n  test/Fuzz/run.py --seed {args.seed} --only {number}"
                      + (f" --name {args.name}" if args.name else ""), file=sys.stderr)
            if sys.stderr.isatty():
                print(f"\r{count} of {len(numbers)} ", end="", file=sys.stderr)
    print(f"seed {args.seed}: " + ", ".join(f"{count} ended with {code}" for code, count in sorted(codes.items())),
          file=sys.stderr)
    counts = {"passed": len(numbers) - len(findings), "failed": len(findings), "skipped": 0}
    print(json.dumps(counts) if args.json else f"{counts['passed']} passed, {counts['failed']} failed")
    sys.exit(bool(findings))


if __name__ == "__main__":
    main()
