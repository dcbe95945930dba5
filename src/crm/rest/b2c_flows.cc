// The flows B2CContactResolve and B2CContactProcess (reference 4.3): who a shop's customer is, by
// the rule contact_resolution; and the contact updated, or created with an account. One transaction
// each, so that twins get the same ids.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "crm/contacts/contact_store.h"
#include "crm/matching/matching.h"
#include "crm/objects/values.h"
#include "crm/rest/flows.h"
#include "platform/text/text.h"

namespace stockbell::crm::rest {
namespace {

using records::Operation;
using records::RecordInput;

constexpr std::array kTaken{"FirstName",
                            "LastName",
                            "Email",
                            "Phone",
                            "B2C_Customer_ID__c",
                            "B2C_Customer_No__c",
                            "B2C_CustomerList_ID__c"};

struct Source {
  contacts::Contact contact;
  std::int64_t id = 0;  // Id, AccountId: 0 when they are not given
  std::int64_t account = 0;
  bool names_identifier() const {
    return id != 0 || !contact.email.empty() || !contact.b2c_customer_id.empty() ||
           !contact.b2c_customer_no.empty();
  }
};

std::unexpected<Error> invalid(std::string code, std::string message) {
  return fail(ErrorCode::invalid, std::move(code), std::move(message));
}

Result<Source> read_source(const objects::Schema& schema, const boost::json::object& input) {
  const auto* given = find_member(input, "sourceContact");
  if (!given || !given->is_object())
    return invalid("REQUIRED_FIELD_MISSING", "sourceContact is needed");
  const auto& body = given->get_object();
  const auto& object = *schema.find("Contact");
  Source source;
  for (const auto& field : contacts::text_fields()) {
    const auto* member = find_member(body, field.name);
    if (!member) continue;
    SB_TRY(value, objects::value_from_json(*object.find_field(field.name), schema, *member));
    if (const auto* text = std::get_if<std::string>(&value.get()))
      source.contact.*field.member = *text;
  }
  source.contact.site_group = std::string(contacts::kDefaultSiteGroup);
  if (const auto address = text::parse_email(source.contact.email))
    source.contact.email_normalized = address->normalized;
  for (const auto& [name, id] : {std::pair{"Id", &source.id}, {"AccountId", &source.account}}) {
    const auto text = text_member(body, name);
    if (text.empty()) continue;
    SB_TRY(parsed, objects::parse_id(*schema.find(id == &source.id ? "Contact" : "Account"), text));
    *id = parsed;
  }
  const bool foreign =
      !source.contact.b2c_customer_id.empty() || !source.contact.b2c_customer_no.empty();
  if (foreign && source.contact.b2c_list_id.empty())
    return invalid("REQUIRED_FIELD_MISSING",
                   "B2C_CustomerList_ID__c is needed with B2C_Customer_ID__c or "
                   "B2C_Customer_No__c");
  return source;
}

struct Resolved {
  std::vector<std::int64_t> ids;
  bool contradicted = false;
};

Result<Resolved> resolve(db::Session& session, const Source& source) {
  Resolved resolved;
  if (source.id != 0) {
    SB_TRY(known, contacts::find_contact(session, ContactId{source.id}));
    if (known && !known->deleted) return resolved.ids.push_back(source.id), resolved;
  }
  std::vector<contacts::Contact> candidates;
  const auto look_up = [&](contacts::ContactKey key, const std::string& value) -> Result<> {
    if (value.empty()) return {};
    SB_TRY(found, contacts::find_contacts(session, key, value, matching::kMaxCandidates));
    for (auto& one : found)
      if (std::ranges::none_of(candidates, [&](const auto& known) { return known.id == one.id; }))
        candidates.push_back(std::move(one));
    return {};
  };
  SB_CHECK(look_up(contacts::ContactKey::customer_id, source.contact.b2c_customer_id));
  SB_CHECK(look_up(contacts::ContactKey::customer_no, source.contact.b2c_customer_no));
  SB_CHECK(look_up(contacts::ContactKey::email, source.contact.email_normalized));
  std::vector<matching::ContactFields> fields;
  for (const auto& candidate : candidates) fields.push_back(contacts::fields_of(candidate));
  SB_TRY(rule, matching::shipped_rule("contact_resolution"));
  const auto found = matching::resolve(rule, contacts::fields_of(source.contact), fields);
  for (const auto& match : found.matches)
    resolved.ids.push_back(candidates[match.candidate].id.value);
  resolved.contradicted = found.contradicted;
  return resolved;
}

Result<std::string> records_json(const Call& call, RestParts& parts, db::Session& session,
                                 std::string_view name, std::span<const std::int64_t> ids) {
  std::vector<std::string> fields{"Id", "Name"};
  if (name == "Contact") {
    fields.emplace_back("AccountId");
    fields.insert(fields.end(), kTaken.begin(), kTaken.end());
  }
  SB_TRY(rows, parts.queries.retrieve(session, *parts.schema().find(name), ids, fields,
                                      call.query_options()));
  text::JsonWriter json;
  json.begin_array();
  for (const auto& row : rows) json.raw(row);
  return json.end_array().str();
}

struct Outcome {
  std::vector<std::int64_t> ids;  // who was resolved, or the one created
  std::optional<Error> refused;
};

// The outputs of both flows: Contact and Account are of the one contact, or null.
Result<std::string> outputs(const Call& call, RestParts& parts, db::Session& session,
                            const Outcome& outcome, std::size_t count) {
  SB_TRY(found, records_json(call, parts, session, "Contact", outcome.ids));
  std::string contact = "null", account = "null";
  if (outcome.ids.size() == 1 && !outcome.refused) {
    const auto list = boost::json::parse(found).get_array();
    contact = boost::json::serialize(list[0]);
    const auto text = list[0].is_object() ? text_member(list[0].get_object(), "AccountId") : "";
    if (const auto id = objects::parse_id(*parts.schema().find("Account"), text)) {
      const std::array ids{*id};
      SB_TRY(accounts, records_json(call, parts, session, "Account", ids));
      account = accounts.substr(1, accounts.size() - 2);
    }
  }
  text::JsonWriter json;
  json.begin_object().member("isSuccess", !outcome.refused).member("ResolutionCount", count);
  json.key("ResolvedContacts").raw(found).key("Contact").raw(contact).key("Account").raw(account);
  json.key("ErrorMessage");
  if (outcome.refused)
    json.value(outcome.refused->message);
  else
    json.value(nullptr);
  json.key("errors").begin_array();
  if (outcome.refused)
    json.begin_object()
        .member("errorCode", outcome.refused->reason)
        .member("message", outcome.refused->message)
        .end_object();
  return json.end_array().member("Flow__InterviewStatus", "Finished").end_object().str();
}

std::string refused_outputs(const Error& given) {
  const auto error = in_their_words(given);
  text::JsonWriter json;
  json.begin_object().member("isSuccess", false).member("ResolutionCount", 0);
  json.key("ResolvedContacts").raw("[]").key("Contact").raw("null").key("Account").raw("null");
  json.member("ErrorMessage", error.message).key("errors").begin_array().begin_object();
  json.member("errorCode", error.reason).member("message", error.message).end_object().end_array();
  return json.member("Flow__InterviewStatus", "Finished").end_object().str();
}

RecordInput contact_input(const objects::Schema& schema, const Source& source) {
  RecordInput input;
  input.object = schema.find("Contact");
  for (const auto& field : contacts::text_fields()) {
    const auto& text = source.contact.*field.member;
    if (!text.empty()) input.fields.push_back({std::string(field.name), boost::json::value(text)});
  }
  return input;
}

class Writer {
 public:
  Writer(const Call& call, RestParts& parts, Transaction& transaction)
      : parts_(parts), transaction_(transaction), options_(call.write_options()) {
    options_.allow_duplicates = true;  // who they are was decided by the rule
  }

  // The record's id; a refusal is the flow's answer to this input.
  Result<std::int64_t> write(Operation operation, const RecordInput& input) {
    SB_TRY(results, parts_.records.write(transaction_, operation, {&input, 1}, options_));
    if (results.front().success()) return results.front().id;
    return std::unexpected(results.front().errors.front());
  }

  Result<std::int64_t> create(const Source& source) {
    auto input = contact_input(parts_.schema(), source);
    const auto& contact = source.contact;
    if (contact.last_name.empty())
      input.fields.push_back(
          {"LastName", boost::json::value(std::string(contacts::kUnknownLastName))});
    auto account = source.account;
    if (account == 0) {
      const auto name = text::trim(contact.first_name + " " + contact.last_name);
      RecordInput made;
      made.object = parts_.schema().find("Account");
      made.fields = {{"Name", boost::json::value(name.empty() ? "Unknown Customer" : name)},
                     {"Type", boost::json::value("Customer - Direct")}};
      SB_TRY(id, write(Operation::create, made));
      account = id;
    }
    input.fields.push_back({"AccountId", boost::json::value(to_record_id("001", account))});
    return write(Operation::create, input);
  }

  Result<std::int64_t> update(const Source& source, std::int64_t id) {
    auto input = contact_input(parts_.schema(), source);
    input.id = to_record_id(kContactPrefix, id);
    return write(Operation::update, input);
  }

 private:
  RestParts& parts_;
  Transaction& transaction_;
  records::WriteOptions options_;
};

Error several() {
  return Error{ErrorCode::invalid, "MULTIPLE_CONTACTS", "Multiple Contacts were resolved", ""};
}
Error contradicted() {
  return Error{ErrorCode::invalid, "CONTACT_CONTRADICTED",
               "A Contact was resolved that has another customer identifier", ""};
}

}  // namespace

Result<std::string> run_contact_resolve(const Call& call, RestParts& parts,
                                        const boost::json::object& input) {
  const auto source = read_source(parts.schema(), input);
  if (!source) return refused_outputs(source.error());
  std::string json;
  SB_CHECK(parts.records.together(
      call.request.principal.name, [&](Transaction& transaction) -> Result<> {
        SB_TRY(resolved, resolve(transaction.session, *source));
        Outcome outcome{resolved.ids, {}};
        if (resolved.ids.size() > 1) outcome.refused = several();
        if (resolved.ids.empty() && resolved.contradicted) outcome.refused = contradicted();
        SB_TRY(text, outputs(call, parts, transaction.session, outcome, resolved.ids.size()));
        json = std::move(text);
        return {};
      }));
  return json;
}

Result<std::string> run_contact_process(const Call& call, RestParts& parts,
                                        const boost::json::object& input) {
  const auto source = read_source(parts.schema(), input);
  if (!source) return refused_outputs(source.error());
  if (!source->names_identifier())
    return refused_outputs({ErrorCode::invalid, "REQUIRED_FIELD_MISSING",
                            "Email, Id, B2C_Customer_ID__c or B2C_Customer_No__c is needed", ""});
  std::string json;
  std::optional<Error> refused;
  const auto done = parts.records.together(
      call.request.principal.name, [&](Transaction& transaction) -> Result<> {
        refused.reset();
        SB_TRY(resolved, resolve(transaction.session, *source));
        Outcome outcome{resolved.ids, {}};
        if (resolved.ids.size() > 1) outcome.refused = several();
        if (resolved.ids.empty() && resolved.contradicted) outcome.refused = contradicted();
        if (!outcome.refused) {
          Writer writer(call, parts, transaction);
          const auto id = resolved.ids.empty() ? writer.create(*source)
                                               : writer.update(*source, resolved.ids.front());
          if (!id && id.error().code != ErrorCode::invalid) return std::unexpected(id.error());
          if (!id) return refused = id.error(), Result<>(std::unexpected(id.error()));
          outcome.ids = {*id};
        }
        SB_TRY(text, outputs(call, parts, transaction.session, outcome, resolved.ids.size()));
        json = std::move(text);
        return {};
      });
  if (refused) return refused_outputs(*refused);
  if (!done) return std::unexpected(done.error());
  return json;
}

}  // namespace stockbell::crm::rest
