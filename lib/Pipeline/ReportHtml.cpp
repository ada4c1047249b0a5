// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One page: totals, a table of layers, the memory map as a drawing.
#include "pith/Pipeline/Report.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using llvm::json::Array;
using llvm::json::Object;

static constexpr llvm::StringLiteral style = R"(
body { font: 14px/1.4 sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color: #222; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .25em .6em; border-bottom: 1px solid #ddd; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.bar { background: #4a7fb5; height: .7em; min-width: 1px; }
svg { width: 100%; height: 16em; border: 1px solid #ddd; }
details { color: #666; }
)";

static std::string escape(llvm::StringRef text) {
  std::string out;
  llvm::raw_string_ostream os(out);
  llvm::printHTMLEscaped(text, os);
  return out;
}

static std::string text(const Object &object, llvm::StringRef key) {
  return escape(object.getString(key).value_or(""));
}

static int64_t number(const Object &object, llvm::StringRef key) {
  return object.getInteger(key).value_or(0);
}

static void renderNodes(const Array &nodes, llvm::raw_ostream &os) {
  int64_t total = 1, greatest = 1;
  for (const llvm::json::Value &node : nodes) {
    total += number(*node.getAsObject(), "cost");
    greatest = std::max(greatest, number(*node.getAsObject(), "cost"));
  }
  os << "<h2>Layers</h2><table><tr><th>node<th>operator<th>precision<th>kernel<th>exactness"
        "<th class=n>output bytes<th class=n>share of cost<th style='width:12em'></tr>\n";
  for (const llvm::json::Value &value : nodes) {
    const Object &node = *value.getAsObject();
    std::string fused;
    if (const Array *list = node.getArray("fused"))
      for (const llvm::json::Value &op : *list)
        fused += (fused.empty() ? "" : " &rarr; ") + escape(op.getAsString().value_or(""));
    os << "<tr><td>" << text(node, "name") << "<td>" << fused << "<td>" << text(node, "precision")
       << "<td>" << text(node, "kernel");
    if (const Array *reasons = node.getArray("why_not"); reasons && !reasons->empty()) {
      os << "<details><summary>why no other</summary>";
      for (const llvm::json::Value &reason : *reasons)
        os << "<div>" << escape(reason.getAsString().value_or("")) << "</div>";
      os << "</details>";
    }
    int64_t cost = number(node, "cost");
    os << "<td>" << text(node, "exactness") << "<td class=n>" << number(node, "output_bytes")
       << "<td class=n>" << llvm::format("%.1f %%", 100.0 * double(cost) / double(total))
       << "<td><div class=bar style='width:"
       << llvm::format("%.1f", 100.0 * double(cost) / double(greatest)) << "%'></div></tr>\n";
  }
  os << "</table>\n";
}

/// Each buffer a rectangle: place in the arena upwards, order of use to the right.
static void renderMemory(const Array &memory, int64_t arena, llvm::raw_ostream &os) {
  if (memory.empty() || arena <= 0)
    return;
  os << "<h2>Arena</h2><p>One column for each buffer in the order of the program; height is place "
        "and size in the arena.</p>\n<svg viewBox='0 0 1000 1000' preserveAspectRatio='none'>";
  double width = 1000.0 / double(memory.size());
  for (auto [index, value] : llvm::enumerate(memory)) {
    const Object &buffer = *value.getAsObject();
    double top = 1000.0 * double(number(buffer, "offset")) / double(arena);
    double height = 1000.0 * double(number(buffer, "bytes")) / double(arena);
    os << llvm::format("<rect x='%.2f' y='%.2f' width='%.2f' height='%.2f' fill='#4a7fb5' "
                       "stroke='#fff'>",
                       double(index) * width, 1000.0 - top - height, width, std::max(height, 1.0))
       << "<title>" << text(buffer, "name") << ": " << number(buffer, "bytes") << " bytes at "
       << number(buffer, "offset") << "</title></rect>";
  }
  os << "</svg>\n";
}

std::string pith::renderHtml(const Object &report) {
  std::string page;
  llvm::raw_string_ostream os(page);
  os << "<!doctype html>\n<html lang=en><meta charset=utf-8><title>" << text(report, "model")
     << "</title><style>" << style << "</style>\n<h1>" << text(report, "model") << "</h1>\n<p>";
  if (const Object *target = report.getObject("target"))
    os << "Target " << text(*target, "name") << ", " << text(*target, "triple") << ", CPU "
       << text(*target, "cpu") << " " << text(*target, "features") << ". ";
  os << "Arena " << number(report, "arena_bytes") << " bytes, lower bound "
     << number(report, "arena_lower_bound") << "; weights " << number(report, "weight_bytes")
     << " bytes.</p>\n";
  if (const Array *nodes = report.getArray("nodes"))
    renderNodes(*nodes, os);
  if (const Array *memory = report.getArray("memory"))
    renderMemory(*memory, number(report, "arena_bytes"), os);
  if (const Array *surviving = report.getArray("surviving_qdq"); surviving && !surviving->empty()) {
    os << "<h2>Quantize and dequantize operators that run as such</h2><ul>\n";
    for (const llvm::json::Value &value : *surviving)
      os << "<li>" << text(*value.getAsObject(), "name") << " (" << text(*value.getAsObject(), "op")
         << "): " << text(*value.getAsObject(), "reason") << "\n";
    os << "</ul>\n";
  }
  os << "</html>\n";
  return page;
}
