// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// NumPy's .npy: a magic, a version, a Python dictionary as text, the data.
#include "lib/Support/Npy.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"

using namespace pith;
using llvm::createStringError;

namespace {

// NumPy writes 128 bytes, more only for records, which are not supported.
constexpr uint64_t maxHeaderBytes = 1 << 16;

struct Header {
  llvm::StringRef descr;
  bool fortran = false;
  llvm::SmallVector<int64_t> shape;
};

/// Reads `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
class HeaderParser {
public:
  explicit HeaderParser(llvm::StringRef text) : rest(text) {}

  std::optional<Header> parse() {
    Header header;
    unsigned seen = 0;
    if (!eat("{"))
      return std::nullopt;
    while (!eat("}")) {
      std::optional<llvm::StringRef> key = string();
      if (!key || !eat(":"))
        return std::nullopt;
      bool ok = (*key == "descr" && setDescr(header, seen)) ||
                (*key == "fortran_order" && setOrder(header, seen)) ||
                (*key == "shape" && setShape(header, seen));
      if (!ok)
        return std::nullopt;
      if (!eat(",") && !rest.ltrim().starts_with("}"))
        return std::nullopt;
    }
    return seen == 7 && rest.trim().empty() ? std::optional(header) : std::nullopt;
  }
  bool negative() const { return negativeSize; }

private:
  bool eat(llvm::StringRef token) {
    rest = rest.ltrim();
    return rest.consume_front(token);
  }
  std::optional<llvm::StringRef> string() {
    for (llvm::StringRef quote : {"'", "\""})
      if (eat(quote)) {
        size_t end = rest.find(quote);
        if (end == llvm::StringRef::npos)
          return std::nullopt;
        llvm::StringRef value = rest.take_front(end);
        rest = rest.drop_front(end + 1);
        return value;
      }
    return std::nullopt;
  }
  bool setDescr(Header &header, unsigned &seen) {
    std::optional<llvm::StringRef> value = string();
    if (!value)
      return false;
    header.descr = *value;
    seen |= 1;
    return true;
  }
  bool setOrder(Header &header, unsigned &seen) {
    header.fortran = eat("True");
    seen |= 2;
    return header.fortran || eat("False");
  }
  bool setShape(Header &header, unsigned &seen) {
    seen |= 4;
    if (!eat("("))
      return false;
    header.shape.clear();
    while (!eat(")")) {
      int64_t size;
      rest = rest.ltrim();
      if (rest.consumeInteger(10, size) || header.shape.size() >= 64)
        return false;
      negativeSize |= size < 0;
      if (size < 0)
        return false;
      rest.consume_front("L"); // written by Python 2
      header.shape.push_back(size);
      if (!eat(",") && !rest.ltrim().starts_with(")"))
        return false;
    }
    return true;
  }

  llvm::StringRef rest;
  bool negativeSize = false;
};

} // namespace

static std::optional<ElementType> typeOf(llvm::StringRef descr) {
  // '|' is for bytes, '=' the machine's order, which is little-endian.
  if (descr.empty() || !llvm::StringRef("<|=").contains(descr.front()))
    return std::nullopt;
  return llvm::StringSwitch<std::optional<ElementType>>(descr.drop_front())
      .Case("b1", ElementType::Bool)
      .Case("i1", ElementType::I8)
      .Case("u1", ElementType::U8)
      .Case("i2", ElementType::I16)
      .Case("u2", ElementType::U16)
      .Case("i4", ElementType::I32)
      .Case("u4", ElementType::U32)
      .Case("i8", ElementType::I64)
      .Case("u8", ElementType::U64)
      .Case("f2", ElementType::F16)
      .Case("f4", ElementType::F32)
      .Case("f8", ElementType::F64)
      // Raw bytes: what NumPy writes of types that it does not know.
      .Cases({"V1", "f1"}, ElementType::U8)
      .Case("V2", ElementType::U16)
      .Default(std::nullopt);
}

/// Column-major to row-major.
static void transpose(const char *source, const Array &array, char *target) {
  size_t width = byteWidth(array.type), rank = array.shape.size();
  llvm::SmallVector<int64_t> index(rank, 0), strides(rank, 1);
  for (size_t dim = 1; dim < rank; ++dim)
    strides[dim] = strides[dim - 1] * array.shape[dim - 1];
  int64_t from = 0;
  for (int64_t to = 0, count = array.numElements(); to < count; ++to) {
    std::memcpy(target + to * width, source + from * width, width);
    for (size_t dim = rank; dim-- > 0;) {
      from += strides[dim];
      if (++index[dim] < array.shape[dim])
        break;
      from -= strides[dim] * array.shape[dim];
      index[dim] = 0;
    }
  }
}

llvm::Expected<NpyHeader> pith::readNpyHeader(ByteStream &stream, uint64_t fileBytes,
                                              llvm::StringRef place) {
  auto fail = [&](const llvm::Twine &what) {
    return createStringError("'" + place + "': " + what);
  };
  char fixed[12];
  if (fileBytes < 10)
    return fail("expected a .npy file");
  if (llvm::Error error = stream.read({fixed, 8}))
    return std::move(error);
  if (llvm::StringRef(fixed, 6) != "\x93NUMPY")
    return fail("expected a .npy file");
  unsigned major = uint8_t(fixed[6]), lengthBytes = major == 1 ? 2 : 4;
  if (major < 1 || major > 3)
    return fail("expected version 1 to 3 of .npy, got " + llvm::Twine(major));
  if (fileBytes < 8 + lengthBytes)
    return fail("the header is cut off");
  if (llvm::Error error = stream.read({fixed + 8, lengthBytes}))
    return std::move(error);
  uint64_t length = major == 1 ? uint64_t(llvm::support::endian::read16le(fixed + 8))
                               : uint64_t(llvm::support::endian::read32le(fixed + 8));
  if (length > maxHeaderBytes)
    return fail("the header has " + llvm::Twine(length) + " bytes, expected at most " +
                llvm::Twine(maxHeaderBytes));
  if (length > fileBytes - 8 - lengthBytes)
    return fail("the header is cut off");
  std::string text(length, '\0');
  if (llvm::Error error = stream.read({text.data(), text.size()}))
    return std::move(error);
  HeaderParser parser(text);
  std::optional<Header> header = parser.parse();
  if (parser.negative())
    return fail("the shape has a negative size; write the file again");
  if (!header)
    return fail("expected a header with 'descr' of one number type, 'fortran_order' and 'shape'");
  std::optional<ElementType> type = typeOf(header->descr);
  if (!type)
    return fail("unsupported element type '" + header->descr +
                "'; expected little-endian numbers or booleans; convert the array with astype");
  return NpyHeader{*type, header->fortran, header->shape, fileBytes - 8 - lengthBytes - length};
}

llvm::Expected<Array> pith::readNpyData(ByteStream &stream, const NpyHeader &header,
                                        llvm::StringRef place, const ArrayLimits &limits) {
  auto fail = [&](const llvm::Twine &what) {
    return createStringError("'" + place + "': " + what);
  };
  Array array;
  array.type = header.type;
  array.shape = header.shape;
  std::optional<uint64_t> size = checkedBytes(array.type, array.shape, limits);
  if (!size)
    return fail("the array is larger than the limit of " + llvm::Twine(limits.bytes) + " bytes");
  if (*size != header.dataBytes)
    return fail("expected " + llvm::Twine(*size) + " bytes of data, got " +
                llvm::Twine(header.dataBytes));
  array.data.resize(*size);
  llvm::Error error = stream.read(array.data);
  if (!error)
    error = stream.finish();
  if (error)
    return std::move(error);
  if (header.fortran && array.shape.size() > 1) {
    std::vector<char> columns = std::move(array.data);
    array.data.resize(*size);
    transpose(columns.data(), array, array.data.data());
  }
  if (array.type == ElementType::Bool)
    for (char &byte : array.data)
      byte = byte != 0;
  return array;
}

llvm::Expected<Array> pith::parseNpy(llvm::StringRef bytes, llvm::StringRef place,
                                     const ArrayLimits &limits) {
  std::unique_ptr<ByteStream> stream = streamOf(ByteSource::ofMemory(bytes));
  auto header = readNpyHeader(*stream, bytes.size(), place);
  return header ? readNpyData(*stream, *header, place, limits)
                : llvm::Expected<Array>(header.takeError());
}

std::string pith::formatNpy(const Array &array) {
  static constexpr llvm::StringLiteral descr[] = {
      "|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<u2", "<f4",
      "<f8", "|i1", "|u1", "|i1", "|u1", "|u1", "|u1", "|u1", "|u1", "|u1", "|u1"};
  static_assert(std::size(descr) == unsigned(ElementType::F8E8M0FNU) + 1);
  std::string header;
  llvm::raw_string_ostream os(header);
  os << "{'descr': '" << descr[unsigned(array.type)] << "', 'fortran_order': False, 'shape': (";
  for (int64_t size : array.shape)
    os << size << ", ";
  os << "), }";
  while ((10 + header.size() + 1) % 64)
    header += ' ';
  header += '\n';
  std::string file("\x93NUMPY\x01\x00", 8);
  file += char(header.size() & 0xff);
  file += char(header.size() >> 8);
  file += header;
  file.append(array.data.begin(), array.data.end());
  return file;
}
