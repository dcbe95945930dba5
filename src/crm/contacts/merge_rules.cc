#include "crm/contacts/merge_rules.h"

#include <charconv>

#include "crm/contacts/contact_rules.h"
#include "platform/text/json.h"

namespace stockbell::crm::contacts {
namespace {

constexpr std::string_view kAccount = "AccountId";
constexpr std::string_view kOptOut = "HasOptedOutOfEmail";
constexpr std::string_view kNormalized = "email_normalized";  // follows Email

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string value_of(const Contact& contact, std::string_view field) {
  if (field == kAccount) return std::to_string(contact.account);
  if (field == kOptOut) return contact.email_opt_out ? "1" : "0";
  if (field == kNormalized) return contact.email_normalized;
  for (const auto& one : text_fields())
    if (one.name == field) return contact.*one.member;
  return {};
}

void set_value(Contact& contact, std::string_view field, const std::string& value) {
  if (field == kAccount) contact.account = number(value);
  if (field == kOptOut) contact.email_opt_out = value == "1";
  if (field == kNormalized) contact.email_normalized = value;
  for (const auto& one : text_fields())
    if (one.name == field) contact.*one.member = value;
}

bool lacks(const Contact& contact, std::string_view field) {
  const auto value = value_of(contact, field);
  return value.empty() || (field == kAccount && value == "0") ||
         (field == "LastName" && value == kUnknownLastName);
}

bool takes_from(const Contact& loser, const Contact& master, std::string_view field,
                const FieldChoices& choices) {
  if (const auto chosen = choices.find(std::string(field)); chosen != choices.end())
    return chosen->second == loser.id;
  return lacks(master, field) && !lacks(loser, field);
}

void change(Contact& master, std::string_view field, const std::string& value,
            std::vector<FieldChange>& changes) {
  auto before = value_of(master, field);
  if (before == value) return;
  set_value(master, field, value);
  changes.push_back({std::string(field), std::move(before), value});
}

std::string text_of(const boost::json::value& json, std::string_view name) {
  return std::string(json.as_object().at(name).as_string());
}

}  // namespace

bool is_choice(std::string_view field) {
  return field == kAccount ||
         std::ranges::find(text_fields(), field, &TextField::name) != text_fields().end();
}

std::vector<FieldChange> merge_fields(Contact& master, const Contact& loser,
                                      const FieldChoices& choices) {
  std::vector<FieldChange> changes;
  const Contact before = master;
  for (const auto& field : text_fields()) {
    if (!takes_from(loser, before, field.name, choices)) continue;
    if (field.name == "LastName" && (loser.*field.member).empty()) continue;  // never null
    change(master, field.name, loser.*field.member, changes);
    if (field.name == "Email") change(master, kNormalized, loser.email_normalized, changes);
  }
  if (takes_from(loser, before, kAccount, choices))
    change(master, kAccount, value_of(loser, kAccount), changes);
  if (loser.email_opt_out) change(master, kOptOut, "1", changes);
  return changes;
}

std::vector<std::string> unmerge_fields(Contact& master, const std::vector<FieldChange>& changes) {
  std::vector<std::string> kept;
  bool email_kept = false;
  for (const auto& one : changes) {
    const bool follows = one.field == kNormalized;
    if (follows ? !email_kept : value_of(master, one.field) == one.after) {
      set_value(master, one.field, one.before);
    } else if (!follows) {
      kept.push_back(one.field);
      if (one.field == "Email") email_kept = true;
    }
  }
  return kept;
}

std::string to_json(const MergeSnapshot& snapshot) {
  text::JsonWriter json;
  json.begin_object().key("fields").begin_array();
  for (const auto& one : snapshot.fields)
    json.begin_object()
        .member("field", one.field)
        .member("before", one.before)
        .member("after", one.after)
        .end_object();
  json.end_array().key("identities").begin_array();
  for (const auto& address : snapshot.identities) json.value(address);
  json.end_array().key("moved").begin_array();
  for (const auto id : snapshot.requests.moved) json.value(id.value);
  json.end_array().key("cancelled").begin_array();
  for (const auto& one : snapshot.requests.cancelled)
    json.begin_object()
        .member("id", one.id.value)
        .member("status", one.status)
        .member("reason", one.reason)
        .member("status_at", to_ms(one.status_at))
        .member("cancelled_at", to_ms(one.cancelled_at))
        .end_object();
  json.end_array().end_object();
  return std::move(json).str();
}

Result<MergeSnapshot> parse_snapshot(std::string_view text) {
  SB_TRY(json, text::parse_json_object(text, 64 * 1024 * 1024));
  MergeSnapshot snapshot;
  for (const auto& one : json.at("fields").as_array())
    snapshot.fields.push_back(
        {text_of(one, "field"), text_of(one, "before"), text_of(one, "after")});
  for (const auto& address : json.at("identities").as_array())
    snapshot.identities.emplace_back(address.as_string());
  for (const auto& id : json.at("moved").as_array())
    snapshot.requests.moved.push_back(RequestId{id.as_int64()});
  for (const auto& one : json.at("cancelled").as_array()) {
    const auto& object = one.as_object();
    snapshot.requests.cancelled.push_back({RequestId{object.at("id").as_int64()},
                                           text_of(one, "status"), text_of(one, "reason"),
                                           from_ms(object.at("status_at").as_int64()),
                                           from_ms(object.at("cancelled_at").as_int64())});
  }
  return snapshot;
}

}  // namespace stockbell::crm::contacts
