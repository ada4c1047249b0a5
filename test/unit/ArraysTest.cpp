// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays in files: what NumPy writes is read, and damage is an error.
#include "pith/Support/Arrays.h"
#include "gtest/gtest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Compression.h"

using namespace pith;

static std::string npy(llvm::StringRef header, llvm::StringRef data, char major = 1) {
  std::string file("\x93NUMPY", 6);
  file += major;
  file += '\0';
  file += char(header.size() & 0xff);
  file += char(header.size() >> 8);
  if (major > 1)
    file += std::string(2, '\0');
  return file + header.str() + data.str();
}

template <typename T> static std::string errorOf(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}

static std::string npz(llvm::ArrayRef<Array> arrays) { return llvm::cantFail(formatNpz(arrays)); }

static Array sample() {
  Array array;
  array.name = "x";
  array.type = ElementType::I16;
  array.shape = {2, 3};
  for (char i = 0; i < 12; ++i)
    array.data.push_back(i);
  return array;
}

TEST(Npy, round_trip_keeps_everything) {
  for (unsigned type = 0; type <= unsigned(ElementType::F64); ++type) {
    Array array;
    array.type = ElementType(type);
    array.shape = {3, 1, 5};
    array.data.assign(15 * byteWidth(array.type), 1);
    llvm::Expected<Array> read = parseNpy(formatNpy(array), "f");
    ASSERT_TRUE(bool(read));
    // NumPy has no bfloat16.
    EXPECT_EQ(read->type, array.type == ElementType::BF16 ? ElementType::U16 : array.type);
    EXPECT_EQ(read->shape, array.shape);
    EXPECT_EQ(read->data, array.data);
  }
}

TEST(Npy, scalars_and_empty_arrays) {
  Array scalar;
  scalar.data.assign(4, 7);
  EXPECT_EQ(parseNpy(formatNpy(scalar), "f")->shape.size(), 0u);
  Array empty;
  empty.shape = {0, 4};
  EXPECT_EQ(parseNpy(formatNpy(empty), "f")->data.size(), 0u);
}

TEST(Npy, fortran_order_is_transposed) {
  auto read = parseNpy(npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }",
                           llvm::StringRef("\0\1\2\3\4\5", 6)),
                       "f");
  ASSERT_TRUE(bool(read));
  EXPECT_EQ(read->data, (std::vector<char>{0, 2, 4, 1, 3, 5}));
}

TEST(Npy, versions_two_and_three) {
  llvm::StringRef header = "{'descr': '|i1', 'fortran_order': False, 'shape': (1,)}";
  EXPECT_TRUE(bool(parseNpy(npy(header, "a", 2), "f")));
  EXPECT_TRUE(bool(parseNpy(npy(header, "a", 3), "f")));
  EXPECT_NE(errorOf(parseNpy(npy(header, "a", 4), "f")), "");
}

TEST(Npy, damage_is_an_error_with_the_place) {
  std::string good = formatNpy(sample());
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_EQ(
        errorOf(parseNpy(llvm::StringRef(good).take_front(length), "a.npz:x.npy")).substr(0, 14),
        "'a.npz:x.npy':")
        << length;
  EXPECT_NE(errorOf(parseNpy(good + "x", "f")), "");
}

TEST(Npy, sizes_are_checked_before_memory_is_taken) {
  for (llvm::StringRef shape : {"(4611686018427387904, 4)", "(9223372036854775807,)", "(-1,)",
                                "(99999999999999999999,)", "(1099511627776,)"}) {
    std::string header = ("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + "}").str();
    EXPECT_NE(errorOf(parseNpy(npy(header, "data"), "f")), "") << shape.str();
  }
}

TEST(Npy, raw_bytes_are_codes) {
  auto array =
      parseNpy(npy("{'descr': '<V1', 'fortran_order': False, 'shape': (2,), }", "\x0f\x01"), "f");
  ASSERT_TRUE(bool(array));
  EXPECT_EQ(array->type, ElementType::U8);
  EXPECT_EQ(elementTypeByName("f8E4M3FN"), ElementType::F8E4M3FN);
  EXPECT_EQ(elementTypeName(ElementType::F8E5M2FNUZ), "f8E5M2FNUZ");
  EXPECT_EQ(bitWidth(ElementType::U2), 2u);
}

TEST(Npy, other_types_are_refused) {
  for (llvm::StringRef descr : {"'>f4'", "'<c8'", "'|O'", "'<U4'", "[('a', '<f4')]"}) {
    std::string header = ("{'descr': " + descr + ", 'fortran_order': False, 'shape': (0,)}").str();
    EXPECT_NE(errorOf(parseNpy(npy(header, ""), "f")), "") << descr.str();
  }
}

TEST(Npz, round_trip) {
  Array second = sample();
  second.name = "y/z";
  auto read = parseNpz(npz({sample(), second}), "f");
  ASSERT_TRUE(bool(read));
  ASSERT_EQ(read->size(), 2u);
  EXPECT_EQ((*read)[1].name, "y/z");
  EXPECT_EQ((*read)[1].data, second.data);
}

TEST(Npz, same_name_twice) { EXPECT_NE(errorOf(parseNpz(npz({sample(), sample()}), "f")), ""); }

TEST(Npz, what_does_not_fit_is_refused) {
  Array array = sample();
  array.name.assign(65531, 'n');
  auto read = parseNpz(npz({array}), "f");
  ASSERT_TRUE(bool(read));
  EXPECT_EQ((*read)[0].name, array.name);
  array.name += 'n';
  EXPECT_NE(errorOf(formatNpz({array})).find("65531"), std::string::npos);
  EXPECT_NE(errorOf(formatNpz(std::vector<Array>(65536))).find("65535"), std::string::npos);
}

TEST(Npz, every_damaged_byte_is_noticed_or_harmless) {
  std::string good = npz({sample()});
  for (size_t at = 0; at < good.size(); ++at)
    for (unsigned char flip : {0x01, 0x80, 0xff}) {
      std::string bad = good;
      bad[at] ^= flip;
      auto read = parseNpz(bad, "f");
      if (!read)
        llvm::consumeError(read.takeError());
      else if (!read->empty())
        EXPECT_EQ((*read)[0].data, sample().data) << at;
    }
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_NE(errorOf(parseNpz(llvm::StringRef(good).take_front(length), "f")), "") << length;
}

// A stored archive made into a deflated one, with a size of the test's choice.
static std::string deflated(const Array &array, uint32_t statedSize) {
  std::string data = formatNpy(array), file = npz({array});
  // zlib's format is deflate between a header of 2 bytes and a checksum of 4.
  llvm::SmallVector<uint8_t> packed;
  llvm::compression::zlib::compress(llvm::arrayRefFromStringRef(data), packed);
  packed.erase(packed.begin(), packed.begin() + 2);
  packed.truncate(packed.size() - 4);
  size_t local = 30 + array.name.size() + 4;
  std::string head = file.substr(0, local), tail = file.substr(local + data.size());
  auto put = [](std::string &text, size_t at, uint32_t value) {
    for (unsigned i = 0; i < 4; ++i)
      text[at + i] = char(value >> (8 * i));
  };
  head[8] = tail[10] = 8;
  put(tail, 20, packed.size());
  put(tail, 24, statedSize);
  put(tail, tail.size() - 6, local + packed.size());
  return head + std::string(packed.begin(), packed.end()) + tail;
}

TEST(Npz, deflated_members) {
  Array zeros = sample();
  zeros.shape = {100, 1000};
  zeros.data.assign(200000, 0);
  std::string data = formatNpy(zeros);
  auto read = parseNpz(deflated(zeros, data.size()), "f");
  ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
  EXPECT_EQ((*read)[0].data, zeros.data);
}

TEST(Npz, a_bomb_is_refused_by_its_ratio) {
  Array small = sample();
  EXPECT_NE(errorOf(parseNpz(deflated(small, 0xf0000000), "f")).find("cannot have the stated size"),
            std::string::npos);
}

TEST(TensorProto, raw_data_and_fields) {
  // dims 2, type INT8 (3), raw_data "ab"
  auto raw = parseTensorProto(llvm::StringRef("\x08\x02\x10\x03\x4a\x02"
                                              "ab"),
                              "f");
  ASSERT_TRUE(bool(raw));
  EXPECT_EQ(raw->type, ElementType::I8);
  EXPECT_EQ(raw->data, (std::vector<char>{'a', 'b'}));
  // The same as int32_data 5, -1.
  auto field = parseTensorProto(llvm::StringRef("\x08\x02\x10\x03\x2a\x0b\x05"
                                                "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
                                "f");
  ASSERT_TRUE(bool(field));
  EXPECT_EQ(field->data, (std::vector<char>{5, -1}));
}

TEST(TensorProto, codes_of_four_and_two_bits_are_unpacked) {
  // dims 3; type 22, int4; raw_data
  auto signedCodes = parseTensorProto(llvm::StringRef("\x08\x03\x10\x16\x4a\x02\xf8\x07", 8), "f");
  ASSERT_TRUE(bool(signedCodes));
  EXPECT_EQ(signedCodes->type, ElementType::I4);
  EXPECT_EQ(signedCodes->data, (std::vector<char>{-8, -1, 7}));
  // dims 5; type 25, uint2; int32_data, a byte in each
  auto codes = parseTensorProto(llvm::StringRef("\x08\x05\x10\x19\x2a\x03\xe4\x01\x02", 9), "f");
  ASSERT_TRUE(bool(codes));
  EXPECT_EQ(codes->type, ElementType::U2);
  EXPECT_EQ(codes->data, (std::vector<char>{0, 1, 2, 3, 2}));
  EXPECT_NE(errorOf(parseTensorProto(llvm::StringRef("\x08\x05\x10\x16\x4a\x02\xf8\x07", 8), "f")),
            "");
}

TEST(TensorProto, wrong_sizes) {
  EXPECT_NE(errorOf(parseTensorProto(llvm::StringRef("\x08\x03\x10\x03\x4a\x02"
                                                     "ab"),
                                     "f")),
            "");
  // dims 2^40
  EXPECT_NE(errorOf(parseTensorProto(llvm::StringRef("\x08\x80\x80\x80\x80\x80\x20\x10\x03"), "f")),
            "");
  EXPECT_NE(errorOf(parseTensorProto("nonsense", "f")), "");
}
