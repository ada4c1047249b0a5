// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the bytes of large tensors come from, and what is refused.
#include "dialects/Pith/PithAttrs.h"
#include "test/unit/Import/OnnxFixture.h"
#include "llvm/Support/Process.h"
#include <fcntl.h>
#include <fstream>
#include <sys/mman.h>
#include <unistd.h>

namespace {

std::string varint(uint64_t value) {
  std::string out;
  for (; value >= 128; value >>= 7)
    out.push_back(static_cast<char>(value | 128));
  out.push_back(static_cast<char>(value));
  return out;
}

// Protobuf's wire format, as far as a model needs it.
std::string number(unsigned field, uint64_t value) { return varint(field << 3) + varint(value); }
std::string bytes(unsigned field, const std::string &content) {
  return varint(field << 3 | 2) + varint(content.size()) + content;
}

std::string valueInfo(const std::string &name, int64_t size) {
  std::string shape = bytes(1, number(1, size));
  return bytes(1, name) + bytes(2, bytes(1, number(1, 1) + bytes(2, shape)));
}

std::string entry(const std::string &key, const std::string &value) {
  return bytes(13, bytes(1, key) + bytes(2, value));
}

/// One node per tensor; each tensor is `size` floats, stored as `data` says.
std::string model(int64_t size, llvm::ArrayRef<std::string> data) {
  std::string graph = bytes(2, "g"), previous = "x";
  for (auto [i, stored] : llvm::enumerate(data)) {
    std::string name = "w" + std::to_string(i), sum = "y" + std::to_string(i);
    graph += bytes(1, bytes(1, previous) + bytes(1, name) + bytes(2, sum) + bytes(4, "Add"));
    graph += bytes(5, number(1, size) + number(2, 1) + bytes(8, name) + stored);
    previous = sum;
  }
  graph += bytes(11, valueInfo("x", size)) + bytes(12, valueInfo(previous, size));
  return number(1, 10) + bytes(7, graph) + bytes(8, number(2, 21));
}

std::string raw(int64_t size, float first) {
  std::vector<float> values(size, 0.5f);
  values[0] = first;
  return bytes(9, std::string(reinterpret_cast<char *>(values.data()), size * 4));
}

class OnnxFileWeightsTest : public OnnxFixture {
protected:
  std::vector<pith::ConstantAttr> constants() {
    std::vector<pith::ConstantAttr> result;
    module->walk([&](pith::onnx::ConstantOp op) {
      if (auto constant = mlir::dyn_cast<pith::ConstantAttr>(op.getValue()))
        result.push_back(constant);
    });
    return result;
  }

  std::string readExternal(const std::string &entries, int64_t size = 1024) {
    return read(write("m.onnx", model(size, {number(14, 1) + entries})));
  }

  std::string floats(int64_t size) { return std::string(size * 4, '\1'); }
};

float firstOf(pith::ConstantAttr constant) {
  float value;
  memcpy(&value, constant.getSourceBytes().data(), 4);
  return value;
}

TEST_F(OnnxFileWeightsTest, small_tensors_are_dense) {
  EXPECT_CONTAINS(read(write("m.onnx", model(1023, {raw(1023, 2)}))),
                  "onnx.constant as \"w0\" dense<");
}

TEST_F(OnnxFileWeightsTest, large_tensors_are_blobs) {
  EXPECT_CONTAINS(read(write("m.onnx", model(1024, {raw(1024, 2)}))),
                  "onnx.constant as \"w0\" #pith.constant<w_");
  ASSERT_EQ(constants().size(), 1u);
  EXPECT_EQ(constants()[0].getSourceBytes().size(), 4096u);
  EXPECT_EQ(firstOf(constants()[0]), 2);
}

TEST_F(OnnxFileWeightsTest, equal_weights_share_a_blob) {
  read(write("m.onnx", model(1024, {raw(1024, 2), raw(1024, 3), raw(1024, 2)})));
  auto found = constants();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].getSource(), found[2].getSource());
  EXPECT_NE(found[0].getSource().getKey(), found[1].getSource().getKey());
  EXPECT_EQ(firstOf(found[1]), 3);
}

TEST_F(OnnxFileWeightsTest, keys_depend_on_content_only) {
  read(write("a.onnx", model(1024, {raw(1024, 2)})));
  std::string first = constants()[0].getSource().getKey().str();
  mlir::MLIRContext other(registry);
  auto again = pith::readOnnx(write("b.onnx", model(1024, {raw(1024, 2)})), options, &other);
  ASSERT_TRUE(succeeded(again));
  (*again)->walk([&](pith::onnx::ConstantOp op) {
    auto constant = mlir::cast<pith::ConstantAttr>(op.getValue());
    EXPECT_EQ(constant.getSource().getKey(), first);
  });
}

TEST_F(OnnxFileWeightsTest, typed_data_become_bytes) {
  std::vector<float> values(1024, 0.25f);
  std::string packed(reinterpret_cast<char *>(values.data()), 4096);
  read(write("m.onnx", model(1024, {bytes(4, packed)})));
  ASSERT_EQ(constants().size(), 1u);
  EXPECT_EQ(firstOf(constants()[0]), 0.25f);
}

// The last of two fields counts, as in protobuf.
TEST_F(OnnxFileWeightsTest, repeated_raw_data) {
  read(write("m.onnx", model(1024, {raw(1024, 2) + raw(1024, 5)})));
  EXPECT_EQ(firstOf(constants()[0]), 5);
}

TEST_F(OnnxFileWeightsTest, large_tensors_of_the_wrong_size) {
  EXPECT_CONTAINS(read(write("m.onnx", model(1025, {raw(1024, 2)}))),
                  "error: initializer 'w0': expected 4100 bytes of data for "
                  "1025 elements of type float, got 4096");
}

TEST_F(OnnxFileWeightsTest, forged_references) {
  EXPECT_CONTAINS(read(write("m.onnx", model(1024, {entry("pith.blob", "0")}))),
                  "expected 4096 bytes of data for 1024 elements of type float, got 0");
  EXPECT_CONTAINS(read(write("m.onnx", model(2048, {raw(2048, 1), entry("pith.blob", "999999")}))),
                  "expected 8192 bytes");
}

TEST_F(OnnxFileWeightsTest, external_data) {
  write("w.bin", std::string(16, 'x') + floats(1024));
  EXPECT_CONTAINS(
      readExternal(entry("location", "w.bin") + entry("offset", "16") + entry("length", "4096")),
      "#pith.constant<w_");
  EXPECT_EQ(constants()[0].getSourceBytes()[0], 1);
}

TEST_F(OnnxFileWeightsTest, small_external_data_are_dense) {
  write("w.bin", floats(2));
  EXPECT_CONTAINS(readExternal(entry("location", "w.bin"), 2),
                  "dense<2.36942783E-38> : tensor<2xf32>");
}

TEST_F(OnnxFileWeightsTest, external_data_of_the_wrong_size) {
  write("w.bin", floats(1024));
  std::string location = entry("location", "w.bin");
  EXPECT_EQ(readExternal(location + entry("offset", "4")),
            "error: initializer 'w0': external data of 4096 bytes at offset 4 "
            "ends beyond 'w.bin', which has 4096 bytes\n"
            "note: the file is cut short or belongs to another model\n");
  EXPECT_CONTAINS(readExternal(location + entry("offset", "9223372036854775807")), "ends beyond");
  EXPECT_CONTAINS(readExternal(location + entry("length", "4092")),
                  "expected 4096 bytes of data for 1024 elements of type "
                  "float, got 4092");
  for (const char *bad : {"-1", "1x", "", "18446744073709551616"})
    EXPECT_CONTAINS(readExternal(location + entry("offset", bad)),
                    std::string("has the offset '") + bad + "', which is not a number of bytes");
}

TEST_F(OnnxFileWeightsTest, external_data_elsewhere) {
  std::string outside = folder + "/inner";
  ASSERT_FALSE(llvm::sys::fs::create_directory(outside));
  write("w.bin", floats(1024));
  ASSERT_EQ(symlink((folder + "/w.bin").c_str(), (folder + "/link.bin").c_str()), 0);
  ASSERT_EQ(link((folder + "/w.bin").c_str(), (folder + "/hard.bin").c_str()), 0);
  std::string start = "error: initializer 'w0': external data '";
  for (std::string location :
       {std::string("../w.bin"), folder + "/w.bin", std::string("link.bin"),
        std::string("hard.bin"), std::string("missing.bin"), std::string("inner")}) {
    std::string text = readExternal(entry("location", location));
    EXPECT_CONTAINS(text, start + location + "' cannot be used: ");
    EXPECT_CONTAINS(text, "note: external data are regular files beside");
  }
  EXPECT_CONTAINS(readExternal(""), "external data has no location");
}

int64_t anonymousKiB() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (llvm::StringRef(line).starts_with("RssAnon:"))
      return strtoll(line.c_str() + 8, nullptr, 10);
  return 0;
}

// ONNX's data propagation would take 128 bytes for each element.
TEST_F(OnnxFileWeightsTest, long_vectors_are_not_propagated) {
  int64_t before = anonymousKiB();
  EXPECT_CONTAINS(readText("g (float[1099511627776] x) => (float[?] y) "
                           "{ y = Add(x, x) }"),
                  "tensor<1099511627776xf32>");
  EXPECT_LT(anonymousKiB() - before, 64 * 1024);
}

// Sparse files: 64 MiB inside the protobuf, and as much beside it.
/// Pages of a file that are in memory.
int64_t pagesInMemory(const std::string &path) {
  int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  size_t size = lseek(descriptor, 0, SEEK_END), page = sysconf(_SC_PAGESIZE);
  void *data = mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
  std::vector<unsigned char> there(size / page);
  EXPECT_EQ(mincore(data, size, there.data()), 0);
  munmap(data, size);
  close(descriptor);
  return llvm::count_if(there, [](unsigned char bits) { return bits & 1; });
}

TEST_F(OnnxFileWeightsTest, reading_leaves_large_tensors_in_the_file) {
  constexpr int64_t size = 1 << 21, tensors = 4;
  std::string content;
  std::vector<std::string> stored;
  for (int64_t i = 0; i < tensors; ++i) {
    content += std::string(size * 4, char('a' + i));
    stored.push_back(number(14, 1) + entry("location", "w.bin") +
                     entry("offset", std::to_string(i * size * 4)));
  }
  std::string weights = write("w.bin", content), path = write("m.onnx", model(size, stored));
  int descriptor = open(weights.c_str(), O_RDWR | O_CLOEXEC);
  fsync(descriptor);
  posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
  close(descriptor);
  if (pagesInMemory(weights))
    GTEST_SKIP() << "the file system of " << folder << " keeps files in memory";
  auto read = pith::readOnnx(path, options, &context);
  ASSERT_TRUE(succeeded(read));
  // A few tell one from another.
  EXPECT_GT(pagesInMemory(weights), 0);
  EXPECT_LE(pagesInMemory(weights), 4 * tensors);
  module = std::move(*read);
  EXPECT_EQ(constants().size(), size_t(tensors));
}

TEST_F(OnnxFileWeightsTest, weights_are_not_copied) {
  constexpr int64_t size = int64_t(1) << 24;
  write("w.bin", "");
  ASSERT_EQ(truncate((folder + "/w.bin").c_str(), size * 4), 0);
  std::string path = write("m.onnx", model(size, {number(14, 1) + entry("location", "w.bin"),
                                                  bytes(9, std::string(size * 4, '\2'))}));
  int64_t before = anonymousKiB();
  EXPECT_CONTAINS(read(write("small.onnx", model(1024, {raw(1024, 2)}))), "w_");
  options.limits.elements = size;
  auto big = pith::readOnnx(path, options, &context);
  ASSERT_TRUE(succeeded(big));
  EXPECT_LT(anonymousKiB() - before, 16 * 1024);
}
} // namespace
