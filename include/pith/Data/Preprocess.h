// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What happens to pixels before a model sees them. The grammar and the formulas
// are in docs/evaluate.md; they give the same bits on every machine.
#ifndef PITH_DATA_PREPROCESS_H
#define PITH_DATA_PREPROCESS_H

#include "pith/Data/DataSet.h"

namespace pith {

class Preprocess {
public:
  /// A preset (raw, imagenet, mnist, cifar10), or a chain such as
  /// `resize=256,crop=224,scale=1/255,mean=0.5,std=0.5,layout=nchw`.
  static llvm::Expected<Preprocess> parse(llvm::StringRef text);

  bool isRaw() const { return steps.empty() && !channelsFirst; }
  /// Written out; parses to the same.
  const std::string &chain() const { return text; }

  /// Pixels, as H x W, H x W x C or C x H x W with 1 or 3 channels, to a batch of one.
  llvm::Expected<Array> apply(Array pixels, const DataLimits &limits = {}) const;

private:
  enum class Kind { Resize, Crop, Grey, Bgr, Scale, Mean, Std };
  struct Step {
    Kind kind;
    int64_t height = 0, width = 0;           ///< width 0: the short side is `height`
    llvm::SmallVector<float, 3> values = {}; ///< one, or one for each channel
  };
  struct Pixels;
  struct Parser;

  static llvm::Error resize(Pixels &pixels, const Step &step, const DataLimits &limits);
  static llvm::Error crop(Pixels &pixels, const Step &step);
  static llvm::Error arithmetic(Pixels &pixels, const Step &step);

  std::vector<Step> steps;
  bool channelsFirst = false;
  std::string text = "raw";
};

} // namespace pith

#endif
