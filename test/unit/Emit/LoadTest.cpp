// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Bundles loaded into this process: results, threads, guards, the self-test.
#include "pith/Pipeline/Load.h"
#include "dialects/Pith/PithAttrs.h"
#include "lib/Emit/Emit.h"
#include "pith/Support/Dialects.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Host.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace pith;

namespace {

class Load : public testing::Test {
protected:
  Load() : context(registry()), loc(UnknownLoc::get(&context)) {
    EXPECT_FALSE(llvm::sys::fs::createUniqueDirectory("pith-load", folder));
    module = parseSourceFile<ModuleOp>(PITH_TEST_INPUTS "/scale.mlir", ParserConfig(&context));
    // For the machine of the test, whatever it is.
    (*module)->setAttr("pith.target", pith::TargetAttr::get(&context, "test",
                                                            llvm::sys::getProcessTriple(), "", ""));
  }
  ~Load() override { llvm::sys::fs::remove_directories(folder); }

  static DialectRegistry registry() {
    DialectRegistry registry;
    registerDialects(registry);
    return registry;
  }

  std::string path(StringRef name) { return (folder + "/" + name).str(); }

  FailureOr<std::unique_ptr<LoadedModel>> emitAndLoad(EmitOptions options = {}) {
    options.directory = path("bundle");
    if (failed(emitBundle(*module, options)))
      return failure();
    return LoadedModel::fromBundle(options.directory, loc);
  }

  /// Runs on 0, 1/8, 2/8, ...
  static std::vector<float> runOn(const LoadedModel &model, RunOptions options = {}) {
    std::vector<float> x(32 * options.batch);
    for (auto [i, value] : llvm::enumerate(x))
      value = i / 8.0f;
    ArrayRef<char> bytes(reinterpret_cast<char *>(x.data()), 4 * x.size());
    auto outputs = model.run({bytes}, options);
    EXPECT_TRUE(succeeded(outputs));
    std::vector<float> y(32 * options.batch);
    EXPECT_EQ((*outputs)[0].size(), 4 * y.size());
    std::memcpy(y.data(), (*outputs)[0].data(), 4 * y.size());
    return y;
  }

  MLIRContext context;
  Location loc;
  llvm::SmallString<128> folder;
  OwningOpRef<ModuleOp> module;
};

TEST_F(Load, everyFormGivesTheSameBits) {
  std::vector<float> want;
  for (int form = 0; form < 3; ++form) {
    EmitOptions options;
    options.object = form == 0;
    options.archive = form == 1;
    options.shared = form == 2;
    auto model = emitAndLoad(options);
    ASSERT_TRUE(succeeded(model));
    EXPECT_EQ((*model)->name(), "scale");
    EXPECT_EQ((*model)->inputs()[0].name, "x:0");
    EXPECT_EQ((*model)->outputs()[0].shape, SmallVector<int64_t>({4, 8}));
    std::vector<float> y = runOn(**model);
    EXPECT_EQ(y[2], 2 / 8.0f * 3.0f + 2.0f);
    EXPECT_EQ((*model)->selftest().value_or(-1), 0);
    if (form == 0)
      want = y;
    EXPECT_EQ(y, want);
  }
}

TEST_F(Load, threadsGuardsAndBatchGiveTheSameBits) {
  (*module)->setAttr("pith.batch", BatchAttr::get(&context, "N", 5));
  auto model = emitAndLoad();
  ASSERT_TRUE(succeeded(model));
  EXPECT_EQ((*model)->batchMax(), 5u);
  RunOptions options;
  options.batch = 5;
  std::vector<float> want = runOn(**model, options);
  for (unsigned threads : {1, 2, 7}) {
    options.threads = threads;
    options.guardPages = true;
    EXPECT_EQ(runOn(**model, options), want) << threads;
  }
  EXPECT_EQ((*model)->arenaBytes(options), (*model)->arenaBytes() + 6 * 64);
}

TEST_F(Load, tooManySamplesAreAnError) {
  auto model = emitAndLoad();
  ASSERT_TRUE(succeeded(model));
  std::string text;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    text += diagnostic.str();
    return success();
  });
  RunOptions options;
  options.batch = 2;
  EXPECT_TRUE(failed((*model)->start(options)));
  EXPECT_NE(text.find("more threads or samples than the model was compiled for"),
            std::string::npos);
}

/// Changes one byte of the weights in the object: the first layer that reads it
/// is named.
TEST_F(Load, selftestNamesTheLayer) {
  for (auto [offset, layer] : {std::pair(3, 1), {64 + 7, 2}, {128 + 2, 3}}) {
    ASSERT_TRUE(succeeded(emitAndLoad()));
    std::string object = path("bundle/scale.o");
    std::string bytes = (*llvm::MemoryBuffer::getFile(object))->getBuffer().str();
    const float first[] = {1.5f, -2.0f, 3.0f};
    size_t weights = bytes.find(std::string(reinterpret_cast<const char *>(first), sizeof first));
    ASSERT_NE(weights, std::string::npos);
    bytes[weights + offset] ^= 0x41;
    std::error_code error;
    llvm::raw_fd_ostream(object, error) << bytes;
    auto model = LoadedModel::fromObject(object, "", loc);
    ASSERT_TRUE(succeeded(model));
    EXPECT_EQ((*model)->selftest().value_or(-1), layer);
  }
}

TEST_F(Load, weightsOfAnotherModelAreRefused) {
  EmitOptions options;
  options.weightsFile = true;
  auto model = emitAndLoad(options);
  ASSERT_TRUE(succeeded(model));
  runOn(**model);
  ScopedDiagnosticHandler silent(&context, [](Diagnostic &) { return success(); });
  std::error_code error;
  {
    llvm::raw_fd_ostream(path("other"), error) << std::string(256, '\0');
  }
  auto other = LoadedModel::fromObject(path("bundle/scale.o"), path("other"), loc);
  ASSERT_TRUE(succeeded(other));
  EXPECT_TRUE(failed((*other)->start()));
}

TEST_F(Load, withoutSelftest) {
  EmitOptions options;
  options.selftest = false;
  auto model = emitAndLoad(options);
  ASSERT_TRUE(succeeded(model));
  ScopedDiagnosticHandler silent(&context, [](Diagnostic &) { return success(); });
  EXPECT_TRUE(failed((*model)->selftest()));
}

} // namespace
