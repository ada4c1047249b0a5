// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds which rows of images groups read, and how many of them a block needs.
#include "lib/Schedule/RowChain.h"
#include "lib/Schedule/GroupEdits.h"
#include "lib/Schedule/OpClass.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace pith;

/// Images are stored as image, row, column, channel.
constexpr int64_t imageRank = 4, rowDim = 1;

static RankedTensorType tensorOf(Value value) { return cast<RankedTensorType>(value.getType()); }

namespace {
/// From the result of a group to what it reads.
class Demands {
public:
  explicit Demands(RowGroup &made) : made(made) {}

  bool run() {
    mlir::Block &body = made.group.getBody().front();
    Value yielded = cast<YieldOp>(body.getTerminator()).getValues()[0];
    if (!demand(yielded, RowPart::Made))
      return false;
    for (Operation &op : llvm::reverse(body.without_terminator()))
      if (!demandOperands(op))
        return false;
    return llvm::all_of(body.getArguments(),
                        [&](Value argument) { return made.parts.contains(argument); });
  }

private:
  bool demand(Value value, RowPart part) {
    RankedTensorType type = tensorOf(value);
    if (part != RowPart::Whole) {
      // What has one row is repeated in all.
      bool repeats = type.getRank() < imageRank - rowDim ||
                     llvm::all_of(
                         type.getShape().drop_back(imageRank - 1 - rowDim),
                         [](int64_t size) { return size == 1; });
      if (repeats && part == RowPart::Made)
        part = RowPart::Whole;
      else if (type.getRank() != imageRank || type.getDimSize(0) != made.images ||
               (part == RowPart::Made && type.getDimSize(rowDim) != made.rows))
        return false;
    }
    return made.parts.try_emplace(value, part).first->second == part;
  }

  bool demandOperands(Operation &op) {
    // What a region reads besides the operands is read wherever it wants.
    if (llvm::any_of(valuesOf(&op), [&](Value value) {
          return isa<TensorType>(value.getType()) && !llvm::is_contained(op.getOperands(), value);
        }))
      return false;
    if (op.getNumResults() != 1)
      return false;
    auto result = made.parts.find(op.getResult(0));
    if (!isa<RankedTensorType>(op.getResult(0).getType()))
      return op.hasTrait<OpTrait::ConstantLike>();
    auto whole = [&](Value value) { return demand(value, RowPart::Whole); };
    if (result == made.parts.end())
      return false;
    RowPart part = result->second;
    if (part == RowPart::Whole)
      return llvm::all_of(op.getOperands(), whole);
    auto samePart = [&](Value value) { return demand(value, part); };
    return llvm::TypeSwitch<Operation *, bool>(&op)
        .Case<MapOp, RequantizeOp, QuantizeOp, DequantizeOp>(
            [&](auto) { return llvm::all_of(op.getOperands(), samePart); })
        .Case([&](LookupOp lookup) {
          return samePart(lookup.getInput()) && whole(lookup.getTable());
        })
        .Case([&](tensor::ConcatOp concat) {
          return concat.getDim() > rowDim && llvm::all_of(op.getOperands(), samePart);
        })
        .Case([&](ConvOp conv) {
          return demandWindow(conv) && demand(conv.getInput(), made.read()) &&
                 llvm::all_of(llvm::drop_begin(op.getOperands()), whole);
        })
        .Default(false);
  }

  /// Rows are padded in memory, where a frame says so.
  bool demandWindow(ConvOp conv) {
    if (found || made.parts.lookup(conv.getResult()) != RowPart::Made ||
        tensorOf(conv.getInput()).getRank() != imageRank || conv.getLow()[0] || conv.getHigh()[0])
      return false;
    found = true;
    made.stride = conv.getStrides()[0];
    made.window = (tensorOf(conv.getFilter()).getDimSize(1) - 1) * conv.getDilations()[0] + 1;
    return true;
  }

  RowGroup &made;
  bool found = false; ///< a convolution
};
} // namespace

std::optional<RowGroup> RowGroup::of(GroupOp group) {
  RowGroup made;
  made.group = group;
  auto type = dyn_cast<RankedTensorType>(group.getResult(0).getType());
  if (group.getNumResults() != 1 || !type || type.getRank() != imageRank ||
      type.getDimSize(rowDim) < 2 || type.getNumElements() == 0)
    return std::nullopt;
  made.images = type.getDimSize(0);
  made.rows = type.getDimSize(rowDim);
  if (!Demands(made).run())
    return std::nullopt;
  return made;
}

std::optional<RowPart> RowGroup::partOf(Value outer) const {
  std::optional<RowPart> part;
  GroupOp op = group;
  for (auto [argument, input] : llvm::zip_equal(op.getBody().getArguments(), op.getInputs())) {
    if (input != outer)
      continue;
    RowPart here = parts.lookup(argument);
    if (part && *part != here)
      return std::nullopt;
    part = here;
  }
  return part;
}

/// The group in the same block that alone reads `value`; null: there is none.
static GroupOp onlyReader(Value value, mlir::Block *block) {
  if (value.use_empty() || !llvm::all_equal(value.getUsers()))
    return {};
  auto reader = dyn_cast<GroupOp>(*value.user_begin());
  return reader && reader->getBlock() == block ? reader : GroupOp();
}

RowFollower RowFollower::of(GroupOp group) {
  RowFollower next;
  Value result = group.getResult(0);
  auto insertion = result.hasOneUse() ? dyn_cast<tensor::InsertSliceOp>(*result.user_begin())
                                      : tensor::InsertSliceOp();
  if (!insertion) {
    next.group = onlyReader(result, group->getBlock());
    next.read = result;
    return next;
  }
  auto frame = insertion.getDest().getDefiningOp<GroupOp>();
  if (!frame || !insertion.getDest().hasOneUse() || insertion.getSource() != result ||
      frame.getNumResults() != 1 || !onlyOperator<FrameOp>(frame) ||
      insertion.getSourceType().getRank() != imageRank ||
      insertion.getDestType().getRank() != imageRank || !insertion.hasUnitStride() ||
      insertion.getStaticOffsets() != onlyOperator<FrameOp>(frame).getLayout().getLow() ||
      insertion.getStaticOffset(0) != 0)
    return next;
  next.read = insertion.getResult();
  next.group = onlyReader(next.read, group->getBlock());
  next.frame = frame;
  next.offsets.assign(insertion.getStaticOffsets().begin(), insertion.getStaticOffsets().end());
  return next;
}

static RankedTensorType withRows(RankedTensorType type, int64_t rows) {
  SmallVector<int64_t> shape(type.getShape());
  shape[0] = 1;
  shape[rowDim] = rows;
  return type.clone(shape);
}

RankedTensorType RowLink::typeOf(Value value) const {
  RowPart part = value == result() ? RowPart::Made : made.parts.lookup(value);
  if (part == RowPart::Whole)
    return tensorOf(value);
  return withRows(tensorOf(value), part == RowPart::Made ? count : reads());
}

RankedTensorType RowLink::typeBetween() const {
  return next.frame ? withRows(tensorOf(next.read), low + count + high) : typeOf(result());
}

bool RowChain::cut(int64_t rows) {
  for (size_t i = links.size(); i-- > 0;) {
    RowLink &link = links[i];
    if (i + 1 == links.size()) {
      link.count = rows;
      link.lastFirst = link.made.rows - rows;
      continue;
    }
    const RowLink &reader = links[i + 1];
    link.count = reader.reads();
    if (link.count > link.made.rows)
      return false;
    link.low = link.next.frame ? link.next.offsets[rowDim] : 0;
    int64_t first = reader.lastFirst * reader.made.stride - link.low;
    int64_t most = link.made.rows - link.count;
    link.high = std::max<int64_t>(first - most, 0);
    link.lastFirst = std::clamp<int64_t>(first, 0, most);
  }
  return true;
}

SmallVector<GroupOp> RowChain::groups() const {
  return llvm::map_to_vector(links, [](const RowLink &link) { return link.made.group; });
}

int64_t RowChain::placeBehind(size_t link) const {
  int64_t bytes = 0;
  for (const RowLink &each : ArrayRef(links).take_front(link)) {
    RankedTensorType type = each.typeBetween();
    int64_t size = int64_t(llvm::divideCeil(type.getElementTypeBitWidth(), 8));
    bytes += int64_t(llvm::alignTo(type.getNumElements() * size, scratchAlignment));
  }
  return bytes;
}

static double cyclesOf(GroupOp group) { return double(group.getKernelAttr().getCost()); }

double RowChain::repeated() const {
  double sum = 0;
  for (const RowLink &link : links)
    sum += cyclesOf(link.made.group) *
           std::max(0.0, double(link.count * blocks()) / double(link.made.rows) - 1);
  return sum;
}

double RowChain::cycles() const {
  double sum = 0;
  for (const RowLink &link : links)
    sum += cyclesOf(link.made.group);
  return sum;
}

std::optional<RowChain> pith::chainOf(ArrayRef<RowGroup> groups) {
  RowChain chain;
  llvm::SmallPtrSet<Value, 8> between;
  for (const RowGroup &each : groups) {
    RowLink link{each, RowFollower::of(each.group)};
    if (chain.links.size() + 1 == groups.size())
      link.next = RowFollower();
    else if (link.next.frame)
      chain.inputs.insert_range(link.next.frame.getInputs());
    GroupOp group = each.group;
    for (auto [argument, input] :
         llvm::zip_equal(group.getBody().getArguments(), group.getInputs())) {
      if (between.contains(input))
        continue;
      chain.inputs.insert(input);
      if (each.parts.lookup(argument) != RowPart::Whole && !isDense(input))
        return std::nullopt;
    }
    between.insert(link.next.read);
    chain.links.push_back(std::move(link));
  }
  if (!isDense(chain.links.back().result()) || !llvm::all_of(chain.inputs, isDense))
    return std::nullopt;
  return chain;
}
