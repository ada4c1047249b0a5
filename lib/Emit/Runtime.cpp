// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Runtime.h"
#include "llvm/ADT/StringRef.h"

namespace {

constexpr unsigned char types[] = {
#include "lib/Emit/pith_types.h.inc"
};
constexpr unsigned char operators[] = {
#include "lib/Emit/pith_operators.h.inc"
};
constexpr unsigned char threads[] = {
#include "lib/Emit/pith_threads.c.inc"
};
constexpr unsigned char features[] = {
#include "lib/Emit/pith_features.c.inc"
};
constexpr unsigned char featureTable[] = {
#include "lib/Emit/pith_features.def.inc"
};

llvm::StringRef embedded(llvm::StringRef name) {
  auto view = [](const auto &bytes) {
    return llvm::StringRef(reinterpret_cast<const char *>(bytes), sizeof bytes);
  };
  if (name == "pith_types.h")
    return view(types);
  if (name == "pith_operators.h")
    return view(operators);
  if (name == "pith_threads.c")
    return view(threads);
  if (name == "pith_features.c")
    return view(features);
  if (name == "pith_features.def")
    return view(featureTable);
  return "";
}

/// The licence line stands only in the outermost file.
std::string expand(llvm::StringRef text, bool outermost) {
  std::string result;
  for (llvm::StringRef rest = text; !rest.empty();) {
    auto [line, tail] = rest.split('\n');
    llvm::StringRef file = line;
    if (file.consume_front("#include \"") && file.consume_back("\"") && !embedded(file).empty())
      result += expand(embedded(file), false);
    else if (outermost || !line.starts_with("/* SPDX"))
      result += (line + "\n").str();
    rest = tail;
  }
  return result;
}

} // namespace

std::string pith::runtimeText(llvm::StringRef name) { return expand(embedded(name), true); }

std::string pith::expandIncludes(llvm::StringRef text) { return expand(text, true); }
