// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scan of version 8 has a batch in front of all that it takes and gives: it is a Scan of
// today over the batch, whose body is one over the sequence.
#include "lib/Import/OnnxFileModel.h"

using namespace onnx;

namespace pith::reader {

namespace {
// ONNX's version converter takes the batch away, and leaves alone what is not ONNX's.
constexpr const char *hiddenDomain = "pith.scan8";

AttributeProto *addAttribute(NodeProto &node, const char *name,
                             AttributeProto::AttributeType type) {
  AttributeProto *attribute = node.add_attribute();
  attribute->set_name(name);
  attribute->set_type(type);
  return attribute;
}

void addNumber(NodeProto &node, const char *name, int64_t value) {
  addAttribute(node, name, AttributeProto::INT)->set_i(value);
}

/// What stands for the value in the body over the batch.
std::string insideOf(const NodeProto &node, const char *kind, int index) {
  return nodeName(node) + "__scan8_" + kind + std::to_string(index);
}

void giveBatch(NodeProto &node) {
  NodeProto old;
  old.Swap(&node);
  NodeProto inner;
  GraphProto batch;
  batch.set_name(nodeName(old) + "__scan8");
  for (NodeProto *scan : {&node, &inner})
    scan->set_op_type("Scan");
  node.set_name(old.name());
  *node.mutable_output() = old.output();
  // The first operand, lengths of the sequences, is absent.
  for (int i = 1; i < old.input_size(); ++i) {
    std::string name = insideOf(old, "in", i);
    node.add_input(old.input(i));
    inner.add_input(name);
    batch.add_input()->set_name(name);
  }
  for (AttributeProto &attribute : *old.mutable_attribute()) {
    if (attribute.name() == "directions")
      attribute.set_name("scan_input_directions");
    if (attribute.name() == "body")
      for (int i = 0; i < attribute.g().output_size(); ++i) {
        std::string name = insideOf(old, "out", i);
        inner.add_output(name);
        batch.add_output()->set_name(name);
      }
    inner.add_attribute()->Swap(&attribute);
  }
  batch.add_node()->Swap(&inner);
  addNumber(node, "num_scan_inputs", old.input_size() - 1);
  addAttribute(node, "body", AttributeProto::GRAPH)->mutable_g()->Swap(&batch);
}
} // namespace

bool hideBatchedScans(ModelProto &model, llvm::function_ref<bool(const std::string &)> isSame) {
  bool isAny = false;
  forEachNode(*model.mutable_graph(), [&](NodeProto &node) {
    if (node.domain() == hiddenDomain)
      refuse(describe(node) + ": the domain '" + node.domain() + "' is reserved",
             "rename the domain of the operator");
    if (node.op_type() != "Scan" || !node.domain().empty())
      return;
    if (node.input_size() < 2 || !node.input(0).empty())
      refuse(describe(node) + ": Scan of opset 8 with sequence_lens is not supported",
             "leave the lengths out, or export the model with opset 9 or newer");
    for (AttributeProto &attribute : *node.mutable_attribute())
      if (attribute.has_g())
        forEachNode(*attribute.mutable_g(), [&](NodeProto &inside) {
          if (inside.domain().empty() && inside.op_type() != "Scan" && !isSame(inside.op_type()))
            refuse(describe(inside) + ": not supported inside of a Scan of opset 8, as the "
                                      "operator has changed since",
                   "export the model with opset 9 or newer");
        });
    isAny = true;
  });
  if (!isAny)
    return false;
  forEachNode(*model.mutable_graph(), [](NodeProto &node) {
    if (node.op_type() == "Scan" && node.domain().empty())
      node.set_domain(hiddenDomain);
  });
  OperatorSetIdProto *import = model.add_opset_import();
  import->set_domain(hiddenDomain);
  import->set_version(1);
  return true;
}

void showBatchedScans(ModelProto &model) {
  std::vector<NodeProto *> scans;
  forEachNode(*model.mutable_graph(), [&](NodeProto &node) {
    if (node.domain() == hiddenDomain)
      scans.push_back(&node);
  });
  // Outer ones come first, and take what is inside of them along.
  for (auto node = scans.rbegin(); node != scans.rend(); ++node)
    giveBatch(**node);
}

} // namespace pith::reader
