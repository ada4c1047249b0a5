// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// No CPU's code may use what NAME_init cannot check for.
#include "lib/Emit/Features.h"
#include "lib/Emit/Program.h"
#include "pith/Support/Dialects.h"
#include "runtime/pith_types.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Host.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace pith;

namespace {

class Features : public testing::TestWithParam<const char *> {
protected:
  Features() : context(registry()), loc(UnknownLoc::get(&context)) {
    context.loadAllAvailableDialects();
  }

  static DialectRegistry registry() {
    DialectRegistry registry;
    registerDialects(registry);
    return registry;
  }

  std::unique_ptr<llvm::TargetMachine> machine(StringRef triple, StringRef cpu,
                                               StringRef features = "") {
    auto made = createMachine(TargetAttr::get(&context, "t", triple, cpu, features), loc);
    EXPECT_TRUE(succeeded(made));
    return std::move(*made);
  }

  MLIRContext context;
  Location loc;
};

/// The names of bits that a CPU has, whether or not they can be checked.
std::vector<StringRef> namesOf(const llvm::MCSubtargetInfo &machine) {
  return featureNames(machine.getTargetTriple(), featureBits(machine));
}

TEST_P(Features, nothingUncheckedIsUsed) {
  llvm::Triple triple(GetParam());
  const Architecture *architecture = findArchitecture(triple);
  ASSERT_NE(architecture, nullptr);
  auto first = machine(GetParam(), architecture->firstCpu);
  unsigned restricted = 0;
  for (const llvm::SubtargetSubTypeKV &cpu :
       first->getMCSubtargetInfo()->getAllProcessorDescriptions()) {
    std::unique_ptr<llvm::MCSubtargetInfo> whole(
        first->getTarget().createMCSubtargetInfo(triple, cpu.Key, ""));
    std::unique_ptr<llvm::TargetMachine> used = machine(GetParam(), cpu.Key);
    const llvm::MCSubtargetInfo &checked = *used->getMCSubtargetInfo();
    EXPECT_EQ(uncheckedFeatures(checked, *first->getMCSubtargetInfo()), "") << cpu.Key;
    // What can be checked is not lost with it.
    EXPECT_EQ(namesOf(checked), namesOf(*whole)) << cpu.Key;
    restricted += !uncheckedFeatures(*whole, *first->getMCSubtargetInfo()).empty();
  }
  EXPECT_GT(restricted, 10u); // the test sees CPUs that matter
}

INSTANTIATE_TEST_SUITE_P(Architectures, Features,
                         testing::Values("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"));

TEST_F(Features, levels) {
  constexpr const char *triple = "x86_64-unknown-linux-gnu";
  auto names = [&](StringRef cpu, StringRef features = "") {
    return namesOf(*machine(triple, cpu, features)->getMCSubtargetInfo());
  };
  EXPECT_EQ(names("x86-64"), std::vector<StringRef>());
  EXPECT_EQ(names("x86-64-v2").size(), 7u); // of nine: CX8 and CMOV have all
  EXPECT_EQ(names("x86-64-v3").size(), 15u);
  EXPECT_EQ(names("x86-64-v4").size(), 20u);
  EXPECT_TRUE(llvm::is_contained(names("x86-64-v3", "+avxvnni"), "avxvnni"));
  EXPECT_FALSE(llvm::is_contained(names("x86-64-v3", "-fma"), "fma"));
}

/// pith_features() and LLVM see the same in this machine.
TEST_F(Features, ofThisMachine) {
  llvm::Triple triple(llvm::sys::getProcessTriple());
  if (!findArchitecture(triple))
    GTEST_SKIP() << "no features are known of this architecture";
  llvm::StringMap<bool> seen = llvm::sys::getHostCPUFeatures();
  for (StringRef name : featureNames(triple, ~uint64_t(0)))
    EXPECT_EQ(llvm::is_contained(featureNames(triple, pith_features()), name), seen.lookup(name))
        << name.str();
}

TEST_F(Features, orderOfPreference) {
  auto target = [&](StringRef cpu) {
    return TargetAttr::get(&context, "t", "x86_64-unknown-linux-gnu", cpu, "");
  };
  std::string text;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    text += diagnostic.str();
    return success();
  });
  EXPECT_TRUE(succeeded(checkPreference({target("x86-64-v4"), target("x86-64-v3")}, loc)));
  // Neither has all that the other has: both orders are good.
  EXPECT_TRUE(succeeded(checkPreference({target("cascadelake"), target("alderlake")}, loc)));
  EXPECT_TRUE(succeeded(checkPreference({target("alderlake"), target("cascadelake")}, loc)));
  EXPECT_EQ(text, "");
  EXPECT_TRUE(failed(checkPreference({target("x86-64-v3"), target("x86-64-v4")}, loc)));
  EXPECT_NE(text.find("variant 'x86-64-v4' would never be chosen: 'x86-64-v3' stands"),
            std::string::npos);
}

} // namespace
