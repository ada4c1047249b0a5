// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Brings a model to the newest operator set.
#include "lib/Import/OnnxFileModel.h"
#include "onnx/version_converter/convert.h"

using namespace onnx;

namespace pith::reader {

namespace {
/// ONNX's converter, asked first whether it would do anything: it copies the model
/// three times.
class Converter : public version_conversion::DefaultVersionConverter {
public:
  /// Whether the operator became one of more types, and nothing else, since `opset`.
  bool isSame(const std::string &operatorName, int64_t opset) const {
    auto schemas = all_schemas.find(operatorName);
    if (schemas == all_schemas.end())
      return false;
    auto versions = schemas->second.find("");
    if (versions == schemas->second.end())
      return false;
    for (auto next = versions->second.upper_bound(opset); next != versions->second.end(); ++next)
      if (!isCompatible(operatorName, next->first))
        return false;
    return true;
  }

private:
  bool isCompatible(const std::string &operatorName, int64_t version) const {
    auto ofOperator = adapters.find(operatorName);
    if (ofOperator == adapters.end())
      return false;
    auto from = ofOperator->second.find(OpSetID(version - 1).toString());
    if (from == ofOperator->second.end())
      return false;
    auto to = from->second.find(OpSetID(version).toString());
    return to != from->second.end() &&
           dynamic_cast<const version_conversion::CompatibleAdapter *>(to->second.get());
  }
};

bool needsConversion(ModelProto &model, int64_t opset) {
  Converter converter;
  std::map<std::string, bool> same;
  bool needs = false;
  forEachNode(*model.mutable_graph(), [&](NodeProto &node) {
    if (!node.domain().empty() || needs)
      return;
    auto [known, isNew] = same.try_emplace(node.op_type());
    if (isNew)
      known->second = converter.isSame(node.op_type(), opset);
    needs = !known->second;
  });
  return needs;
}

void convertOthers(ModelProto &model, int64_t opset) {
  if (opset < 7)
    giveSlopesChannels(*model.mutable_graph());
  if (opset < 13)
    flattenForHardmax(model);
  bool castsBounds = opset < 11 && hasOtherFloats(model);
  if (!needsConversion(model, opset)) {
    for (OperatorSetIdProto &import : *model.mutable_opset_import())
      if (import.domain().empty())
        import.set_version(newestOpset());
    return;
  }
  try {
    model = version_conversion::ConvertVersion(model, static_cast<int>(newestOpset()));
  } catch (const std::exception &error) {
    refuse("cannot convert the model from opset " + llvm::Twine(opset) + " to " +
               llvm::Twine(newestOpset()) + ": " + error.what(),
           "export the model with opset " + llvm::Twine(newestOpset()));
  }
  if (castsBounds)
    castBounds(model);
}

} // namespace

void convertVersion(ModelProto &model) {
  std::optional<int64_t> opset = standardOpset(model);
  if (!opset || *opset == newestOpset())
    return;
  bool hasScans = false;
  if (*opset == 8) {
    Converter converter;
    hasScans = hideBatchedScans(
        model, [&](const std::string &name) { return converter.isSame(name, *opset); });
  }
  convertOthers(model, *opset);
  if (hasScans)
    showBatchedScans(model);
}

} // namespace pith::reader
