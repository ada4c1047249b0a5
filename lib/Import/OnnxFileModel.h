// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the throwing sources of the reader share. Includes ONNX's headers, so
// only sources that are compiled with exceptions may include it.
#ifndef PITH_LIB_IMPORT_ONNXFILEMODEL_H
#define PITH_LIB_IMPORT_ONNXFILEMODEL_H

#include "lib/Import/ImportLimits.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/Twine.h"
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace pith::reader {

/// The dialect is pith::onnx; the library goes by this name.
namespace proto = ::onnx;

/// A refusal: what is wrong, and what the user can do about it.
struct Refusal {
  std::string message, note;
};

[[noreturn]] void refuse(const llvm::Twine &message, const llvm::Twine &note);

/// Bytes that somebody keeps alive: a mapped file or a string.
struct Bytes {
  std::shared_ptr<const void> owner;
  llvm::ArrayRef<char> data;
};

/// The bytes of large tensors, which the protobuf only refers to: a tensor with
/// the external data key `pith.blob` stands for the bytes of that index.
struct Weights {
  static constexpr int64_t threshold = 4096;
  std::vector<Bytes> blobs;

  std::string add(Bytes bytes);
  /// The bytes that the tensor refers to, or null when it has its own.
  const Bytes *find(const proto::TensorProto &tensor) const;
};

inline constexpr llvm::StringLiteral blobKey = "pith.blob";

/// Makes the tensor refer to stored bytes instead of its own.
void setBlob(proto::TensorProto &tensor, std::string index);

/// Maps a regular file read-only. The descriptor stays with the caller.
Bytes mapFile(int descriptor, llvm::StringRef name);
Bytes mapFile(llvm::StringRef path, int64_t limit);

/// Parses a file of any of the three forms.
proto::ModelProto parseModel(llvm::StringRef path, const ImportLimits &limits, Weights &weights);

/// Copies a serialized model without the large `raw_data` in it.
std::string stripWeights(const Bytes &file, Weights &weights);

/// Validates each tensor of the model, makes external data and large typed
/// data refer to `weights`, and sparse initializers dense.
void takeWeights(proto::ModelProto &model, llvm::StringRef folder, const ImportLimits &limits,
                 Weights &weights);

/// Opens external data of a tensor of `size` bytes.
class ExternalFiles {
public:
  explicit ExternalFiles(llvm::StringRef folder) : folder(folder) {}
  Bytes read(const proto::TensorProto &tensor, llvm::StringRef what, int64_t size);

private:
  std::string folder;
  std::map<std::string, Bytes> files;
};

/// While it lives, who reads a page of a large tensor does not make the system read
/// megabytes behind it: a few pages tell one from another.
class PageByPage {
public:
  explicit PageByPage(const Weights &weights);
  ~PageByPage();
  PageByPage(const PageByPage &) = delete;

private:
  const Weights &weights;
};

/// Width of an element in bits; nothing for strings and unknown types.
std::optional<int64_t> elementBits(int32_t type);
/// ONNX's name of an element type.
std::string elementName(int32_t type);
/// Product of the dimensions, refused when it is beyond the limits.
int64_t countElements(const proto::TensorProto &tensor, llvm::StringRef what,
                      const ImportLimits &limits);
/// The same of the shape of a value, where open dimensions count as 1.
void checkShape(const proto::TypeProto &type, llvm::StringRef what, const ImportLimits &limits);
/// Integers of 4 and 2 bits, whose bytes are taken as they are.
bool staysPacked(int32_t type);
/// The bytes of a tensor as `raw_data` has them, of the right number.
std::string storedBytes(const proto::TensorProto &tensor, llvm::StringRef what);
/// The elements in row-major order, little-endian, each in whole bytes.
std::string elementBytes(const proto::TensorProto &tensor, llvm::StringRef what);
/// The same of packed bytes.
std::string unpackElements(int32_t type, int64_t count, llvm::ArrayRef<char> packed);

/// `node 'conv1' (Conv)`
std::string describe(const proto::NodeProto &node);
/// The node's name, or one made of its operator and first output.
std::string nodeName(const proto::NodeProto &node);

/// Visits the nodes of a graph and of the graphs inside, outer ones first.
void forEachNode(proto::GraphProto &graph, llvm::function_ref<void(proto::NodeProto &)> visit);
/// Visits every graph: the main one first, and those inside attributes.
void forEachGraph(proto::ModelProto &model, llvm::function_ref<void(proto::GraphProto &)> visit);
/// Visits every tensor of graphs, attributes and local functions.
void forEachTensor(proto::ModelProto &model,
                   llvm::function_ref<void(proto::TensorProto &, llvm::StringRef)> visit);

/// The newest version of the standard domain, which models are brought to.
int64_t newestOpset();
/// Nothing: the model has no operators of the standard's.
std::optional<int64_t> standardOpset(const proto::ModelProto &model);
/// IR version up, one import per domain, what is not needed away.
void normalise(proto::ModelProto &model);
/// Refuses what exceeds the limits or would crash ONNX's inference.
void checkLimits(const proto::ModelProto &model, const ImportLimits &limits);
/// ONNX's checker, on a model whose weights were taken.
void checkModel(proto::ModelProto &model, const Weights &weights);
/// Refuses absent values in lists of inputs, which the checker lets pass.
void checkAbsent(proto::ModelProto &model);
void inlineLocalFunctions(proto::ModelProto &model);

/// Symbols of C functions by "domain::Operator".
using CustomOps = std::map<std::string, std::string>;
bool isCustom(const proto::NodeProto &node, const CustomOps &customOps);
/// The C function takes the place of a local function of that name.
void dropCustomFunctions(proto::ModelProto &model, const CustomOps &customOps);
/// Refuses a name that no node has.
void checkCustom(proto::ModelProto &model, const CustomOps &customOps);
/// Removes what the file says of types, but of outputs that nothing else tells of.
void clearTypes(proto::GraphProto &graph, const CustomOps &customOps);

/// What became of inputs that are no tensors.
struct SpreadInputs {
  std::vector<Refusal> warnings;
  /// Inputs that are the elements of sequences.
  std::set<std::string> elements;
};

/// Makes inputs of tensors of those that are sequences or optional: sequences have `lengths`,
/// optionals are there unless they are `absent`.
SpreadInputs spreadInputs(proto::ModelProto &model, const std::map<std::string, int64_t> &lengths,
                          const std::set<std::string> &absent);
/// Gives every input a static shape; returns warnings. Symbols that `elements` of sequences have
/// need not stand for one size.
std::vector<Refusal> bindDims(proto::ModelProto &model, const std::map<std::string, int64_t> &dims,
                              const std::set<std::string> &elements);
void convertVersion(proto::ModelProto &model);
/// What ONNX's converter leaves out (OnnxFileAdapt.cpp): in front of it, for
/// models of operator sets below 7 and below 13, and behind it, below 11, where
/// `hasOtherFloats` was true.
/// Scan of operator set 8, around the conversion of all else. `isSame` says whether an operator
/// has not changed since; false: there is none.
bool hideBatchedScans(proto::ModelProto &model,
                      llvm::function_ref<bool(const std::string &)> isSame);
void showBatchedScans(proto::ModelProto &model);
void giveSlopesChannels(proto::GraphProto &graph);
void flattenForHardmax(proto::ModelProto &model);
bool hasOtherFloats(const proto::ModelProto &model);
void castBounds(proto::ModelProto &model);
/// One run of ONNX's inference over the model; may throw.
void inferTypes(proto::ModelProto &model, bool checkTypes);
/// The value and the dimension that `name`, as in `boxes:0`, means, when a node of
/// the graph makes that value.
std::optional<std::pair<std::string, int>> nodeDim(const proto::GraphProto &graph,
                                                   const std::string &name);
/// Computes the types of all values. Only for what cannot be computed the file's
/// own are used, and those of `dims` that are positions in values of nodes.
void inferShapes(proto::ModelProto &model, const std::map<std::string, int64_t> &dims,
                 const CustomOps &customOps);

} // namespace pith::reader

#endif // PITH_LIB_IMPORT_ONNXFILEMODEL_H
