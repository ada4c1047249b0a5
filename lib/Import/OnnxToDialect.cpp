// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Imports graphs: names to values, nodes to operations, bodies to regions.
#include "lib/Import/OnnxToDialect.h"
#include "lib/Import/PackedConstant.h"
#include "onnx/defs/schema.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using ::onnx::AttributeProto;
using ::onnx::GraphProto;
using ::onnx::NodeProto;
using ::onnx::TensorProto;
using ::onnx::ValueInfoProto;

namespace pith::reader {

std::string Scope::nameOf(const std::string &value) const {
  auto found = renamed.find(value);
  return found != renamed.end() ? found->second : prefix + value;
}

void Scope::addTypes(const GraphProto &graph) {
  for (const ValueInfoProto &value : graph.value_info())
    types[value.name()] = &value.type();
  for (const ValueInfoProto &value : graph.output())
    types[value.name()] = &value.type();
  for (const TensorProto &tensor : graph.initializer())
    initializers[tensor.name()] = &tensor;
}

GraphImporter::GraphImporter(OpBuilder &builder, const Weights &weights)
    : builder(builder), context(builder.getContext()), weights(weights) {}

static Location nameLoc(MLIRContext *context, const std::string &name) {
  return NameLoc::get(StringAttr::get(context, name));
}

Type GraphImporter::typeOf(const std::string &value, const Scope &scope) {
  auto found = scope.types.find(value);
  return found == scope.types.end() ? onnx::OpaqueType::getUnknown(context)
                                    : importType(*found->second, "'" + value + "'", context);
}

// The bytes stay where they are; a node gives them shape and element type.
Value GraphImporter::addPackedConstant(const TensorProto &tensor, const Bytes &bytes,
                                       Scope &scope) {
  Location loc = nameLoc(context, tensor.name());
  auto stored = RankedTensorType::get(int64_t(bytes.data.size()), builder.getI8Type());
  auto type = RankedTensorType::get(ArrayRef(tensor.dims().data(), tensor.dims().size()),
                                    importElementType(tensor.data_type(), context));
  Value source = onnx::ConstantOp::create(builder, loc, makeLargeConstant(stored, bytes),
                                          tensor.name() + ".bytes");
  auto node =
      onnx::NodeOp::create(builder, loc, TypeRange(type), packedName, packedDomain, uint64_t(1),
                           builder.getDictionaryAttr({}), builder.getStrArrayAttr({tensor.name()}),
                           builder.getArrayAttr({}), ValueRange(source), 0);
  scope.lastConstant = node;
  return node.getResult(0);
}

// Constants stand at the start of the block of their graph, by first use.
Value GraphImporter::addConstant(const TensorProto &tensor, Scope &scope) {
  OpBuilder::InsertionGuard guard(builder);
  if (scope.lastConstant)
    builder.setInsertionPointAfter(scope.lastConstant);
  else
    builder.setInsertionPointToStart(scope.block);
  if (const Bytes *blob = weights.find(tensor); blob && staysPacked(tensor.data_type()))
    return addPackedConstant(tensor, *blob, scope);
  TypedAttr value = importTensor(tensor, weights, "initializer '" + tensor.name() + "'", context);
  auto constant =
      onnx::ConstantOp::create(builder, nameLoc(context, tensor.name()), value, tensor.name());
  scope.lastConstant = constant;
  return constant;
}

Value GraphImporter::getAbsent(Scope &scope) {
  if (scope.absent)
    return scope.absent;
  if (scope.parent)
    return getAbsent(*scope.parent);
  OpBuilder::InsertionGuard guard(builder);
  if (scope.block)
    builder.setInsertionPointToStart(scope.block);
  auto absent = onnx::AbsentOp::create(builder, nameLoc(context, "absent"), NoneType::get(context));
  if (!scope.lastConstant)
    scope.lastConstant = absent;
  return scope.absent = absent;
}

Value GraphImporter::lookup(const std::string &name, Scope &scope) {
  auto value = scope.values.find(name);
  if (value != scope.values.end())
    return value->second;
  auto tensor = scope.initializers.find(name);
  if (tensor != scope.initializers.end())
    return scope.values[name] = addConstant(*tensor->second, scope);
  return scope.parent ? lookup(name, *scope.parent) : Value();
}

int64_t GraphImporter::versionOf(const NodeProto &node) {
  auto opset = opsets.find(node.domain());
  if (opset == opsets.end())
    refuse(describe(node) + ": the model imports no opset of domain '" + node.domain() + "'",
           "add the domain to opset_import");
  const auto *schema = ::onnx::OpSchemaRegistry::Schema(
      node.op_type(), static_cast<int>(opset->second), node.domain());
  return schema ? schema->since_version() : opset->second;
}

void GraphImporter::importNode(const NodeProto &node, Scope &scope) {
  if (node.domain() == packedDomain)
    refuse(describe(node) + ": the domain '" + node.domain() + "' is reserved",
           "rename the domain of the operator");
  SmallVector<Value> inputs;
  int numInputs = node.input_size(), numOutputs = node.output_size();
  while (numInputs && node.input(numInputs - 1).empty())
    --numInputs;
  while (numOutputs && node.output(numOutputs - 1).empty())
    --numOutputs;
  for (int i = 0; i < numInputs; ++i) {
    const std::string &name = node.input(i);
    inputs.push_back(name.empty() ? getAbsent(scope) : lookup(name, scope));
    if (!inputs.back())
      refuse(describe(node) +
                 ": no graph input, initializer or earlier node "
                 "produces its input '" +
                 name + "'",
             "sort the nodes of the model topologically");
  }
  SmallVector<Type> types;
  SmallVector<StringRef> resultNames, bodyNames;
  SmallVector<std::string> scoped;
  for (int i = 0; i < numOutputs; ++i) {
    const std::string &name = node.output(i);
    scoped.push_back(name.empty() ? "" : scope.nameOf(name));
    types.push_back(name.empty() ? NoneType::get(context) : typeOf(name, scope));
  }
  resultNames.assign(scoped.begin(), scoped.end());
  NamedAttrList attributes;
  std::string owner = describe(node);
  for (const AttributeProto &attribute : node.attribute()) {
    if (attribute.name().empty() || attributes.get(attribute.name()) ||
        llvm::is_contained(bodyNames, attribute.name()))
      refuse(owner + ": attribute '" + attribute.name() + "' has no name or is given twice",
             "export the model again");
    if (attribute.type() == AttributeProto::GRAPH)
      bodyNames.push_back(attribute.name());
    else
      attributes.append(attribute.name(), importAttribute(attribute, weights, owner, context));
  }
  auto op =
      onnx::NodeOp::create(builder, nameLoc(context, scope.prefix + nodeName(node)), types,
                           node.op_type(), node.domain(), static_cast<uint64_t>(versionOf(node)),
                           attributes.getDictionary(context), builder.getStrArrayAttr(resultNames),
                           builder.getStrArrayAttr(bodyNames), inputs, bodyNames.size());
  size_t body = 0;
  for (const AttributeProto &attribute : node.attribute())
    if (attribute.type() == AttributeProto::GRAPH)
      importBody(attribute.g(), op->getRegion(body++), scope);
  for (int i = 0; i < numOutputs; ++i)
    if (!node.output(i).empty() &&
        !scope.values.try_emplace(node.output(i), op.getResult(i)).second)
      refuse(owner + ": its output '" + node.output(i) + "' is already defined",
             "give each value of the graph a name of its own");
}

void GraphImporter::importBody(const GraphProto &graph, Region &region, Scope &parent) {
  OpBuilder::InsertionGuard guard(builder);
  Scope scope;
  scope.parent = &parent;
  scope.prefix = parent.prefix;
  scope.block = builder.createBlock(&region);
  scope.addTypes(graph);
  for (const ValueInfoProto &input : graph.input())
    scope.values[input.name()] =
        scope.block->addArgument(importType(input.type(), "'" + input.name() + "'", context),
                                 nameLoc(context, scope.nameOf(input.name())));
  for (const NodeProto &node : graph.node())
    importNode(node, scope);
  SmallVector<Value> outputs;
  for (const ValueInfoProto &output : graph.output()) {
    outputs.push_back(lookup(output.name(), scope));
    if (!outputs.back())
      refuse("graph '" + graph.name() + "': nothing produces its output '" + output.name() + "'",
             "export the model again");
  }
  onnx::YieldOp::create(builder, nameLoc(context, graph.name()), outputs);
}

static DictionaryAttr nameAttr(Builder &builder, const std::string &name) {
  return builder.getDictionaryAttr(
      builder.getNamedAttr(onnx::OnnxDialect::nameAttr, builder.getStringAttr(name)));
}

OwningOpRef<ModuleOp> importModel(const proto::ModelProto &model, const Weights &weights,
                                  MLIRContext *context) {
  const GraphProto &graph = model.graph();
  OpBuilder builder(context);
  // Not the name of the graph: it would be taken for that of a node.
  Location loc = builder.getUnknownLoc();
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, loc);
  builder.setInsertionPointToStart(module->getBody());
  auto main = func::FuncOp::create(builder, loc, "main", builder.getFunctionType({}, {}));
  Scope scope;
  scope.block = main.addEntryBlock();
  scope.addTypes(graph);
  SmallVector<DictionaryAttr> argNames, resultNames;
  for (const ValueInfoProto &input : graph.input()) {
    if (scope.initializers.count(input.name()))
      continue;
    scope.values[input.name()] =
        scope.block->addArgument(importType(input.type(), "'" + input.name() + "'", context),
                                 nameLoc(context, input.name()));
    argNames.push_back(nameAttr(builder, input.name()));
  }
  builder.setInsertionPointToEnd(scope.block);
  GraphImporter importer(builder, weights);
  importer.setOpsets(model);
  for (const NodeProto &node : graph.node())
    importer.importNode(node, scope);
  SmallVector<Value> outputs;
  for (const ValueInfoProto &output : graph.output()) {
    outputs.push_back(importer.lookup(output.name(), scope));
    if (!outputs.back())
      refuse("nothing produces the graph output '" + output.name() + "'", "export the model again");
    resultNames.push_back(nameAttr(builder, output.name()));
  }
  func::ReturnOp::create(builder, loc, outputs);
  main.setFunctionType(
      builder.getFunctionType(scope.block->getArgumentTypes(), ValueRange(outputs).getTypes()));
  main.setAllArgAttrs(argNames);
  main.setAllResultAttrs(resultNames);
  return module;
}

} // namespace pith::reader
