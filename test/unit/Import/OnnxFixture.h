// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes model files into a folder of their own and reads them.
#ifndef PITH_TEST_UNIT_IMPORT_ONNXFIXTURE_H
#define PITH_TEST_UNIT_IMPORT_ONNXFIXTURE_H

#include "dialects/Onnx/OnnxOps.h"
#include "lib/Import/OnnxFile.h"
#include "pith/Support/Dialects.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>

class OnnxFixture : public testing::Test {
protected:
  OnnxFixture() {
    pith::registerDialects(registry);
    context.appendDialectRegistry(registry);
    llvm::SmallString<128> path;
    llvm::sys::fs::createUniqueDirectory("pith-import", path);
    folder = path.str();
  }
  ~OnnxFixture() override { llvm::sys::fs::remove_directories(folder); }

  std::string write(llvm::StringRef name, llvm::StringRef content) {
    std::string path = folder + "/" + name.str();
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << content;
    EXPECT_FALSE(error);
    return path;
  }

  /// The module's text, or the diagnostics; warnings stand before either.
  std::string read(llvm::StringRef path) {
    std::string text;
    llvm::raw_string_ostream out(text);
    mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) {
      bool error = diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
      out << (error ? "error: " : "warning: ") << diagnostic << '\n';
      for (mlir::Diagnostic &note : diagnostic.getNotes())
        out << "note: " << note << '\n';
    });
    auto read = pith::readOnnx(path, options, &context);
    if (succeeded(read)) {
      module = std::move(*read);
      module->print(out);
    }
    return text;
  }

  /// A graph in ONNX's text syntax, with a header in front.
  std::string readText(llvm::StringRef graph, llvm::StringRef opsets = "\"\" : 21") {
    return read(write("model.onnxtxt",
                      "<ir_version: 10, opset_import: [" + opsets.str() + "]>\n" + graph.str()));
  }

  mlir::DialectRegistry registry;
  mlir::MLIRContext context;
  pith::ImportOptions options;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string folder;
};

#define EXPECT_CONTAINS(text, part)                                                                \
  EXPECT_NE(std::string(text).find(part), std::string::npos) << (text)
#define EXPECT_LACKS(text, part)                                                                   \
  EXPECT_EQ(std::string(text).find(part), std::string::npos) << (text)

#endif // PITH_TEST_UNIT_IMPORT_ONNXFIXTURE_H
