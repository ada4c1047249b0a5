// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A bundle replaces an older one as a whole, or leaves it alone.
#include "lib/Emit/Bundle.h"
#include "lib/Emit/FileWriter.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include <gtest/gtest.h>
#include <set>

using namespace mlir;
using namespace pith;
namespace fs = llvm::sys::fs;

namespace {

class BundleFolder : public testing::Test {
protected:
  BundleFolder() : loc(UnknownLoc::get(&context)) {
    EXPECT_FALSE(fs::createUniqueDirectory("pith-bundle", folder));
  }
  ~BundleFolder() override { fs::remove_directories(folder); }

  std::string path(StringRef name) { return (folder + "/" + name).str(); }

  LogicalResult write(StringRef content, bool finish = true, StringRef model = "m") {
    auto bundle = Bundle::create(path("out"), model, loc);
    if (failed(bundle))
      return failure();
    for (StringRef suffix : {".o", ".h", ".manifest.json"})
      if (failed(writeFile(bundle->path((model + suffix).str()), content, loc)))
        return failure();
    return finish ? bundle->commit() : success();
  }

  std::set<std::string> names(StringRef directory) {
    std::set<std::string> result;
    std::error_code error;
    for (fs::directory_iterator entry(directory, error), end; entry != end; entry.increment(error))
      result.insert(StringRef(entry->path()).drop_front(directory.size() + 1).str());
    return result;
  }

  std::string read(StringRef name) {
    auto buffer = llvm::MemoryBuffer::getFile(path(name));
    return buffer ? (*buffer)->getBuffer().str() : "missing";
  }

  const std::set<std::string> whole = {"m.h", "m.manifest.json", "m.o"};
  MLIRContext context;
  Location loc;
  llvm::SmallString<128> folder;
};

TEST_F(BundleFolder, appearsWhole) {
  ASSERT_TRUE(succeeded(write("old")));
  EXPECT_EQ(names(path("out")), whole);
  ASSERT_TRUE(succeeded(writeFile(path("out/m.weights"), "of the old one", loc)));
  ASSERT_TRUE(succeeded(write("new")));
  EXPECT_EQ(names(path("out")), whole); // no file of the old one
  EXPECT_EQ(read("out/m.o"), "new");
  EXPECT_EQ(names(folder), std::set<std::string>{"out"});
}

TEST_F(BundleFolder, unfinishedLeavesTheOldOne) {
  ASSERT_TRUE(succeeded(write("old")));
  ASSERT_TRUE(succeeded(write("new", /*finish=*/false)));
  EXPECT_EQ(read("out/m.o"), "old");
  EXPECT_EQ(names(folder), std::set<std::string>{"out"});
}

TEST_F(BundleFolder, keepsOtherFiles) {
  ASSERT_TRUE(succeeded(write("old")));
  ASSERT_TRUE(succeeded(writeFile(path("out/mine.txt"), "mine", loc)));
  ASSERT_TRUE(succeeded(write("other", true, "n")));
  ASSERT_TRUE(succeeded(write("new")));
  EXPECT_EQ(read("out/mine.txt"), "mine");
  EXPECT_EQ(read("out/m.h"), "new");
  EXPECT_EQ(read("out/n.h"), "other");
  EXPECT_EQ(names(path("out")).size(), 7u);
}

TEST_F(BundleFolder, followsALink) {
  ASSERT_FALSE(fs::create_directory(path("real")));
  ASSERT_FALSE(fs::create_link(path("real"), path("out")));
  ASSERT_TRUE(succeeded(write("new")));
  EXPECT_TRUE(fs::is_symlink_file(path("out")));
  EXPECT_EQ(read("real/m.o"), "new");
}

TEST_F(BundleFolder, makesParents) {
  auto bundle = Bundle::create(path("a/b/c/"), "m", loc);
  ASSERT_TRUE(succeeded(bundle));
  ASSERT_TRUE(succeeded(writeFile(bundle->path("m.h"), "", loc)));
  ASSERT_TRUE(succeeded(bundle->commit()));
  EXPECT_TRUE(fs::exists(path("a/b/c/m.h")));
}

TEST_F(BundleFolder, refusesAFile) {
  ASSERT_TRUE(succeeded(writeFile(path("out"), "mine", loc)));
  std::string text;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    text += diagnostic.str();
    return success();
  });
  EXPECT_TRUE(failed(write("new")));
  EXPECT_EQ(read("out"), "mine");
  EXPECT_NE(text.find("is not a folder"), std::string::npos);
}

} // namespace
