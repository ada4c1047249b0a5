// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tables of text with two columns, separated by a comma.
#ifndef PITH_DATA_CSV_H
#define PITH_DATA_CSV_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace pith {

struct CsvRow {
  std::string first, second;
  unsigned line = 0;
};

/// Parses UTF-8. A first row with the names of the columns may be there. Empty lines
/// are skipped; a value in double quotes may contain commas. `place` names the file in
/// errors.
llvm::Expected<std::vector<CsvRow>> parseCsv(llvm::StringRef text, llvm::StringRef place,
                                             llvm::StringRef first, llvm::StringRef second);
/// Parses a file.
llvm::Expected<std::vector<CsvRow>> readCsv(llvm::StringRef path, llvm::StringRef first,
                                            llvm::StringRef second);

} // namespace pith

#endif
