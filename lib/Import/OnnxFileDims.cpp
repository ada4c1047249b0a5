// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Binds the symbolic dimensions of the inputs, and removes from all other
// types what depended on them.
#include "lib/Import/OnnxFileModel.h"
#include <set>

using namespace onnx;

namespace pith::reader {

namespace {
using Dim = TensorShapeProto::Dimension;

struct Use {
  Dim *dim;
  std::string symbol, position;
  bool leading, isElement;
};

bool isStatic(const Dim &dim) { return dim.has_dim_value() && dim.dim_value() >= 0; }

class Binder {
public:
  Binder(ModelProto &model, const std::map<std::string, int64_t> &dims,
         const std::set<std::string> &elements)
      : graph(*model.mutable_graph()), dims(dims), elements(elements) {}

  std::vector<Refusal> run(ModelProto &model) {
    for (auto &[name, value] : dims)
      if (value < 1)
        refuse("dimension '" + name + "' is bound to " + llvm::Twine(value),
               "give a size of at least 1");
    collect();
    bindByPosition();
    bindTheRest();
    forEachGraph(model, [&](GraphProto &inner) { substitute(inner); });
    std::vector<Refusal> warnings;
    for (auto &[name, value] : dims)
      if (!used.count(name) && !nodeDim(graph, name))
        warnings.push_back({"the model has no symbolic dimension '" + name + "'", known()});
    return warnings;
  }

private:
  void collect() {
    std::set<std::string> initialized;
    for (const TensorProto &tensor : graph.initializer())
      initialized.insert(tensor.name());
    for (ValueInfoProto &input : *graph.mutable_input()) {
      if (initialized.count(input.name()) || !input.type().has_tensor_type())
        continue;
      if (!input.type().tensor_type().has_shape())
        takeRank(input);
      bool isElement = elements.count(input.name()) != 0;
      auto &shape = *input.mutable_type()->mutable_tensor_type()->mutable_shape();
      for (int axis = 0; axis < shape.dim_size(); ++axis) {
        Dim &dim = *shape.mutable_dim(axis);
        if (isStatic(dim))
          continue;
        Use use{&dim, dim.has_dim_param() ? dim.dim_param() : "", positionOf(input, axis),
                axis == 0 && !isElement, isElement};
        if (!use.symbol.empty() && !use.leading)
          inner.insert(use.symbol);
        uses.push_back(std::move(use));
      }
    }
  }

  static std::string positionOf(const ValueInfoProto &input, int axis) {
    return input.name() + ":" + std::to_string(axis);
  }

  // An input without a shape has the dimensions that are given.
  void takeRank(ValueInfoProto &input) {
    auto &shape = *input.mutable_type()->mutable_tensor_type()->mutable_shape();
    while (dims.count(positionOf(input, shape.dim_size())))
      shape.add_dim();
    if (shape.dim_size() == 0)
      refuse("input '" + input.name() + "' has an unknown number of dimensions",
             "state its shape in the model, or give each dimension a size, for example --dim " +
                 input.name() + ":0=1 --dim " + input.name() + ":1=128");
  }

  // One size for a dimension by position is one for its symbol, too; but elements of a
  // sequence have sizes of their own.
  void bindByPosition() {
    for (const Use &use : uses) {
      auto found = dims.find(use.position);
      if (found == dims.end())
        continue;
      used.insert(use.position);
      use.dim->set_dim_value(found->second);
      if (!use.symbol.empty() && !use.isElement)
        bind(use.symbol, found->second);
    }
    for (const Use &use : uses) {
      auto found = dims.find(use.symbol);
      if (found != dims.end() && used.insert(use.symbol).second)
        bind(use.symbol, found->second);
    }
  }

  void bind(const std::string &symbol, int64_t value) {
    auto [entry, isNew] = bound.try_emplace(symbol, value);
    if (!isNew && entry->second != value)
      refuse("dimension '" + symbol + "' is bound to " + llvm::Twine(entry->second) + " and to " +
                 llvm::Twine(value),
             "bind it once");
  }

  // What is left: a leading dimension is a batch of one; but a symbol that also
  // stands elsewhere is no batch.
  void bindTheRest() {
    std::vector<std::string> open;
    for (const Use &use : uses) {
      auto found = bound.find(use.symbol);
      if (isStatic(*use.dim))
        continue;
      if (found != bound.end())
        use.dim->set_dim_value(found->second);
      else if (use.leading && !inner.count(use.symbol))
        use.dim->set_dim_value(1);
      else
        open.push_back(name(use));
      if (use.leading && !use.symbol.empty() && isStatic(*use.dim))
        bound.try_emplace(use.symbol, use.dim->dim_value());
    }
    if (open.empty())
      return;
    std::string list, remedy;
    std::set<std::string> seen;
    for (const std::string &name : open)
      if (seen.insert(name).second) {
        list += (list.empty() ? "'" : ", '") + name + "'";
        remedy += (remedy.empty() ? "--dim " : " --dim ") + name + "=128";
      }
    refuse("dimensions without a size: " + list, "give each a size, for example " + remedy);
  }

  static std::string name(const Use &use) { return use.symbol.empty() ? use.position : use.symbol; }

  std::string known() const {
    std::string list;
    std::set<std::string> seen;
    for (const Use &use : uses)
      if (seen.insert(name(use)).second)
        list += (list.empty() ? "it has '" : ", '") + name(use) + "'";
    return list.empty() ? "all its dimensions are fixed" : list;
  }

  void substitute(TypeProto &type) {
    if (!type.has_tensor_type() || !type.tensor_type().has_shape())
      return;
    for (Dim &dim : *type.mutable_tensor_type()->mutable_shape()->mutable_dim()) {
      if (isStatic(dim))
        continue;
      auto found = bound.find(dim.dim_param());
      if (dim.has_dim_param() && found != bound.end())
        dim.set_dim_value(found->second);
      else
        dim.Clear();
    }
  }

  void substitute(GraphProto &inner) {
    for (ValueInfoProto &value : *inner.mutable_input())
      substitute(*value.mutable_type());
    for (ValueInfoProto &value : *inner.mutable_value_info())
      substitute(*value.mutable_type());
    for (ValueInfoProto &value : *inner.mutable_output())
      substitute(*value.mutable_type());
  }

  GraphProto &graph;
  const std::map<std::string, int64_t> &dims;
  const std::set<std::string> &elements;
  std::vector<Use> uses;
  std::set<std::string> inner, used;
  std::map<std::string, int64_t> bound;
};
} // namespace

std::vector<Refusal> bindDims(ModelProto &model, const std::map<std::string, int64_t> &dims,
                              const std::set<std::string> &elements) {
  return Binder(model, dims, elements).run(model);
}

} // namespace pith::reader
