// What the duplicate rules say of a contact that is about to be written. Plain values, thread-safe.
// Used by crm/records and crm/rest.
#pragma once
#include <string>
#include <vector>

#include "base/id.h"

namespace stockbell::crm::contacts {

enum class Operation { create, edit };

struct DuplicateMatch {
  ContactId contact;
  int score = 0;  // 0-100
};

// One duplicate rule that found something.
struct DuplicateHit {
  std::string rule, label, matching_rule;
  bool blocks = false, alerts = false, reports = false;
  std::vector<DuplicateMatch> matches{};  // the best first
};

struct DuplicateFindings {
  std::vector<DuplicateHit> hits{};
  bool refused = false;     // DUPLICATES_DETECTED: the row must not be written
  bool allow_save = false;  // refused, but not if it is sent again with allowSave=true
};

inline constexpr std::string_view kDuplicatesDetected = "DUPLICATES_DETECTED";
inline constexpr std::string_view kDuplicatesMessage = "Use one of these records?";

// The value of `duplicateResut` (reference 3.3) for refused findings: the first rule that refuses,
// with at most 100 matches. `path` is in front of the record's URL: "/services/data/v59.0".
std::string duplicate_result_json(const DuplicateFindings& findings, std::string_view path);

}  // namespace stockbell::crm::contacts
