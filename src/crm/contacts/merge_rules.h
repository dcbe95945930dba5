// Pure decisions about merging two contacts and about undoing it: which value each field gets, what
// the snapshot holds, what of it can be given back. Thread-safe. Used by DuplicateService.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "crm/contacts/request_carrier.h"

namespace stockbell::crm::contacts {

// A field by its Salesforce name -> the contact whose value it gets.
using FieldChoices = std::map<std::string, ContactId>;

struct FieldChange {
  std::string field{}, before{}, after{};
  bool operator==(const FieldChange&) const = default;
};

// What undoing a merge needs.
struct MergeSnapshot {
  std::vector<FieldChange> fields{};      // of the master
  std::vector<std::string> identities{};  // addresses that meant the loser
  CarriedRequests requests{};
};

// Gives `master` the values chosen from `loser`, and what it lacks itself where nothing was chosen.
// An opt-out of either stays.
std::vector<FieldChange> merge_fields(Contact& master, const Contact& loser,
                                      const FieldChoices& choices);
// Gives `master` its values back. Those that were changed since stay; they are returned.
std::vector<std::string> unmerge_fields(Contact& master, const std::vector<FieldChange>& changes);

std::string to_json(const MergeSnapshot& snapshot);
Result<MergeSnapshot> parse_snapshot(std::string_view json);

// The names choices may have: those of text_fields(), AccountId.
bool is_choice(std::string_view field);

}  // namespace stockbell::crm::contacts
