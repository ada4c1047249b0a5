// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Profile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace pith::tool;
using llvm::json::Array;
using llvm::json::Object;

void Profile::beginRun() {
  for (std::vector<double> &layer : microseconds)
    layer.push_back(0);
  last = Clock::now();
}

void Profile::onLayer(int64_t layer) {
  Clock::time_point now = Clock::now();
  if (microseconds.size() <= size_t(layer))
    microseconds.resize(layer + 1, {0});
  // A layer of several results is seen several times, a batch runs it for each sample.
  microseconds[layer].back() += std::chrono::duration<double, std::micro>(now - last).count();
  last = Clock::now(); // without what is done here
}

static const Array *layersOf(const Object &manifest, size_t variant) {
  const Array *variants = manifest.getArray("variants");
  const Object *one =
      variants && variant < variants->size() ? (*variants)[variant].getAsObject() : &manifest;
  return one ? one->getArray("layers") : nullptr;
}

Array Profile::rows(llvm::StringRef manifest, size_t variant) const {
  Array rows;
  auto parsed = llvm::json::parse(manifest);
  if (!parsed) { // the model was loaded by it
    llvm::consumeError(parsed.takeError());
    return rows;
  }
  const Array *layers = parsed->getAsObject() ? layersOf(*parsed->getAsObject(), variant) : nullptr;
  double total = 0;
  std::vector<double> medians;
  for (std::vector<double> times : microseconds) {
    llvm::sort(times);
    medians.push_back(times[times.size() / 2]);
    total += medians.back();
  }
  for (auto [layer, time] : llvm::enumerate(medians)) {
    const Object *about =
        layers && layer < layers->size() ? (*layers)[layer].getAsObject() : nullptr;
    if (!about)
      continue;
    Object row{{"us", time}, {"share", total > 0 ? time / total : 0}};
    for (const char *key : {"name", "op", "precision", "row", "products", "operations", "bytes"})
      if (const llvm::json::Value *value = about->get(key))
        row[key] = *value;
    // Two operations for each multiplication, as peaks are counted.
    if (time > 0) {
      row["gops"] = 2e-3 * double(about->getInteger("products").value_or(0)) / time;
      row["gbytes"] = 1e-3 * double(about->getInteger("bytes").value_or(0)) / time;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void pith::tool::printProfile(const Array &rows, llvm::raw_ostream &os) {
  std::vector<std::pair<double, const Object *>> sorted;
  for (const llvm::json::Value &row : rows)
    sorted.emplace_back(-row.getAsObject()->getNumber("us").value_or(0), row.getAsObject());
  llvm::sort(sorted); // rows lie in one array: equal times in its order
  os << llvm::formatv("{0,10}{1,7}{2,9}{3,8}  {4,-24}{5,-10}{6}\n", "us", "share", "GOPS", "GB/s",
                      "kernel", "numbers", "layer");
  for (auto [time, row] : sorted) {
    auto number = [&](const char *key) { return row->getNumber(key).value_or(0); };
    auto text = [&](const char *key) { return row->getString(key).value_or(""); };
    os << llvm::formatv("{0,10:f2}{1,6:f1}%{2,9:f1}{3,8:f1}  {4,-24}{5,-10}{6}\n", number("us"),
                        100 * number("share"), number("gops"), number("gbytes"), text("row"),
                        text("precision"), text("name"));
  }
}
