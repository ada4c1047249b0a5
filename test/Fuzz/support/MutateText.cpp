// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mutates text by its tokens and lines, so that most mutants get beyond the lexer.
// The words of the language come from the target.
#include "test/Fuzz/support/MutateText.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <cstring>
#include <random>

using namespace pith::fuzz;
using llvm::StringRef;

namespace {

constexpr StringRef numbers[] = {"0",
                                 "1",
                                 "-1",
                                 "2",
                                 "3",
                                 "7",
                                 "64",
                                 "255",
                                 "-128",
                                 "65536",
                                 "1000003",
                                 "2147483647",
                                 "-2147483648",
                                 "4294967296",
                                 "1099511627776",
                                 "4611686018427387904",
                                 "9223372036854775807",
                                 "-9223372036854775808",
                                 "18446744073709551616",
                                 "0.5",
                                 "-0.0",
                                 "1e-45",
                                 "3.5e38",
                                 "1e400",
                                 "0x7FC00000",
                                 "nan"};

class TextMutator {
public:
  TextMutator(StringRef text, unsigned seed) : random(seed) {
    while (!text.empty()) {
      size_t length = tokenLength(text);
      length += text.drop_front(length).take_while(isSpace).size();
      tokens.push_back(text.take_front(length).str());
      text = text.drop_front(length);
    }
  }

  void mutate() {
    if (tokens.empty())
      tokens.push_back(word());
    switch (below(9)) {
    case 0:
      return eraseRange(below(tokens.size()), 1 + below(4));
    case 1:
      return insert(below(tokens.size() + 1), range(below(tokens.size()), 1 + below(8)));
    case 2:
      return std::swap(tokens[below(tokens.size())], tokens[below(tokens.size())]);
    case 3:
      return replace(below(tokens.size()), bare(tokens[below(tokens.size())]));
    case 4:
      return changeNumber();
    case 5:
      return replace(below(tokens.size()), word());
    case 6:
      return insert(below(tokens.size() + 1), {word() + " "});
    case 7:
      return changeLines();
    default:
      return changeBytes();
    }
  }

  /// Some tokens of the other text.
  void cross(TextMutator &other) {
    if (other.tokens.empty())
      return;
    size_t first = other.below(other.tokens.size());
    insert(below(tokens.size() + 1),
           below(2) ? other.range(first, 1 + below(16)) : other.line(first));
  }

  std::string text() const { return llvm::join(tokens, ""); }

private:
  using Tokens = llvm::SmallVector<std::string>;

  static bool isSpace(char c) { return llvm::isSpace(c); }
  static bool isWord(char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$'; }

  static size_t tokenLength(StringRef text) {
    if (text.front() == '"') {
      size_t end = text.find('"', 1);
      return end == StringRef::npos ? 1 : end + 1;
    }
    // A sign or a sigil belongs to what follows.
    size_t sigil = StringRef("-%@#!^").contains(text.front());
    size_t length = sigil + text.drop_front(sigil).take_while(isWord).size();
    return std::max<size_t>(length, 1);
  }

  size_t below(size_t bound) { return bound ? random() % bound : 0; }
  static std::string bare(StringRef token) { return token.rtrim().str(); }
  static StringRef spaceBehind(StringRef token) { return token.drop_front(token.rtrim().size()); }

  std::string word() {
    llvm::ArrayRef<StringRef> words = wordsOfText();
    size_t index = below(words.size() + std::size(numbers));
    return (index < words.size() ? words[index] : numbers[index - words.size()]).str();
  }

  void replace(size_t at, StringRef with) { tokens[at] = (with + spaceBehind(tokens[at])).str(); }

  Tokens range(size_t first, size_t count) const {
    count = std::min(count, tokens.size() - first);
    return Tokens(tokens.begin() + first, tokens.begin() + first + count);
  }
  void eraseRange(size_t first, size_t count) {
    count = std::min(count, tokens.size() - first);
    tokens.erase(tokens.begin() + first, tokens.begin() + first + count);
  }
  void insert(size_t at, llvm::ArrayRef<std::string> what) {
    Tokens copy(what.begin(), what.end());
    tokens.insert(tokens.begin() + at, copy.begin(), copy.end());
  }

  static bool endsLine(StringRef token) { return token.contains('\n'); }
  /// The tokens of the line around a place.
  std::pair<size_t, size_t> lineAround(size_t at) const {
    size_t first = at, last = at;
    while (first > 0 && !endsLine(tokens[first - 1]))
      --first;
    while (last + 1 < tokens.size() && !endsLine(tokens[last]))
      ++last;
    return {first, last + 1 - first};
  }
  Tokens line(size_t at) const {
    auto [first, count] = lineAround(at);
    return range(first, count);
  }

  void changeLines() {
    auto [first, count] = lineAround(below(tokens.size()));
    Tokens moved = range(first, count);
    bool move = below(2);
    if (move || below(2))
      eraseRange(first, count);
    size_t to = tokens.empty() ? 0 : lineAround(below(tokens.size())).first;
    if (move || below(2))
      insert(to, moved);
  }

  void changeNumber() {
    llvm::SmallVector<size_t> places;
    for (size_t i = 0; i < tokens.size(); ++i)
      if (StringRef(tokens[i]).find_first_of("0123456789") != StringRef::npos)
        places.push_back(i);
    if (places.empty())
      return replace(below(tokens.size()), word());
    // One of the numbers of the token: 3x224xf32 has three.
    size_t at = places[below(places.size())];
    std::string token = tokens[at];
    size_t first = StringRef(token).find_first_of("0123456789", below(token.size()));
    if (first == StringRef::npos)
      first = StringRef(token).find_first_of("0123456789");
    StringRef digits = StringRef(token).drop_front(first).take_while(llvm::isDigit);
    uint64_t value = 0;
    std::string other = numbers[below(std::size(numbers))].str();
    if (below(2) && !digits.getAsInteger(10, value))
      other = std::to_string(below(2) ? value + 1 : value - 1);
    tokens[at] = token.substr(0, first) + other + token.substr(first + digits.size());
  }

  void changeBytes() {
    std::string &token = tokens[below(tokens.size())];
    size_t size = token.size();
    token.resize(size + 16);
    token.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t *>(token.data()), size, token.size()));
  }

  std::minstd_rand random;
  Tokens tokens;
};

size_t finish(const TextMutator &mutator, uint8_t *out, size_t maxSize) {
  std::string text = mutator.text();
  size_t size = std::min(text.size(), maxSize);
  std::memcpy(out, text.data(), size);
  return size;
}

} // namespace

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed) {
  if (seed % 16 == 0)
    return LLVMFuzzerMutate(data, size, maxSize);
  TextMutator mutator(textOf(data, size), seed);
  for (unsigned times = 1 + seed / 16 % 3; times--;)
    mutator.mutate();
  return finish(mutator, data, maxSize);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t firstSize, const uint8_t *second,
                                 size_t secondSize, uint8_t *out, size_t maxSize, unsigned seed) {
  TextMutator mutator(textOf(first, firstSize), seed), other(textOf(second, secondSize), seed + 1);
  mutator.cross(other);
  return finish(mutator, out, maxSize);
}
