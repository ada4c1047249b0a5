# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What libFuzzer leaves behind becomes one small file and one report for each finding."""
import os
import pathlib
import re
import shutil
import subprocess

SECONDS, MEBIBYTES = 10, 1024
LIMITS = [f"-timeout={SECONDS}", f"-rss_limit_mb={MEBIBYTES}", "-detect_leaks=0"]


def environment(folder):
    """A folder for what processes leave behind, and names in reports."""
    # What is freed is not kept for long, and stacks are short: pith forks, which copies page tables.
    return dict(os.environ, TMPDIR=folder, ASAN_OPTIONS="quarantine_size_mb=32:malloc_context_size=12",
                UBSAN_OPTIONS="print_stacktrace=1", ASAN_SYMBOLIZER_PATH="/usr/lib/llvm-22/bin/llvm-symbolizer")


def ended(program, path, folder):
    """(exit code, report) of a run on one file."""
    try:
        result = subprocess.run([program, *LIMITS, path], cwd=folder, env=environment(folder), capture_output=True, text=True,
                                errors="replace", timeout=10 * SECONDS)
    except subprocess.TimeoutExpired:
        return 1, "SUMMARY: libFuzzer: hang"
    return result.returncode, result.stderr


def signature(report):
    """One word for the kind of a finding and where it is: that of two files of one finding is the same."""
    kind = re.search(r"SUMMARY: \w+: ([\w-]+)", report)
    said = re.search(r"runtime error: ([a-z ]+)|finding: ([\w ]+)", report)
    frames = re.findall(r"#\d+ 0x[0-9a-f]+ in (.+?) (?:[^ ]*:\d+|\()", report)
    ours = [frame for frame in frames if re.match(r"\(?(pith|onnx|mlir|llvm|void|bool|static)", frame)] or frames
    where = re.sub(r"\(.*", "", ours[0]) if ours else "unknown"
    words = [kind.group(1) if kind else "unknown", (said.group(1) or said.group(2)) if said else "", where]
    return re.sub(r"[^A-Za-z0-9]+", "-", "-".join(word for word in words if word)).strip("-")[:120]


def shrink(program, path, name, folder):
    """Makes a finding's file smaller, as long as it is the same finding."""
    small = pathlib.Path(folder, "small")
    subprocess.run([program, "-minimize_crash=1", "-max_total_time=30", *LIMITS, f"-exact_artifact_path={small}", path],
                   cwd=folder, env=environment(folder), capture_output=True, check=False)
    if small.exists():
        if signature(ended(program, small, folder)[1]) == name:
            shutil.copy(small, path)
        small.unlink()


def collect(program, artifacts, finds, folder, said):
    """Keeps one file of each finding; returns the names of those that are not repaired. `said` is libFuzzer's output."""
    names = set()
    for path in sorted(finds.glob("*")):
        if path.suffix == ".txt":
            continue
        if ended(program, path, folder)[0]:
            names.add(path.name)
        else:
            path.unlink()
            path.with_name(f"{path.name}.txt").unlink(missing_ok=True)
    for path in sorted(artifacts.iterdir(), key=lambda path: path.stat().st_size):
        code, report = ended(program, path, folder)
        if not code and path.name.startswith("crash-"):  # in the mutator, or by what ran before
            code, report = 1, f"SUMMARY: pith: not-repeated by one run on the file\n{said}"
        name = signature(report)
        if code and name not in names:  # without a code it was slow or large beside others only
            names.add(name)
            finds.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, finds / name)
            (finds / f"{name}.txt").write_text(report)
            shrink(program, finds / name, name, folder)
        path.unlink()
    return sorted(names)
