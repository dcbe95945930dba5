// What it means for a request that the CRM did not take it. Pure. Used by CaptureService.
#pragma once
#include "base/result.h"

namespace stockbell::commerce {

enum class Refusal { peer_away, row_later, row_never };

inline Refusal refusal_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::unavailable:
    case ErrorCode::rate_limited:
    case ErrorCode::unauthorized:  // our credentials at the CRM: a person will mend them
    case ErrorCode::forbidden:
      return Refusal::peer_away;
    case ErrorCode::internal:
    case ErrorCode::conflict:
      return Refusal::row_later;
    case ErrorCode::invalid:
    case ErrorCode::not_found:
    case ErrorCode::too_large:
      return Refusal::row_never;
  }
  return Refusal::row_later;
}

}  // namespace stockbell::commerce
