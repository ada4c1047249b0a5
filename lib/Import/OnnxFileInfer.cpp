// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Infers the types of all values with ONNX's own inference.
#include "lib/Import/OnnxFileModel.h"
#include "onnx/defs/schema.h"
#include "onnx/shape_inference/implementation.h"
#include "llvm/ADT/STLExtras.h"

using namespace onnx;

namespace pith::reader {

namespace {
// ONNX's data propagation makes an object for each element of a vector, known
// or not: 128 bytes each, for weights too. Shapes are short; longer vectors take
// no part. (Measured: a bias of 2^24 elements in an Add took 2 GB.)
class BoundedSchemas : public ISchemaRegistry {
public:
  const OpSchema *GetSchema(const std::string &op, int version,
                            const std::string &domain) const override {
    const OpSchema *schema = OpSchemaRegistry::Instance()->GetSchema(op, version, domain);
    if (!schema || !schema->has_data_propagation_function())
      return schema;
    auto [entry, isNew] = bounded.try_emplace(schema);
    if (isNew) {
      entry->second = std::make_unique<OpSchema>(*schema);
      entry->second->PartialDataPropagationFunction(
          [inner = schema->GetDataPropagationFunction(),
           isSlice = op == "Slice"](DataPropagationContext &context) {
            for (size_t i = 0; i < context.getNumInputs(); ++i)
              if (isLong(context.getInputType(i)))
                return;
            if (!isSlice || !hasLongStep(context))
              inner(context);
          });
    }
    return entry->second.get();
  }

private:
  // Slice adds its step to a position of 32 bits, and reads there.
  static bool hasLongStep(DataPropagationContext &context) {
    constexpr int64_t longest = 1 << 20;
    const TensorShapeProto *steps = context.getNumInputs() > 4 ? context.getInputData(4) : nullptr;
    return steps && llvm::any_of(steps->dim(), [](const TensorShapeProto::Dimension &step) {
             return step.dim_value() > longest || step.dim_value() < -longest;
           });
  }

  static bool isLong(const TypeProto *type) {
    constexpr int64_t longest = 64;
    if (!type || !type->has_tensor_type())
      return false;
    const TensorShapeProto &shape = type->tensor_type().shape();
    return shape.dim_size() == 1 && shape.dim(0).dim_value() > longest;
  }

  mutable std::map<const OpSchema *, std::unique_ptr<OpSchema>> bounded;
};

// Adds what `declared` knows beyond `type`; true if there was something.
bool fill(TypeProto &type, const TypeProto &declared) {
  if (type.value_case() == TypeProto::VALUE_NOT_SET) {
    type = declared;
    return true;
  }
  if (!type.has_tensor_type() || !declared.has_tensor_type() ||
      type.tensor_type().elem_type() != declared.tensor_type().elem_type() ||
      !declared.tensor_type().has_shape())
    return false;
  const TensorShapeProto &other = declared.tensor_type().shape();
  if (!type.tensor_type().has_shape()) {
    *type.mutable_tensor_type()->mutable_shape() = other;
    return true;
  }
  TensorShapeProto &shape = *type.mutable_tensor_type()->mutable_shape();
  bool changed = false;
  for (int i = 0; i < shape.dim_size() && i < other.dim_size(); ++i)
    if (shape.dim_size() == other.dim_size() && !shape.dim(i).has_dim_value() &&
        other.dim(i).has_dim_value()) {
      shape.mutable_dim(i)->set_dim_value(other.dim(i).dim_value());
      changed = true;
    }
  return changed;
}

// Gives a dimension without a size the one that the user states.
void bound(const std::string &name, TypeProto *type, int dim, int64_t size) {
  bool isKnown = type && type->has_tensor_type() && type->tensor_type().has_shape();
  int rank = isKnown ? type->tensor_type().shape().dim_size() : 0;
  if (dim >= rank)
    refuse("dimension '" + name + "' is bound to " + llvm::Twine(size) + ", but the value has " +
               (isKnown ? llvm::Twine(rank) : llvm::Twine("an unknown number of")) + " dimensions",
           "leave out --dim " + name);
  auto &open = *type->mutable_tensor_type()->mutable_shape()->mutable_dim(dim);
  if (open.has_dim_value() && open.dim_value() != size)
    refuse("dimension '" + name + "' is bound to " + llvm::Twine(size) + ", but its size is " +
               llvm::Twine(open.dim_value()),
           "leave out --dim " + name);
  open.set_dim_value(size);
}

// ONNX infers the shape of an STFT as if its attribute's default were 0. It is 1.
void stateDefaults(ModelProto &model) {
  forEachGraph(model, [](GraphProto &graph) {
    for (NodeProto &node : *graph.mutable_node()) {
      auto isStated = [](const AttributeProto &each) { return each.name() == "onesided"; };
      if (node.op_type() != "STFT" || !node.domain().empty() ||
          llvm::any_of(node.attribute(), isStated))
        continue;
      AttributeProto *stated = node.add_attribute();
      stated->set_name("onesided");
      stated->set_type(AttributeProto::INT);
      stated->set_i(1);
    }
  });
}

} // namespace

void inferTypes(ModelProto &model, bool checkTypes) {
  // Not strict: some valid models fail there. Data is propagated.
  BoundedSchemas schemas;
  shape_inference::InferShapes(model, &schemas, ShapeInferenceOptions(checkTypes, 0, true));
}

std::optional<std::pair<std::string, int>> nodeDim(const GraphProto &graph,
                                                   const std::string &name) {
  auto [value, position] = llvm::StringRef(name).rsplit(':');
  int dim = 0;
  if (position.getAsInteger(10, dim) || dim < 0)
    return std::nullopt;
  for (const NodeProto &node : graph.node())
    if (llvm::is_contained(node.output(), value.str()))
      return std::pair(value.str(), dim);
  return std::nullopt;
}

void inferShapes(ModelProto &model, const std::map<std::string, int64_t> &dims,
                 const CustomOps &customOps) {
  GraphProto &graph = *model.mutable_graph();
  std::map<std::string, TypeProto> declared;
  for (const ValueInfoProto &value : graph.value_info())
    declared[value.name()] = value.type();
  for (const ValueInfoProto &value : graph.output())
    declared[value.name()] = value.type();
  forEachGraph(model, [&](GraphProto &inner) { clearTypes(inner, customOps); });
  for (ValueInfoProto &value : *graph.mutable_output())
    if (value.type().has_tensor_type())
      value.mutable_type()->mutable_tensor_type()->clear_shape();
  stateDefaults(model);
  try {
    inferTypes(model, true);
    bool changed = false;
    std::map<std::string, ValueInfoProto *> known;
    for (ValueInfoProto &value : *graph.mutable_value_info())
      known[value.name()] = &value;
    for (ValueInfoProto &value : *graph.mutable_output())
      known[value.name()] = &value;
    for (const NodeProto &node : graph.node())
      for (const std::string &name : node.output()) {
        auto type = declared.find(name);
        if (type == declared.end())
          continue;
        ValueInfoProto *&value = known[name];
        if (!value) {
          value = graph.add_value_info();
          value->set_name(name);
        }
        changed |= fill(*value->mutable_type(), type->second);
      }
    for (auto &[name, size] : dims)
      if (auto place = nodeDim(graph, name)) {
        auto value = known.find(place->first);
        bound(name, value == known.end() ? nullptr : value->second->mutable_type(), place->second,
              size);
        changed = true;
      }
    if (changed)
      inferTypes(model, true);
  } catch (const Refusal &) {
    throw;
  } catch (const std::exception &error) {
    refuse(llvm::Twine("cannot infer the shapes of the model: ") + error.what(),
           "the node's operands or attributes are not what ONNX demands of its operator; correct "
           "them or export the model again; onnx.shape_inference.infer_shapes repeats this step");
  }
}

} // namespace pith::reader
