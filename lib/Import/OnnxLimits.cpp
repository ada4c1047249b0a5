// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Refuses models that are too large, and the attribute values that are known
// to crash or stall ONNX's checker, inference and inliner.
#include "lib/Import/OnnxFileModel.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <set>
#include <tuple>

using namespace onnx;

namespace pith::reader {

namespace {
using FunctionKey = std::tuple<std::string, std::string, std::string>;
/// Attributes of a call, which bodies of functions refer to.
using Environment = std::map<std::string, const AttributeProto *>;

// Inference reads beyond the dimensions of an operand whose term has anything but
// letters and one ellipsis.
bool hasLegalTerms(llvm::StringRef equation) {
  std::string text = llvm::join(llvm::split(equation, ' '), "");
  llvm::StringRef terms = llvm::StringRef(text).split("->").first;
  return llvm::all_of(llvm::split(terms, ','), [](llvm::StringRef term) {
    auto [before, after] = term.split("...");
    return llvm::all_of(before, llvm::isAlpha) && llvm::all_of(after, llvm::isAlpha);
  });
}

class Limiter {
public:
  Limiter(const ModelProto &model, const ImportLimits &limits) : limits(limits) {
    for (const FunctionProto &function : model.functions())
      functions[{function.domain(), function.name(), function.overload()}] = &function;
  }

  void check(const GraphProto &graph, const Environment &environment, int64_t nesting) {
    if (nesting > limits.nesting)
      refuse("graphs are nested deeper than " + llvm::Twine(limits.nesting),
             "flatten the If, Loop and Scan nodes of the model");
    for (const NodeProto &node : graph.node())
      check(node, environment, nesting);
  }

private:
  // Local functions are walked as if they were expanded: that bounds what
  // expansion costs, and shows the attribute values that it will produce.
  void check(const NodeProto &node, const Environment &environment, int64_t nesting) {
    if (++nodes > limits.nodes)
      refuse("the model has more than " + llvm::Twine(limits.nodes) +
                 " nodes once its local functions are expanded",
             "split the model");
    Environment own;
    for (const AttributeProto &attribute : node.attribute()) {
      check(node, attribute, environment, own);
      if (attribute.has_g())
        check(attribute.g(), environment, nesting + 1);
      for (const GraphProto &graph : attribute.graphs())
        check(graph, environment, nesting + 1);
    }
    auto found = functions.find({node.domain(), node.op_type(), node.overload()});
    if (found != functions.end())
      enter(node, *found->second, std::move(own), nesting);
  }

  void enter(const NodeProto &node, const FunctionProto &function, Environment own,
             int64_t nesting) {
    if (!active.insert(&function).second || active.size() > 100)
      refuse(describe(node) + ": local functions call themselves or are "
                              "nested deeper than 100 calls",
             "inline the functions when exporting the model");
    for (const AttributeProto &attribute : function.attribute_proto())
      own.try_emplace(attribute.name(), &attribute);
    for (const NodeProto &inner : function.node())
      check(inner, own, nesting);
    active.erase(&function);
  }

  void check(const NodeProto &node, const AttributeProto &stated, const Environment &environment,
             Environment &own) {
    const AttributeProto *resolved = &stated;
    if (!stated.ref_attr_name().empty()) {
      auto bound = environment.find(stated.ref_attr_name());
      if (bound == environment.end())
        return;
      resolved = bound->second;
    }
    const AttributeProto &attribute = *resolved;
    const std::string &name = stated.name();
    int64_t value = attribute.i();
    own[name] = resolved;
    if (name == "axis" || name == "axes") {
      checkAxis(node, name, value);
      for (int64_t axis : attribute.ints())
        checkAxis(node, name, axis);
    }
    if (node.op_type() == "GatherND" && name == "batch_dims" && (value < 0 || value > limits.rank))
      refuse(describe(node) + ": expected batch_dims from 0 to " + llvm::Twine(limits.rank) +
                 ", got " + llvm::Twine(value),
             "batch_dims counts leading dimensions");
    if (node.op_type() == "Einsum" && name == "equation" && !hasLegalTerms(attribute.s()))
      refuse(describe(node) +
                 ": expected letters and at most one ellipsis in each term of the "
                 "equation, got '" +
                 attribute.s() + "'",
             "write the equation as in 'ij,jk->ik'");
    if (node.op_type() == "Split" && name == "num_outputs" && value != node.output_size())
      refuse(describe(node) +
                 ": expected num_outputs to be the number of "
                 "outputs, " +
                 llvm::Twine(node.output_size()) + ", got " + llvm::Twine(value),
             "give Split one output for each part");
  }

  void checkAxis(const NodeProto &node, const std::string &name, int64_t axis) {
    if (axis < -limits.rank || axis > limits.rank)
      refuse(describe(node) + ": " + name + " " + llvm::Twine(axis) + " is beyond any rank up to " +
                 llvm::Twine(limits.rank),
             "an axis lies between minus the rank and the rank");
  }

  const ImportLimits &limits;
  std::map<FunctionKey, const FunctionProto *> functions;
  std::set<const FunctionProto *> active;
  int64_t nodes = 0;
};

} // namespace

void checkShape(const TypeProto &type, llvm::StringRef what, const ImportLimits &limits) {
  if (!type.has_tensor_type())
    return;
  TensorProto tensor;
  for (const auto &dim : type.tensor_type().shape().dim())
    tensor.add_dims(dim.has_dim_value() && dim.dim_value() >= 0 ? dim.dim_value() : 1);
  countElements(tensor, what, limits);
}

void checkLimits(const ModelProto &model, const ImportLimits &limits) {
  if (model.graph().output_size() == 0)
    refuse("the model has no outputs", "name what is to be computed as outputs of the graph");
  Limiter(model, limits).check(model.graph(), {}, 0);
  for (const ValueInfoProto &value : model.graph().input())
    checkShape(value.type(), "'" + value.name() + "'", limits);
  for (const ValueInfoProto &value : model.graph().output())
    checkShape(value.type(), "'" + value.name() + "'", limits);
}

} // namespace pith::reader
