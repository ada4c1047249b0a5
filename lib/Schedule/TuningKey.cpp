// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Schedule/Tuning.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace pith;

namespace {

class Writer {
public:
  explicit Writer(raw_ostream &os) : os(os) {}

  void write(Region &region) {
    for (Block &block : region) {
      for (BlockArgument argument : block.getArguments())
        name(argument);
      for (Operation &op : block)
        write(op);
      os << ";";
    }
  }

private:
  void name(Value value) {
    os << " %" << numbers.try_emplace(value, numbers.size()).first->second << ":"
       << value.getType();
  }

  void write(Operation &op) {
    os << "\n" << op.getName();
    for (Value operand : op.getOperands())
      name(operand);
    os << " ->";
    for (Value result : op.getResults())
      name(result);
    // What was found out about a layer says nothing of its time, but for its zeros.
    bool isConstant = op.hasTrait<OpTrait::ConstantLike>();
    for (NamedAttribute attribute : op.getAttrs())
      if (!isConstant && (!attribute.getName().getValue().starts_with("pith.") ||
                          attribute.getName() == sparsityAttrName))
        os << " " << attribute.getName().getValue() << "=" << attribute.getValue();
    for (Region &region : op.getRegions())
      write(region);
  }

  raw_ostream &os;
  llvm::DenseMap<Value, unsigned> numbers;
};

} // namespace

std::string pith::tuningKey(GroupOp group) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (Value input : group.getInputs()) {
    Operation *op = input.getDefiningOp();
    os << (op && op->hasTrait<OpTrait::ConstantLike>() ? "constant " : "value ");
  }
  Writer(os).write(group.getBody());
  llvm::SHA256 hasher;
  hasher.update(text);
  return llvm::toHex(hasher.final(), /*LowerCase=*/true).substr(0, 32);
}
