# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# check.py gives the prefix of the installed package and the plugin.
import lit.formats

config.name = "accel"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir"]
prefix, plugin = (lit_config.params.get(name) for name in ("prefix", "plugin"))
config.environment["PATH"] = f"{prefix}/bin:/usr/lib/llvm-22/bin:{config.environment.get('PATH', '')}"
config.test_exec_root = lit_config.params.get("output", "/tmp")
config.substitutions.append(("%pith-opt", f"pith-opt --load-target={plugin}"))
