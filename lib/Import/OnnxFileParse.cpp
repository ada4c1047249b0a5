// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses the three forms of a model file.
#include "lib/Import/OnnxFileModel.h"
#include "onnx/defs/parser.h"
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

using namespace onnx;

namespace pith::reader {

namespace {
constexpr int textDepth = 100;

// ONNX's text parser descends without a bound of its own.
void checkDepth(llvm::StringRef text) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\' && quoted)
      ++i;
    else if (c == '"')
      quoted = !quoted;
    else if (quoted)
      continue;
    else if (c == '#')
      i = std::min(text.find('\n', i), text.size());
    else if (c == '=' || c == '-') // => and -> close nothing
      i += text.substr(i + 1).starts_with(">");
    else if (llvm::StringRef("{[(<").contains(c))
      ++depth;
    else if (llvm::StringRef("}])>").contains(c))
      --depth;
    if (depth > textDepth)
      refuse("the text nests deeper than " + llvm::Twine(textDepth) + " brackets",
             "flatten the graphs inside graphs");
  }
}

struct Errors : google::protobuf::io::ErrorCollector {
  void AddError(int line, int column, const std::string &message) override {
    if (first.empty())
      first = "line " + std::to_string(line + 1) + ", column " + std::to_string(column + 1) + ": " +
              message;
  }
  std::string first;
};

void parseText(const std::string &text, ModelProto &model) {
  checkDepth(text);
  OnnxParser parser(text.c_str());
  Common::Status status = parser.Parse(model);
  if (!status.IsOK())
    refuse("cannot parse the ONNX text: " + llvm::StringRef(status.ErrorMessage()).rtrim(),
           "see ONNX's syntax description (docs/Syntax.md of the ONNX project)");
  if (!parser.EndOfInput())
    refuse("the ONNX text has more after the graph",
           "write model-local functions with a header of their own");
}

void parseTextProto(const std::string &text, ModelProto &model) {
  google::protobuf::TextFormat::Parser parser;
  Errors errors;
  parser.RecordErrorsTo(&errors);
  parser.SetRecursionLimit(textDepth);
  if (!parser.ParseFromString(text, &model))
    refuse("cannot parse the protobuf text: " + errors.first,
           "the text is that of an onnx.ModelProto");
}
} // namespace

ModelProto parseModel(llvm::StringRef path, const ImportLimits &limits, Weights &weights) {
  google::protobuf::LogSilencer silence;
  bool onnxText = path.ends_with(".onnxtxt");
  bool protoText = path.ends_with(".textproto") || path.ends_with(".pbtxt");
  bool isText = onnxText || protoText;
  Bytes file = mapFile(path, isText ? limits.textBytes : limits.fileBytes);
  ModelProto model;
  if (isText) {
    std::string text(file.data.begin(), file.data.end());
    onnxText ? parseText(text, model) : parseTextProto(text, model);
  } else {
    std::string stripped = stripWeights(file, weights);
    if (!model.ParseFromArray(stripped.data(), static_cast<int>(stripped.size())))
      refuse("the file is not an ONNX model: its protobuf cannot be parsed",
             "text needs the extension .onnxtxt or .textproto; otherwise "
             "the file is damaged");
  }
  if (!model.has_graph())
    refuse("the file has no graph", "export the model again");
  return model;
}

} // namespace pith::reader
