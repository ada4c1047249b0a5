// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The converters, by domain, operator and since-version. One function per family
// adds its rows.
#ifndef PITH_LIB_IMPORT_OPS_CONVERTERTABLE_H
#define PITH_LIB_IMPORT_OPS_CONVERTERTABLE_H

#include "lib/Import/Ops/NodeConversion.h"
#include "llvm/ADT/StringMap.h"

namespace pith::import {

using Convert = mlir::LogicalResult (*)(NodeConversion &);

/// ONNX Runtime's own operators; the domain has one version.
inline constexpr llvm::StringLiteral microsoftDomain = "com.microsoft";

/// The newest operator set of the standard domain that converters know.
inline constexpr int64_t newestOpset = 28;

struct ConverterEntry {
  llvm::StringRef domain, name;
  /// Since-versions of the operator, both included.
  int64_t since, until;
  Convert convert;
  /// Operands that must be there, in a domain whose schemas nobody checks.
  llvm::SmallVector<unsigned, 4> required = {};
};

class ConverterTable {
public:
  void add(const ConverterEntry &entry);
  /// Of the standard domain, up to the newest version.
  void add(llvm::StringRef name, int64_t since, Convert convert) {
    add({"", name, since, newestOpset, convert});
  }
  void add(llvm::StringRef name, int64_t since, int64_t until, Convert convert) {
    add({"", name, since, until, convert});
  }
  const ConverterEntry *find(llvm::StringRef domain, llvm::StringRef name, int64_t version) const;

  /// All rows.
  static const ConverterTable &get();

private:
  llvm::StringMap<llvm::SmallVector<ConverterEntry, 1>> entries;
};

void addActivationConverters(ConverterTable &table);
void addArithmeticConverters(ConverterTable &table);
void addCastConverters(ConverterTable &table);
void addContribAttentionConverters(ConverterTable &table);
void addContribFusedConverters(ConverterTable &table);
void addContribPoolConverters(ConverterTable &table);
void addContribProductConverters(ConverterTable &table);
void addContribQuantizeConverters(ConverterTable &table);
void addConvolutionConverters(ConverterTable &table);
void addCumulativeConverters(ConverterTable &table);
void addEinsumConverters(ConverterTable &table);
void addGatherConverters(ConverterTable &table);
void addGridSampleConverters(ConverterTable &table);
void addIntegerProductConverters(ConverterTable &table);
void addLogicConverters(ConverterTable &table);
void addMachineLearningConverters(ConverterTable &table);
void addMatmulConverters(ConverterTable &table);
void addMatrixConverters(ConverterTable &table);
void addMovementConverters(ConverterTable &table);
void addNormalizationConverters(ConverterTable &table);
void addPoolConverters(ConverterTable &table);
void addQonnxConverters(ConverterTable &table);
void addQuantizeConverters(ConverterTable &table);
void addRecurrentConverters(ConverterTable &table);
void addRegionConverters(ConverterTable &table);
void addReduceConverters(ConverterTable &table);
void addResizeConverters(ConverterTable &table);
void addScatterConverters(ConverterTable &table);
void addSelectionConverters(ConverterTable &table);
void addSequenceConverters(ConverterTable &table);
void addShapeConverters(ConverterTable &table);
void addSignalConverters(ConverterTable &table);
void addSuppressionConverters(ConverterTable &table);
void addTopKConverters(ConverterTable &table);
void addTrainingConverters(ConverterTable &table);
void addTreeConverters(ConverterTable &table);
void addUnaryConverters(ConverterTable &table);
void addUniqueConverters(ConverterTable &table);
void addUnpoolConverters(ConverterTable &table);
void addVectorizerConverters(ConverterTable &table);

} // namespace pith::import

#endif // PITH_LIB_IMPORT_OPS_CONVERTERTABLE_H
