// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Profile.h"
#include "tools/pith/Peaks.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace pith;
using namespace pith::tool;
using llvm::json::Array;
using llvm::json::Object;

/// The least time of a layer, and its share of the time that it took: of the peak.
static void addRoofline(Object &row, const Object &about, double time, Peaks &peaks) {
  int64_t products = about.getInteger("products").value_or(0);
  int64_t operations = about.getInteger("operations").value_or(0);
  int64_t bytes = about.getInteger("bytes").value_or(0);
  std::optional<double> peak = peaks.operations(about.getString("row").value_or(""));
  std::optional<double> floats = operations ? peaks.floats() : std::nullopt;
  if (time <= 0 || (products && !peak) || (operations && !floats))
    return; // scalar code has no peak to compare with
  // Both kinds may run side by side.
  double compute = std::max(products ? 2 * double(products) / *peak : 0,
                            operations ? 2 * double(operations) / *floats : 0);
  double memory = bytes ? double(bytes) / peaks.bytes(bytes) : 0;
  double least = std::max(compute, memory);
  row["roofline_us"] = least;
  row["peak_share"] = least / time;
  row["bound"] = compute > memory ? "compute" : "memory";
}

/// One of the list under `key`; `from` itself where it has none.
static const Object *pick(const Object *from, const char *key, size_t index) {
  const Array *list = from ? from->getArray(key) : nullptr;
  return list && index < list->size() ? (*list)[index].getAsObject() : from;
}

Array tool::profile(const LayerTimes &times, const LoadedModel &model, size_t variant,
                    unsigned threads) {
  Array rows;
  auto parsed = llvm::json::parse(model.manifest());
  if (!parsed) { // the model was loaded by it
    llvm::consumeError(parsed.takeError());
    return rows;
  }
  const Object *about = pick(parsed->getAsObject(), "variants", variant);
  const Object *code = pick(about, "codes", model.shape());
  const Array *layers = code ? code->getArray("layers") : nullptr;
  const Object *target = about ? about->getObject("target") : nullptr;
  std::vector<double> medians = times.medians();
  double total = 0;
  for (double time : medians)
    total += time;
  Peaks peaks(target ? *target : Object(), threads);
  for (auto [index, time] : llvm::enumerate(medians)) {
    const Object *layer =
        layers && index < layers->size() ? (*layers)[index].getAsObject() : nullptr;
    if (!layer)
      continue;
    Object row{{"us", time}, {"share", total > 0 ? time / total : 0}};
    for (const char *key : {"name", "op", "precision", "row", "cost", "products", "operations",
                            "bytes", "next", "next_cost"})
      if (const llvm::json::Value *value = layer->get(key))
        row[key] = *value;
    // Two operations for each multiplication, as peaks are counted.
    if (time > 0) {
      row["gops"] = 2e-3 * double(layer->getInteger("products").value_or(0)) / time;
      row["gbytes"] = 1e-3 * double(layer->getInteger("bytes").value_or(0)) / time;
    }
    addRoofline(row, *layer, time, peaks);
    rows.push_back(std::move(row));
  }
  return rows;
}

void tool::printProfile(const Array &rows, llvm::raw_ostream &os) {
  std::vector<std::pair<double, const Object *>> sorted;
  for (const llvm::json::Value &row : rows)
    sorted.emplace_back(-row.getAsObject()->getNumber("us").value_or(0), row.getAsObject());
  llvm::sort(sorted); // rows lie in one array: equal times in its order
  os << llvm::formatv("{0,10}{1,7}{2,9}{3,8}{4,7}  {5,-9}{6,-24}{7,-32}{8,-10}{9}\n", "us", "share",
                      "GOPS", "GB/s", "peak", "bound", "kernel", "next best", "numbers", "layer");
  for (auto [time, row] : sorted) {
    auto number = [&](const char *key) { return row->getNumber(key).value_or(0); };
    auto text = [&](const char *key) { return row->getString(key).value_or(""); };
    std::string peak = "-", next = "-";
    if (row->get("peak_share"))
      peak = llvm::formatv("{0:f1}%", 100 * number("peak_share"));
    if (!text("next").empty() && number("cost") > 0)
      next = llvm::formatv("{0} {1:f2}x", text("next"), number("next_cost") / number("cost"));
    os << llvm::formatv("{0,10:f2}{1,6:f1}%{2,9:f1}{3,8:f1}{4,7}  {5,-9}{6,-24}{7,-32}{8,-10}{9}\n",
                        number("us"), 100 * number("share"), number("gops"), number("gbytes"), peak,
                        text("bound"), text("row"), next, text("precision"), text("name"));
  }
}
