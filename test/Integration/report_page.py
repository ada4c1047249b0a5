#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The page of `inspect --html` in a browser: what it shows, filters, and how it fits."""
import html.parser
import json
import pathlib
import shutil
import struct
import sys
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))
import harness

BROWSERS = ("chromium-headless-shell", "chrome-headless-shell")
MODELS = {
    "small": pathlib.Path(__file__).parent / "support" / "small.onnxtxt",
    "digits_int8": harness.ROOT / "models" / "digits" / "digits_int8.onnx",
    "mobilenet": harness.ROOT.parent / "shared" / "models" / "mobilenetv2-12-qdq.onnx",
    "yolox": harness.ROOT.parent / "shared" / "models" / "yolox_nano_416.onnx",
}
# What the page is like once its scripts ran; errors and failed loads are counted.
PROBE_HEAD = """<script>
window.problems = [];
addEventListener('error', e => problems.push(String(e.message || e.target.outerHTML)), true);
addEventListener('securitypolicyviolation', e => problems.push('policy: ' + e.violatedDirective));
console.error = (...args) => problems.push(args.join(' '));
</script>"""
PROBE_END = """<pre id=probe></pre><script>
addEventListener('load', () => setTimeout(() => {
  const rows = [...document.querySelectorAll('#layers tbody tr')];
  const shown = rows.filter(r => !r.hidden);
  const wide = [...document.querySelectorAll('body *')].filter(
    e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.tagName + ' ' + e.className);
  const keys = [...document.querySelectorAll('#layers th button')];
  const cost = keys.find(b => b.textContent === 'cost');
  const costs = () => [...document.querySelectorAll('#layers tbody tr')].map(r => +r.cells[7].dataset.value);
  const before = location.hash;
  cost.click(); const down = costs();
  cost.click(); const up = costs();
  cost.click(); const back = costs();
  document.getElementById('probe').textContent = JSON.stringify({
    rows: rows.length, shown: shown.length, names: shown.map(r => r.cells[0].textContent),
    precisions: [...new Set(shown.map(r => r.dataset.precision))],
    counter: document.getElementById('shown').textContent,
    width: document.documentElement.scrollWidth, window: innerWidth, wide,
    down, up, back, hash: location.hash, before,
    requests: performance.getEntriesByType('resource').length, problems});
}, 50));
</script>"""


class Probe(html.parser.HTMLParser):
    inside, text = False, ""

    def handle_starttag(self, tag, attributes):
        self.inside = ("id", "probe") in attributes

    def handle_data(self, data):
        if self.inside:
            self.text += data


def browser():
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    raise harness.Skip(f"needs a browser, one of {', '.join(BROWSERS)}")


def chrome(page, width, *options, fragment=""):
    command = [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=5000",
               f"--window-size={width},1200", f"--user-data-dir={page.parent / 'profile'}", *options,
               page.as_uri() + fragment]
    return harness.run(*command, seconds=120)


def probe(page, width, fragment=""):
    probed = page.with_suffix(".probe.html")
    text = page.read_text().replace("<head>", "<head>" + PROBE_HEAD, 1).replace("</body>", PROBE_END + "</body>", 1)
    assert text.count(PROBE_HEAD) == text.count(PROBE_END) == 1
    probed.write_text(text)
    parser = Probe()
    parser.feed(chrome(probed, width, "--dump-dom", fragment=fragment))
    found = json.loads(parser.text)
    assert found["problems"] == [] and found["requests"] == 0, found
    assert found["window"] == width and found["width"] <= width and found["wide"] == [], \
        f"wider than the window of {width}: {found['width']}, {found['wide'][:8]}"
    return found


def pixels(path):
    """Width, height and the distinct colours of a PNG that Chromium wrote (8 bits, not interlaced)."""
    data, at, body = path.read_bytes(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        chunk = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", chunk[:10])
            assert depth == 8 and colour in (2, 6)
        body += chunk if kind == b"IDAT" else b""
        at += 12 + size
    step = 3 if colour == 2 else 4
    raw, row = zlib.decompress(body), 1 + width * step
    # Filtered bytes differ where pixels do; a blank page has rows of zeros behind the first.
    lively = sum(any(raw[y * row + 1 + step:(y + 1) * row]) for y in range(height))
    return width, height, lively


def report_of(name, folder):
    if not MODELS[name].exists():
        raise harness.Skip(f"needs {MODELS[name]}")
    browser()
    page = folder / f"{name}.html"
    text = harness.run(harness.PITH, "inspect", MODELS[name], "--target=reference", "--json", "--html", page)
    return page, json.loads(text)


def check_model(name, folder):
    page, report = report_of(name, folder)
    for width in (1280, 390):
        found = probe(page, width)
        assert found["rows"] == found["shown"] == len(report["nodes"]), found
        assert found["names"] == [n["name"] for n in report["nodes"]]
        costs = [n["cost"] for n in report["nodes"]]
        assert found["down"] == sorted(costs, reverse=True) and found["up"] == sorted(costs) and found["back"] == costs
        image = folder / f"{width}.png"
        chrome(page, width, f"--screenshot={image}")
        shot_width, height, lively = pixels(image)
        assert shot_width == width and lively > height / 4, f"{lively} of {height} rows of the picture show anything"
    surviving = page.read_text().count("<section id=qdq>")
    assert surviving == (1 if report["surviving_qdq"] else 0)


def test_small(folder):
    check_model("small", folder)


def test_digits_int8(folder):
    check_model("digits_int8", folder)


def test_mobilenet(folder):
    check_model("mobilenet", folder)


def test_yolox(folder):
    check_model("yolox", folder)


def test_filter(folder):
    page, report = report_of("digits_int8", folder)
    found = probe(page, 1280, "#q=CONV2+conv")
    wanted = [n["name"] for n in report["nodes"] if "conv2" in n["name"]]
    assert wanted and found["names"] == wanted and found["rows"] == len(report["nodes"]), found
    assert found["counter"] == f"{len(wanted)} of {len(report['nodes'])}"
    assert "q=CONV2+conv" in found["hash"], found["hash"]
    precision = report["nodes"][0]["precision"]
    found = probe(page, 1280, "#precision=" + precision)
    assert found["precisions"] == [precision] and 0 < found["shown"] < found["rows"], found
    assert probe(page, 1280, "#q=no+such+layer")["shown"] == 0


def test_sort_in_address(folder):
    page, report = report_of("small", folder)
    costs = sorted(report["nodes"], key=lambda n: -n["cost"])
    assert probe(page, 1280, "#sort=-cost")["names"] == [n["name"] for n in costs]


def test_names_are_text(folder):
    """A model's names cannot become markup."""
    model = folder / "evil.onnxtxt"
    model.write_text(MODELS["small"].read_text().replace("small (", "evil ("))
    stage = folder / "evil.mlir"
    harness.run(harness.PITH, "compile", model, "--target=reference", "-o", stage, "--compile-to=import")
    evil = "<img src=x onerror=alert(1)>'\\22&amp;"
    stage.write_text(stage.read_text().replace('"Conv_t"', f'"{evil}"'))
    page = folder / "evil.html"
    browser()
    harness.run(harness.PITH, "inspect", stage, "--html", page)
    found = probe(page, 390)
    assert "<img src=x onerror=alert(1)>'\"&amp;" in found["names"], found["names"]


def test_bundle(folder):
    """The page of a bundle has less to tell, but is whole."""
    browser()
    harness.compile_model(MODELS["digits_int8"], folder / "d")
    page = folder / "bundle.html"
    report = json.loads(harness.run(harness.PITH, "inspect", folder / "d", "--json", "--html", page))
    assert probe(page, 390)["names"] == [n["name"] for n in report["nodes"]]


if __name__ == "__main__":
    harness.main(globals())
