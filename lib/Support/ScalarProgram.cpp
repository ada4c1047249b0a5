// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Support/ScalarProgram.h"
#include "lib/Support/ScalarKernels.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace pith;

std::optional<int64_t> pith::linearIndex(ArrayRef<int64_t> shape, ArrayRef<int64_t> index) {
  int64_t linear = 0;
  for (auto [size, at] : llvm::zip_equal(shape, index)) {
    if (at < 0 || at >= size)
      return std::nullopt;
    linear = linear * size + at;
  }
  return linear;
}

uint64_t pith::bitsOf(Attribute number) {
  if (auto real = dyn_cast<FloatAttr>(number))
    return real.getValue().bitcastToAPInt().getZExtValue();
  return cast<IntegerAttr>(number).getValue().getZExtValue();
}

TypedAttr pith::numberOf(Type type, uint64_t bits) {
  if (auto real = dyn_cast<FloatType>(type))
    return FloatAttr::get(type, APFloat(real.getFloatSemantics(), APInt(real.getWidth(), bits)));
  unsigned width = type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
  return IntegerAttr::get(type, APInt(width, bits));
}

/// Turns a block into registers and steps.
class ScalarProgram::Compiler {
public:
  explicit Compiler(ScalarProgram &program) : program(program) {}

  LogicalResult compile(Block &block, ValueRange outputs) {
    for (BlockArgument argument : block.getArguments()) {
      if (!isNumber(argument.getType()))
        return failure();
      program.arguments.push_back(known[argument] = fresh());
    }
    for (Operation &op : block.without_terminator())
      if (failed(compile(&op)))
        return failure();
    for (Value output : outputs) {
      std::optional<unsigned> number = find(output);
      if (!number)
        return failure();
      program.outputs.push_back(*number);
    }
    return success();
  }

private:
  unsigned fresh() {
    program.registers.resize(program.registers.size() + maxCases);
    return program.registers.size() / maxCases - 1;
  }

  /// The register of a value; constants may stand outside of the block.
  std::optional<unsigned> find(Value value) {
    if (auto it = known.find(value); it != known.end())
      return it->second;
    Attribute constant;
    if (!isNumber(value.getType()) || !matchPattern(value, m_Constant(&constant)) ||
        !isa<IntegerAttr, FloatAttr>(constant))
      return std::nullopt;
    unsigned number = known[value] = fresh();
    llvm::fill(program.column(number), bitsOf(constant));
    program.constants.push_back(number);
    return number;
  }

  LogicalResult compile(Operation *op) {
    if (op->hasTrait<OpTrait::ConstantLike>())
      return success();
    if (auto position = dyn_cast<linalg::IndexOp>(op)) {
      unsigned number = known[position.getResult()] = fresh();
      program.positions.push_back({unsigned(position.getDim()), number});
      return success();
    }
    Step step;
    OperandRange operands = op->getOperands();
    if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
      if (!matchPattern(extract.getTensor(), m_Constant(&step.table)))
        return failure();
      operands = extract.getIndices();
    }
    for (Value operand : operands) {
      std::optional<unsigned> number = find(operand);
      if (!number)
        return failure();
      step.operands.push_back(*number);
    }
    if (!selectKernel(op, step))
      return failure();
    step.result = known[op->getResult(0)] = fresh();
    program.steps.push_back(std::move(step));
    return success();
  }

  ScalarProgram &program;
  llvm::SmallDenseMap<Value, unsigned, 32> known;
};

std::optional<ScalarProgram> ScalarProgram::compile(Block &block, ValueRange outputs) {
  ScalarProgram program;
  if (failed(Compiler(program).compile(block, outputs)))
    return std::nullopt;
  return program;
}

std::optional<ScalarProgram> ScalarProgram::compile(Block &block) {
  return compile(block, block.getTerminator()->getOperands());
}

int64_t ScalarProgram::size() const { return steps.size(); }

void ScalarProgram::setArgument(unsigned argument, uint64_t bits) {
  llvm::fill(column(arguments[argument]), bits);
}

void ScalarProgram::setArgument(unsigned argument, Column values) {
  llvm::copy(values, column(arguments[argument]).begin());
}

void ScalarProgram::setPosition(ArrayRef<int64_t> index) {
  for (auto [dim, number] : positions)
    llvm::fill(column(number), uint64_t(index[dim]));
}

LogicalResult ScalarProgram::run(int64_t cases) {
  SmallVector<const uint64_t *, 3> in;
  for (const Step &step : steps) {
    in.clear();
    for (unsigned operand : step.operands)
      in.push_back(column(operand).data());
    if (failed(step.kernel(step, column(step.result).data(), in.data(), cases)))
      return failure();
  }
  return success();
}

std::string ScalarProgram::key() const {
  std::string key;
  llvm::raw_string_ostream os(key);
  os << arguments.size();
  for (unsigned number : constants)
    os << ';' << number << '=' << column(number)[0];
  for (const Step &step : steps) {
    os << ';' << reinterpret_cast<uintptr_t>(step.kernel) << ' ' << step.width << ' '
       << step.toWidth << ' ' << step.mode << ' ' << step.format << ' ' << step.toFormat << ' '
       << step.table.getAsOpaquePointer() << ' ' << step.result << '<';
    llvm::interleaveComma(step.operands, os);
  }
  for (auto [dim, number] : positions)
    os << ';' << dim << '@' << number;
  os << '>';
  llvm::interleaveComma(outputs, os);
  return key;
}
