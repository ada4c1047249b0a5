// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Presets and chains: from text to steps.
#include "pith/Data/Preprocess.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include <cmath>
#include <set>

using namespace pith;
using llvm::createStringError;

static constexpr int64_t maxSide = 1 << 14;
static constexpr llvm::StringLiteral known =
    "raw, imagenet, mnist, cifar10, or a chain of resize=N, resize=HxW, crop=N, crop=HxW, grey, "
    "bgr, "
    "scale=A/B, mean=M:M:M, std=S:S:S, layout=nchw|nhwc, separated by commas";

struct Preprocess::Parser {
  Preprocess result;
  std::set<std::string> seen;
  bool floats = false;

  static llvm::Error fail(llvm::StringRef item, const llvm::Twine &what) {
    return createStringError("preprocessing '" + item + "': " + what);
  }

  static bool number(llvm::StringRef text, float &value) {
    double wide;
    if (text.getAsDouble(wide))
      return false;
    value = float(wide);
    return std::isfinite(value);
  }

  /// `N` or `HxW`; one number is `square` or the short side.
  static bool extent(llvm::StringRef text, bool square, Step &step) {
    auto [height, width] = text.split('x');
    bool two = text.contains('x');
    if (height.getAsInteger(10, step.height) || (two && width.getAsInteger(10, step.width)))
      return false;
    if (!two && square)
      step.width = step.height;
    return step.height >= 1 && step.height <= maxSide && step.width <= maxSide &&
           (step.width >= 1 || (!two && !square));
  }

  /// Values between `:` or `;`, one or three.
  static bool channels(llvm::StringRef text, Step &step) {
    std::string same = llvm::join(llvm::split(text, ';'), ":");
    for (llvm::StringRef part : llvm::split(same, ':'))
      if (float value; number(part.trim(), value))
        step.values.push_back(value);
      else
        return false;
    return step.values.size() == 1 || step.values.size() == 3;
  }

  llvm::Error pixelStep(llvm::StringRef item, llvm::StringRef value, Step step) {
    if (floats && (step.kind == Kind::Resize || step.kind == Kind::Grey))
      return fail(item, "expected it before scale, mean and std: it works on 8-bit pixels");
    if (step.kind == Kind::Grey || step.kind == Kind::Bgr) {
      if (!value.empty())
        return fail(item, "takes no value");
    } else if (!extent(value, step.kind == Kind::Crop, step)) {
      return fail(item, "expected a size from 1 to " + llvm::Twine(maxSide) +
                            ", as 224 or 224x320 (height x width)");
    }
    result.steps.push_back(std::move(step));
    return llvm::Error::success();
  }

  llvm::Error scale(llvm::StringRef item, llvm::StringRef value) {
    auto [above, below] = value.split('/');
    Step step{Kind::Scale};
    step.values = {1, 1};
    if (!number(above, step.values[0]) || (value.contains('/') && !number(below, step.values[1])) ||
        step.values[1] == 0)
      return fail(item, "expected a factor such as 1/255 or 0.5");
    floats = true;
    result.steps.push_back(std::move(step));
    return llvm::Error::success();
  }

  llvm::Error channelStep(llvm::StringRef item, llvm::StringRef value, Kind kind) {
    Step step{kind};
    if (!channels(value, step))
      return fail(item, "expected one number, or three with ':' between them");
    if (kind == Kind::Std && llvm::is_contained(step.values, 0.0f))
      return fail(item, "divides by 0");
    floats = true;
    result.steps.push_back(std::move(step));
    return llvm::Error::success();
  }

  llvm::Error item(llvm::StringRef item) {
    auto [name, value] = item.split('=');
    if (!seen.insert(name.str()).second)
      return fail(item, "'" + name + "' is given twice");
    if (name == "resize")
      return pixelStep(item, value, {Kind::Resize});
    if (name == "crop")
      return pixelStep(item, value, {Kind::Crop});
    if (name == "grey")
      return pixelStep(item, value, {Kind::Grey});
    if (name == "bgr")
      return pixelStep(item, value, {Kind::Bgr});
    if (name == "scale")
      return scale(item, value);
    if (name == "mean")
      return channelStep(item, value, Kind::Mean);
    if (name == "std")
      return channelStep(item, value, Kind::Std);
    if (name != "layout")
      return fail(item, "unknown; expected " + known);
    if (value != "nchw" && value != "nhwc")
      return fail(item, "expected layout=nchw or layout=nhwc");
    result.channelsFirst = value == "nchw";
    return llvm::Error::success();
  }
};

llvm::Expected<Preprocess> Preprocess::parse(llvm::StringRef text) {
  llvm::StringRef chain =
      llvm::StringSwitch<llvm::StringRef>(text)
          .Case("imagenet",
                "crop=224,scale=1/255,mean=0.485:0.456:0.406,std=0.229:0.224:0.225,layout=nchw")
          .Case("mnist", "grey,scale=1/255,mean=0.1307,std=0.3081,layout=nchw")
          .Case("cifar10", "scale=1,layout=nhwc")
          .Default(text);
  if (chain == "raw")
    return Preprocess();
  Parser parser;
  for (llvm::StringRef item : llvm::split(chain, ','))
    if (llvm::Error error = parser.item(item.trim()))
      return std::move(error);
  parser.result.text = chain.str();
  return std::move(parser.result);
}
