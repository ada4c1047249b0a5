// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One page: totals, what is left of quantization, a table of layers, memory. It
// is whole without scripts; Page/page.js adds filters and sorting.
#include "pith/Pipeline/Report.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

using llvm::json::Array;
using llvm::json::Object;

namespace {

constexpr char style[] = {
#include "lib/Pipeline/page.css.inc"
};
constexpr char script[] = {
#include "lib/Pipeline/page.js.inc"
};

std::string escape(llvm::StringRef text) {
  std::string out;
  llvm::raw_string_ostream os(out);
  llvm::printHTMLEscaped(text, os);
  return out;
}

llvm::StringRef text(const Object &object, llvm::StringRef key) {
  return object.getString(key).value_or("");
}

int64_t number(const Object &object, llvm::StringRef key) {
  return object.getInteger(key).value_or(0);
}

/// The objects of an array.
llvm::SmallVector<const Object *> objects(const Object &report, llvm::StringRef key) {
  llvm::SmallVector<const Object *> list;
  if (const Array *array = report.getArray(key))
    for (const llvm::json::Value &value : *array)
      if (const Object *object = value.getAsObject())
        list.push_back(object);
  return list;
}

std::string joined(const Object &object, llvm::StringRef key, llvm::StringRef between) {
  std::string list;
  if (const Array *array = object.getArray(key))
    for (const llvm::json::Value &value : *array)
      list += (list.empty() ? "" : between.str()) + escape(value.getAsString().value_or(""));
  return list;
}

std::string bytes(int64_t count) {
  llvm::SmallString<32> out;
  llvm::raw_svector_ostream os(out);
  if (count < 1024)
    os << count << " B";
  else if (count < 1024 * 1024)
    os << llvm::format("%.1f KiB", double(count) / 1024);
  else
    os << llvm::format("%.1f MiB", double(count) / (1024 * 1024));
  return out.str().str();
}

bool isInteger(llvm::StringRef precision) {
  return precision.size() > 1 && llvm::StringRef("usi").contains(precision[0]) &&
         llvm::isDigit(precision[1]);
}

class Page {
public:
  Page(const Object &report, llvm::raw_ostream &os)
      : report(report), os(os), nodes(objects(report, "nodes")),
        surviving(objects(report, "surviving_qdq")) {}

  void render() {
    os << "<!doctype html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
          "<meta name=viewport content='width=device-width, initial-scale=1'>\n"
          // Nothing is ever fetched.
          "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
          "'unsafe-inline'; script-src 'unsafe-inline'\">\n<title>"
       << escape(text(report, "model")) << "</title>\n<style>\n"
       << llvm::StringRef(style, sizeof style) << "</style>\n</head>\n<body>\n<main>\n";
    header();
    cards();
    os << "<div class=pair>\n";
    work();
    memory();
    os << "</div>\n";
    quantization();
    layers();
    memoryMap();
    os << "</main>\n<script>\n"
       << llvm::StringRef(script, sizeof script) << "</script>\n"
       << "</body>\n</html>\n";
  }

private:
  void header();
  void cards();
  struct Part {
    int64_t size;
    llvm::StringRef what, color;
  };
  void meter(llvm::ArrayRef<Part> parts, llvm::function_ref<std::string(int64_t)> show);
  void work();
  void memory();
  void quantization();
  void layers();
  void layer(const Object &node, int64_t total, int64_t greatest);
  void choice(llvm::StringRef key, llvm::StringRef all);
  void memoryMap();

  void card(const llvm::Twine &value, llvm::StringRef what, llvm::StringRef kind = "") {
    os << "<div class='card " << kind << "'><b>" << value << "</b><span>" << what
       << "</span></div>\n";
  }

  const Object &report;
  llvm::raw_ostream &os;
  llvm::SmallVector<const Object *> nodes, surviving;
};

void Page::header() {
  os << "<h1>" << escape(text(report, "model")) << "</h1>\n<p class=sub>";
  if (const Object *target = report.getObject("target")) {
    os << "compiled for " << escape(text(*target, "name"));
    for (const char *key : {"triple", "cpu", "features"})
      if (llvm::StringRef value = text(*target, key); !value.empty())
        os << " &middot; " << escape(value);
  }
  auto list = [&](llvm::StringRef key, llvm::StringRef what) {
    const Array *programs = report.getArray(key);
    if (!programs)
      return;
    os << " (the " << what << " of the " << key;
    for (const llvm::json::Value &program : *programs)
      os << " " << escape(text(*program.getAsObject(), "name"));
    os << ")";
  };
  list("variants", "preferred");
  list("shapes", "first");
  os << "</p>\n";
}

void Page::cards() {
  Object none;
  const Object *found = report.getObject("summary");
  const Object &summary = found ? *found : none;
  int64_t integer = number(summary, "integer"), floats = number(summary, "float");
  os << "<div class=cards>\n";
  card(llvm::Twine(integer), "layers on integers", integer ? "good" : "");
  card(llvm::Twine(floats), "layers in float");
  card(llvm::Twine(surviving.size()), "quantize and dequantize steps left",
       surviving.empty() ? "" : "warm");
  card(llvm::Twine(nodes.size()), "kernel calls");
  auto lacking =
      llvm::count_if(nodes, [](const Object *node) { return !text(*node, "fallback").empty(); });
  if (lacking)
    card(llvm::Twine(lacking), "fallbacks: layers without the instructions asked for", "warm");
  card(bytes(number(report, "arena_bytes")), "arena");
  card(bytes(number(report, "weight_bytes")), "weights");
  os << "</div>\n";
}

/// A bar of shares with its key.
void Page::meter(llvm::ArrayRef<Part> parts, llvm::function_ref<std::string(int64_t)> show) {
  int64_t all = 1;
  for (const Part &part : parts)
    all += part.size;
  os << "<div class=meter>";
  for (const Part &part : parts)
    if (part.size > 0)
      os << "<i class=" << part.color
         << " style='width:" << llvm::format("%.2f", 100.0 * double(part.size) / double(all))
         << "%'></i>";
  os << "</div>\n<div class=key>";
  for (const Part &part : parts)
    if (part.size > 0)
      os << "<span><i class=" << part.color << "></i>" << part.what << ": " << show(part.size)
         << "</span>\n";
  os << "</div>\n";
}

/// What the work is done on.
void Page::work() {
  Part parts[] = {{0, "integers", "c1"},
                  {0, "float", "c0"},
                  {0, "quantize and dequantize steps", "c2"},
                  {0, "movement", "c3"}};
  int64_t total = 0;
  for (const Object *node : nodes) {
    llvm::StringRef kind = pith::kindOf(*node);
    size_t place = kind == "integer" ? 0 : kind == "float" ? 1 : kind == "quantization" ? 2 : 3;
    parts[place].size += number(*node, "cost");
    total += number(*node, "cost");
  }
  os << "<section>\n<h2>Estimated work</h2>\n";
  meter(parts, [&](int64_t size) {
    llvm::SmallString<16> out;
    llvm::raw_svector_ostream(out) << llvm::format("%.1f %%", 100.0 * double(size) / double(total));
    return out.str().str();
  });
  os << "</section>\n";
}

void Page::memory() {
  int64_t arena = number(report, "arena_bytes");
  int64_t bound = std::min(number(report, "arena_lower_bound"), arena);
  os << "<section>\n<h2>Memory</h2>\n";
  meter({{number(report, "weight_bytes"), "weights", "c0"},
         {bound, "arena that any plan needs", "c1"},
         {arena - bound, "arena beyond that", "c2"}},
        bytes);
  os << "</section>\n";
}

void Page::quantization() {
  if (surviving.empty())
    return;
  llvm::MapVector<llvm::StringRef, llvm::SmallVector<const Object *>> byReason;
  for (const Object *op : surviving)
    byReason[text(*op, "reason")].push_back(op);
  os << "<section id=qdq>\n<h2>Quantize and dequantize steps left</h2>\n<p class=note>They run as "
        "kernels of their own; all others were folded into integer operators or fused.</p>\n"
        "<ul class=qdq>\n";
  for (auto &[reason, list] : byReason) {
    os << "<li><b>" << list.size() << "</b> &times; " << escape(reason);
    bool many = list.size() > 12;
    os << (many ? "<details><summary>which</summary>" : "") << "<div class=names>";
    for (auto [index, op] : llvm::enumerate(list))
      os << (index ? ", " : "") << escape(text(*op, "name")) << " (" << escape(text(*op, "op"))
         << ")";
    os << "</div>" << (many ? "</details>" : "") << "</li>\n";
  }
  os << "</ul>\n</section>\n";
}

/// A list of the values that occur.
void Page::choice(llvm::StringRef key, llvm::StringRef all) {
  std::set<llvm::StringRef> values;
  for (const Object *node : nodes)
    values.insert(text(*node, key));
  os << "<select id=" << key << " aria-label='" << key << "'><option value=''>" << all
     << "</option>";
  for (llvm::StringRef value : values)
    os << "<option>" << escape(value) << "</option>";
  os << "</select>\n";
}

void Page::layer(const Object &node, int64_t total, int64_t greatest) {
  std::string name = escape(text(node, "name")), op = escape(text(node, "op"));
  std::string precision = escape(text(node, "precision"));
  std::string exactness = escape(text(node, "exactness"));
  std::string fused = joined(node, "fused", " &rarr; "), forms = joined(node, "forms", ", ");
  int64_t cost = number(node, "cost");
  double share = double(cost) / double(total);
  os << "<tr data-precision='" << precision << "' data-exactness='" << exactness
     << "'><td class=name>" << (name.empty() ? "(unnamed)" : name)
     << "</td><td data-label=operator data-value='" << op << "'>" << op;
  if (!fused.empty() && fused != op)
    os << "<div class=ops>" << fused << "</div>";
  os << "</td><td data-label=precision data-value='" << precision << "'><span class='tag"
     << (isInteger(precision) ? " int" : "") << "'>" << precision
     << "</span></td><td data-label=kernel data-value='" << escape(text(node, "kernel")) << "'>"
     << escape(text(node, "kernel"));
  if (llvm::StringRef lacking = text(node, "fallback"); !lacking.empty())
    os << "<div class=ops>fallback: no instruction for " << escape(lacking) << "</div>";
  if (llvm::StringRef next = text(node, "next"); !next.empty() && cost)
    os << "<div class=ops>next best: " << escape(next) << ", "
       << llvm::format("%.2f", double(number(node, "next_cost")) / double(cost))
       << " &times;</div>";
  if (std::string reasons = joined(node, "why_not", "<br>"); !reasons.empty())
    os << "<details><summary>why no other</summary>" << reasons << "</details>";
  os << "</td><td data-label=exactness data-value='" << exactness << "'><span class='tag "
     << exactness << "'>" << exactness << "</span></td><td data-label=form data-value='" << forms
     << "'>" << forms << "</td>";
  if (std::optional<int64_t> size = node.getInteger("output_bytes"))
    os << "<td class=num data-label=output data-value=" << *size << ">" << bytes(*size) << "</td>";
  else
    os << "<td class=num data-value=0></td>";
  os << "<td class=num data-label=cost data-value=" << cost << ">"
     << llvm::format("%.1f %%", 100 * share) << "<div class=bar><i style='width:"
     << llvm::format("%.1f", 100.0 * double(cost) / double(greatest))
     << "%'></i></div></td></tr>\n";
}

void Page::layers() {
  int64_t total = 0, greatest = 1;
  for (const Object *node : nodes) {
    total += number(*node, "cost");
    greatest = std::max(greatest, number(*node, "cost"));
  }
  os << "<section>\n<h2>Layers</h2>\n<div class=tools id=tools hidden>\n<input id=q type=search "
        "placeholder='Filter by name, operator, kernel' aria-label=filter>\n";
  choice("precision", "every precision");
  choice("exactness", "every exactness");
  os << "<span class=shown id=shown></span>\n</div>\n<table id=layers>\n<thead><tr><th>node</th>";
  for (auto [key, kind] :
       std::initializer_list<std::pair<llvm::StringRef, llvm::StringRef>>{{"operator", "text"},
                                                                          {"precision", "text"},
                                                                          {"kernel", "text"},
                                                                          {"exactness", "text"},
                                                                          {"form", "text"},
                                                                          {"output", "number"},
                                                                          {"cost", "number"}})
    os << "<th data-sort=" << key << " data-kind=" << kind << (kind == "number" ? " class=num" : "")
       << "><button>" << key << "</button></th>";
  os << "</tr></thead>\n<tbody>\n";
  for (const Object *node : nodes)
    layer(*node, std::max<int64_t>(1, total), greatest);
  os << "</tbody>\n</table>\n</section>\n";
}

/// Each buffer a rectangle: place in the arena upwards, order of use to the right.
void Page::memoryMap() {
  llvm::SmallVector<const Object *> buffers = objects(report, "memory");
  int64_t arena = number(report, "arena_bytes");
  if (buffers.empty() || arena <= 0)
    return;
  os << "<section>\n<h2>Memory map</h2>\n<p class=note>One column for each buffer in the order of "
        "the program; height is place and size in the arena.</p>\n"
        "<svg viewBox='0 0 1000 1000' preserveAspectRatio=none role=img aria-label='memory map'>";
  double width = 1000.0 / double(buffers.size());
  for (auto [index, buffer] : llvm::enumerate(buffers)) {
    double bottom = 1000.0 * double(number(*buffer, "offset")) / double(arena);
    double height = std::max(5.0, 1000.0 * double(number(*buffer, "bytes")) / double(arena));
    os << llvm::format("<rect x='%.2f' y='%.2f' width='%.2f' height='%.2f'>", double(index) * width,
                       std::max(0.0, 1000.0 - bottom - height), 0.96 * width, height)
       << "<title>" << escape(text(*buffer, "name")) << ": " << bytes(number(*buffer, "bytes"))
       << " at " << number(*buffer, "offset") << "</title></rect>";
  }
  os << "</svg>\n</section>\n";
}

} // namespace

std::string pith::renderHtml(const Object &report) {
  std::string page;
  llvm::raw_string_ostream os(page);
  Page(report, os).render();
  return page;
}
