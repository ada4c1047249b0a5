// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "pith/Data/Csv.h"
#include "lib/Support/ByteSource.h"
#include "llvm/ADT/StringExtras.h"

using namespace pith;
using llvm::createStringError;

static constexpr uint64_t maxBytes = uint64_t(1) << 28;

/// Takes one value and what follows it: a comma or nothing.
static std::optional<std::string> takeValue(llvm::StringRef &line) {
  std::string value;
  line = line.ltrim(" \t");
  if (!line.consume_front("\"")) {
    value = line.take_until([](char c) { return c == ','; }).rtrim(" \t").str();
    line = line.drop_until([](char c) { return c == ','; });
    return value;
  }
  while (!line.empty()) {
    if (line.consume_front("\"\"")) {
      value += '"';
    } else if (line.consume_front("\"")) {
      line = line.ltrim(" \t");
      return line.empty() || line.front() == ',' ? std::optional(value) : std::nullopt;
    } else {
      value += line.front();
      line = line.drop_front();
    }
  }
  return std::nullopt; // the quotes are not closed
}

llvm::Expected<std::vector<CsvRow>> pith::parseCsv(llvm::StringRef text, llvm::StringRef place,
                                                   llvm::StringRef first, llvm::StringRef second) {
  std::vector<CsvRow> rows;
  text.consume_front("\xef\xbb\xbf"); // a byte order mark, as spreadsheets write it
  for (unsigned number = 1; !text.empty(); ++number) {
    llvm::StringRef line;
    std::tie(line, text) = text.split('\n');
    line = line.rtrim('\r');
    if (line.trim().empty())
      continue;
    std::optional<std::string> a = takeValue(line), b;
    if (a && line.consume_front(","))
      b = takeValue(line);
    if (!b || !line.empty() || llvm::StringRef(*a).contains('\0'))
      return createStringError("'" + place + "': line " + llvm::Twine(number) + ": expected '" +
                               first + "," + second + "'");
    if (rows.empty() && *a == first && *b == second)
      continue;
    rows.push_back({std::move(*a), std::move(*b), number});
  }
  return rows;
}

llvm::Expected<std::vector<CsvRow>> pith::readCsv(llvm::StringRef path, llvm::StringRef first,
                                                  llvm::StringRef second) {
  auto source = ByteSource::ofFile(path);
  if (!source)
    return source.takeError();
  if ((*source)->size() > maxBytes)
    return createStringError("'" + path + "': larger than the limit of " + llvm::Twine(maxBytes) +
                             " bytes");
  std::string text((*source)->size(), '\0');
  if (llvm::Error error = (*source)->read(0, {text.data(), text.size()}))
    return std::move(error);
  return parseCsv(text, path, first, second);
}
