// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Quantize/Forms/Trial.h"
#include "lib/Quantize/Forms/BuildForm.h"

using namespace mlir;
using namespace pith;
using namespace pith::forms;

Trial Trial::ofFormula(const CodeFunction &function, FormKind kind, FunctionType type) {
  Block block;
  OpBuilder builder(type.getContext());
  builder.setInsertionPointToEnd(&block);
  Location loc = builder.getUnknownLoc();
  SmallVector<Value> codes;
  for (unsigned i = 0; i < function.codes; ++i)
    codes.push_back(block.addArgument(builder.getI8Type(), loc));
  // In the order of their numbers, whatever the order of their uses.
  SmallVector<Value> constants;
  auto constant = [&](unsigned number, Type type) -> Value {
    if (number >= constants.size())
      constants.resize(number + 1);
    if (!constants[number])
      constants[number] = block.addArgument(type, loc);
    return constants[number];
  };
  Value result = buildForm(builder, loc, kind, type, codes, constant);
  YieldOp::create(builder, loc, result);
  Trial trial(function, *ScalarProgram::compile(block));
  for (Value value : constants)
    trial.arguments.push_back(value ? cast<BlockArgument>(value).getArgNumber() : 0);
  return trial;
}

std::optional<Trial> Trial::ofReciprocal(const CodeFunction &function, MapOp map) {
  // Elementary functions divide too, but not by constants of the map.
  OwningOpRef<MapOp> clone(map.clone());
  Block &block = clone->getBody().front();
  arith::DivFOp division = findDivision(block);
  replaceDivision(division, block.addArgument(division.getType(), map.getLoc()));
  FailureOr<OwningOpRef<MapOp>> expanded = cloneExpanded(*clone);
  if (failed(expanded))
    return std::nullopt;
  std::optional<ScalarProgram> program = ScalarProgram::compile((*expanded)->getBody().front());
  if (!program)
    return std::nullopt;
  Trial trial(function, std::move(*program));
  trial.arguments.push_back(function.codes);
  return trial;
}

bool Trial::rowMatches(unsigned row) {
  if (function->codes == 2)
    program.setArgument(0, uint64_t(row));
  if (failed(program.run()))
    return false;
  return llvm::equal(program.output(0), ArrayRef(function->values).slice(256 * row, 256));
}

bool Trial::matches(ArrayRef<TypedAttr> constants) {
  for (auto [argument, constant] : llvm::zip_equal(arguments, constants))
    program.setArgument(argument, bitsOf(constant));
  program.setArgument(function->codes - 1, allCodes());
  unsigned rows = function->values.size() / 256;
  for (unsigned i = 0; i < rows; ++i) {
    unsigned row = (failedRow + i) % rows;
    if (!rowMatches(row)) {
      failedRow = row;
      return false;
    }
  }
  return true;
}
