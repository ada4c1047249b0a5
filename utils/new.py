#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes the files that a new pass or target begins with, named as the lint expects.

usage: new.py pass FOLDER NAME        example: new.py pass lib/Quantize FoldZeros
       new.py pass NAME --out DIR     example: new.py pass FoldZeros --out ../zeros
       new.py target NAME             example: new.py target Riscv
       new.py target NAME --out DIR   example: new.py target Sample --out ../sample

FOLDER is a stage (lib/Quantize) or a target (targets/Riscv) that has a Passes.td.
DIR becomes a project of its own, on installed pith: a library for --load-pass,
or one for --load-target: a CPU that runs every operator.
A new pass fails, and a new target in the tree has no kernels, until they are written.
"""
import argparse
import pathlib
import re
import sys

from lint_rules import kebab
import new_target as projects

LICENCE = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"

DECLARATION = '''
def {name} : Pass<"{argument}"{anchor}> {{
  let summary = "{words}";
  let description = [{{
    What it does, for whom, and an example: IR before and after.
  }}];
}}
'''

SOURCE = '''// {licence}
// One sentence: what {name} does, and who does the sums.
{includes}

namespace {namespace} {{
{declares}#define GEN_PASS_DEF_{capitals}
#include "{generated}"
}} // namespace {namespace}

namespace {{
struct {name} : {namespace}::impl::{name}Base<{name}> {{
  using Base::Base;
  void runOnOperation() override {{
    getOperation()->emitError("{argument} is not written yet");
    signalPassFailure();
  }}
}};
}} // namespace
'''

TEST = '''// RUN: pith-opt %s --{argument} --split-input-file | FileCheck %s

// What this case shows.
// CHECK-LABEL: func @names_the_case
func.func @names_the_case(%x: tensor<4xf32>) -> tensor<4xf32> {{
  // CHECK: the line that the pass changes
  return %x : tensor<4xf32>
}}
'''

# A pass outside the tree.
PROJECT = {
    "CMakeLists.txt": """# {licence}
# libPith{name}.so, for --load-pass: the pass {argument} on installed pith.
cmake_minimum_required(VERSION 3.25)
project({name} LANGUAGES C CXX)
find_package(Pith REQUIRED CONFIG)
pith_add_passes({name} PASSES Passes.td SOURCES {name}.cpp)
""",
    "Passes.td": """// {licence}
#ifndef {capitals}_PASSES_TD
#define {capitals}_PASSES_TD
include "mlir/Pass/PassBase.td"
""" + DECLARATION + "#endif\n",
    "{name}.cpp": SOURCE + """
PITH_PASS_PLUGIN({namespace}::create{name})
""",
}
PROJECT_VALUES = {
    "anchor": ', "::mlir::ModuleOp"',
    "declares": "#define GEN_PASS_DECL\n",
    "generated": "Passes.h.inc",
    "includes": """#include "dialects/Pith/PithOps.h"
#include "pith/Target/Plugin.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h\"""",
}

TARGET = {
    "CMakeLists.txt": "pith_add_target({name} SOURCES {name}Target.cpp)\n",
    "{name}Target.cpp": """// {licence}
// The target {lower}: its name, its kernels, its lowering.
#include "pith/Target/Target.h"

using namespace pith;

namespace {{
struct {name}Target : Target {{
  llvm::StringRef name() const override {{ return "{lower}"; }}
  llvm::StringRef summary() const override {{ return "no kernels yet"; }}
  llvm::ArrayRef<KernelRow> kernels() const override {{ return {{}}; }}
  llvm::ArrayRef<llvm::StringRef> triples() const override {{
    static const llvm::StringRef list[] = {{"{lower}-unknown-linux-gnu"}};
    return list;
  }}
  TargetAttr resolve(mlir::MLIRContext *context, llvm::StringRef triple, llvm::StringRef cpu,
                     llvm::StringRef features) const override {{
    mlir::emitError(mlir::UnknownLoc::get(context), "target '{lower}' knows no CPU yet");
    return nullptr;
  }}
  void buildLowering(mlir::OpPassManager &manager) const override {{}}
}};
}} // namespace

PITH_REGISTER_TARGET({name}Target)
""",
    "expected-failures.txt": projects.EXPECTED_FAILURES,
    "README.md": """# {name}

What hardware this is for, which rows its kernel table has, and what is missing.
""",
}


class Refused(Exception):
    pass


def write_all(folder, files, values):
    """Creates a folder with files; returns their paths."""
    if folder.exists():
        raise Refused(f"{folder} exists already")
    folder.mkdir(parents=True)
    paths = []
    for path, text in files.items():
        paths.append(folder / path.format(**values))
        paths[-1].write_text(text.format(**values))
    return paths


def target_values(name):
    if not re.fullmatch(r"([A-Z][a-z0-9]*)+", name):
        raise Refused(f"expected a name like Riscv, got {name}")
    return {"licence": LICENCE, "name": name, "lower": name.lower()}


def new_target_project(folder, name):
    """Creates a project with a CPU target; returns the paths of its files."""
    return write_all(folder, projects.PROJECT, target_values(name))


def new_target(root, name):
    """Creates the files; returns their paths."""
    return write_all(root / "targets" / name, TARGET, target_values(name))


def pass_values(name, prefix, namespace):
    """What templates say of a pass whose name in pipelines begins with `prefix`."""
    if not re.fullmatch(r"([A-Z][a-z0-9]*)+[A-Z]*", name):
        raise Refused(f"expected a name like FoldZeros, got {name}")
    words = kebab(name)
    return {"licence": LICENCE, "name": name, "capitals": name.upper(), "words": words.replace("-", " "),
            "argument": prefix + words, "namespace": namespace}


def new_project(folder, name):
    """Creates a project with one pass; returns the paths of its files."""
    values = pass_values(name, "", kebab(name).replace("-", "_"))
    return write_all(folder, PROJECT, values | PROJECT_VALUES)


def new_pass(root, folder, name):
    """Creates the files; returns their paths."""
    parts = pathlib.PurePosixPath(folder).parts
    if len(parts) != 2 or parts[0] not in ("lib", "targets"):
        raise Refused(f"expected a folder like lib/Quantize or targets/Name, got {folder}")
    declarations, lists = root / folder / "Passes.td", root / folder / "CMakeLists.txt"
    for needed in (declarations, lists):
        if not needed.exists():
            raise Refused(f"expected {folder}/{needed.name}; a folder's first pass needs it written by hand")
    in_target, where = parts[0] == "targets", parts[1].lower()
    values = pass_values(name, f"pith-{where}-" if in_target else "pith-", f"pith::{where}" if in_target else "pith")
    values |= {"anchor": "", "declares": "", "generated": f"{folder}/Passes.h.inc",
               "includes": f'#include "{folder}/Passes.h"'}
    source = root / folder / f"{name}.cpp"
    test = root / (f"{folder}/test" if in_target else f"test/{parts[1]}") / f"{kebab(name)}.mlir"
    for path in (source, test):
        if path.exists():
            raise Refused(f"{path.relative_to(root)} exists already")
    listed, count = re.subn(r"(SOURCES\s+)", rf"\g<1>{name}.cpp ", lists.read_text(), count=1)
    if not count:
        raise Refused(f"expected SOURCES in {folder}/CMakeLists.txt")
    text = declarations.read_text()
    end = text.rfind("\n#endif")  # an include guard stays last
    end = len(text) if end < 0 else end
    declarations.write_text(text[:end].rstrip("\n") + "\n" + DECLARATION.format(**values) + text[end:])
    lists.write_text(listed)
    test.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(SOURCE.format(**values))
    test.write_text(TEST.format(**values))
    return [declarations, lists, source, test]


def self_test():
    """What is written must satisfy the lint."""
    import tempfile

    from lint_rules import RULES, Tree

    for folder in ("lib/Quantize", "targets/Some"):
        with tempfile.TemporaryDirectory() as temporary:
            root = pathlib.Path(temporary)
            (root / folder).mkdir(parents=True)
            (root / folder / "Passes.td").write_text(f"// {LICENCE}\n#ifndef A\n#define A\n#endif // A\n")
            (root / folder / "CMakeLists.txt").write_text("pith_add_stage(Quantize\n  SOURCES A.cpp)\n")
            new_pass(root, folder, "FoldZeros")
            assert "SOURCES FoldZeros.cpp A.cpp)" in (root / folder / "CMakeLists.txt").read_text()
            assert (root / folder / "Passes.td").read_text().endswith("}\n\n#endif // A\n")
            for rule in ("pass-names", "spdx", "include-table", "length"):
                assert not list(RULES[rule](Tree(root))), rule
            for arguments in ((folder, "FoldZeros"), (folder, "foldZeros"), ("docs", "A"), ("lib/None", "A")):
                try:
                    new_pass(root, *arguments)
                except Refused:
                    continue
                raise AssertionError(f"accepted {arguments}")
    def check_project(make, name, wrong):
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary) / name
            make(folder, name)
            for rule in ("spdx", "include-table", "cmake-length"):
                assert not list(RULES[rule](Tree(temporary))), rule
            for where, bad in ((folder, name), (folder.parent / "Other", wrong)):
                try:
                    make(where, bad)
                except Refused:
                    continue
                raise AssertionError(f"accepted {where}, {bad}")

    check_project(new_project, "FoldZeros", "foldZeros")
    check_project(new_target_project, "Some", "some")
    check_project(lambda folder, name: new_target(folder.parent, name), "Some", "some")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true")
    kinds = parser.add_subparsers(dest="kind")
    command = kinds.add_parser("pass", help="a pass of a stage, of a target, or of a project of its own")
    command.add_argument("folder", nargs="?")
    command.add_argument("name")
    command.add_argument("--out", metavar="DIR", type=pathlib.Path)
    command = kinds.add_parser("target", help="a target folder, or a project with a CPU target")
    command.add_argument("name")
    command.add_argument("--out", metavar="DIR", type=pathlib.Path)
    args = parser.parse_args()
    if args.self_test:
        self_test()
        return 0
    if args.kind is None:
        parser.error("expected what to make: pass or target")
    if args.kind == "pass" and (args.folder is None) == (args.out is None):
        parser.error("expected the folder of a stage or target, or --out DIR")
    root = pathlib.Path(__file__).resolve().parent.parent
    try:
        if args.kind == "target" and args.out:
            print("\n".join(map(str, new_target_project(args.out, args.name))))
            return 0
        if args.kind == "target":
            paths = new_target(root, args.name)
        elif args.out:
            print("\n".join(map(str, new_project(args.out, args.name))))
            return 0
        else:
            paths = new_pass(root, args.folder.rstrip("/"), args.name)
        print("\n".join(str(path.relative_to(root)) for path in paths))
    except Refused as refusal:
        print(f"new.py: error: {refusal}", file=sys.stderr)
        return 2
    if args.kind == "pass":
        print(f"then order it in the pipeline of {args.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
