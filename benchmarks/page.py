# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The figures of benchmarks/run.py as one page that needs no other file."""
import html
import math

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #1b1f24 }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse; width: 100% } th, td { padding: .25em .6em; text-align: right; border-bottom: 1px solid #d8dee4 }
th:first-child, td:first-child { text-align: left } .bad { color: #b42318; font-weight: 600 }
svg { width: 100%; height: auto } svg text { font: 12px system-ui, sans-serif; fill: #1b1f24 }
.note { color: #57606a } .scroll { overflow-x: auto }
"""
COLOURS = {"compute": "#1f6feb", "memory": "#bf8700"}


def text(value):
    return html.escape(str(value))


def bars(records):
    """Ratios: 1 is as fast as the best other engine; a mark shows the bar."""
    width, left, step = 900, 260, 24
    rows = [(record["model"], one) for record in records for one in record["threads"]]
    scale = (width - left - 60) / max([1.2] + [one["ratio"] for _, one in rows])
    parts = []
    for index, (model, one) in enumerate(rows):
        y = index * step
        colour = "#1a7f37" if one["good"] else "#b42318"
        parts.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{text(model)}, {one["threads"]} T</text>'
                     f'<rect x="{left}" y="{y + 3}" width="{one["ratio"] * scale:.1f}" height="{step - 8}" fill="{colour}"/>'
                     f'<text x="{left + one["ratio"] * scale + 5:.1f}" y="{y + 15}">{one["ratio"]:.2f}</text>')
        if one["bar"]:
            x = left + one["bar"] * scale
            parts.append(f'<path d="M{x:.1f} {y + 1}v{step - 4}" stroke="#1b1f24" stroke-width="2"/>')
    one = left + scale
    parts.append(f'<path d="M{one:.1f} 0V{len(rows) * step}" stroke="#57606a" stroke-dasharray="4 3"/>')
    return f'<svg viewBox="0 0 {width} {len(rows) * step + 4}" role="img" aria-label="ratios">{"".join(parts)}</svg>'


def roofline(layers, peaks):
    """Operations a second against operations a byte, both logarithmic; the area is time."""
    width, height, edge = 900, 360, 50
    points = [(layer, 2 * layer["products"] / layer["bytes"]) for layer in layers
              if layer.get("products") and layer.get("bytes") and layer["us"] > 0]
    if not points:
        return ""
    low, high = min(x for _, x in points) / 2, max(x for _, x in points) * 2
    top = max(peaks["bytes"], peaks["floats"]) * 1.3
    bottom = min(2e6 * layer["products"] / layer["us"] for layer, _ in points) / 2

    def place(x, y):
        return (edge + (width - edge - 10) * math.log(x / low) / math.log(high / low),
                (height - edge) * (1 - math.log(max(y, bottom) / bottom) / math.log(top / bottom)) + 5)

    parts = []
    for key in ("bytes", "floats"):
        line = []
        for step in range(101):
            x = low * (high / low) ** (step / 100)
            line.append("%.1f,%.1f" % place(x, min(peaks[key], x * peaks["copy.256k"])))
        parts.append(f'<polyline points="{" ".join(line)}" fill="none" stroke="#57606a"/>'
                     '<text x="%.0f" y="%.0f" text-anchor="end">peak of %s</text>' % (*place(high, peaks[key] * 1.06), key))
    total = sum(layer["us"] for layer in layers)
    for layer, x in points:
        rate = 2e6 * layer["products"] / layer["us"]
        at = place(x, rate)
        radius = 2 + 40 * math.sqrt(layer["us"] / total)
        parts.append(f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:.1f}" fill="{COLOURS[layer["bound"]]}" '
                     f'fill-opacity=".45"><title>{text(layer["name"])}: {layer["us"]:.1f} us, {rate / 1e9:.0f} GOPS, '
                     f'{text(layer["row"])}</title></circle>')
    parts.append(f'<text x="{width / 2}" y="{height - 8}" text-anchor="middle">operations for each byte</text>')
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="roofline">{"".join(parts)}</svg>'


def layer_table(profile, rows=25):
    layers = sorted(profile["layers"], key=lambda layer: -layer["us"])[:rows]
    lines = ["<table><tr><th>layer<th>kernel<th>us<th>share<th>GOPS<th>GB/s<th>roofline us<th>of it<th>bound</tr>"]
    for layer in layers:
        reached = layer["roofline_us"] / layer["us"] if layer["us"] else 1
        mark = ' class="bad"' if reached < 0.5 else ""
        lines.append(f'<tr><td>{text(layer["name"])}<td>{text(layer["row"])}<td>{layer["us"]:.1f}'
                     f'<td>{100 * layer["share"]:.1f} %<td>{layer.get("gops", 0):.0f}<td>{layer.get("gbytes", 0):.1f}'
                     f'<td>{layer["roofline_us"]:.1f}<td{mark}>{100 * reached:.0f} %<td>{layer["bound"]}</tr>')
    return '<div class="scroll">' + "\n".join(lines) + "</table></div>"


def engine_table(records):
    lines = ["<table><tr><th>model<th>threads<th>engine<th>median ms<th>least ms<th>runs</tr>"]
    for record in records:
        for one in record["threads"]:
            for name, found in one["engines"].items():
                lines.append(f'<tr><td>{text(record["model"])}<td>{one["threads"]}<td>{text(name)} {text(found["version"])}'
                             f'<td>{found["median_ms"]:.4f}<td>{found["min_ms"]:.4f}<td>{found["runs"]}</tr>')
    return '<div class="scroll">' + "\n".join(lines) + "</table></div>"


def render(result):
    peaks = ", ".join(f"{name} {value / 1e9:.0f} G/s" for name, value in result["peaks"].items())
    loaded = '<p class="bad">Measured beside other load.</p>' if result["loaded"] else ""
    parts = [f"<h1>pith beside other engines</h1><p class=note>{text(result['machine'])}; {text(peaks)}</p>{loaded}",
             "<h2>Time, as a share of the best other engine's</h2>", bars(result["models"]),
             "<p class=note>Medians of one interleaved run. The short line is the bar, the dashed one the other engine.</p>",
             engine_table(result["models"])]
    for record in result["models"]:
        if "profile" in record:
            parts += [f"<h2>{text(record['model'])}: layers</h2>", roofline(record["profile"]["layers"], result["peaks"]),
                      f"<p class=note>{100 * record['profile']['share_below_half']:.1f} % of the time lies in layers below "
                      "half of their roofline. Areas are times.</p>", layer_table(record["profile"])]
    return ('<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>pith beside other engines</title><style>{STYLE}</style><body>" + "\n".join(parts) + "</body></html>\n")
