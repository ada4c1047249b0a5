# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What all lit tests share. The generated lit.site.cfg.py beside the build names
# the folders and loads this file, once for test/ and once for targets/.
import os
import re
import shutil
import sys

import lit.formats

llvm_tools = "/usr/lib/llvm-22/bin"
bin_dir = os.path.join(config.pith_build, "bin")

config.name = "pith-" + config.pith_suite
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "corpus", "OutOfTree"]  # what tests read; suites of their own
config.test_source_root = os.path.join(config.pith_source, config.pith_suite)
config.test_exec_root = os.path.join(config.pith_build, "lit", config.pith_suite)

config.environment["PATH"] = os.pathsep.join([bin_dir, llvm_tools, config.environment.get("PATH", "")])
config.environment["LC_ALL"] = "C"
config.environment["FILECHECK_OPTS"] = "--enable-var-scope"

python = os.path.join(config.pith_build, "python", "bin", "python")
aarch64 = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"]
config.substitutions += [
    ("%source", config.pith_source),  # the repository
    ("%build", config.pith_build),
    ("%models", os.path.join(config.pith_source, "models")),
    ("%exit-code", f"{python} {config.pith_source}/utils/exit_code.py"),
    ("%python", python),
    ("%small", os.path.join(config.pith_source, "test", "Integration", "support", "small.onnxtxt")),
    ("%run-aarch64", " ".join(aarch64)),
    ("%run", ""),  # a target's lit.local.cfg may put an emulator here
]

# Tests of passes once more, with every pass's output printed and parsed again.
if lit_config.params.get("verify-roundtrip"):
    config.name += "-roundtrip"
    sys.path.insert(0, os.path.join(config.pith_source, "test"))
    import lit_formats

    config.test_format = lit_formats.PithOptTests(execute_external=False)
    config.test_exec_root += "-roundtrip"
    config.substitutions.append((lit_formats.PITH_OPT, "pith-opt --verify-roundtrip"))

for feature, program in {"aarch64": aarch64[0], "valgrind": "valgrind", "gcc": "gcc"}.items():
    if shutil.which(program):
        config.available_features.add(feature)
for option in re.findall(r"[a-z]+", config.pith_sanitize):
    config.available_features.add("sanitize-" + option)
