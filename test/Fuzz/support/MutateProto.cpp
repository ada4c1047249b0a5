// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mutates ONNX files as protobuf, by reflection: fields change, go, are copied and
// swapped. The classes are those of the ONNX library inside of pith, which registers
// them; linking the library again would register them twice.
#include "test/Fuzz/support/MutateProto.h"
#include <cstring>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <memory>
#include <random>

using namespace google::protobuf;

namespace {

constexpr int64_t integers[] = {0,
                                1,
                                -1,
                                2,
                                3,
                                7,
                                -2,
                                64,
                                255,
                                1 << 20,
                                INT32_MAX,
                                INT64_C(1) << 31,
                                INT32_MIN,
                                INT64_C(1) << 32,
                                INT64_C(1) << 40,
                                INT64_C(1) << 62,
                                INT64_MAX,
                                INT64_MIN};
constexpr double floats[] = {0.0,    -0.0,  1.0,      -1.0,      0.5, 1e-45,
                             3.4e38, 1e300, INFINITY, -INFINITY, NAN};
constexpr const char *texts[] = {"",         "NOTSET",  "SAME_UPPER", "linear",        "cubic",
                                 "nearest",  "zeros",   "add",        "mul",           "..",
                                 "i,j->k",   "ij,jk",   "...ij",      "reflection",    "constant",
                                 "data.bin", "fifo",    "offset",     "length",        "location",
                                 "tanh",     "Sigmoid", "forward",    "bidirectional", "reverse"};
constexpr const char *operators[] = {
#include "test/Fuzz/support/Operators.inc"
};

std::unique_ptr<Message> makeMessage() {
  const Descriptor *type =
      DescriptorPool::generated_pool()->FindMessageTypeByName(pith::fuzz::messageOfBytes);
  pith::fuzz::expect(type, "pith registers no such protobuf message");
  return std::unique_ptr<Message>(MessageFactory::generated_factory()->GetPrototype(type)->New());
}

class ProtoMutator {
public:
  ProtoMutator(Message &root, unsigned seed) : random(seed) { collect(root); }

  void mutate() {
    if (below(8) == 0 && changeSizes())
      return;
    Message &message = *messages[below(messages.size())];
    const FieldDescriptor &field = anyField(message);
    if (field.is_repeated())
      changeList(message, field);
    else if (message.GetReflection()->HasField(message, &field) && below(6) == 0)
      message.GetReflection()->ClearField(&message, &field);
    else
      set(message, field);
  }

  /// Dimensions of one size become another, in all types: many models stay in order.
  bool changeSizes() {
    std::vector<std::pair<Message *, int64_t>> sizes;
    const FieldDescriptor *field = nullptr;
    for (Message *message : messages)
      if (message->GetDescriptor()->full_name() == "onnx.TensorShapeProto.Dimension") {
        field = message->GetDescriptor()->FindFieldByName("dim_value");
        if (message->GetReflection()->HasField(*message, field))
          sizes.emplace_back(message, message->GetReflection()->GetInt64(*message, field));
      }
    if (sizes.empty())
      return false;
    int64_t from = sizes[below(sizes.size())].second,
            to = below(4) ? int64_t(below(40)) : integer();
    for (auto [message, size] : sizes)
      if (size == from)
        message->GetReflection()->SetInt64(message, field, to);
    return true;
  }

  /// A message of the other file takes the place of one of its type, or joins a list.
  void cross(const Message &other) {
    ProtoMutator from(const_cast<Message &>(other), unsigned(random()));
    for (int tries = 0; tries < 16; ++tries) {
      const Message &source = *from.messages[below(from.messages.size())];
      auto [message, field] = placeFor(*source.GetDescriptor());
      if (!message)
        continue;
      const Reflection &reflection = *message->GetReflection();
      if (!field->is_repeated())
        reflection.MutableMessage(message, field)->CopyFrom(source);
      else
        insertCopy(*message, *field, source);
      return;
    }
  }

private:
  size_t below(size_t bound) { return bound ? random() % bound : 0; }

  /// Mostly one that is there: a field more is mostly one too many.
  const FieldDescriptor &anyField(const Message &message) {
    const Descriptor &type = *message.GetDescriptor();
    std::vector<const FieldDescriptor *> fields;
    message.GetReflection()->ListFields(message, &fields);
    return fields.empty() || below(4) == 0 ? *type.field(int(below(type.field_count())))
                                           : *fields[below(fields.size())];
  }

  void collect(Message &message) {
    messages.push_back(&message);
    const Reflection &reflection = *message.GetReflection();
    std::vector<const FieldDescriptor *> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor *field : fields) {
      if (field->type() == FieldDescriptor::TYPE_STRING)
        collectText(message, *field);
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
        continue;
      if (!field->is_repeated())
        collect(*reflection.MutableMessage(&message, field));
      else
        for (int i = 0; i < reflection.FieldSize(message, field); ++i)
          collect(*reflection.MutableRepeatedMessage(&message, field, i));
    }
  }

  void collectText(const Message &message, const FieldDescriptor &field) {
    const Reflection &reflection = *message.GetReflection();
    if (!field.is_repeated())
      known.push_back(reflection.GetString(message, &field));
    else
      for (int i = 0; i < reflection.FieldSize(message, &field); ++i)
        known.push_back(reflection.GetRepeatedString(message, &field, i));
  }

  /// A field that holds messages of this type, in one of the messages.
  std::pair<Message *, const FieldDescriptor *> placeFor(const Descriptor &type) {
    std::vector<std::pair<Message *, const FieldDescriptor *>> places;
    for (Message *message : messages)
      for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
        const FieldDescriptor *field = message->GetDescriptor()->field(i);
        if (field->message_type() == &type)
          places.emplace_back(message, field);
      }
    return places.empty() ? std::pair<Message *, const FieldDescriptor *>()
                          : places[below(places.size())];
  }

  void insertCopy(Message &message, const FieldDescriptor &field, const Message &source) {
    const Reflection &reflection = *message.GetReflection();
    std::unique_ptr<Message> copy(source.New()); // it may be inside of the list
    copy->CopyFrom(source);
    reflection.AddAllocatedMessage(&message, &field, copy.release());
    int last = reflection.FieldSize(message, &field) - 1;
    reflection.SwapElements(&message, &field, int(below(last + 1)), last);
  }

  void changeList(Message &message, const FieldDescriptor &field) {
    const Reflection &reflection = *message.GetReflection();
    int size = reflection.FieldSize(message, &field);
    size_t way = below(4);
    if (size == 0 || way == 0)
      return add(message, field, size);
    if (way == 1)
      return reflection.SwapElements(&message, &field, int(below(size)), int(below(size)));
    if (way == 2) {
      reflection.SwapElements(&message, &field, int(below(size)), size - 1);
      return reflection.RemoveLast(&message, &field);
    }
    setElement(message, field, int(below(size)));
  }

  void add(Message &message, const FieldDescriptor &field, int size) {
    const Reflection &reflection = *message.GetReflection();
    switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (const Message *like = anyLike(*field.message_type()); like && below(8))
        return insertCopy(message, field, *like);
      reflection.AddMessage(&message, &field);
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.AddInt32(&message, &field, int32_t(integer()));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.AddInt64(&message, &field, integer());
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.AddUInt64(&message, &field, uint64_t(integer()));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.AddFloat(&message, &field, float(number()));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.AddDouble(&message, &field, number());
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.AddString(&message, &field, text(field, ""));
    default:
      return;
    }
  }

  void setElement(Message &message, const FieldDescriptor &field, int index) {
    const Reflection &reflection = *message.GetReflection();
    switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (const Message *like = anyLike(*field.message_type())) {
        std::unique_ptr<Message> copy(like->New());
        copy->CopyFrom(*like);
        reflection.MutableRepeatedMessage(&message, &field, index)->CopyFrom(*copy);
      }
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetRepeatedInt32(&message, &field, index, int32_t(integer()));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetRepeatedInt64(&message, &field, index, integer());
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetRepeatedUInt64(&message, &field, index, uint64_t(integer()));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.SetRepeatedFloat(&message, &field, index, float(number()));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.SetRepeatedDouble(&message, &field, index, number());
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetRepeatedString(
          &message, &field, index,
          text(field, reflection.GetRepeatedString(message, &field, index)));
    default:
      return;
    }
  }

  void set(Message &message, const FieldDescriptor &field) {
    const Reflection &reflection = *message.GetReflection();
    switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (const Message *like = anyLike(*field.message_type())) {
        std::unique_ptr<Message> copy(like->New());
        copy->CopyFrom(*like);
        reflection.MutableMessage(&message, &field)->CopyFrom(*copy);
      }
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      // Element types are small, and so are most versions.
      return reflection.SetInt32(&message, &field,
                                 below(4) ? int32_t(below(30)) : int32_t(integer()));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&message, &field, integer());
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(&message, &field, uint64_t(integer()));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.SetFloat(&message, &field, float(number()));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.SetDouble(&message, &field, number());
    case FieldDescriptor::CPPTYPE_ENUM: {
      const EnumDescriptor &type = *field.enum_type();
      return reflection.SetEnum(&message, &field, type.value(int(below(type.value_count()))));
    }
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(&message, &field,
                                  text(field, reflection.GetString(message, &field)));
    default:
      return;
    }
  }

  const Message *anyLike(const Descriptor &type) {
    std::vector<const Message *> found;
    for (const Message *message : messages)
      if (message->GetDescriptor() == &type)
        found.push_back(message);
    return found.empty() ? nullptr : found[below(found.size())];
  }

  int64_t integer() {
    int64_t value = integers[below(std::size(integers))];
    return below(2) ? int64_t(below(16)) - 4 : value;
  }
  double number() { return floats[below(std::size(floats))]; }

  std::string text(const FieldDescriptor &field, std::string before) {
    if (field.name() == "op_type" && below(4))
      return operators[below(std::size(operators))];
    // Bytes are mostly numbers; names are mostly those of something else.
    if (field.type() == FieldDescriptor::TYPE_STRING && !known.empty() && below(4))
      return known[below(known.size())];
    if (below(2))
      return texts[below(std::size(texts))];
    size_t size = before.size();
    before.resize(size + 32);
    before.resize(
        LLVMFuzzerMutate(reinterpret_cast<uint8_t *>(before.data()), size, before.size()));
    return before;
  }

  std::minstd_rand random;
  std::vector<Message *> messages;
  std::vector<std::string> known;
};

/// Nothing where the message does not fit.
size_t finish(const Message &message, uint8_t *out, size_t maxSize) {
  std::string bytes;
  if (!message.SerializePartialToString(&bytes) || bytes.size() > maxSize)
    return 0;
  std::memcpy(out, bytes.data(), bytes.size());
  return bytes.size();
}

} // namespace

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed) {
  LogSilencer silence;
  std::unique_ptr<Message> message = makeMessage();
  if (seed % 32 == 0 || !message->ParsePartialFromArray(data, int(size)))
    return LLVMFuzzerMutate(data, size, maxSize);
  for (unsigned i = 0, times = seed % 4 ? 1 : 3; i < times; ++i)
    ProtoMutator(*message, seed + i).mutate();
  size_t changed = finish(*message, data, maxSize);
  return changed ? changed : size;
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t firstSize, const uint8_t *second,
                                 size_t secondSize, uint8_t *out, size_t maxSize, unsigned seed) {
  // As often as other changes it would be too often: it hardly ever keeps a model valid.
  if (seed % 4 && firstSize <= maxSize) {
    std::memcpy(out, first, firstSize);
    return LLVMFuzzerCustomMutator(out, firstSize, maxSize, seed / 4);
  }
  LogSilencer silence;
  std::unique_ptr<Message> message = makeMessage(), other = makeMessage();
  if (!message->ParsePartialFromArray(first, int(firstSize)) ||
      !other->ParsePartialFromArray(second, int(secondSize)))
    return 0;
  ProtoMutator(*message, seed).cross(*other);
  return finish(*message, out, maxSize);
}
