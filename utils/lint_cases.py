# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cases for lint.py --self-test: rule, files, and the files it must complain about."""

LICENCE = "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception\n"
SPEC = "- matmul_c1: inner dimensions are equal.\n"
SAID = 'emitOpError("expected equal inner dimensions [matmul_c1]");\n'
PASS = 'def FoldZeros : Pass<"pith-fold-zeros"> {\n}\n'
STAGES = {
    "include/pith/Stage.h": "enum class Stage { Import, Lower, };\n",
    "lib/Import/a.cpp": "",
    "test/Import/a.mlir": "",
    "docs/architecture.md": "import, then lower.\n",
}


def without(files, name):
    return {k: v for k, v in files.items() if k != name}


CASES = [
    ("target-words", {"lib/A/a.cpp": "// for AVX512\n"}, ["lib/A/a.cpp"]),
    ("target-words", {"dialects/A/A.td": "X86\n", "include/pith/a.h": "useNeon(cuda_thing)\n"},
     ["dialects/A/A.td", "include/pith/a.h"]),
    ("target-words", {"tools/pith/a.cpp": '"  pith compile --target=x86"\n', "tools/pith/b.cpp": "isX86()\n"},
     ["tools/pith/b.cpp"]),
    ("target-words", {"targets/X86/a.cpp": "avx\n", "lib/A/a.cpp": "maximum of one only\n"}, []),
    ("deletable-targets", {"targets/X86/a.cpp": "", "targets/X86/test/a.test": "# RUN: pith --target=x86\n",
                           "targets/Reference/a.cpp": "", "test/a.test": "# RUN: pith --target=x86\n",
                           "test/b.py": '["--target=reference", "clang", "--target=x86_64-linux"]\n',
                           "utils/c.py": 'open("targets/X86/a.cpp")\n', "docs/d.md": "--target=x86\n"},
     ["test/a.test", "utils/c.py"]),
    ("deletable-targets", {"targets/Reference/a.cpp": "", "test/a.test": "# RUN: pith --target=x86\n"}, []),
    ("options-in-tools", {"lib/A/a.cpp": "llvm::cl::opt<int> x;\n", "tools/a.cpp": "cl::opt<int> x;\n"},
     ["lib/A/a.cpp"]),
    ("no-abort", {"lib/A/a.cpp": "  exit(1);\n", "lib/A/b.cpp": "std::abort();\n",
                  "targets/T/c.cpp": "report_fatal_error(x)\n",
                  "lib/A/d.cpp": "scope.exit(); onExit(1); loop->exit(); _exit(3);\n", "tools/a.cpp": "exit(1);\n"},
     ["lib/A/a.cpp", "lib/A/b.cpp", "targets/T/c.cpp"]),
    ("no-static-mlir", {"lib/CMakeLists.txt": "target_link_libraries(a MLIRIR)\n",
                        "CMakeLists.txt": "set(MLIR_LINK_MLIR_DYLIB ON) # see MLIRConfig\nlink(MLIR LLVM)\n"},
     ["lib/CMakeLists.txt"]),
    ("include-table", {"dialects/A/a.h": '#include "lib/Support/x.h"\n'}, ["dialects/A/a.h"]),
    ("include-table", {"lib/Emit/a.cpp": '#include "lib/Schedule/x.h"\n',
                       "lib/Pipeline/a.cpp": '#include "lib/Schedule/x.h"\n'},
     ["lib/Emit/a.cpp"]),
    ("include-table", {"lib/Emit/a.cpp": '#include "targets/T/x.h"\n', "tools/p/a.cpp": '#include "lib/Emit/x.h"\n',
                       "lib/Emit/b.cpp": '#include "x.h"\n', "targets/T/a.cpp": '#include "targets/U/x.h"\n'},
     ["lib/Emit/a.cpp", "lib/Emit/b.cpp", "targets/T/a.cpp", "tools/p/a.cpp"]),
    ("include-table", {"lib/Emit/a.cpp": '#include "lib/Support/x.h"\n#include "mlir/IR/a.h"\n#include "pith/a.h"\n',
                       "include/pith/a.h": '#include "dialects/Pith/x.h"\n',
                       "test/unit/a.cpp": '#include "targets/T/x.h"\n',
                       "targets/T/a.cpp": '#include "targets/T/Passes.h"\n#include "pith/Target.h"\n',
                       "lib/Import/A/a.cpp": '#include "lib/Import/x.h"\n'}, []),
    ("length", {"lib/A/a.cpp": "\n" * 1001, "lib/A/b.cpp": "\n" * 1000}, ["lib/A/a.cpp"]),
    ("cmake-length", {"lib/CMakeLists.txt": "\n" * 16, "tools/CMakeLists.txt": "\n" * 15, "CMakeLists.txt": "\n" * 99},
     ["lib/CMakeLists.txt"]),
    ("spdx", {"lib/A/a.cpp": "// nothing\n", "lib/A/b.cpp": LICENCE, "scripts/a": "#!/bin/bash\n" + LICENCE,
              "scripts/b": "#!/bin/bash\necho\n", "lib/A/c.h": "", "docs/a.md": "text\n"},
     ["lib/A/a.cpp", "lib/A/c.h", "scripts/b"]),
    ("spdx", {"runtime/a.c": "/* SPDX-License-Identifier: 0BSD */\n",
              "lib/A/a.cpp": "// SPDX-License-Identifier: 0BSD\n"},
     ["lib/A/a.cpp"]),
    ("todo", {"lib/A/a.cpp": "// TO" + "DO: later\n", "lib/A/b.cpp": "// TO" + "DO(#12): later\n",
              "docs/a.md": "FIX" + "ME\n"},
     ["docs/a.md", "lib/A/a.cpp"]),
    ("machine-paths", {"docs/a.md": "cd /wo" "rk/main\n", "a.py": "open('/ro" "ot/x')\n",
                       "b.py": "open('lib/work/x')\n",
                       "c.cpp": "// the rest/root of\n"}, ["docs/a.md", "a.py"]),
    ("registry-hosts", {"scripts/a": "https://pypi." "org/simple\n", "scripts/b": "a mirror of debian-security\n"},
     ["scripts/a"]),
    ("pass-names", {"lib/A/Passes.td": PASS, "lib/A/FoldZeros.cpp": "", "test/A/fold-zeros.mlir": ""}, []),
    ("pass-names", {"lib/A/Passes.td": PASS, "lib/A/Sub/FoldZeros.cpp": "", "test/A/fold-zeros.mlir": ""}, []),
    ("pass-names", {"lib/A/Passes.td": PASS, "lib/A/Fold.cpp": "", "test/A/fold-zeros.mlir": ""}, ["lib/A/Passes.td"]),
    ("pass-names", {"lib/A/Passes.td": PASS, "lib/A/FoldZeros.cpp": "", "test/A/zeros.mlir": ""}, ["lib/A/Passes.td"]),
    ("pass-names", {"targets/T/Passes.td": PASS, "targets/T/FoldZeros.cpp": "",
                    "targets/T/test/fold-zeros.mlir": ""},
     ["targets/T/Passes.td"]),
    ("stage-words", STAGES, []),
    ("stage-words", without(STAGES, "lib/Import/a.cpp"), ["include/pith/Stage.h"]),
    ("stage-words", without(STAGES, "test/Import/a.mlir"), ["include/pith/Stage.h"]),
    ("stage-words", without(STAGES, "docs/architecture.md"), ["include/pith/Stage.h"]),
    ("stage-words", without(STAGES, "include/pith/Stage.h"), ["include"]),
    ("constraint-codes", {"dialects/A/A.td": SPEC, "dialects/A/a.cpp": SAID, "test/A/invalid.mlir": "[matmul_c1]\n"}, []),
    ("constraint-codes", {"dialects/A/A.td": SPEC, "dialects/A/a.cpp": SAID}, ["dialects/A/A.td"]),
    ("constraint-codes", {"dialects/A/A.td": SPEC, "test/A/invalid.mlir": "[matmul_c1]\n"}, ["dialects/A/A.td"]),
    ("constraint-codes", {"dialects/A/a.cpp": SAID, "test/A/invalid.mlir": "[matmul_c1]\n"}, ["dialects/A/a.cpp"]),
    ("constraint-codes", {"dialects/A/A.td": SPEC + SPEC, "dialects/A/a.cpp": SAID, "test/A/invalid.mlir": "[matmul_c1]\n"},
     ["dialects/A/A.td"]),
]
