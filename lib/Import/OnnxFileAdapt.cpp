// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What ONNX's version converter leaves out.
#include "lib/Import/OnnxFileModel.h"
#include "llvm/ADT/STLExtras.h"

using namespace onnx;

namespace pith::reader {

namespace {
NodeProto *addNode(GraphProto &graph, const char *operatorName, llvm::ArrayRef<std::string> inputs,
                   const std::string &output) {
  NodeProto *node = graph.add_node();
  node->set_op_type(operatorName);
  for (const std::string &input : inputs)
    node->add_input(input);
  node->add_output(output);
  return node;
}

/// Puts nodes around those of an operator: `replace` adds what takes a node's place.
void rewrite(ModelProto &model, llvm::StringRef operatorName,
             llvm::function_ref<void(GraphProto &, NodeProto &)> replace) {
  forEachGraph(model, [&](GraphProto &graph) {
    google::protobuf::RepeatedPtrField<NodeProto> nodes;
    nodes.Swap(graph.mutable_node());
    for (NodeProto &node : nodes)
      if (node.op_type() == operatorName && node.domain().empty())
        replace(graph, node);
      else
        graph.add_node()->Swap(&node);
  });
}

/// Numbers of dimensions, and the size of the only one, as far as the graph states them.
struct StatedShapes {
  explicit StatedShapes(const GraphProto &graph) {
    for (const auto *list : {&graph.input(), &graph.value_info(), &graph.output()})
      for (const ValueInfoProto &value : *list)
        if (value.type().tensor_type().has_shape()) {
          const TensorShapeProto &shape = value.type().tensor_type().shape();
          add(value.name(), shape.dim_size(), shape.dim_size() ? shape.dim(0).dim_value() : 1);
        }
    for (const TensorProto &tensor : graph.initializer())
      add(tensor.name(), tensor.dims_size(), tensor.dims_size() ? tensor.dims(0) : 1);
  }
  struct Size {
    int rank;
    int64_t first;
  };
  const Size *find(const std::string &name) const {
    auto found = sizes.find(name);
    return found == sizes.end() ? nullptr : &found->second;
  }

private:
  void add(const std::string &name, int rank, int64_t first) { sizes[name] = {rank, first}; }
  std::map<std::string, Size> sizes;
};

} // namespace

/// Until version 7 PRelu had a slope for each channel, and since then one that is
/// broadcast like any operand, which the library's converter leaves out.
void giveSlopesChannels(GraphProto &graph) {
  StatedShapes shapes(graph);
  google::protobuf::RepeatedPtrField<NodeProto> nodes;
  nodes.Swap(graph.mutable_node());
  for (NodeProto &node : nodes) {
    if (node.op_type() == "PRelu" && node.domain().empty() && node.input_size() == 2) {
      const StatedShapes::Size *image = shapes.find(node.input(0));
      const StatedShapes::Size *slope = shapes.find(node.input(1));
      if (!image || !slope)
        refuse(describe(node) +
                   ": PRelu of opset 6 has a slope for each channel of an image, and "
                   "the shape of " +
                   (image ? "the slope" : "the image") + " is not stated",
               "state it in the graph's value_info, or export the model with opset 7 or newer");
      if (slope->rank == 1 && slope->first != 1 && image->rank > 2) {
        NodeProto *unsqueeze =
            addNode(graph, "Unsqueeze", {node.input(1)}, node.output(0) + "__slope");
        AttributeProto *axes = unsqueeze->add_attribute();
        axes->set_name("axes");
        axes->set_type(AttributeProto::INTS);
        for (int axis = 1; axis < image->rank - 1; ++axis)
          axes->add_ints(axis);
        node.set_input(1, unsqueeze->output(0));
      }
    }
    graph.add_node()->Swap(&node);
  }
}

/// Until version 13 Hardmax was one of rows, of all dimensions from the axis on. The
/// converter knows that of Softmax only.
void flattenForHardmax(ModelProto &model) {
  rewrite(model, "Hardmax", [](GraphProto &graph, NodeProto &node) {
    if (node.input_size() != 1 || node.output_size() != 1)
      return graph.add_node()->Swap(&node);
    std::string name = node.output(0);
    NodeProto *rows = addNode(graph, "Flatten", {node.input(0)}, name + "__rows");
    rows->mutable_attribute()->CopyFrom(node.attribute());
    addNode(graph, "Hardmax", {name + "__rows"}, name + "__flat");
    addNode(graph, "Shape", {node.input(0)}, name + "__shape");
    NodeProto *result = addNode(graph, "Reshape", {name + "__flat", name + "__shape"}, name);
    result->set_name(node.name());
  });
}

bool hasOtherFloats(const ModelProto &model) {
  auto isOther = [](int32_t type) {
    return type == TensorProto::FLOAT16 || type == TensorProto::DOUBLE;
  };
  bool found = false;
  const GraphProto &graph = model.graph();
  for (const ValueInfoProto &input : graph.input())
    found |= isOther(input.type().tensor_type().elem_type());
  for (const TensorProto &tensor : graph.initializer())
    found |= isOther(tensor.data_type());
  return found;
}

/// Since version 11 the bounds of Clip are operands of the type of the first, and
/// attributes before, of which the converter always makes f32.
void castBounds(ModelProto &model) {
  rewrite(model, "Clip", [](GraphProto &graph, NodeProto &node) {
    for (int i = 1; i < node.input_size(); ++i) {
      if (node.input(i).empty())
        continue;
      std::string bound = node.output(0) + (i == 1 ? "__min" : "__max");
      addNode(graph, "CastLike", {node.input(i), node.input(0)}, bound);
      node.set_input(i, bound);
    }
    graph.add_node()->Swap(&node);
  });
}

} // namespace pith::reader
