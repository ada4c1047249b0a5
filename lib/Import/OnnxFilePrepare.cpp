// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The steps of ONNX's library between parsing and import: normalise, check,
// inline, convert.
#include "lib/Import/OnnxFileModel.h"
#include "onnx/checker.h"
#include "onnx/defs/schema.h"
#include "onnx/inliner/inliner.h"
#include "llvm/ADT/STLExtras.h"

using namespace onnx;

namespace pith::reader {

namespace {
template <typename Message> void mergeImports(Message &message) {
  std::map<std::string, int64_t> versions;
  for (const OperatorSetIdProto &import : message.opset_import()) {
    auto &domain = import.domain();
    int64_t &version = versions[domain == "ai.onnx" ? "" : domain];
    version = std::max<int64_t>(version, import.version());
  }
  message.clear_opset_import();
  for (auto &[domain, version] : versions) {
    OperatorSetIdProto *import = message.add_opset_import();
    import->set_domain(domain);
    import->set_version(version);
  }
}

void clearDomain(NodeProto &node) {
  if (node.domain() == "ai.onnx")
    node.clear_domain();
}
} // namespace

std::optional<int64_t> standardOpset(const ModelProto &model) {
  for (const OperatorSetIdProto &import : model.opset_import())
    if (import.domain().empty())
      return import.version();
  return std::nullopt;
}

int64_t newestOpset() {
  return OpSchemaRegistry::DomainToVersionRange::Instance().Map().at(ONNX_DOMAIN).second;
}

void normalise(ModelProto &model) {
  // From version 4 on initializers need not be inputs, which both old files
  // with new tools and ONNX's own version converter rely on.
  if (model.ir_version() < 10)
    model.set_ir_version(10);
  mergeImports(model);
  for (FunctionProto &function : *model.mutable_functions()) {
    mergeImports(function);
    for (NodeProto &node : *function.mutable_node())
      clearDomain(node);
  }
  forEachGraph(model, [](GraphProto &graph) {
    for (NodeProto &node : *graph.mutable_node())
      clearDomain(node);
    graph.clear_quantization_annotation();
    if (graph.sparse_initializer_size())
      refuse("sparse initializer '" + graph.sparse_initializer(0).values().name() +
                 "' is not supported",
             "store it as a dense initializer; pith finds the zeros itself");
  });
  model.clear_training_info();
  model.clear_metadata_props();
  if (std::optional<int64_t> opset = standardOpset(model))
    if (*opset > newestOpset())
      refuse("opset " + llvm::Twine(*opset) + " is newer than " + llvm::Twine(newestOpset()) +
                 ", the newest that is supported",
             "export the model with opset " + llvm::Twine(newestOpset()));
}

void checkModel(ModelProto &model, const Weights &weights) {
  // The checker wants data of the right size: for its sake the large tensors
  // become scalars. They were validated when their bytes were taken.
  std::vector<std::pair<TensorProto *, TensorProto>> taken;
  forEachTensor(model, [&](TensorProto &tensor, llvm::StringRef) {
    if (!weights.find(tensor))
      return;
    taken.emplace_back(&tensor, tensor);
    tensor.clear_dims();
    tensor.clear_external_data();
    tensor.set_raw_data(std::string(16, '\0'));
  });
  try {
    checker::check_model(model);
  } catch (const std::exception &error) {
    refuse(llvm::Twine("the model is not valid ONNX: ") + error.what(),
           "export the model again; onnx.checker.check_model repeats this check");
  }
  for (auto &[tensor, saved] : taken)
    tensor->Swap(&saved);
}

void checkAbsent(ModelProto &model) {
  std::optional<int64_t> opset = standardOpset(model);
  if (!opset)
    return;
  forEachNode(*model.mutable_graph(), [&](NodeProto &node) {
    const OpSchema *schema =
        node.domain().empty() ? OpSchemaRegistry::Schema(node.op_type(), int(*opset)) : nullptr;
    if (!schema || schema->inputs().empty() ||
        schema->inputs().back().GetOption() != OpSchema::Variadic)
      return;
    for (int i = int(schema->inputs().size()) - 1; i < node.input_size(); ++i)
      if (node.input(i).empty())
        refuse(describe(node) + ": input " + llvm::Twine(i) +
                   " is absent, where any number of inputs may be",
               "connect the input, or leave it out");
  });
}

void inlineLocalFunctions(ModelProto &model) {
  if (model.functions_size() == 0)
    return;
  try {
    inliner::InlineLocalFunctions(model, /*convert_version=*/true);
  } catch (const std::exception &error) {
    refuse(llvm::Twine("cannot inline the model's local functions: ") + error.what(),
           "inline the functions when exporting the model");
  }
}

} // namespace pith::reader
