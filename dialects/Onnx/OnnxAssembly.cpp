// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The assembly of onnx.node, whose optional parts the declarative format cannot
// print without stray spaces:
//   "domain" "Operator"(operands) since 22 as ["y"] {attributes}
//     with "body" {...}, "body" {...} attributes {discardable} : type
#include "dialects/Onnx/OnnxOps.h"

using namespace mlir;
using namespace pith::onnx;

static ParseResult parseOperator(OpAsmParser &parser, NodeOp::Properties &properties) {
  StringAttr first, second;
  if (parser.parseAttribute(first))
    return failure();
  OptionalParseResult more = parser.parseOptionalAttribute(second);
  if (more.has_value() && failed(*more))
    return failure();
  properties.op_type = second ? second : first;
  properties.domain = second ? first : parser.getBuilder().getStringAttr("");
  return success();
}

static ParseResult parseNames(OpAsmParser &parser, ArrayAttr &names) {
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseAttribute(names))
    return failure();
  if (!llvm::all_of(names, llvm::IsaPred<StringAttr>))
    return parser.emitError(loc, "expected a list of strings");
  return success();
}

static ParseResult parseBodies(OpAsmParser &parser, OperationState &result,
                               NodeOp::Properties &properties) {
  SmallVector<Attribute> names;
  auto parseBody = [&]() -> ParseResult {
    StringAttr name;
    if (parser.parseAttribute(name))
      return failure();
    names.push_back(name);
    return parser.parseRegion(*result.addRegion());
  };
  if (succeeded(parser.parseOptionalKeyword("with")) && parser.parseCommaSeparatedList(parseBody))
    return failure();
  properties.body_names = parser.getBuilder().getArrayAttr(names);
  return success();
}

ParseResult NodeOp::parse(OpAsmParser &parser, OperationState &result) {
  auto &properties = result.getOrAddProperties<NodeOp::Properties>();
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  NamedAttrList attributes;
  int64_t version;
  FunctionType type;
  SMLoc loc = parser.getCurrentLocation();
  if (parseOperator(parser, properties) ||
      parser.parseOperandList(operands, OpAsmParser::Delimiter::Paren) ||
      parser.parseKeyword("since") || parser.parseInteger(version) || parser.parseKeyword("as") ||
      parseNames(parser, properties.result_names) || parser.parseOptionalAttrDict(attributes) ||
      parseBodies(parser, result, properties) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) || parser.parseColonType(type))
    return failure();
  properties.version = parser.getBuilder().getI64IntegerAttr(version);
  properties.node_attributes = attributes.getDictionary(parser.getContext());
  result.addTypes(type.getResults());
  return parser.resolveOperands(operands, type.getInputs(), loc, result.operands);
}

void NodeOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  if (!getDomain().empty())
    printer << getDomainAttr() << ' ';
  printer << getOpTypeAttr() << '(' << getInputs() << ") since "
          << static_cast<int64_t>(getVersion()) << " as " << getResultNamesAttr();
  printer.printOptionalAttrDict(getNodeAttributes().getValue());
  if (!getBodies().empty()) {
    printer << " with ";
    llvm::interleaveComma(llvm::zip(getBodyNames(), getBodies()), printer, [&](auto pair) {
      printer << std::get<0>(pair) << ' ';
      printer.printRegion(std::get<1>(pair));
    });
  }
  printer.printOptionalAttrDictWithKeyword(
      (*this)->getAttrs(),
      {"op_type", "domain", "version", "node_attributes", "result_names", "body_names"});
  printer << " : ";
  printer.printFunctionalType(getInputs().getTypes(), getResultTypes());
}
