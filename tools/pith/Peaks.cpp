// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/pith/Peaks.h"
#include "pith/Pipeline/Diagnostics.h"
#include "pith/Pipeline/Execute.h"
#include "pith/Pipeline/LayerTimes.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FormatVariadic.h"
#include <cstring>
#include <thread>

using namespace mlir;
using namespace pith;
using namespace pith::tool;
using Clock = std::chrono::steady_clock;

/// Long sums leave ends aside, and short ones leave weights near: the better counts.
static constexpr int64_t rows = 240, depths[] = {1024, 256}, columns = 512;
static constexpr std::chrono::milliseconds enough(20);

/// The row of the same table for dense matrix products by the instruction of `row`.
static const KernelRow *productOf(const Target &target, const KernelRow &row) {
  if (row.atom.instruction.empty())
    return nullptr;
  for (const KernelRow &each : target.kernels())
    if (each.sparsity == Sparsity::Dense && each.rhs != Number::S4 &&
        each.atom.instruction == row.atom.instruction && each.atom.lanes == row.atom.lanes &&
        llvm::is_contained(each.anchors, "pith.matmul"))
      return &each;
  return nullptr;
}

/// A product of matrices in the numbers that `row` computes with; empty for others.
static std::string modelFor(const KernelRow &row, int64_t depth) {
  bool codes = row.sum == Number::S32;
  llvm::StringRef type = codes                     ? "i8"
                         : row.lhs == Number::F32  ? "f32"
                         : row.lhs == Number::BF16 ? "bf16"
                                                   : "";
  if (type.empty())
    return "";
  llvm::StringRef sums = codes ? "i32" : type;
  std::string left = llvm::formatv("tensor<{0}x{1}x{2}>", rows, depth, type);
  std::string right = llvm::formatv("tensor<{0}x{1}x{2}>", depth, columns, type);
  std::string result = llvm::formatv("tensor<{0}x{1}x{2}>", rows, columns, type);
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "func.func @main(%x: " << left << " {pith.io = #pith.io<\"x\", " << (codes ? "u" : "")
     << type << ">}) -> (" << result << " {pith.io = #pith.io<\"y\", " << (codes ? "u" : "") << type
     << ">}) {\n%w = pith.constant dense<1" << (codes ? "" : ".0") << "> : " << right
     << "\n%s = pith.matmul %x, %w" << (codes ? " {accumulator = i32, rhs_signed}" : "") << " : "
     << left << ", " << right << " -> tensor<" << rows << "x" << columns << "x" << sums << ">\n";
  if (codes)
    os << "%m = arith.constant dense<0.001> : tensor<f32>\n"
          "%q = pith.requantize %s scale(%m : tensor<f32>) : tensor<"
       << rows << "x" << columns << "xi32> -> " << result << "\n";
  os << "return %" << (codes ? "q" : "s") << " : " << result << "\n}\n";
  return text;
}

/// The least time of a layer by `row` in runs of the model, in microseconds.
static std::optional<double> leastTime(const KernelRow &row, int64_t depth,
                                       const llvm::json::Object &about, unsigned threads) {
  std::string text = modelFor(row, depth);
  if (text.empty())
    return std::nullopt;
  DialectRegistry registry;
  registerEverything(registry);
  MLIRContext context(registry);
  Diagnostics unheard(&context); // what cannot run here has no peak
  auto module = parseSourceString<ModuleOp>(text, &context);
  if (!module)
    return std::nullopt;
  Builder b(&context);
  auto word = [&](llvm::StringRef key) { return about.getString(key).value_or(""); };
  (*module)->setAttr("pith.target", TargetAttr::get(&context, word("name"), word("triple"),
                                                    word("cpu"), word("features")));
  (*module)->setAttr("pith.model", b.getStringAttr("peak"));
  (*module)->setAttr("pith.stage", b.getStringAttr(stageName(Stage::Sparsify)));
  (*module)->setAttr("pith.options",
                     b.getDictionaryAttr({b.getNamedAttr("fast-float", b.getStringAttr("on")),
                                          b.getNamedAttr("row", b.getStringAttr(row.name))}));
  if (failed(runStages(*module, Stage::Lower, {})))
    return std::nullopt;
  auto model = loadModule(*module);
  if (failed(model))
    return std::nullopt;
  auto manifest = llvm::json::parse((*model)->manifest());
  const llvm::json::Array *layers =
      manifest && manifest->getAsObject() ? manifest->getAsObject()->getArray("layers") : nullptr;
  if (!manifest)
    llvm::consumeError(manifest.takeError());
  LayerTimes times;
  RunOptions options;
  options.threads = threads;
  times.watch(options);
  auto running = (*model)->start(options);
  if (failed(running) || !layers)
    return std::nullopt;
  Clock::time_point begin = Clock::now();
  for (unsigned runs = 0; runs < 3 || Clock::now() - begin < enough; ++runs) {
    times.beginRun();
    if (failed((*running)->run()))
      return std::nullopt;
  }
  for (auto [layer, time] : llvm::zip(*layers, times.minima()))
    if (layer.getAsObject() && layer.getAsObject()->getString("row") == row.name && time > 0)
      return time;
  return std::nullopt;
}

std::optional<double> Peaks::operations(llvm::StringRef name) {
  const TargetRegistry &registry = TargetRegistry::global();
  const KernelRow *row = registry.lookupRow(name);
  const Target *machine = registry.lookup(target.getString("name").value_or(""));
  const KernelRow *product = row && machine ? productOf(*machine, *row) : nullptr;
  return product ? ofProduct(product) : std::nullopt;
}

std::optional<double> Peaks::floats() {
  const Target *machine = TargetRegistry::global().lookup(target.getString("name").value_or(""));
  for (const KernelRow &row : machine ? machine->kernels() : llvm::ArrayRef<KernelRow>())
    if (row.lhs == Number::F32 && row.rhs == Number::F32 && productOf(*machine, row) == &row)
      if (std::optional<double> peak = ofProduct(&row)) // the first one that runs is the widest
        return peak;
  return std::nullopt;
}

std::optional<double> Peaks::ofProduct(const KernelRow *product) {
  auto [known, isNew] = products.try_emplace(product);
  for (int64_t depth : isNew ? llvm::ArrayRef(depths) : llvm::ArrayRef<int64_t>())
    if (std::optional<double> time = leastTime(*product, depth, target, threads))
      known->second = std::max(known->second.value_or(0), 2.0 * rows * depth * columns / *time);
  return known->second;
}

/// Bytes a microsecond of one thread that copies one half of its memory to the other.
static double rateOf(int64_t size) {
  std::vector<char> from(size / 2, 1), to(size / 2, 2);
  double best = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    Clock::time_point begin = Clock::now(), end = begin;
    int64_t done = 0;
    do {
      std::memcpy(to.data(), from.data(), from.size());
      std::swap(from, to); // which also keeps the copies
      done += size;
      end = Clock::now();
    } while (end - begin < std::chrono::milliseconds(2));
    best = std::max(best,
                    double(done) / std::chrono::duration<double, std::micro>(end - begin).count());
  }
  return best;
}

double Peaks::bytes(int64_t size) {
  // Levels of memory: near a core, in caches that cores share, and behind them.
  int64_t level = size <= 1 << 20 ? 256 << 10 : size <= 16 << 20 ? 4 << 20 : 128 << 20;
  auto [known, isNew] = copies.try_emplace(level, 0);
  if (!isNew)
    return known->second;
  std::vector<double> rates(threads);
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i)
    others.emplace_back([&, i] { rates[i] = rateOf(level / threads); });
  rates[0] = rateOf(level / threads);
  for (std::thread &other : others)
    other.join();
  for (double rate : rates)
    known->second += rate;
  return known->second;
}
