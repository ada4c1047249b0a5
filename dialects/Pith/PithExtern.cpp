// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Calls of C functions, and the names and types that these may have.
#include "dialects/Pith/PithExtern.h"
#include "dialects/Pith/PithOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace pith;

bool pith::isReservedWord(StringRef word) {
  static const llvm::StringSet<> words = {"alignas",     "alignof",
                                          "and",         "asm",
                                          "auto",        "bool",
                                          "break",       "case",
                                          "catch",       "char",
                                          "class",       "concept",
                                          "const",       "const_cast",
                                          "constexpr",   "continue",
                                          "decltype",    "default",
                                          "delete",      "do",
                                          "double",      "dynamic_cast",
                                          "else",        "enum",
                                          "explicit",    "export",
                                          "extern",      "false",
                                          "float",       "for",
                                          "friend",      "goto",
                                          "if",          "inline",
                                          "int",         "linux",
                                          "long",        "mutable",
                                          "namespace",   "new",
                                          "noexcept",    "not",
                                          "nullptr",     "operator",
                                          "or",          "private",
                                          "protected",   "public",
                                          "register",    "reinterpret_cast",
                                          "requires",    "restrict",
                                          "return",      "short",
                                          "signed",      "sizeof",
                                          "static",      "static_assert",
                                          "static_cast", "struct",
                                          "switch",      "template",
                                          "this",        "thread_local",
                                          "throw",       "true",
                                          "try",         "typedef",
                                          "typeid",      "typename",
                                          "typeof",      "union",
                                          "unix",        "unsigned",
                                          "using",       "virtual",
                                          "void",        "volatile",
                                          "wchar_t",     "while",
                                          "xor"};
  return words.contains(word);
}

std::string pith::symbolRefusal(StringRef symbol) {
  bool isIdentifier = !symbol.empty() && symbol.size() <= 128 && !llvm::isDigit(symbol.front()) &&
                      llvm::all_of(symbol, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (!isIdentifier)
    return "is no identifier of C";
  if (isReservedWord(symbol))
    return "is a word of C or C++";
  if (symbol.front() == '_' || symbol.contains("__"))
    return "is kept for the implementation of C or C++, as are all names with a leading or two "
           "underscores";
  if (symbol.starts_with_insensitive("pith_"))
    return "is kept for pith, as are all names that begin with pith_";
  for (StringRef suffix : {"_t", "_MAX", "_MIN", "_C", "_WIDTH"})
    if (symbol.ends_with(suffix))
      return ("ends in " + suffix + ", as names of <stdint.h> do").str();
  // One who means such a function would have it called with arguments of another kind.
  llvm::LibFunc known;
  bool isLibrary = llvm::is_contained({"main", "NULL", "offsetof"}, symbol) ||
                   llvm::TargetLibraryInfoImpl(llvm::Triple()).getLibFunc(symbol, known);
  return isLibrary ? "is a name of C's library" : "";
}

std::string pith::customOpKey(StringRef domain, StringRef name) {
  return ((domain.empty() ? "ai.onnx" : domain) + "::" + name).str();
}

std::optional<int32_t> pith::onnxTypeNumber(Type type) {
  bool isUnsigned = type.isUnsignedInteger();
  if (auto integer = dyn_cast<IntegerType>(type))
    switch (integer.getWidth()) {
    case 1:
      return isUnsigned ? std::nullopt : std::optional(9);
    case 2:
      return isUnsigned ? 25 : 26;
    case 4:
      return isUnsigned ? 21 : 22;
    case 8:
      return isUnsigned ? 2 : 3;
    case 16:
      return isUnsigned ? 4 : 5;
    case 32:
      return isUnsigned ? 12 : 6;
    case 64:
      return isUnsigned ? 13 : 7;
    default:
      return std::nullopt;
    }
  if (type.isF32())
    return 1;
  if (type.isF16())
    return 10;
  if (type.isF64())
    return 11;
  if (type.isBF16())
    return 16;
  if (isa<Float8E4M3FNType>(type))
    return 17;
  if (isa<Float8E4M3FNUZType>(type))
    return 18;
  if (isa<Float8E5M2Type>(type))
    return 19;
  if (isa<Float8E5M2FNUZType>(type))
    return 20;
  if (isa<Float4E2M1FNType>(type))
    return 23;
  if (isa<Float8E8M0FNUType>(type))
    return 24;
  return std::nullopt;
}

Type pith::externStorage(Type type) {
  if (!onnxTypeNumber(type))
    return {};
  unsigned width = std::max(8u, type.getIntOrFloatBitWidth());
  return isa<FloatType>(type) && width > 8 ? type : IntegerType::get(type.getContext(), width);
}

/// Whether the types, less `none`, say what the values hold.
static bool describes(ArrayAttr types, ValueRange values) {
  unsigned next = 0;
  for (Type type : types.getAsValueRange<TypeAttr>()) {
    if (isa<NoneType>(type))
      continue;
    Type storage = externStorage(type);
    if (!storage || next == values.size() ||
        getElementTypeOrSelf(values[next++].getType()) != storage)
      return false;
  }
  return next == values.size();
}

LogicalResult ExternOp::verify() {
  if (std::string reason = symbolRefusal(getSymbol()); !reason.empty())
    return emitOpError() << "expected the name of a C function, got '" << getSymbol() << "', which "
                         << reason << " [extern_c1]";
  if (!describes(getInputTypes(), getInputs()))
    return emitOpError("expected ONNX's element types of the operands [extern_c2]");
  if (getOutputs().empty() || !describes(getOutputTypes(), getOutputs()))
    return emitOpError("expected results, and ONNX's element types of them [extern_c3]");
  llvm::Expected<llvm::json::Value> attributes = llvm::json::parse(getNodeAttributes());
  if (!attributes || !attributes->getAsObject()) {
    llvm::consumeError(attributes.takeError());
    return emitOpError("expected attributes as a JSON object [extern_c4]");
  }
  if (getInputTypes().size() + getOutputTypes().size() > mostExternTensors)
    return emitOpError() << "expected at most " << mostExternTensors
                         << " operands and results, got "
                         << getInputTypes().size() + getOutputTypes().size() << " [extern_c5]";
  return success();
}
