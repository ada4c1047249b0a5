// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the reader does for operators that the user binds to C functions.
#include "dialects/Pith/PithExtern.h"
#include "lib/Import/OnnxFileModel.h"
#include <set>

using namespace onnx;

namespace pith::reader {

bool isCustom(const NodeProto &node, const CustomOps &customOps) {
  return customOps.count(customOpKey(node.domain(), node.op_type()));
}

void dropCustomFunctions(ModelProto &model, const CustomOps &customOps) {
  auto &functions = *model.mutable_functions();
  for (int i = functions.size() - 1; i >= 0; --i)
    if (customOps.count(customOpKey(functions[i].domain(), functions[i].name())))
      functions.DeleteSubrange(i, 1);
}

void checkCustom(ModelProto &model, const CustomOps &customOps) {
  std::set<std::string> present, other;
  forEachNode(*model.mutable_graph(), [&](NodeProto &node) {
    std::string key = customOpKey(node.domain(), node.op_type());
    present.insert(key);
    if (!node.domain().empty())
      other.insert(key);
  });
  for (const auto &[key, symbol] : customOps) {
    if (present.count(key))
      continue;
    std::string list;
    for (const std::string &each : other)
      list += (list.empty() ? "it has '" : ", '") + each + "'";
    refuse("no node of the model has the operator '" + key + "', which --custom-op binds to '" +
               symbol + "'",
           list.empty() ? "the model has operators of ONNX's own domain, ai.onnx, only" : list);
  }
}

void clearTypes(GraphProto &graph, const CustomOps &customOps) {
  std::set<std::string> kept;
  for (const NodeProto &node : graph.node())
    if (isCustom(node, customOps))
      kept.insert(node.output().begin(), node.output().end());
  auto &infos = *graph.mutable_value_info();
  int end = 0;
  for (int i = 0; i < infos.size(); ++i)
    if (kept.count(infos[i].name()))
      infos.SwapElements(end++, i);
  infos.DeleteSubrange(end, infos.size() - end);
}

} // namespace pith::reader
