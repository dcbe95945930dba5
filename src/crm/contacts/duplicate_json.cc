#include "crm/contacts/duplicate_json.h"

#include "crm/contacts/contact_rules.h"
#include "platform/text/json.h"

namespace stockbell::crm::contacts {
namespace {

constexpr std::size_t kMostContacts = 50;

std::string id_text(ContactId id) { return to_record_id(kContactPrefix, id.value); }

std::optional<std::string> moment(const std::optional<Time>& time) {
  if (!time) return {};
  return to_rfc3339(*time);
}

void write_set(text::JsonWriter& json, const DuplicateSet& set) {
  json.member("id", std::to_string(set.id))
      .member("rule", set.rule)
      .member("status", to_text(set.status))
      .member("created_at", to_rfc3339(set.created_at))
      .member("closed_at", moment(set.closed_at))
      .member("closed_by", set.closed_by);
}

void write_requests(text::JsonWriter& json, const RequestCounts& counts) {
  json.key("requests")
      .begin_object()
      .member("open", counts.open)
      .member("total", counts.total)
      .end_object();
}

void write_summary(text::JsonWriter& json, const ReviewedContact& one) {
  json.begin_object().member("id", id_text(one.contact.id)).member("name", full_name(one.contact));
  json.member("email", one.contact.email);
  write_requests(json, one.requests);
  json.end_object();
}

void write_contact(text::JsonWriter& json, const ReviewedContact& one) {
  const auto& contact = one.contact;
  json.begin_object().member("id", id_text(contact.id)).member("name", full_name(contact));
  json.member("email", contact.email).member("score", one.score);
  json.member("created_at", to_rfc3339(contact.created_at));
  json.member("modified_at", to_rfc3339(contact.modified_at));
  json.member("email_opt_out", contact.email_opt_out);
  write_requests(json, one.requests);
  json.key("fields").begin_object();
  for (const auto& field : text_fields()) json.member(field.name, contact.*field.member);
  json.member("AccountId",
              contact.account != 0 ? to_record_id("001", contact.account) : std::string());
  json.end_object().end_object();
}

// The fields anybody has a value for, in order; `differs`: not all the same.
void write_field(text::JsonWriter& json, const ReviewedSet& set, std::string_view name,
                 std::string_view label, const std::function<std::string(const Contact&)>& value) {
  bool filled = false, differs = false;
  for (const auto& one : set.contacts) {
    filled = filled || !value(one.contact).empty();
    differs = differs || value(one.contact) != value(set.contacts.front().contact);
  }
  if (!filled) return;
  json.begin_object()
      .member("name", name)
      .member("label", label)
      .member("differs", differs)
      .end_object();
}

void write_person(text::JsonWriter& json, std::string_view key, ContactId id,
                  const std::string& name, const std::string& email) {
  json.key(key)
      .begin_object()
      .member("id", id_text(id))
      .member("name", name)
      .member("email", email)
      .end_object();
}

template <class T, class F>
std::string page_json(const std::vector<T>& items, F write, std::int64_t last_id) {
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& item : items) write(json, item);
  json.end_array().key("next_cursor");
  if (std::ssize(items) < kPageSize)
    json.value(nullptr);
  else
    json.value(std::to_string(last_id));
  return json.end_object().str();
}

Result<ContactId> contact_id(const boost::json::value& json, std::string field) {
  if (json.is_string())
    if (const auto id = parse_record_id(kContactPrefix, json.as_string())) return ContactId{*id};
  return fail(ErrorCode::invalid, "contact-id-invalid", "a contact's id begins with 003",
              std::move(field));
}

}  // namespace

std::string to_json(const std::vector<ReviewedSet>& sets) {
  const auto write = [](text::JsonWriter& json, const ReviewedSet& set) {
    json.begin_object();
    write_set(json, set.set);
    json.key("contacts").begin_array();
    for (const auto& one : set.contacts) write_summary(json, one);
    json.end_array().end_object();
  };
  return page_json(sets, write, sets.empty() ? 0 : sets.back().set.id);
}

std::string to_json(const ReviewedSet& set) {
  text::JsonWriter json;
  json.begin_object();
  write_set(json, set.set);
  json.key("fields").begin_array();
  if (!set.contacts.empty()) {
    for (const auto& field : text_fields())
      write_field(json, set, field.name, field.label,
                  [&](const Contact& contact) { return contact.*field.member; });
    write_field(json, set, "AccountId", "Account", [](const Contact& contact) {
      return contact.account != 0 ? to_record_id("001", contact.account) : std::string();
    });
  }
  json.end_array().key("contacts").begin_array();
  for (const auto& one : set.contacts) write_contact(json, one);
  json.end_array().end_object();
  return std::move(json).str();
}

std::string to_json(const std::vector<ContactMerge>& merges) {
  text::JsonWriter json;
  json.begin_object().key("merges").begin_array();
  for (const auto& merge : merges)
    json.begin_object()
        .member("id", std::to_string(merge.id))
        .member("contact", id_text(merge.loser))
        .member("master", id_text(merge.master))
        .end_object();
  return json.end_array().end_object().str();
}

std::string to_json(const std::vector<ListedMerge>& merges, const DuplicateService& service) {
  const auto write = [&](text::JsonWriter& json, const ListedMerge& one) {
    const auto& merge = one.merge;
    json.begin_object().member("id", std::to_string(merge.id));
    write_person(json, "contact", merge.loser, one.loser_name, one.loser_email);
    write_person(json, "master", merge.master, one.master_name, one.master_email);
    json.member("merged_at", to_rfc3339(merge.merged_at)).member("merged_by", merge.merged_by);
    json.member("may_undo", service.may_undo(merge));
    json.member("undo_until", to_rfc3339(service.undo_until(merge)));
    json.member("undone_at", moment(merge.undone_at)).member("undone_by", merge.undone_by);
    json.key("kept").raw(merge.kept).end_object();
  };
  return page_json(merges, write, merges.empty() ? 0 : merges.back().merge.id);
}

std::string to_json(const UndoneMerge& undone) {
  text::JsonWriter json;
  json.begin_object().member("id", std::to_string(undone.merge.id));
  json.member("contact", id_text(undone.merge.loser));
  json.member("master", id_text(undone.merge.master)).key("kept").raw(undone.merge.kept);
  return json.end_object().str();
}

Result<MergeOrder> parse_order(std::string_view text) {
  SB_TRY(json, text::parse_json_object(text));
  MergeOrder order;
  const auto* master = json.if_contains("master");
  SB_TRY(id, contact_id(master ? *master : boost::json::value(), "master"));
  order.master = id;
  if (const auto* list = json.if_contains("contacts")) {
    if (!list->is_array() || list->as_array().empty() || list->as_array().size() > kMostContacts)
      return fail(ErrorCode::invalid, "contacts-invalid", "a list of 1 to 50 ids", "contacts");
    for (const auto& one : list->as_array()) {
      SB_TRY(loser, contact_id(one, "contacts"));
      if (std::ranges::find(order.losers, loser) == order.losers.end())
        order.losers.push_back(loser);
    }
  }
  if (const auto* fields = json.if_contains("fields")) {
    if (!fields->is_object() || fields->as_object().size() > kMostContacts)
      return fail(ErrorCode::invalid, "fields-invalid", "an object: field name to contact id",
                  "fields");
    for (const auto& member : fields->as_object()) {
      const std::string name(member.key());
      SB_TRY(chosen, contact_id(member.value(), "fields." + name));
      order.fields[name] = chosen;
    }
  }
  return order;
}

}  // namespace stockbell::crm::contacts
