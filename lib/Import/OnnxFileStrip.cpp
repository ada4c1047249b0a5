// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Copies a serialized model without its large raw data, so that protobuf never
// sees them. Knows of the wire format only the fields on the way to a tensor;
// whatever it does not understand is copied, for protobuf to judge.
#include "lib/Import/OnnxFileModel.h"

namespace pith::reader {

namespace {
enum class Kind { Model, Graph, Node, Attribute, Tensor, Function, Bytes };

Kind kindOf(Kind parent, uint64_t field) {
  switch (parent) {
  case Kind::Model: // graph, functions
    return field == 7 ? Kind::Graph : field == 25 ? Kind::Function : Kind::Bytes;
  case Kind::Graph: // node, initializer
    return field == 1 ? Kind::Node : field == 5 ? Kind::Tensor : Kind::Bytes;
  case Kind::Node: // attribute
    return field == 5 ? Kind::Attribute : Kind::Bytes;
  case Kind::Attribute: // t, tensors; g, graphs
    return field == 5 || field == 10   ? Kind::Tensor
           : field == 6 || field == 11 ? Kind::Graph
                                       : Kind::Bytes;
  case Kind::Function: // node, attribute_proto
    return field == 7 ? Kind::Node : field == 11 ? Kind::Attribute : Kind::Bytes;
  default:
    return Kind::Bytes;
  }
}

void writeVarint(std::string &out, uint64_t value) {
  for (; value >= 128; value >>= 7)
    out.push_back(static_cast<char>(value | 128));
  out.push_back(static_cast<char>(value));
}

void writeField(std::string &out, unsigned field, llvm::StringRef content) {
  writeVarint(out, field << 3 | 2);
  writeVarint(out, content.size());
  out += content;
}

class Stripper {
public:
  Stripper(const Bytes &file, Weights &weights) : file(file), weights(weights) {}

  // Protobuf refuses messages deeper than 100; so deep ones are only copied.
  std::string strip(llvm::ArrayRef<char> in, Kind kind, int depth) {
    std::string out;
    while (!in.empty()) {
      llvm::ArrayRef<char> start = in;
      uint64_t tag, size = 0;
      if (!readVarint(in, tag) || !skipValue(in, tag & 7, size)) {
        out.append(start.begin(), start.end());
        break;
      }
      llvm::ArrayRef<char> whole = start.drop_back(in.size());
      llvm::ArrayRef<char> content = whole.take_back(size);
      Kind child = (tag & 7) == 2 ? kindOf(kind, tag >> 3) : Kind::Bytes;
      bool isRaw = kind == Kind::Tensor && tag == (9 << 3 | 2);
      if (isRaw && size >= Weights::threshold)
        writeReference(out, content);
      else if (child != Kind::Bytes && size >= Weights::threshold && depth < 100)
        writeField(out, tag >> 3, strip(content, child, depth + 1));
      else
        out.append(whole.begin(), whole.end());
    }
    return out;
  }

private:
  static bool readVarint(llvm::ArrayRef<char> &in, uint64_t &value) {
    value = 0;
    for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
      uint64_t byte = static_cast<uint8_t>(in.front());
      in = in.drop_front();
      value |= (byte & 127) << shift;
      if (byte < 128)
        return true;
    }
    return false;
  }

  // Moves behind a value; `size` is the content of a length-delimited one.
  static bool skipValue(llvm::ArrayRef<char> &in, unsigned wire, uint64_t &size) {
    uint64_t ignored, step = wire == 1 ? 8 : 4;
    if (wire == 0)
      return readVarint(in, ignored);
    if (wire == 2) {
      if (!readVarint(in, size))
        return false;
      step = size;
    } else if (wire != 1 && wire != 5) {
      return false;
    }
    if (step > in.size())
      return false;
    in = in.drop_front(step);
    return true;
  }

  // external_data = 13 of TensorProto: {key = 1, value = 2}
  void writeReference(std::string &out, llvm::ArrayRef<char> content) {
    std::string entry;
    writeField(entry, 1, blobKey);
    writeField(entry, 2, weights.add({file.owner, content}));
    writeField(out, 13, entry);
  }

  const Bytes &file;
  Weights &weights;
};
} // namespace

std::string stripWeights(const Bytes &file, Weights &weights) {
  return Stripper(file, weights).strip(file.data, Kind::Model, 0);
}

} // namespace pith::reader
