// A value of a query's result, as a column of the target takes it. Pure.
#pragma once
#include "engagement/data_extensions/types.h"

namespace stockbell::engagement::queries {

// Fractions beyond a Number or a Decimal's scale are cut off. Errors: invalid, "value-invalid".
Result<db::Value> fit(const Column& from, const db::Value& value, const Column& to);

}  // namespace stockbell::engagement::queries
