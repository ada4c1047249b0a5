// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Each space of each kernel is packed by itself, as the arena is.
#include "lib/Schedule/PlanSpaces.h"
#include "lib/Schedule/BufferLiveness.h"
#include "lib/Schedule/PackBlocks.h"
#include "pith/Support/NodeName.h"
#include "pith/Target/ModuleTarget.h"
#include <map>

using namespace mlir;
using namespace pith;

static unsigned spaceOf(memref::AllocOp alloc) { return alloc.getType().getMemorySpaceAsInt(); }

static const MemorySpace *findSpace(ArrayRef<MemorySpace> spaces, unsigned number) {
  const MemorySpace *found =
      llvm::find_if(spaces, [&](const MemorySpace &space) { return space.number == number; });
  return found == spaces.end() ? nullptr : found;
}

static LogicalResult tooLarge(func::FuncOp kernel, const MemorySpace &space, int64_t bytes,
                              ArrayRef<ArenaBlock> blocks, StringRef host) {
  StringRef node = nodeName(kernel.getLoc());
  InFlightDiagnostic error = kernel.emitError();
  if (!node.empty())
    error << "node '" << node << "': ";
  error << "kernel '" << kernel.getName() << "' needs " << bytes << " bytes of memory space '"
        << space.name << "', which has " << space.bytes;
  const ArenaBlock *largest = llvm::max_element(
      blocks, [](const ArenaBlock &a, const ArenaBlock &b) { return a.bytes < b.bytes; });
  memref::AllocOp tile = largest->allocs.front();
  error.attachNote(tile.getLoc())
      << "the largest of its " << blocks.size() << " tiles has " << largest->bytes
      << "; the kernel's row must make smaller tiles or refuse the group"
      << (host.empty() ? "" : ", and --target=") << host << (host.empty() ? "" : " runs it");
  return error;
}

LogicalResult pith::planMemorySpaces(ModuleOp module) {
  const Target *target = findTarget(module);
  ArrayRef<MemorySpace> spaces = target ? target->memorySpaces() : ArrayRef<MemorySpace>();
  std::map<unsigned, int64_t> needed;
  for (const MemorySpace &space : spaces)
    needed[space.number] = 0;
  Builder builder(module.getContext());
  for (auto kernel : module.getOps<func::FuncOp>()) {
    if (!kernel->hasAttr(kernelAttrName) || kernel.isDeclaration())
      continue;
    FailureOr<BufferLiveness> liveness = BufferLiveness::compute(kernel);
    if (failed(liveness))
      return failure();
    std::map<unsigned, std::vector<ArenaBlock>> blocks;
    for (const BufferRange &range : liveness->ranges()) {
      memref::AllocOp alloc = range.alloc;
      const MemorySpace *space = findSpace(spaces, spaceOf(alloc));
      if (!space)
        return alloc.emitOpError()
               << "expected a memory space of the target, got " << spaceOf(alloc);
      std::vector<ArenaBlock> &list = blocks[space->number];
      int64_t bytes = llvm::alignTo(range.bytes, space->alignment);
      list.push_back({{alloc}, bytes, range.first, range.last, 0, list.size()});
    }
    for (auto &[number, list] : blocks) {
      const MemorySpace *space = findSpace(spaces, number);
      int64_t bytes = packBest(list);
      if (bytes > space->bytes)
        return tooLarge(kernel, *space, bytes, list, target->host());
      needed[number] = std::max(needed[number], bytes);
      for (ArenaBlock &block : list)
        block.allocs.front()->setAttr(offsetAttrName, builder.getI64IntegerAttr(block.offset));
    }
  }
  SmallVector<Attribute> list;
  for (auto [number, bytes] : needed) {
    const MemorySpace *space = findSpace(spaces, number);
    list.push_back(builder.getDictionaryAttr(
        {builder.getNamedAttr("number", builder.getI64IntegerAttr(number)),
         builder.getNamedAttr("name", builder.getStringAttr(space->name)),
         builder.getNamedAttr("bytes", builder.getI64IntegerAttr(bytes)),
         builder.getNamedAttr("capacity", builder.getI64IntegerAttr(space->bytes))}));
  }
  if (!list.empty())
    module->setAttr(spacesAttrName, builder.getArrayAttr(list));
  return success();
}
