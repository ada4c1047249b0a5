#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A compilation that dies leaves the old bundle or none."""
import os
import random
import shutil
import signal
import subprocess
import time

from support import harness
from support.harness import compile_model, files, run


def bundle_files(folder):
    return files(folder) if folder.exists() else {}


def leftovers(folder, *known):
    return [p.name for p in folder.iterdir() if p.name not in known]


def test_killed(folder):
    """SIGKILL at times spread over the whole run."""
    model, bundle = harness.large_model(folder), folder / "bundle"
    begin = time.monotonic()
    compile_model(model, bundle, "--name=m")
    duration = time.monotonic() - begin
    old = files(bundle)
    compile_model(model, folder / "new", "--name=m", "--fusion=off")
    new = files(folder / "new")
    assert old != new
    generator, results = random.Random(1), set()
    for attempt in range(30):
        compile_model(model, bundle, "--name=m")
        # Most attempts fall near the end, where files are written.
        share = generator.uniform(0.5, 1.1) if attempt % 3 else generator.uniform(0, 1)
        process = subprocess.Popen([str(harness.PITH), "compile", str(model), "-o", str(bundle), "--target=reference",
                                    "--name=m", "--fusion=off"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(duration * share)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        found = bundle_files(bundle)
        results.add("old" if found == old else "new" if found == new else "other")
        assert found in (old, new), f"attempt {attempt}: {sorted(found)}"
    assert "old" in results, "no attempt was killed in time"


CALLS = [(call, count) for call in ("renameat2", "rename", "fsync", "pwrite64", "unlink", "unlinkat") for count in (1, 2, 3)]


def compile_and_kill(strace, call, count, model, bundle):
    """Whether the compiler was killed when it made a system call for the
    count-th time."""
    process = subprocess.run([strace, "-f", "-o", "/dev/null", "-e", f"inject={call}:signal=KILL:when={count}",
                              str(harness.PITH), "compile", str(model), "-o", str(bundle), "--target=reference",
                              "--name=m"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return process.returncode != 0


def test_killed_at_every_step(folder):
    """Without a bundle before, and with one."""
    strace = harness.need("strace")
    model, bundle = harness.small_model(folder), folder / "bundle"
    compile_model(model, folder / "new", "--name=m")
    compile_model(model, folder / "old", "--name=m", "--fusion=off", "--report")
    new, old = files(folder / "new"), files(folder / "old")
    for before in ({}, old):
        killed = 0
        for call, count in CALLS:
            shutil.rmtree(bundle, ignore_errors=True)
            if before:
                shutil.copytree(folder / "old", bundle)
            killed += compile_and_kill(strace, call, count, model, bundle)
            assert bundle_files(bundle) in (before, new), f"{call} {count}: {sorted(bundle_files(bundle))}"
        assert killed >= 3, f"{killed} attempts were killed"


def test_killed_beside_other_files(folder):
    """A folder with files of the user's is not exchanged: a bundle without its
    manifest is none."""
    strace = harness.need("strace")
    model, bundle = harness.small_model(folder), folder / "bundle"
    compile_model(model, folder / "old", "--name=m", "--fusion=off")
    compile_model(model, folder / "new", "--name=m")
    new, old, killed = files(folder / "new"), files(folder / "old"), 0
    for call, count in CALLS:
        shutil.rmtree(bundle, ignore_errors=True)
        shutil.copytree(folder / "old", bundle)
        (bundle / "notes.txt").write_text("mine")
        killed += compile_and_kill(strace, call, count, model, bundle)
        found = files(bundle)
        assert found.pop("notes.txt") == b"mine"
        found = {name: data for name, data in found.items() if not name.startswith(".")}
        assert found in (old, new) or "m.manifest.json" not in found, f"{call} {count}: {sorted(found)}"
    assert killed >= 3, f"{killed} attempts were killed"


def test_full_disk(folder):
    """In a file system of a few pages; `unshare` mounts it for us alone."""
    unshare = harness.need("unshare")
    model = harness.large_model(folder)
    compile_model(model, folder / "new", "--name=m")
    size = sum(len(data) for data in files(folder / "new").values())
    disk = folder / "disk"
    disk.mkdir()
    script = folder / "script.sh"
    for share in (0.1, 0.5, 0.9):
        kibibytes = max(4, int(size * share) // 1024)
        script.write_text(f"mount -t tmpfs -o size={kibibytes}k none {disk} || exit 77\n"
                          f"{harness.PITH} compile {model} -o {disk}/b --target=reference --name=m\n"
                          f"code=$?\nfind {disk} -type f | wc -l\nexit $code\n")
        command = [unshare, "--mount", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"]), "sh", str(script)]
        process = subprocess.run(command, capture_output=True, text=True)
        if process.returncode == 77 or "unshare" in process.stderr:
            raise harness.Skip("may not mount a file system")
        assert process.returncode == 3, process
        assert process.stdout.strip() == "0", f"files are left: {process}"
        assert "error: " in process.stderr, process


def test_unwritable_folder(folder):
    model = harness.small_model(folder)
    (folder / "file").write_text("not a folder")
    run(harness.PITH, "compile", model, "-o", folder / "file", "--target=reference", code=3)
    assert (folder / "file").read_text() == "not a folder"
    assert not leftovers(folder, "file")


if __name__ == "__main__":
    harness.main(globals())
