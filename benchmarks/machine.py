# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a benchmark must know of the machine: its peaks, and whether it is idle."""
import pathlib
import re
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
IDLE = 0.15  # cores that other work may take


def name():
    text = pathlib.Path("/proc/cpuinfo").read_text()
    found = re.search(r"model name\s*: (.*)", text)
    return found.group(1).strip() if found else "unknown CPU"


def busy(seconds=0.5):
    """Cores that were busy, on the average."""
    def read():
        words = pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        ticks = [int(word) for word in words]
        return sum(ticks[:8]) - ticks[3] - ticks[4]

    before = read()
    time.sleep(seconds)
    return (read() - before) / 100 / seconds


def wait_until_idle(minutes, say):
    """False where other work went on for all of the time."""
    end = time.monotonic() + 60 * minutes
    told = False
    while True:
        cores = busy()
        if cores < IDLE:
            return True
        if time.monotonic() > end:
            return False
        if not told:
            say(f"waiting for other work to end: {cores:.1f} cores are busy")
            told = True
        time.sleep(2)


def peaks(folder, rounds=5):
    """Operations a second of one thread by kind of number, and bytes a second of
    copies by size of memory; nothing where the CPU lacks the instructions."""
    if "avx512_vnni" not in pathlib.Path("/proc/cpuinfo").read_text():
        return {}
    program = folder / "peaks"
    subprocess.run(["clang-22", "-O2", "-march=native", HERE / "kernels.c", "-o", program, "-ldl"], check=True)
    (folder / "none").write_text("")
    lines = subprocess.run([program, str(rounds), folder / "none"], check=True, capture_output=True, text=True).stdout
    return {key: float(value) for key, value in (line.split() for line in lines.splitlines())}


def clock(folder):
    """Cycles a second of a core: additions that wait for each other take one each."""
    source, program = folder / "clock.c", folder / "clock"
    source.write_text("""#include <stdio.h>
#include <time.h>
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
#define ADD "add %1, %0\\n"
int main(void) {
  double most = 0;
  for (int round = 0; round < 50; ++round) {
    long x = 1;
    double begin = now();
    for (int i = 0; i < 500000; ++i)
      __asm__ volatile(ADD ADD ADD ADD ADD ADD ADD ADD : "+r"(x) : "r"(3L));
    double rate = 4e6 / (now() - begin);
    most = rate > most ? rate : most;
  }
  printf("%.0f\\n", most);
  return 0;
}
""")
    subprocess.run(["clang-22", "-O2", source, "-o", program], check=True)
    return float(subprocess.run([program], check=True, capture_output=True, text=True).stdout)


def roofline(layer, found):
    """The least time of a layer in microseconds, from its products, elementwise
    operations and bytes and the machine's peaks alone, and what bounds it. An
    operation takes an instruction for 16 lanes of 32 bits, as many a second as
    there are products of floats."""
    numbers = layer.get("precision", "")
    peak = found["bytes"] if re.fullmatch(r"[us]8[us]8", numbers) else found["floats"]
    compute = 2e6 * max(layer.get("products", 0) / peak, layer.get("operations", 0) / found["floats"])
    size = layer.get("bytes", 0)
    level = "copy.256k" if size <= 1 << 20 else "copy.4m" if size <= 16 << 20 else "copy.128m"
    memory = 1e6 * size / found[level]
    return max(compute, memory), "compute" if compute > memory else "memory"
