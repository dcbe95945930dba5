#include "crm/contacts/duplicate_findings.h"

#include "platform/text/json.h"

namespace stockbell::crm::contacts {
namespace {

constexpr std::size_t kMostShown = 100;

void write_match(text::JsonWriter& json, const DuplicateMatch& match, std::string_view path) {
  const auto id = to_record_id(kContactPrefix, match.contact.value);
  json.begin_object();
  json.key("additionalInformation").begin_array().end_array();
  json.key("fieldDiffs").begin_array().end_array();
  json.member("matchConfidence", static_cast<double>(match.score));
  json.key("record").begin_object().key("attributes").begin_object();
  json.member("type", "Contact").member("url", fmt::format("{}/sobjects/Contact/{}", path, id));
  json.end_object().member("Id", id).end_object().end_object();
}

}  // namespace

std::string duplicate_result_json(const DuplicateFindings& findings, std::string_view path) {
  const auto refuses = [&](const DuplicateHit& hit) {
    return findings.allow_save ? hit.alerts : hit.blocks;
  };
  const auto hit = std::ranges::find_if(findings.hits, refuses);
  if (hit == findings.hits.end()) return "null";
  text::JsonWriter json;
  json.begin_object().member("allowSave", findings.allow_save).member("duplicateRule", hit->rule);
  json.member("duplicateRuleEntityType", "Contact").member("errorMessage", kDuplicatesMessage);
  json.key("matchResults").begin_array().begin_object();
  json.member("entityType", "Contact").key("errors").begin_array().end_array();
  const bool fuzzy = hit->matching_rule == "standard_contact";
  json.member("matchEngine", fuzzy ? "FuzzyMatchEngine" : "ExactMatchEngine");
  const auto shown = std::min(hit->matches.size(), kMostShown);
  json.key("matchRecords").begin_array();
  for (const auto& match : std::span(hit->matches).first(shown)) write_match(json, match, path);
  json.end_array().member("rule", hit->matching_rule).member("size", shown);
  json.member("success", true).end_object().end_array().end_object();
  return std::move(json).str();
}

}  // namespace stockbell::crm::contacts
