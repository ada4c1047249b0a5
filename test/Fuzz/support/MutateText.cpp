// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Mutates text by its tokens and lines, so that most mutants get beyond the lexer.
// The words of the language come from the target.
#include "test/Fuzz/support/MutateText.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <array>
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
    // Most mutants have the form of the text still, so that more than the parser sees them.
    switch (below(16)) {
    case 0:
      return eraseRange(below(tokens.size()), 1 + below(4));
    case 1:
      return insert(below(tokens.size() + 1), range(below(tokens.size()), 1 + below(8)));
    case 2:
      return std::swap(tokens[below(tokens.size())], tokens[below(tokens.size())]);
    case 3:
      return replace(below(tokens.size()), word());
    case 4:
      return insert(below(tokens.size() + 1), {word() + " "});
    case 5:
      return changeBytes();
    case 6:
      return changeLines();
    case 7:
    case 8:
    case 9:
      return changeNumber();
    case 10:
    case 11:
      return changeEverywhere();
    default: {
      size_t at = anyButPunctuation();
      return replace(at, like(at));
    }
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
  /// A sign or a sigil belongs to what follows.
  static bool isSigil(char c) { return StringRef("-%@#!^").contains(c); }
  static bool isWord(char c) { return llvm::isAlnum(c) || c == '_' || c == '.' || c == '$'; }

  static size_t tokenLength(StringRef text) {
    if (text.front() == '"') {
      size_t end = text.find('"', 1);
      return end == StringRef::npos ? 1 : end + 1;
    }
    size_t sigil = isSigil(text.front());
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

  /// Values, names, strings, words, numbers, punctuation.
  static char kindOf(StringRef token) {
    char first = token.front();
    if (first == '"' || (isSigil(first) && first != '-'))
      return first;
    return llvm::isAlpha(first) ? 'a' : isWord(first) || first == '-' ? '0' : ',';
  }

  static char lastOf(StringRef token) {
    StringRef rest = token.rtrim();
    return rest.empty() || isWord(rest.back()) ? ' ' : rest.back();
  }

  /// What stands around a token says most of what may stand there.
  std::array<char, 3> contextOf(size_t at) const {
    return {at ? lastOf(tokens[at - 1]) : ' ', kindOf(tokens[at]),
            at + 1 < tokens.size() ? tokens[at + 1].front() : ' '};
  }

  size_t anyButPunctuation() {
    size_t at = below(tokens.size());
    for (unsigned tries = 0; tries < 16 && kindOf(tokens[at]) == ','; ++tries)
      at = below(tokens.size());
    return at;
  }

  /// A token that may stand in place of this one: of the text, or of the language.
  std::string like(size_t at) {
    bool strict = below(4);
    llvm::SmallVector<StringRef> found;
    for (size_t i = 0; i < tokens.size(); ++i)
      if (strict ? contextOf(i) == contextOf(at) : kindOf(tokens[i]) == kindOf(tokens[at]))
        if (StringRef(tokens[i]).rtrim() != StringRef(tokens[at]).rtrim())
          found.push_back(StringRef(tokens[i]).rtrim());
    if (found.empty() || below(8) == 0)
      for (StringRef other : wordsOfText())
        if (!other.empty() && kindOf(other) == kindOf(tokens[at]))
          found.push_back(other);
    return found.empty() ? bare(tokens[at]) : found[below(found.size())].str();
  }

  /// A name or a type changes wherever it stands.
  void changeEverywhere() {
    size_t at = anyButPunctuation();
    std::string before = bare(tokens[at]);
    if (below(2))
      changeNumber(at);
    else
      replace(at, like(at));
    std::string with = bare(tokens[at]);
    for (size_t i = 0; i < tokens.size(); ++i)
      if (StringRef(tokens[i]).rtrim() == before)
        replace(i, with);
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
    changeNumber(places[below(places.size())]);
  }

  /// One of the numbers of the token: 3x224xf32 has three.
  void changeNumber(size_t at) {
    std::string token = tokens[at];
    size_t first = StringRef(token).find_first_of("0123456789", below(token.size()));
    if (first == StringRef::npos)
      first = StringRef(token).find_first_of("0123456789");
    if (first == StringRef::npos)
      return;
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
  if (std::string changed =
          changedMeaning && seed % 4 ? changedMeaning(textOf(data, size), seed) : "";
      !changed.empty() && changed.size() <= maxSize) {
    std::memcpy(data, changed.data(), changed.size());
    return changed.size();
  }
  TextMutator mutator(textOf(data, size), seed);
  for (unsigned times = seed % 4 ? 1 : 3; times--;)
    mutator.mutate();
  return finish(mutator, data, maxSize);
}

size_t LLVMFuzzerCustomCrossOver(const uint8_t *first, size_t firstSize, const uint8_t *second,
                                 size_t secondSize, uint8_t *out, size_t maxSize, unsigned seed) {
  // As often as other changes it would be too often: it hardly ever keeps the form.
  if (seed % 4 && firstSize <= maxSize) {
    std::memcpy(out, first, firstSize);
    return LLVMFuzzerCustomMutator(out, firstSize, maxSize, seed / 4);
  }
  TextMutator mutator(textOf(first, firstSize), seed), other(textOf(second, secondSize), seed + 1);
  mutator.cross(other);
  return finish(mutator, out, maxSize);
}
