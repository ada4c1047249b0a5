// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Expands an operator by the function body of its schema. ONNX's own inliner
// cannot: it fails on absent operands, unbound defaults and bodies of graphs.
#include "lib/Import/OnnxFunctions.h"
#include "lib/Import/OnnxToDialect.h"
#include "onnx/defs/schema.h"
#include "onnx/shape_inference/attribute_binder.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include <algorithm>
#include <set>

using namespace mlir;
using ::onnx::AttributeProto;
using ::onnx::FunctionProto;
using ::onnx::NodeProto;
using ::onnx::OpSchema;
using ::onnx::OpSchemaRegistry;
using pith::reader::Weights;

namespace pith {

namespace {
const OpSchema *schemaOf(onnx::NodeOp node) {
  return OpSchemaRegistry::Schema(node.getOpType().str(), static_cast<int>(node.getVersion()),
                                  node.getDomain().str());
}

// Of nodes that stand for graphs.
constexpr const char *bodyDomain = "pith.body";

bool hasDefault(const OpSchema::Attribute &attribute) {
  return attribute.default_value.type() != AttributeProto::UNDEFINED;
}

class Expansion {
public:
  Expansion(onnx::NodeOp node, RewriterBase &rewriter) : node(node), rewriter(rewriter) {}

  bool run() {
    const OpSchema *schema = schemaOf(node);
    if (!schema || !makeCall(*schema) || !makeBody(*schema))
      return false;
    ::onnx::internal::AttributeBinder::BindAttributes(call, body);
    makeModel();
    import();
    return true;
  }

private:
  bool makeCall(const OpSchema &schema) {
    if (!schema.HasFunction() && !schema.HasContextDependentFunction())
      return false;
    name = node.getNodeName().empty() ? node.getOpType().str() : node.getNodeName().str();
    call.set_name(name);
    call.set_op_type(node.getOpType().str());
    call.set_domain(node.getDomain().str());
    for (unsigned i = 0; i < node.getInputs().size(); ++i)
      call.add_input(node.hasInput(i) ? "in" + std::to_string(i) : "");
    for (auto [i, result] : llvm::enumerate(node.getResults()))
      call.add_output(isa<NoneType>(result.getType()) ? "" : "out" + std::to_string(i));
    for (NamedAttribute attribute : node.getNodeAttributes())
      if (!reader::exportAttribute(attribute.getName(), attribute.getValue(),
                                   *call.add_attribute()))
        reader::refuse(reader::describe(call) + ": attribute '" + attribute.getName().strref() +
                           "' is too large or of a kind that a function "
                           "cannot take",
                       "this operator needs a converter of its own");
    for (auto [index, key] : llvm::enumerate(node.getBodyNames()))
      addBody(cast<StringAttr>(key).str(), node.getBodies()[index]);
    for (const auto &[key, attribute] : schema.attributes())
      if (hasDefault(attribute) && !node.getStated(key))
        *call.add_attribute() = attribute.default_value;
    return true;
  }

  // A graph that the node has is one node for the function, whose place its operations take.
  void addBody(const std::string &key, Region &body) {
    AttributeProto *attribute = call.add_attribute();
    attribute->set_name(key);
    attribute->set_type(AttributeProto::GRAPH);
    ::onnx::GraphProto &graph = *attribute->mutable_g();
    graph.set_name(key);
    NodeProto *place = graph.add_node();
    place->set_domain(bodyDomain);
    place->set_op_type(key);
    for (unsigned i = 0; i < body.front().getNumArguments(); ++i) {
      graph.add_input()->set_name("in" + std::to_string(i));
      place->add_input("in" + std::to_string(i));
    }
    for (unsigned i = 0; i < body.front().getTerminator()->getNumOperands(); ++i) {
      graph.add_output()->set_name("out" + std::to_string(i));
      place->add_output("out" + std::to_string(i));
    }
  }

  // The newest body: its operators are the most likely to have converters. The
  // version asked for becomes the body's opset, so it must be the body's own.
  bool makeBody(const OpSchema &schema) {
    std::vector<int> versions = schema.context_dependent_function_opset_versions();
    if (!versions.empty()) {
      std::vector<::onnx::TypeProto> types;
      for (Value input : node.getInputs())
        types.push_back(reader::exportType(input.getType()));
      ::onnx::FunctionBodyBuildContextImpl context(call, types);
      int newest = *std::max_element(versions.begin(), versions.end());
      if (schema.BuildContextDependentFunction(context, body, newest))
        return true;
    }
    const FunctionProto *fixed = schema.GetFunction();
    if (fixed)
      body = *fixed;
    return fixed;
  }

  // The body as a model of its own, so that the types in it can be inferred.
  void makeModel() {
    model.set_ir_version(10);
    bool hasStandard = false;
    for (const auto &import : body.opset_import()) {
      auto *own = model.add_opset_import();
      own->set_domain(import.domain() == "ai.onnx" ? "" : import.domain());
      own->set_version(import.version());
      hasStandard |= own->domain().empty();
    }
    // Bodies of the preview domain forget to import what they use.
    if (!hasStandard)
      model.add_opset_import()->set_version(reader::newestOpset());
    ::onnx::GraphProto &graph = *model.mutable_graph();
    graph.set_name(name);
    *graph.mutable_node() = body.node();
    for (int i = 0; i < body.input_size(); ++i)
      addInput(graph, body.input(i), i);
    for (const std::string &output : body.output())
      graph.add_output()->set_name(output);
    removeAbsent(graph);
    for (const NodeProto &inner : body.node())
      if (inner.domain() == bodyDomain)
        stateTypes(inner, graph);
    // What cannot be inferred stays without a type; results have theirs.
    try {
      reader::inferTypes(model, /*checkTypes=*/false);
    } catch (const std::exception &) {
      graph.clear_value_info();
    }
  }

  // Of a node that stands for a graph, its results have the types that the graph's have.
  void stateTypes(const NodeProto &place, ::onnx::GraphProto &graph) {
    if (model.opset_import().rbegin()->domain() != bodyDomain) {
      auto *own = model.add_opset_import();
      own->set_domain(bodyDomain);
      own->set_version(1);
    }
    Operation *yield = node.getBody(place.op_type())->front().getTerminator();
    for (auto [name, value] : llvm::zip_equal(place.output(), yield->getOperands()))
      if (isa<TensorType>(value.getType())) {
        ::onnx::ValueInfoProto *info = graph.add_value_info();
        info->set_name(name);
        *info->mutable_type() = reader::exportType(value.getType());
      }
  }

  void addInput(::onnx::GraphProto &graph, const std::string &formal, unsigned index) {
    Value input = node.getInputOrNull(index);
    if (!input) {
      absent.insert(formal);
      return;
    }
    scope.values[formal] = input;
    Attribute value;
    AttributeProto constant;
    if (matchPattern(input, m_Constant(&value)) &&
        reader::exportAttribute("value", value, constant) && constant.has_t()) {
      constant.mutable_t()->set_name(formal);
      *graph.add_initializer() = constant.t();
      return;
    }
    ::onnx::ValueInfoProto *info = graph.add_input();
    info->set_name(formal);
    *info->mutable_type() = reader::exportType(input.getType());
  }

  void removeAbsent(::onnx::GraphProto &graph) {
    reader::forEachNode(graph, [&](NodeProto &inner) {
      for (std::string &input : *inner.mutable_input())
        if (absent.count(input))
          input.clear();
    });
  }

  void import() {
    Weights noWeights;
    scope.prefix = name + "/";
    scope.addTypes(model.graph());
    for (unsigned i = 0; i < node.getNumResults(); ++i)
      if (static_cast<int>(i) < body.output_size())
        scope.renamed[body.output(i)] = node.getResultName(i).str();
    rewriter.setInsertionPoint(node);
    Operation *before = node->getPrevNode();
    reader::GraphImporter importer(rewriter, noWeights);
    importer.setOpsets(model);
    try {
      for (const NodeProto &inner : model.graph().node())
        if (inner.domain() == bodyDomain)
          copyBody(inner, importer);
        else
          importer.importNode(inner, scope);
      replace(importer);
    } catch (...) {
      while (node->getPrevNode() != before)
        rewriter.eraseOp(node->getPrevNode());
      throw;
    }
  }

  void copyBody(const NodeProto &place, reader::GraphImporter &importer) {
    Block &body = node.getBody(place.op_type())->front();
    IRMapping mapping;
    for (auto [name, argument] : llvm::zip_equal(place.input(), body.getArguments()))
      mapping.map(argument, importer.lookup(name, scope));
    for (Operation &op : body.without_terminator())
      rewriter.clone(op, mapping);
    for (auto [name, value] : llvm::zip_equal(place.output(), body.getTerminator()->getOperands()))
      scope.values[name] = mapping.lookupOrDefault(value);
  }

  void replace(reader::GraphImporter &importer) {
    SmallVector<Value> values;
    for (unsigned i = 0; i < node.getNumResults(); ++i) {
      Value value = static_cast<int>(i) < body.output_size()
                        ? importer.lookup(body.output(i), scope)
                        : Value();
      Type type = node.getResult(i).getType();
      if (isa<NoneType>(type))
        value = onnx::AbsentOp::create(rewriter, node.getLoc(), type);
      if (!value)
        reader::refuse(reader::describe(call) + ": its function has no output " + Twine(i),
                       "give the node no more outputs than its operator has");
      values.push_back(value);
    }
    for (auto [value, result] : llvm::zip(values, node.getResults()))
      value = withType(value, result.getType(), node.getResultName(result.getResultNumber()));
    rewriter.replaceOp(node, values);
  }

  // Users, the function's return among them, rely on the type.
  Value withType(Value value, Type type, StringRef resultName) {
    if (value.getType() == type)
      return value;
    auto inner = value.getDefiningOp<onnx::NodeOp>();
    if (inner && inner.getNodeName().starts_with(scope.prefix)) {
      value.setType(type);
      return value;
    }
    Builder &builder = rewriter;
    auto identity = onnx::NodeOp::create(
        rewriter, node.getLoc(), type, "Identity", "", 25, builder.getDictionaryAttr({}),
        builder.getStrArrayAttr(resultName), builder.getArrayAttr({}), value, 0);
    return identity.getResult(0);
  }

  onnx::NodeOp node;
  RewriterBase &rewriter;
  std::string name;
  NodeProto call;
  FunctionProto body;
  ::onnx::ModelProto model;
  std::set<std::string> absent;
  reader::Scope scope;
};
} // namespace

FailureOr<bool> expandOnnxFunction(onnx::NodeOp node, RewriterBase &rewriter) {
  OpBuilder::InsertionGuard guard(rewriter);
  Location loc = node.getLoc();
  std::string message, note;
  try {
    return Expansion(node, rewriter).run();
  } catch (const reader::Refusal &refusal) {
    message = refusal.message;
    note = refusal.note;
  } catch (const std::exception &error) {
    message = "node '" + node.getNodeName().str() + "' (" + node.getOpType().str() +
              "): its function cannot be built: " + error.what();
    note = "this operator needs a converter of its own";
  }
  emitError(loc, message).attachNote() << note;
  return failure();
}

Attribute onnxDefaultAttribute(onnx::NodeOp node, StringRef name) {
  try {
    const OpSchema *schema = schemaOf(node);
    if (!schema)
      return Attribute();
    auto found = schema->attributes().find(name.str());
    if (found == schema->attributes().end() || !hasDefault(found->second))
      return Attribute();
    return reader::importAttribute(found->second.default_value, Weights(), "the schema",
                                   node.getContext());
  } catch (...) {
    return Attribute();
  }
}

Attribute onnxAttribute(onnx::NodeOp node, StringRef name) {
  Attribute stated = node.getStated(name);
  return stated ? stated : onnxDefaultAttribute(node, name);
}

SmallVector<StringRef> onnxInputNames(onnx::NodeOp node) {
  SmallVector<StringRef> names;
  if (const OpSchema *schema = schemaOf(node))
    for (const OpSchema::FormalParameter &input : schema->inputs())
      names.push_back(input.GetName());
  return names;
}

std::optional<unsigned> onnxMissingInput(onnx::NodeOp node, function_ref<bool(unsigned)> isThere) {
  if (const OpSchema *schema = schemaOf(node))
    for (auto [index, input] : llvm::enumerate(schema->inputs()))
      if (input.GetOption() == OpSchema::Single && !isThere(index))
        return index;
  return std::nullopt;
}

Value onnxInput(onnx::NodeOp node, StringRef name) {
  for (auto [index, formal] : llvm::enumerate(onnxInputNames(node)))
    if (formal == name)
      return node.getInputOrNull(index);
  return Value();
}

} // namespace pith
