# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The files that a CPU target outside the tree begins with: rows for every
operator, and one that keeps sums of f32 products in registers."""

EXPECTED_FAILURES = """# {licence}
# Node tests that do not pass, and why; `like TARGET` stands for that target's.

like reference
"""

PROJECT = {
    "CMakeLists.txt": """# {licence}
# libPith{name}.so, for --load-target: the target {lower} on installed pith.
cmake_minimum_required(VERSION 3.25)
project({name} LANGUAGES C CXX)
find_package(Pith REQUIRED CONFIG)
pith_add_target({name} PLUGIN SOURCES {name}Target.cpp)
""",
    "Kernels.def": """// {licence}
// PITH_KERNEL(name, fields of a KernelRow...): of the rows that match, the cheapest runs.
//
// Sums of products in registers: a multiply-add advances a vector of them.
PITH_KERNEL(fma, .anchors = products, .skeleton = &product, .lhs = F32, .rhs = F32, .sum = F32, .needs = "+fma,+avx2", .atom = {{"vfmadd", 8, 1}}, .tiles = of16, .after = Map, .cost = {{0.5, 0.25, 20}})

// Vectors along the last dimension of a result; scalar code where memory allows none.
PITH_KERNEL(conv, .anchors = conv, .skeleton = &elements, .before = Movement | Decode, .after = Map)
PITH_KERNEL(matmul, .anchors = matmul, .skeleton = &elements, .before = Movement | Decode | Dynamic, .after = Map)
PITH_KERNEL(pool, .anchors = pool, .skeleton = &elements, .before = Movement, .after = Map)
PITH_KERNEL(reduce, .anchors = reduce, .skeleton = &elements, .before = Movement | Map, .after = Map)
PITH_KERNEL(softmax, .anchors = softmax, .skeleton = &elements, .before = Movement | Map, .after = Map, .inPlace = true)
PITH_KERNEL(norm, .anchors = norm, .skeleton = &elements, .before = Movement | Map, .after = Map, .inPlace = true)
PITH_KERNEL(dynamic_quantize, .anchors = dynamicQuantize, .skeleton = &elements, .before = Movement | Map)
PITH_KERNEL(map, .anchors = map, .skeleton = &elements, .before = Movement | Map, .after = Movement | Map)
PITH_KERNEL(generic, .anchors = generic, .skeleton = &elements, .before = Movement | Map | Decode, .after = Map)
""",
    "{name}Target.cpp": """// {licence}
// The target {lower}: its CPU, its vectors, its kernels (Kernels.def), its lowering.
#include "pith/Target/Lowering.h"
#include "pith/Target/Target.h"

using namespace pith;
using llvm::StringRef;
using skeletons::elements, skeletons::product;

namespace {{
constexpr Fusion Movement = Fusion::Movement, Map = Fusion::Map, Decode = Fusion::Decode,
                 Dynamic = Fusion::Dynamic;
constexpr Number F32 = Number::F32;
constexpr StringRef products[] = {{"pith.conv", "pith.matmul"}}, conv[] = {{"pith.conv"}},
                    matmul[] = {{"pith.matmul"}}, pool[] = {{"pith.pool"}}, reduce[] = {{"pith.reduce"}},
                    softmax[] = {{"pith.softmax"}}, norm[] = {{"pith.norm"}},
                    dynamicQuantize[] = {{"pith.dynamic_quantize"}}, map[] = {{"pith.map"}},
                    generic[] = {{"linalg.generic"}};

/// Sums, a vector for each column, one of the left side and one to spare have to
/// fit the registers. `tile<6, 2>` is a list of one.
constexpr Tile of16[] = {{{{6, 2}}, {{12, 1}}}};
template <unsigned Rows, unsigned Columns> constexpr Tile tile[] = {{{{Rows, Columns}}}};

#define PITH_KERNEL(row, ...) KernelRow{{.name = "{lower}." #row, __VA_ARGS__}},
const KernelRow rows[] = {{
#include "Kernels.def"
}};
#undef PITH_KERNEL

constexpr StringRef supportedTriples[] = {{"x86_64-unknown-linux-gnu"}};
// The CPU that code is made for, by its name in LLVM, and what rows may need of it.
constexpr StringRef cpuName = "x86-64-v3", cpuFeatures = "+avx,+avx2,+f16c,+fma";

struct {name}Target : Target {{
  StringRef name() const override {{ return "{lower}"; }}
  StringRef summary() const override {{ return "one CPU, with vectors of 256 bits"; }}
  llvm::ArrayRef<KernelRow> kernels() const override {{ return rows; }}
  llvm::ArrayRef<StringRef> triples() const override {{ return supportedTriples; }}
  VectorUnit vectorUnit(TargetAttr) const override {{ return {{.bits = 256, .registers = 16}}; }}

  TargetAttr resolve(mlir::MLIRContext *context, StringRef triple, StringRef cpu,
                     StringRef features) const override {{
    if (cpu == "native" || cpu == cpuName)
      return TargetAttr::get(context, name(), triple, cpuName,
                             features.empty() ? cpuFeatures.str() : (cpuFeatures + "," + features).str());
    mlir::emitError(mlir::UnknownLoc::get(context))
        << "unsupported: target '{lower}' has no CPU '" << cpu << "'; it has " << cpuName;
    return nullptr;
  }}

  // Patterns for instructions that LLVM does not find by itself stand behind
  // createLowerKernels: they replace pith.dot and pith.narrow.
  void buildLowering(mlir::OpPassManager &manager) const override {{
    manager.addPass(createLowerKernels());
    buildSharedLowering(manager);
  }}
}};
}} // namespace

PITH_REGISTER_TARGET({name}Target)
""",
    "expected-failures.txt": EXPECTED_FAILURES,
    "README.md": """# {name}

A CPU target for pith. What hardware it is for, which rows its table has, and what is missing.

```sh
cmake -G Ninja -S . -B build -DCMAKE_PREFIX_PATH="PREFIX;/usr/lib/llvm-22" \\
  -DCMAKE_C_COMPILER=clang-22 -DCMAKE_CXX_COMPILER=clang++-22 -DCMAKE_BUILD_TYPE=Release && ninja -C build
PREFIX/bin/pith targets --load-target=build/libPith{name}.so --target={lower}
# in pith's repository: every row, then every node test
test/Rows/run.py --target={lower} --load-target=build/libPith{name}.so
test/Conformance/run.py --target={lower} --same-as=reference --load-target=build/libPith{name}.so --expected=expected-failures.txt
```
""",
}
