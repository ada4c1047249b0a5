#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Long runs of the fuzz targets with libFuzzer; scripts/fuzz builds them and calls this.

usage: long.py BUILD HOURS [TARGET...]

The targets take turns on all processors, HOURS in all. BUILD/corpus/TARGET grows from
run to run. One file of each finding, made small, and its report are in
BUILD/finds/TARGET; BUILD/finds/summary.json has the numbers.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
SECONDS, MEBIBYTES, LARGEST = 10, 1024, 1 << 15
LIMITS = [f"-timeout={SECONDS}", f"-rss_limit_mb={MEBIBYTES}", "-detect_leaks=0"]
PROGRESS = re.compile(r"^#(\d+): cov: (\d+) .*corp: (\d+).*oom/timeout/crash: (\d+)/(\d+)/(\d+)")


def environment(folder):
    """A folder for what processes leave behind, and names in reports."""
    return dict(os.environ, TMPDIR=folder, ASAN_SYMBOLIZER_PATH="/usr/lib/llvm-22/bin/llvm-symbolizer",
                UBSAN_OPTIONS="print_stacktrace=1")


def shared_folder():
    """In memory where that is possible: each run of some targets writes a file."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def fuzz(program, corpora, artifacts, seconds, folder):
    """Runs a target; returns (runs, coverage) as libFuzzer counts them."""
    command = [program, f"-fork={os.cpu_count()}", "-ignore_crashes=1", "-ignore_ooms=1", "-ignore_timeouts=1",
               f"-max_total_time={int(seconds)}", f"-max_len={LARGEST}", "-len_control=0", *LIMITS,
               f"-artifact_prefix={artifacts}/", *corpora]
    process = subprocess.Popen([str(word) for word in command], cwd=folder, env=environment(folder), stderr=subprocess.PIPE,
                               stdout=subprocess.DEVNULL, text=True, errors="replace")
    runs = coverage = 0
    told = time.monotonic()
    for line in process.stderr:
        found = PROGRESS.match(line)
        if not found:
            continue
        runs, coverage = int(found.group(1)), int(found.group(2))
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"  {runs} runs, coverage {coverage}, corpus {found.group(3)}, "
                  f"out of memory/too slow/crashed: {'/'.join(found.groups()[3:])}", flush=True)
    process.wait()
    return runs, coverage


def ended(program, path, folder):
    """(exit code, report) of a run on one file."""
    result = subprocess.run([program, *LIMITS, path], cwd=folder, env=environment(folder), capture_output=True, text=True,
                            errors="replace", timeout=10 * SECONDS)
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


def collect(program, artifacts, finds, folder):
    """Keeps one file of each finding, made small; returns the findings' names."""
    names = {}
    for path in sorted(artifacts.iterdir(), key=lambda path: path.stat().st_size):
        try:
            code, report = ended(program, path, folder)
        except subprocess.TimeoutExpired:
            code, report = 1, "SUMMARY: libFuzzer: hang"
        if code:
            names.setdefault(signature(report), (path, report))
        else:  # slow or large beside others only
            path.unlink()
    for name, (path, report) in names.items():
        finds.mkdir(parents=True, exist_ok=True)
        target = finds / name
        shutil.copy(path, target)
        (finds / f"{name}.txt").write_text(report)
        small = pathlib.Path(folder, "small")
        subprocess.run([program, "-minimize_crash=1", "-max_total_time=30", *LIMITS, f"-exact_artifact_path={small}", path],
                       cwd=folder, env=environment(folder), capture_output=True, check=False)
        if small.exists():
            # Smaller, and still the same finding.
            if signature(ended(program, small, folder)[1]) == name:
                shutil.copy(small, target)
            small.unlink()
    return sorted(names)


def main():
    sys.path.insert(0, str(HERE))
    import seeds

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("hours", type=float)
    parser.add_argument("targets", nargs="*")
    args = parser.parse_args()
    build = args.build.resolve()
    known = sorted(path.name for path in (HERE / "corpus").iterdir())
    for target in args.targets:
        if target not in known:
            sys.exit(f"error: expected targets of {', '.join(known)}; got {target}")
    targets, summary = args.targets or known, {}
    share = args.hours * 3600 / len(targets)
    for target in targets:
        print(f"{target}: {share / 60:.1f} minutes on {os.cpu_count()} processors", flush=True)
        program = build / "bin" / f"pith-fuzz-{target}"
        grown, artifacts = build / "corpus" / target, build / "artifacts" / target
        for folder in (grown, artifacts):
            folder.mkdir(parents=True, exist_ok=True)
        seeds.write(build / "seeds" / target, target)
        with tempfile.TemporaryDirectory(prefix="pith-fuzz-", dir=shared_folder()) as folder:
            runs, coverage = fuzz(program, [grown, build / "seeds" / target, HERE / "corpus" / target], artifacts, share, folder)
            found = collect(program, artifacts, build / "finds" / target, folder)
        summary[target] = {"runs": runs, "seconds": round(share), "coverage": coverage, "finds": found}
        print(f"  {runs} runs, coverage {coverage}, {len(found)} findings", flush=True)
        for name in found:
            path = build / "finds" / target / name
            print(f"  {name}\n    {program} {path}")
    (build / "finds").mkdir(exist_ok=True)
    (build / "finds" / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
    total = sum(len(entry["finds"]) for entry in summary.values())
    print(f"{sum(entry['runs'] for entry in summary.values())} runs, {total} findings")
    sys.exit(bool(total))


if __name__ == "__main__":
    main()
