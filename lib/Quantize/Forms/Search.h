// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the cheapest form of a map on codes.
#ifndef PITH_LIB_QUANTIZE_FORMS_SEARCH_H
#define PITH_LIB_QUANTIZE_FORMS_SEARCH_H

#include "lib/Quantize/Forms/CodeFunction.h"

namespace pith::forms {

/// The first of the forms, in order of cost, that gives the values of `function`
/// in all cases; `map` computes it in `operations` operations.
FormAttr findForm(MapOp map, const CodeFunction &function, int64_t operations);

/// The literal form of any map on codes.
FormAttr literalForm(MapOp map);

} // namespace pith::forms

#endif // PITH_LIB_QUANTIZE_FORMS_SEARCH_H
