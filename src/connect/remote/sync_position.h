// How far the change feed of a remote CRM was carried: the text of Connect's cursor. A first load
// by id, then windows of time, and within a window by id, so that a restart goes on where it was.
// Pure.
#pragma once
#include <string>

#include "base/clock.h"
#include "base/enum_text.h"
#include "base/result.h"

namespace stockbell::connect {

// In this order; `waiting` lies between two windows.
enum class SyncStage {
  load_contacts,
  load_requests,
  waiting,
  contacts,
  requests,
  deleted_requests,
  deleted_contacts
};

struct SyncPosition {
  SyncStage stage = SyncStage::load_contacts;
  Time from{};        // everything that changed before is carried; zero: not known yet
  Time to{};          // end of the window that is open
  std::string after;  // the last id carried in this stage

  std::string text() const;  // "requests 1767225600000 1767225660000 a0B…"
  static Result<SyncPosition> parse(const std::string&);  // "" is the beginning
  bool operator==(const SyncPosition&) const = default;
};

}  // namespace stockbell::connect

template <>
inline constexpr auto stockbell::kEnumText<stockbell::connect::SyncStage> =
    std::to_array<stockbell::EnumText<stockbell::connect::SyncStage>>({
        {stockbell::connect::SyncStage::load_contacts, "load-contacts"},
        {stockbell::connect::SyncStage::load_requests, "load-requests"},
        {stockbell::connect::SyncStage::waiting, "waiting"},
        {stockbell::connect::SyncStage::contacts, "contacts"},
        {stockbell::connect::SyncStage::requests, "requests"},
        {stockbell::connect::SyncStage::deleted_requests, "deleted-requests"},
        {stockbell::connect::SyncStage::deleted_contacts, "deleted-contacts"},
    });
