// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Visits nodes, graphs and tensors of a model, and names them in messages.
#include "lib/Import/OnnxFileModel.h"
#include "llvm/ADT/StringExtras.h"

using namespace onnx;

namespace pith::reader {

// ONNX's messages span lines; a diagnostic is one.
static std::string oneLine(llvm::StringRef text) {
  llvm::SmallVector<llvm::StringRef> lines;
  text.split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef &line : lines)
    line = line.trim();
  return llvm::join(lines, " ");
}

void refuse(const llvm::Twine &message, const llvm::Twine &note) {
  throw Refusal{oneLine(message.str()), oneLine(note.str())};
}

std::string nodeName(const NodeProto &node) {
  if (!node.name().empty())
    return node.name();
  for (const std::string &output : node.output())
    if (!output.empty())
      return node.op_type() + "_" + output;
  return node.op_type();
}

std::string describe(const NodeProto &node) {
  return "node '" + nodeName(node) + "' (" + node.op_type() + ")";
}

namespace {
using VisitTensor = llvm::function_ref<void(TensorProto &, llvm::StringRef)>;
using VisitGraph = llvm::function_ref<void(GraphProto &)>;

void graphsOf(NodeProto &node, VisitGraph visit) {
  for (AttributeProto &attribute : *node.mutable_attribute()) {
    if (attribute.has_g())
      visit(*attribute.mutable_g());
    for (GraphProto &graph : *attribute.mutable_graphs())
      visit(graph);
  }
}

void walkGraphs(GraphProto &graph, VisitGraph visit) {
  visit(graph);
  for (NodeProto &node : *graph.mutable_node())
    graphsOf(node, [&](GraphProto &inner) { walkGraphs(inner, visit); });
}

void tensorsOf(AttributeProto &attribute, llvm::StringRef owner, VisitTensor visit) {
  std::string what = ("attribute '" + attribute.name() + "' of " + owner).str();
  if (attribute.has_t())
    visit(*attribute.mutable_t(), what);
  for (TensorProto &tensor : *attribute.mutable_tensors())
    visit(tensor, what);
}

void tensorsOf(NodeProto &node, VisitTensor visit) {
  std::string owner = describe(node);
  for (AttributeProto &attribute : *node.mutable_attribute())
    tensorsOf(attribute, owner, visit);
}

void tensorsOf(GraphProto &graph, VisitTensor visit) {
  for (TensorProto &tensor : *graph.mutable_initializer())
    visit(tensor, "initializer '" + tensor.name() + "'");
  for (NodeProto &node : *graph.mutable_node())
    tensorsOf(node, visit);
}
} // namespace

void forEachNode(GraphProto &graph, llvm::function_ref<void(NodeProto &)> visit) {
  walkGraphs(graph, [&](GraphProto &inner) {
    for (NodeProto &node : *inner.mutable_node())
      visit(node);
  });
}

void forEachGraph(ModelProto &model, VisitGraph visit) {
  walkGraphs(*model.mutable_graph(), visit);
  for (FunctionProto &function : *model.mutable_functions())
    for (NodeProto &node : *function.mutable_node())
      graphsOf(node, [&](GraphProto &inner) { walkGraphs(inner, visit); });
}

void forEachTensor(ModelProto &model, VisitTensor visit) {
  forEachGraph(model, [&](GraphProto &graph) { tensorsOf(graph, visit); });
  for (FunctionProto &function : *model.mutable_functions()) {
    std::string owner = "function '" + function.name() + "'";
    for (AttributeProto &attribute : *function.mutable_attribute_proto())
      tensorsOf(attribute, owner, visit);
    for (NodeProto &node : *function.mutable_node())
      tensorsOf(node, visit);
  }
}

} // namespace pith::reader
