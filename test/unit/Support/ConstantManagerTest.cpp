// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Equal bytes are one blob, and names tell contents apart, whatever was read of them.
#include "dialects/Pith/ConstantManager.h"
#include "gtest/gtest.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/MLIRContext.h"
#include <set>

using namespace mlir;
using namespace pith;

namespace {

/// Blobs of one context.
struct Blobs {
  Blobs() { context.loadDialect<PithDialect>(); }
  ConstantManager &manager() { return ConstantManager::of(&context); }

  ConstantHandle store(const std::string &data) {
    auto owner = std::make_shared<std::string>(data);
    auto type = RankedTensorType::get(int64_t(data.size()), Builder(&context).getI8Type());
    return manager().store(type, ArrayRef(owner->data(), owner->size()), owner);
  }
  std::string nameAfter(const std::string &data, ArrayRef<std::string> others) {
    for (const std::string &other : others)
      (void)store(other);
    return manager().nameOf(store(data)).str();
  }

  MLIRContext context;
};

const std::string large(ConstantManager::smallBytes * 4, 'a');

/// `large` with another byte between the pages that are looked at.
std::string changed(char byte) {
  std::string copy = large;
  copy[ConstantManager::smallBytes] = byte;
  return copy;
}

TEST(ConstantManagerTest, equal_bytes_are_one_blob) {
  Blobs blobs;
  for (const std::string &data : {std::string(5000, 'x'), large, changed('b'), changed('c')})
    EXPECT_EQ(blobs.store(data).getResource(), blobs.store(data).getResource());
}

TEST(ConstantManagerTest, bytes_that_differ_where_nobody_looked_are_two) {
  Blobs blobs;
  ConstantHandle a = blobs.store(large), b = blobs.store(changed('b')),
                 c = blobs.store(changed('c'));
  EXPECT_NE(a.getResource(), b.getResource());
  EXPECT_NE(b.getResource(), c.getResource());
  EXPECT_NE(a.getResource(), c.getResource());
  EXPECT_EQ(b.getBlob()->getData()[ConstantManager::smallBytes], 'b');
  std::set<std::string> names;
  for (ConstantHandle handle : {a, b, c})
    names.insert(blobs.manager().nameOf(handle).str());
  EXPECT_EQ(names.size(), 3u);
}

TEST(ConstantManagerTest, names_depend_on_content_only) {
  for (const std::string &data : {std::string(5000, 'x'), large, changed('b')}) {
    std::string name = Blobs().nameAfter(data, {});
    EXPECT_TRUE(StringRef(name).starts_with("w_")) << name;
    EXPECT_EQ(name, Blobs().nameAfter(data, {large, changed('b'), changed('c')}));
    EXPECT_EQ(name, Blobs().nameAfter(data, {changed('c'), large}));
  }
}

TEST(ConstantManagerTest, names_lead_back) {
  Blobs blobs;
  for (const std::string &data : {std::string(5000, 'x'), large, changed('b')}) {
    ConstantHandle handle = blobs.store(data);
    EXPECT_EQ(blobs.manager().find(blobs.manager().nameOf(handle)), handle.getResource());
  }
  EXPECT_EQ(blobs.manager().find("w_0123456789abcdef"), nullptr);
}

} // namespace
