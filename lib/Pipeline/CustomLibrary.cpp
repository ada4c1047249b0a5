// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Libraries with the C functions of custom operators, for the whole process.
#include "pith/Pipeline/CustomLibrary.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/DynamicLibrary.h"
#include "llvm/Support/FileSystem.h"

using namespace llvm;

static SmallVector<sys::DynamicLibrary> &libraries() {
  static SmallVector<sys::DynamicLibrary> list;
  return list;
}

Error pith::loadCustomLibrary(StringRef path) {
  SmallString<128> absolute(path); // dlopen would search for a mere name
  sys::fs::make_absolute(absolute);
  if (!sys::fs::exists(absolute))
    return createStringError("'" + path + "': no such file");
  std::string message;
  auto library = sys::DynamicLibrary::getPermanentLibrary(absolute.c_str(), &message);
  if (!library.isValid())
    return createStringError("'" + path + "': not a library that can be loaded: " + message);
  libraries().push_back(library);
  return Error::success();
}

void *pith::findCustomFunction(StringRef symbol) {
  for (sys::DynamicLibrary &library : libraries())
    if (void *address = library.getAddressOfSymbol(symbol.str().c_str()))
      return address;
  return nullptr;
}
