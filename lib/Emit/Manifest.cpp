// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Emit/Manifest.h"
#include "lib/Emit/EntryModel.h"
#include "pith/Target/Target.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace pith;

namespace {

/// ONNX names may be any bytes; JSON is UTF-8.
std::string text(StringRef bytes) { return llvm::json::fixUTF8(bytes); }

void writeIo(llvm::json::OStream &json, StringRef key, ArrayRef<IoInfo> list) {
  json.attributeArray(key, [&] {
    for (const IoInfo &io : list)
      json.object([&] {
        json.attribute("name", text(io.name));
        json.attribute("identifier", io.identifier);
        json.attribute("type", io.typeName());
        json.attributeArray("shape", [&] {
          for (int64_t extent : io.shape)
            json.value(extent);
        });
        json.attribute("bytes", io.bytes());
        json.attribute("batched", io.batched);
        if (io.codes) {
          json.attribute("scale", io.codes.getScale().getValueAsDouble());
          json.attribute("zero_point", io.codes.getZeroPoint());
        }
      });
  });
}

void writeLayer(llvm::json::OStream &json, DictionaryAttr layer) {
  json.object([&] {
    if (auto kernel = layer.getAs<FlatSymbolRefAttr>("kernel"))
      json.attribute("kernel", text(kernel.getValue()));
    for (const char *key : {"name", "row", "op", "precision", "exactness", "fallback", "next"})
      if (auto value = layer.getAs<StringAttr>(key))
        json.attribute(key, text(value.getValue()));
    if (auto function = layer.getAs<DictionaryAttr>("extern"))
      if (auto symbol = function.getAs<StringAttr>("symbol"))
        json.attribute("function", symbol.getValue());
    if (auto exact = layer.getAs<BoolAttr>("exact"))
      json.attribute("exact", exact.getValue());
    if (auto forms = layer.getAs<ArrayAttr>("forms"))
      json.attributeArray("forms", [&] {
        for (auto form : forms.getAsRange<StringAttr>())
          json.value(text(form.getValue()));
      });
    for (const char *key : {"items", "cost", "next_cost", "products", "operations", "bytes"})
      if (auto value = layer.getAs<IntegerAttr>(key))
        json.attribute(key, value.getInt());
  });
}

/// Quantize and dequantize operators that are a layer of their own.
void writeSurviving(llvm::json::OStream &json, DictionaryAttr layer) {
  auto list = layer.getAs<ArrayAttr>("surviving");
  auto string = [](DictionaryAttr from, StringRef key) {
    auto value = from.getAs<StringAttr>(key);
    return value ? text(value.getValue()) : std::string();
  };
  for (Attribute each : list ? list.getValue() : ArrayRef<Attribute>())
    if (auto op = dyn_cast<DictionaryAttr>(each))
      json.object([&] {
        json.attribute("name", string(op.get("name") ? op : layer, "name"));
        json.attribute("op", string(op, "op"));
        json.attribute("reason", string(op, "reason"));
      });
}

/// Words, and lists of words: where the user's passes run.
void writeOptions(llvm::json::OStream &json, DictionaryAttr options) {
  json.attributeObject("options", [&] {
    for (NamedAttribute option : options ? options.getValue() : ArrayRef<NamedAttribute>()) {
      std::string key = text(option.getName().getValue());
      if (auto word = dyn_cast<StringAttr>(option.getValue()))
        json.attribute(key, text(word.getValue()));
      else if (auto list = dyn_cast<ArrayAttr>(option.getValue()))
        json.attributeArray(key, [&] {
          for (Attribute each : list)
            if (auto word = dyn_cast<StringAttr>(each))
              json.value(text(word.getValue()));
        });
    }
  });
}

void writeTarget(llvm::json::OStream &json, const VariantInfo &variant) {
  json.attributeObject("target", [&] {
    json.attribute("name", variant.target.getName());
    TargetAttr machine = variant.target.getMachine();
    if (machine != variant.target)
      json.attribute("host", machine.getName());
    json.attribute("triple", machine.getTriple());
    json.attribute("cpu", machine.getCpu());
    json.attribute("features", machine.getFeatures());
    json.attribute("feature_bits", variant.features);
  });
}

void writeLayers(llvm::json::OStream &json, const CodeInfo &code) {
  json.attributeArray("layers", [&] {
    for (DictionaryAttr layer : code.layers)
      writeLayer(json, layer);
  });
  json.attributeArray("surviving_qdq", [&] {
    for (DictionaryAttr layer : code.layers)
      writeSurviving(json, layer);
  });
}

void writeArena(llvm::json::OStream &json, const CodeInfo &code) {
  json.attributeObject("arena", [&] {
    json.attribute("program_bytes", code.arena);
    if (code.arenaLowerBound)
      json.attribute("program_lower_bound", *code.arenaLowerBound);
    json.attribute("scratch_bytes_per_thread", code.scratch);
  });
}

/// What differs from shape to shape in the code of a variant, in their order.
void writeCodes(llvm::json::OStream &json, const VariantInfo &variant) {
  if (variant.codes.size() == 1)
    return writeLayers(json, variant.codes.front());
  json.attributeArray("codes", [&] {
    for (const CodeInfo &code : variant.codes)
      json.object([&] {
        writeArena(json, code);
        writeLayers(json, code);
      });
  });
}

/// Inputs and outputs; where there are several shapes, for each of them.
void writeShapes(llvm::json::OStream &json, const ModelInfo &info) {
  auto writeBoth = [&](const ShapeInfo &shape) {
    writeIo(json, "inputs", shape.inputs);
    writeIo(json, "outputs", shape.outputs);
  };
  if (info.shapes.size() == 1)
    return writeBoth(info.shapes.front());
  json.attributeArray("dims", [&] {
    for (const std::string &dim : info.dims)
      json.value(text(dim));
  });
  json.attributeArray("shapes", [&] {
    for (const ShapeInfo &shape : info.shapes)
      json.object([&] {
        json.attribute("name", shape.name);
        json.attributeArray("sizes", [&] { // of "dims"
          for (int64_t size : shape.sizes)
            json.value(size);
        });
        writeBoth(shape);
      });
  });
}

void writeVariant(llvm::json::OStream &json, const VariantInfo &variant) {
  json.attribute("name", text(variant.name));
  writeTarget(json, variant);
  json.attribute("selftest", variant.selftest);
  if (variant.codes.size() == 1)
    writeArena(json, variant.codes.front());
  writeCodes(json, variant);
}

/// The device's programs, the memory that they were given, and the sources of its driver.
void writeDevice(llvm::json::OStream &json, const ModelInfo &info) {
  json.attributeObject("device", [&] {
    json.attributeArray("programs", [&] {
      for (const ProgramInfo &program : info.programs)
        json.object([&] {
          json.attribute("kernel", text(program.name));
          json.attribute("bytes", int64_t(program.bytes.size()));
        });
    });
    json.attributeArray("memory_spaces", [&] {
      for (DictionaryAttr space : info.spaces)
        json.object([&] {
          if (auto name = space.getAs<StringAttr>("name"))
            json.attribute("name", text(name.getValue()));
          for (const char *key : {"number", "bytes", "capacity"})
            if (auto value = space.getAs<IntegerAttr>(key))
              json.attribute(key, value.getInt());
        });
    });
    json.attributeArray("runtime_files", [&] {
      if (const Target *target =
              TargetRegistry::global().lookup(info.variants.front().target.getName()))
        for (const RuntimeFile &file : target->runtimeFiles())
          json.value(text(file.name));
    });
  });
}

} // namespace

std::string pith::renderManifest(const ModelInfo &info, bool weightsFile, StringRef weightsHash) {
  const VariantInfo *only = info.variants.size() == 1 ? &info.variants.front() : nullptr;
  std::string result;
  llvm::raw_string_ostream os(result);
  llvm::json::OStream json(os, 1);
  json.object([&] {
    json.attribute("schema", 1);
    json.attribute("name", info.name);
    json.attribute("model_hash", text(info.hash));
    if (!info.tuningHash.empty())
      json.attribute("tuning_hash", text(info.tuningHash));
    json.attributeObject("compiler", [&] {
      json.attribute("pith", PITH_VERSION);
      json.attribute("llvm", LLVM_VERSION_STRING);
    });
    writeOptions(json, info.options);
    if (only)
      writeTarget(json, *only);
    json.attributeObject("arena", [&] {
      json.attribute("bytes", info.arenaBytes());
      json.attribute("alignment", int64_t(ENTRY_ALIGNMENT));
      json.attribute("program_bytes", info.arena());
      if (only && only->codes.size() == 1 && only->codes.front().arenaLowerBound)
        json.attribute("program_lower_bound", *only->codes.front().arenaLowerBound);
      json.attribute("program_offset", info.programOffset());
      json.attribute("scratch_bytes_per_thread", info.scratch());
      json.attribute("selftest_bytes", info.selftestBytes());
    });
    json.attributeObject("weights", [&] {
      json.attribute("bytes", info.weights);
      json.attribute("hash", weightsHash);
      json.attribute("place", weightsFile ? "file" : "object");
    });
    if (!info.programs.empty())
      writeDevice(json, info);
    if (info.batch)
      json.attributeObject("batch", [&] {
        json.attribute("name", text(info.batch.getName()));
        json.attribute("max", info.batch.getMax());
      });
    writeShapes(json, info);
    if (only)
      return writeCodes(json, *only);
    json.attributeArray("variants", [&] {
      for (const VariantInfo &variant : info.variants)
        json.object([&] { writeVariant(json, variant); });
    });
  });
  os << "\n";
  return result;
}
