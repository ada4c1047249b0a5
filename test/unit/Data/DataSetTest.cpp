// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arrays and folders as data sets. Files that are damaged on purpose are in
// test/Integration/evaluate.py.
#include "gtest/gtest.h"
#include "pith/Data/Csv.h"
#include "test/unit/Data/Files.h"

using namespace pith;

static InputSpec spec(llvm::StringRef name, llvm::ArrayRef<int64_t> shape) {
  InputSpec input;
  input.name = name.str();
  input.type = "u8";
  input.shape.assign(shape.begin(), shape.end());
  return input;
}

TEST(ArraySet, samples_lie_along_the_first_dimension) {
  Folder folder;
  std::string path = folder.write("a.npy", formatNpy(bytes({3, 2, 2})));
  auto data = openDataSet(path, {spec("in", {1, 2, 2})});
  ASSERT_TRUE(bool(data)) << llvm::toString(data.takeError());
  EXPECT_EQ((*data)->size(), 3u);
  EXPECT_FALSE((*data)->labelled());
  for (int i = 0; i < 3; ++i) {
    auto sample = (*data)->next();
    ASSERT_TRUE(bool(sample));
    EXPECT_EQ(sample->name, std::to_string(i));
    EXPECT_EQ(sample->inputs[0].shape, (llvm::SmallVector<int64_t>{2, 2}));
    EXPECT_EQ(sample->inputs[0].data[0], 4 * i);
  }
  EXPECT_NE(errorOf((*data)->next()), "");
}

TEST(ArraySet, one_array_for_each_input_and_labels) {
  Folder folder;
  std::string path = folder.write(
      "a.npz", npz({bytes({2, 2}, "b"), bytes({2, 4}, "a"), bytes({2}, "y"), bytes({5}, "z")}));
  auto data = openDataSet(path, {spec("a", {1, 4}), spec("b", {1, 2})});
  ASSERT_TRUE(bool(data)) << llvm::toString(data.takeError());
  EXPECT_TRUE((*data)->labelled());
  EXPECT_TRUE(bool((*data)->next()));
  auto second = (*data)->next();
  ASSERT_TRUE(bool(second));
  EXPECT_EQ(second->inputs[0].data, (std::vector<char>{4, 5, 6, 7}));
  EXPECT_EQ(second->inputs[1].data, (std::vector<char>{2, 3}));
  EXPECT_EQ(second->label, 1);
}

TEST(ArraySet, one_input_takes_x_or_the_only_array) {
  Folder folder;
  for (llvm::StringRef name : {"in", "x", "other"})
    for (llvm::StringRef labels : {"y", "labels"}) {
      std::string path = folder.write("a.npz", npz({bytes({2}, labels), bytes({2, 4}, name)}));
      auto data = openDataSet(path, {spec("in", {1, 4})});
      ASSERT_TRUE(bool(data)) << llvm::toString(data.takeError());
      EXPECT_TRUE((*data)->labelled());
    }
  // An input may be called like labels.
  std::string path = folder.write("a.npz", npz({bytes({2, 4}, "y")}));
  auto data = openDataSet(path, {spec("y", {1, 4})});
  ASSERT_TRUE(bool(data));
  EXPECT_FALSE((*data)->labelled());
}

TEST(ArraySet, an_input_without_samples_is_one_sample) {
  Folder folder;
  std::string path = folder.write("a.npy", formatNpy(bytes({3, 2})));
  EXPECT_EQ((*openDataSet(path, {spec("in", {3, 2})}))->size(), 1u);
  EXPECT_EQ((*openDataSet(path, {spec("in", {2})}))->size(), 3u);
}

TEST(ArraySet, column_major_arrays) {
  Folder folder;
  std::string text = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }";
  std::string file = std::string("\x93NUMPY\x01\x00", 8) + char(text.size()) + '\0' + text;
  std::string path = folder.write("a.npy", file + std::string("\0\1\2\3\4\5", 6));
  auto data = openDataSet(path, {spec("in", {1, 3})});
  ASSERT_TRUE(bool(data));
  EXPECT_EQ((*data)->next()->inputs[0].data, (std::vector<char>{0, 2, 4}));
  EXPECT_EQ((*data)->next()->inputs[0].data, (std::vector<char>{1, 3, 5}));
}

TEST(ArraySet, the_checksum_counts) {
  Folder folder;
  std::string file = npz({bytes({4, 64}, "x")});
  file[file.find(std::string("\x40\x41\x42", 3))] ^= 1;
  auto data = openDataSet(folder.write("a.npz", file), {spec("in", {1, 64})});
  ASSERT_TRUE(bool(data));
  for (int i = 0; i < 3; ++i)
    EXPECT_TRUE(bool((*data)->next()));
  EXPECT_NE(errorOf((*data)->next()).find("checksum"), std::string::npos);
}

TEST(ArraySet, limits) {
  Folder folder;
  DataLimits limits;
  limits.sampleBytes = 8;
  std::string path = folder.write("a.npy", formatNpy(bytes({2, 9})));
  EXPECT_NE(errorOf(openDataSet(path, {spec("in", {1, 9})}, limits)).find("limit of 8 bytes"),
            std::string::npos);
}

TEST(ImageFolder, order_and_labels) {
  Folder folder;
  folder.write("b/0002_x.jpg", "");
  folder.write("0010_a.PNG", "");
  folder.write("0007_b.jpeg", "");
  folder.write(".hidden/0001_c.jpg", "");
  folder.write("notes.txt", "");
  auto data = openDataSet(folder.str(), {spec("in", {1, 9})});
  ASSERT_TRUE(bool(data)) << llvm::toString(data.takeError());
  ASSERT_EQ((*data)->size(), 3u);
  EXPECT_TRUE((*data)->labelled());
  EXPECT_EQ((*data)->name(0), "0007_b.jpeg");
  EXPECT_EQ((*data)->name(1), "0010_a.PNG");
  EXPECT_EQ((*data)->name(2), "b/0002_x.jpg");
}

TEST(ImageFolder, a_table_of_labels_must_be_complete) {
  Folder folder;
  folder.write("a.jpg", "");
  folder.write("b.jpg", "");
  InputSpec input = spec("in", {1, 9});
  EXPECT_FALSE((*openDataSet(folder.str(), {input}))->labelled());
  auto error = [&](llvm::StringRef table) {
    folder.write("labels.csv", table);
    return errorOf(openDataSet(folder.str(), {input}));
  };
  EXPECT_EQ(error("file,label\nb.jpg,1\na.jpg,0\n"), "");
  EXPECT_NE(error("a.jpg,0").find("no line for image 'b.jpg'"), std::string::npos);
  EXPECT_NE(error("a.jpg,0\nc.jpg,1").find("line 2: the folder has no image 'c.jpg'"),
            std::string::npos);
  EXPECT_NE(error("a.jpg,0\na.jpg,1").find("listed twice"), std::string::npos);
  EXPECT_NE(error("a.jpg,-1").find("expected a class number"), std::string::npos);
}

TEST(ImageFolder, deep_folders_end) {
  Folder folder;
  std::string path;
  for (int i = 0; i < 40; ++i)
    path += "d/";
  folder.write(path + "0001_a.jpg", "");
  EXPECT_NE(errorOf(openDataSet(folder.str(), {spec("in", {1})})).find("more than 32"),
            std::string::npos);
}

TEST(Csv, values_in_quotes) {
  Folder folder;
  auto rows = readCsv(folder.write("t.csv", "\xef\xbb\xbf"
                                            "file,slice\r\n\"a,\"\"b\" , x \r\n\r\nc,\n"),
                      "file", "slice");
  ASSERT_TRUE(bool(rows)) << llvm::toString(rows.takeError());
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].first, "a,\"b");
  EXPECT_EQ((*rows)[0].second, "x");
  EXPECT_EQ((*rows)[1].second, "");
  EXPECT_EQ((*rows)[1].line, 4u);
}

TEST(Csv, what_is_no_pair) {
  Folder folder;
  for (llvm::StringRef text : {"a", "a,b,c", "\"a,b", "\"a\"b,c"})
    EXPECT_NE(errorOf(readCsv(folder.write("t.csv", text), "file", "label")).find("line 1"),
              std::string::npos)
        << text.str();
}
