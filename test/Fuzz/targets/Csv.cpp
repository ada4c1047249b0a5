// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of labels.
#include "pith/Data/Csv.h"
#include "test/Fuzz/support/MutateText.h"

using namespace pith;

llvm::ArrayRef<llvm::StringRef> fuzz::wordsOfText() {
  static constexpr llvm::StringRef words[] = {"file", "label",   ",",  "\"",           "\"\"", "\n",
                                              "\r\n", "\"a,b\"", "\t", "\xef\xbb\xbf", ""};
  return words;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto rows = parseCsv(fuzz::textOf(data, size), "x.csv", "file", "label");
  if (!rows) {
    fuzz::expectMessage(rows.takeError());
    return 0;
  }
  size_t bytes = 0;
  for (const CsvRow &row : *rows)
    bytes += row.first.size() + row.second.size();
  fuzz::expect(bytes <= size, "rows hold more than the file");
  return 0;
}
