// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/Ops/ConverterTable.h"

using namespace pith::import;

static std::string keyOf(llvm::StringRef domain, llvm::StringRef name) {
  return (domain + ":" + name).str();
}

void ConverterTable::add(const ConverterEntry &entry) {
  entries[keyOf(entry.domain, entry.name)].push_back(entry);
}

const ConverterEntry *ConverterTable::find(llvm::StringRef domain, llvm::StringRef name,
                                           int64_t version) const {
  auto found = entries.find(keyOf(domain, name));
  if (found == entries.end())
    return nullptr;
  for (const ConverterEntry &entry : found->second)
    if (entry.since <= version && version <= entry.until)
      return &entry;
  return nullptr;
}

const ConverterTable &ConverterTable::get() {
  static const ConverterTable table = [] {
    ConverterTable rows;
    for (auto add :
         {addActivationConverters,      addArithmeticConverters,    addCastConverters,
          addConvolutionConverters,     addCumulativeConverters,    addGatherConverters,
          addGridSampleConverters,      addLogicConverters,         addMatmulConverters,
          addMovementConverters,        addNormalizationConverters, addPoolConverters,
          addQuantizeConverters,        addRecurrentConverters,     addReduceConverters,
          addIntegerProductConverters,  addEinsumConverters,        addResizeConverters,
          addScatterConverters,         addShapeConverters,         addUnaryConverters,
          addSignalConverters,          addRegionConverters,        addUnpoolConverters,
          addMatrixConverters,          addSelectionConverters,     addSuppressionConverters,
          addSequenceConverters,        addTopKConverters,          addUniqueConverters,
          addMachineLearningConverters, addTreeConverters,          addTrainingConverters,
          addVectorizerConverters})
      add(rows);
    // Some of these are rows of the standard's domain under another name.
    for (auto *add :
         {addContribAttentionConverters, addContribFusedConverters, addContribPoolConverters,
          addContribProductConverters, addContribQuantizeConverters, addQonnxConverters})
      add(rows);
    return rows;
  }();
  return table;
}
