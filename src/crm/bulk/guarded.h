// Runs background work that must not end the process: what it throws (a third party's, or a broken
// invariant) comes back as an internal error, with its type alone in the log. Thread-safe. Used by
// the workers of bulk jobs and CrmBox's housekeeping.
#pragma once
#include <exception>
#include <type_traits>
#include <typeinfo>

#include "base/result.h"
#include "platform/log/log.h"

namespace stockbell::crm::bulk {

template <class F>
auto guarded(const char* name, F&& work) -> std::invoke_result_t<F> {
  try {
    return work();
  } catch (const std::exception& error) {
    log::error("crm-background-threw", {{"work", name}, {"type", typeid(error).name()}});
    return fail(ErrorCode::internal, "background-threw", "the server could not go on");
  }
}

}  // namespace stockbell::crm::bulk
