// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The model's inputs and results become memory of the caller.
#include "lib/Schedule/OpClass.h"
#include "lib/Schedule/Passes.h"

using namespace mlir;

namespace pith {
#define GEN_PASS_DEF_RETURNBYREFERENCE
#include "lib/Schedule/Passes.h.inc"
} // namespace pith

using namespace pith;

namespace {

MemRefType memoryType(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

struct ReturnByReference : pith::impl::ReturnByReferenceBase<ReturnByReference> {
  using Base::Base;
  void runOnOperation() override {
    func::FuncOp function = modelFunction(getOperation());
    if (!function)
      return;
    Block &body = function.getBody().front();
    auto terminator = cast<func::ReturnOp>(body.getTerminator());
    OpBuilder builder = OpBuilder::atBlockBegin(&body);
    SmallVector<DictionaryAttr> attributes;
    function.getAllArgAttrs(attributes);
    for (unsigned index = 0; index < function.getNumArguments(); ++index) {
      BlockArgument argument = body.getArgument(index);
      Type tensor = argument.getType();
      argument.setType(memoryType(tensor));
      auto value = bufferization::ToTensorOp::create(builder, function.getLoc(), tensor, argument,
                                                     /*restrict=*/true);
      argument.replaceAllUsesExcept(value.getResult(), value);
    }
    builder.setInsertionPoint(terminator);
    for (auto [index, value] : llvm::enumerate(terminator.getOperands())) {
      BlockArgument place = body.addArgument(memoryType(value.getType()), function.getLoc());
      auto store = bufferization::MaterializeInDestinationOp::create(
          builder, value.getLoc(), /*result=*/Type(), value, place);
      store.setRestrict(true);
      store.setWritable(true);
      attributes.push_back(function.getResultAttrDict(index));
    }
    int64_t results = terminator.getNumOperands();
    terminator->setOperands({});
    function.setAllResultAttrs(SmallVector<DictionaryAttr>(results));
    function.setType(builder.getFunctionType(body.getArgumentTypes(), {}));
    for (DictionaryAttr &dictionary : attributes)
      if (!dictionary)
        dictionary = DictionaryAttr::get(&getContext());
    function.setAllArgAttrs(attributes);
    function->setAttr(resultsAttrName, builder.getI64IntegerAttr(results));
  }
};

} // namespace
