// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Pipeline/ImportShapes.h"
#include "dialects/Pith/PithOps.h"
#include "lib/Import/Import.h"
#include "mlir/IR/SymbolTable.h"

using namespace mlir;
using namespace pith;

namespace {

/// length64; height224_width320: the sizes of one shape, as part of identifiers of C.
std::string shapeName(DictionaryAttr sizes) {
  std::string name;
  for (NamedAttribute dim : sizes) {
    name += name.empty() ? "" : "_";
    for (char c : dim.getName().strref())
      name += llvm::isAlnum(c) ? c : '_';
    name += std::to_string(cast<IntegerAttr>(dim.getValue()).getInt());
  }
  return name;
}

std::string describe(DictionaryAttr sizes) {
  std::string text;
  for (NamedAttribute dim : sizes)
    text += (text.empty() ? "" : ", ") + dim.getName().str() + " = " +
            std::to_string(cast<IntegerAttr>(dim.getValue()).getInt());
  return text;
}

/// Adds the sizes of each of the shapes to the options.
SmallVector<DictionaryAttr> listShapes(const std::map<std::string, DimSizes> &dims,
                                       Builder &builder) {
  SmallVector<NamedAttrList> lists;
  for (const auto &[name, dim] : dims) {
    if (dim.sizes.size() == 1)
      continue;
    lists.resize(dim.sizes.size());
    for (auto [list, size] : llvm::zip_equal(lists, dim.sizes))
      list.set(name, builder.getI64IntegerAttr(size));
  }
  SmallVector<DictionaryAttr> shapes;
  for (NamedAttrList &list : lists)
    shapes.push_back(list.getDictionary(builder.getContext()));
  return shapes;
}

} // namespace

FailureOr<OwningOpRef<ModuleOp>> pith::importShapes(StringRef path, const CompileOptions &compile,
                                                    MLIRContext *context) {
  const ShapingOptions &shaping = compile.shaping;
  Location location = FileLineColLoc::get(context, path, 0, 0);
  const std::map<std::string, DimSizes> &dims = shaping.dims;
  ImportOptions fixed;
  fixed.recognise = shaping.recognise.value_or(true);
  fixed.customOps = shaping.customOps;
  fixed.lengths = shaping.lengths;
  fixed.absent = shaping.absent;
  fixed.onStep = compile.onImportStep;
  if (compile.onPasses)
    fixed.onPasses = [&](PassManager &manager) { compile.onPasses(Stage::Import, manager); };
  for (const auto &[name, dim] : dims) {
    if (dim.sizes.size() > 1)
      continue;
    if (!dim.bounded || dim.sizes.front() == 1) {
      fixed.dims[name] = dim.sizes.front();
      continue;
    }
    if (fixed.batch)
      return emitError(location) << "expected one range, got one for dimension '"
                                 << fixed.batch->name << "' and one for '" << name << "'";
    fixed.batch = {name, dim.sizes.front()};
  }
  Builder builder(context);
  SmallVector<DictionaryAttr> shapes = listShapes(shaping.dims, builder);
  if (shapes.empty())
    return importModel(path, fixed, context);

  OwningOpRef<ModuleOp> whole = ModuleOp::create(location);
  (*whole)->setAttr(shapesAttrName,
                    builder.getArrayAttr(SmallVector<Attribute>(shapes.begin(), shapes.end())));
  SymbolTable symbols(*whole);
  for (DictionaryAttr sizes : shapes) {
    ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
        diagnostic.attachNote() << "with " << describe(sizes);
      // The same warnings for every shape.
      return success(diagnostic.getSeverity() == DiagnosticSeverity::Warning &&
                     sizes != shapes.front());
    });
    ImportOptions options = fixed;
    for (NamedAttribute dim : sizes)
      options.dims[dim.getName().str()] = cast<IntegerAttr>(dim.getValue()).getInt();
    FailureOr<OwningOpRef<ModuleOp>> module = importModel(path, options, context);
    if (failed(module))
      return failure();
    (**module).setName(shapeName(sizes));
    symbols.insert(module->release()); // which makes its name unique
  }
  return whole;
}
