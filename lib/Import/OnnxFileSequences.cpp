// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Inputs that are sequences or optional become inputs that are tensors, and nodes
// that make of these what the model has.
#include "lib/Import/OnnxFileModel.h"

using namespace onnx;

namespace pith::reader {

namespace {
// More than one would write a program for.
constexpr int64_t mostElements = 1 << 12;

class Spreader {
public:
  Spreader(ModelProto &model, const std::map<std::string, int64_t> &lengths,
           const std::set<std::string> &absent)
      : model(model), graph(*model.mutable_graph()), lengths(lengths), absent(absent) {}

  SpreadInputs run() {
    forEachGraph(model, [&](GraphProto &inner) { collectNames(inner); });
    google::protobuf::RepeatedPtrField<ValueInfoProto> inputs;
    google::protobuf::RepeatedPtrField<NodeProto> nodes;
    inputs.Swap(graph.mutable_input());
    for (ValueInfoProto &input : inputs)
      spread(input);
    if (!open.empty())
      refuse("sequences without a length: " + open,
             "give each the number of its elements, for example" + remedy);
    nodes.Swap(graph.mutable_node());
    for (auto *list : {&added, &nodes})
      for (NodeProto &node : *list)
        graph.add_node()->Swap(&node);
    for (const auto &[name, length] : lengths)
      warnUnlessUsed(name, "a sequence");
    for (const std::string &name : absent)
      warnUnlessUsed(name, "optional");
    return std::move(result);
  }

private:
  void collectNames(const GraphProto &inner) {
    for (const ValueInfoProto &input : inner.input())
      names.insert(input.name());
    for (const TensorProto &tensor : inner.initializer())
      names.insert(tensor.name());
    for (const NodeProto &node : inner.node())
      names.insert(node.output().begin(), node.output().end());
  }

  void spread(ValueInfoProto &input) {
    const std::string name = input.name();
    const TypeProto type = input.type();
    if (isSequence(type))
      return spreadSequence(name, type.sequence_type().elem_type(), name);
    if (!type.has_optional_type()) {
      graph.add_input()->Swap(&input);
      return;
    }
    const TypeProto &inner = type.optional_type().elem_type();
    if (absent.count(name)) {
      used.insert(name);
      AttributeProto *attribute = addNode("Optional", name)->add_attribute();
      attribute->set_name("type");
      attribute->set_type(AttributeProto::TYPE_PROTO);
      *attribute->mutable_tp() = inner;
      return;
    }
    std::string element = freshName(name);
    if (isSequence(inner)) {
      spreadSequence(name, inner.sequence_type().elem_type(), element);
      addNode("Optional", name)->add_input(element);
      return;
    }
    // The tensor has the name of the input, so that what reads it needs another.
    *input.mutable_type() = inner;
    graph.add_input()->Swap(&input);
    renameUses(name, element);
    addNode("Optional", element)->add_input(name);
  }

  static bool isSequence(const TypeProto &type) {
    return type.has_sequence_type() && type.sequence_type().elem_type().has_tensor_type();
  }

  void spreadSequence(const std::string &name, const TypeProto &type, const std::string &value) {
    auto length = lengths.find(name);
    if (length == lengths.end()) {
      open += (open.empty() ? "'" : ", '") + name + "'";
      remedy += " --length " + name + "=3";
      return;
    }
    if (length->second < 0 || length->second > mostElements)
      refuse("sequence '" + name + "' is to have " + llvm::Twine(length->second) + " elements",
             "give a number from 0 to " + llvm::Twine(mostElements) + " behind --length " + name);
    used.insert(name);
    if (length->second == 0) {
      AttributeProto *attribute = addNode("SequenceEmpty", value)->add_attribute();
      attribute->set_name("dtype");
      attribute->set_type(AttributeProto::INT);
      attribute->set_i(type.tensor_type().elem_type());
      return;
    }
    NodeProto *construct = addNode("SequenceConstruct", value);
    for (int64_t i = 0; i < length->second; ++i) {
      std::string element = name + "_" + std::to_string(i);
      if (!names.insert(element).second)
        refuse("input '" + name + "' is a sequence, whose element " + llvm::Twine(i) +
                   " is to be an input '" + element + "', but the model has a value of that name",
               "rename the value in the model");
      result.elements.insert(element);
      ValueInfoProto *input = graph.add_input();
      input->set_name(element);
      *input->mutable_type() = type;
      construct->add_input(element);
    }
  }

  NodeProto *addNode(const char *operatorName, const std::string &output) {
    NodeProto *node = added.Add();
    node->set_op_type(operatorName);
    node->set_name(output);
    node->add_output(output);
    return node;
  }

  std::string freshName(const std::string &name) {
    std::string fresh = name + ".element";
    while (!names.insert(fresh).second)
      fresh += "_";
    return fresh;
  }

  void renameUses(const std::string &name, const std::string &fresh) {
    auto rename = [&](std::string &use) {
      if (use == name)
        use = fresh;
    };
    forEachNode(graph, [&](NodeProto &node) {
      for (std::string &input : *node.mutable_input())
        rename(input);
    });
    forEachGraph(model, [&](GraphProto &inner) {
      if (&inner != &graph)
        for (ValueInfoProto &output : *inner.mutable_output())
          rename(*output.mutable_name());
    });
  }

  void warnUnlessUsed(const std::string &name, llvm::StringRef kind) {
    if (!used.count(name))
      result.warnings.push_back({("the model has no input '" + name + "' that is " + kind).str(),
                                 "the option has no effect"});
  }

  ModelProto &model;
  GraphProto &graph;
  const std::map<std::string, int64_t> &lengths;
  const std::set<std::string> &absent;
  google::protobuf::RepeatedPtrField<NodeProto> added;
  std::set<std::string> names, used;
  std::string open, remedy;
  SpreadInputs result;
};
} // namespace

SpreadInputs spreadInputs(ModelProto &model, const std::map<std::string, int64_t> &lengths,
                          const std::set<std::string> &absent) {
  return Spreader(model, lengths, absent).run();
}

} // namespace pith::reader
