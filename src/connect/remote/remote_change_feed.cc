#include "connect/remote/remote_change_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "platform/log/log.h"
#include "platform/salesforce/api_answer.h"
#include "platform/text/text.h"

namespace stockbell::connect {
namespace {

using salesforce::text_of;
using namespace std::chrono_literals;

constexpr int kLoadRows = 2000;         // a page of the query resource
constexpr std::size_t kFetchIds = 150;  // some 5 KB of address: servers take 8
constexpr Duration kOverlap = 1s;       // windows share their border
// Before the first window: as long as a transaction that was under way during the load may have
// taken.
constexpr Duration kLoadOverlap = 10min;
constexpr Duration kDeletionsKept = std::chrono::hours(14 * 24);  // servers keep 15 days
constexpr Duration kShortestWindow = 1min, kLongestWindow = 12h;
constexpr std::size_t kLongestText = 1000;
constexpr int kMostPages = 20;  // of 200 to 2,000 rows each

constexpr std::string_view kOptionalFields[] = {"Site__c", "Locale__c", "Quantity__c",
                                                "Requested_Date__c", "Last_Asked_Date__c"};

bool too_much(const Error& error) {
  return error.reason == "EXCEEDED_ID_LIMIT" || error.code == ErrorCode::too_large;
}

std::string bounded(std::string text) {
  if (text.size() <= kLongestText) return text;
  text.resize(kLongestText);
  while (!text.empty() && !text::valid_utf8(text)) text.pop_back();
  return text;
}

std::string escaped(
    const std::string& id) {  // ids are letters and digits; anything else goes nowhere
  std::string out;
  for (const char c : id)
    if (std::isalnum(static_cast<unsigned char>(c))) out += c;
  return out;
}

std::string in_list(std::span<const std::string> ids) {
  std::string out = "Id IN (";
  for (const auto& id : ids) out += (out.ends_with('(') ? "'" : ",'") + escaped(id) + "'";
  return out + ")";
}

// "2026-01-01T00:00:00.000+0000" as Salesforce writes it, or RFC 3339.
std::optional<Time> parse_date(std::string text) {
  if (text.size() > 5 && (text[text.size() - 5] == '+' || text[text.size() - 5] == '-'))
    text.insert(text.size() - 2, ":");
  return parse_rfc3339(text);
}

const boost::json::value& member(const boost::json::value& record, std::string_view name) {
  static const boost::json::value kNull;
  const auto* found =
      record.is_object()
          ? record.get_object().if_contains(boost::json::string_view(name.data(), name.size()))
          : nullptr;
  return found ? *found : kNull;
}

int quantity_of(const boost::json::value& record) {
  const auto text = text_of(record, "Quantity__c");  // "2", or "2.0"
  double number = 1;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc()) return 1;
  return static_cast<int>(std::clamp(number, 1.0, 999.0));
}

SyncStage after_stage(SyncStage stage) {
  using enum SyncStage;
  switch (stage) {
    case load_contacts:
      return load_requests;
    case contacts:
      return requests;
    case requests:
      return deleted_requests;
    case deleted_requests:
      return deleted_contacts;
    default:
      return waiting;
  }
}

}  // namespace

std::optional<std::string> RemoteChangeFeed::class_of(const boost::json::value& record,
                                                      bool contact) const {
  if (class_field_.name.empty() || class_field_.of_contact != contact ||
      missing_.contains(class_field_.name))
    return {};
  return bounded(text_of(record, class_field_.name));
}

SyncedContact RemoteChangeFeed::contact_of(const boost::json::value& record,
                                           std::int64_t id) const {
  SyncedContact contact;
  contact.id.value = id;
  contact.email = bounded(text_of(record, "Email"));
  contact.first_name = bounded(text_of(record, "FirstName"));
  contact.last_name = bounded(text_of(record, "LastName"));
  contact.phone = bounded(text_of(record, "Phone"));
  contact.class_name = class_of(record, true);
  return contact;
}

SyncedRequest RemoteChangeFeed::request_of(const boost::json::value& record) const {
  SyncedRequest request;
  request.sku = bounded(text_of(record, "Product_SKU__c"));
  request.site = bounded(text_of(record, "Site__c"));
  if (request.site.empty()) request.site = "default";
  request.locale = bounded(text_of(record, "Locale__c"));
  request.quantity = quantity_of(record);
  auto asked = parse_date(text_of(record, "Requested_Date__c"));
  if (!asked) asked = parse_date(text_of(record, "CreatedDate"));
  request.requested_at = asked.value_or(Time{});
  request.asked_at = std::max(request.requested_at,
                              parse_date(text_of(record, "Last_Asked_Date__c")).value_or(Time{}));
  // A status that is none of ours is some state of the org's own: nobody waits for a message.
  request.status =
      parse_enum<RequestStatus>(text_of(record, "Status__c")).value_or(RequestStatus::cancelled);
  request.class_name = class_of(record, false);
  return request;
}

const std::vector<std::string>& RemoteChangeFeed::Window::ids(SyncStage stage) const {
  if (stage == SyncStage::contacts) return contacts;
  if (stage == SyncStage::requests) return requests;
  return stage == SyncStage::deleted_requests ? deleted_requests : deleted_contacts;
}

Result<ChangeBatch> RemoteChangeFeed::changes_after(const std::string& cursor, int limit) {
  SB_TRY(at, SyncPosition::parse(cursor));
  if (at.stage == SyncStage::load_contacts || at.stage == SyncStage::load_requests)
    return load(at, limit);
  if (at.stage == SyncStage::waiting) return poll(at, cursor, limit);
  return carry(at, limit);
}

Result<ChangeBatch> RemoteChangeFeed::load(SyncPosition at, int limit) {
  const bool contacts = at.stage == SyncStage::load_contacts;
  const auto rows = std::clamp(limit, 1, kLoadRows);
  SB_TRY(records,
         query(contacts ? "Contact" : "Back_In_Stock__c",
               (at.after.empty() ? "" : fmt::format("WHERE Id > '{}' ", escaped(at.after))) +
                   fmt::format("ORDER BY Id LIMIT {}", rows)));
  if (at.from == Time{}) {
    at.from = crm_.server_now() - kLoadOverlap;
    log::info("connect-load-begins");
  }
  ChangeBatch batch;
  SB_CHECK(contacts ? add_contacts(records, batch) : add_requests(records, batch));
  // A page may hold fewer rows than asked for; only an empty one is the end.
  at.after = records.empty() ? "" : text_of(records.back(), "Id");
  if (records.empty()) at.stage = after_stage(at.stage);
  if (at.stage == SyncStage::waiting) log::info("connect-load-done");
  batch.next_cursor = at.text();
  batch.more = true;
  return batch;
}

bool RemoteChangeFeed::due() {
  const auto now = clock_.now();
  const auto pause = crm_.usage().near_limit() ? poll_interval_ * 10 : poll_interval_;
  if (polled_at_ && now >= *polled_at_ && now - *polled_at_ < pause) return false;
  polled_at_ = now;
  return true;
}

void RemoteChangeFeed::poll_at_once() {
  if (!crm_.usage().near_limit()) polled_at_.reset();
}

Result<ChangeBatch> RemoteChangeFeed::poll(const SyncPosition& at, const std::string& cursor,
                                           int limit) {
  ChangeBatch nothing;
  nothing.next_cursor = cursor;
  if (!due()) return nothing;
  const auto now = crm_.server_now();
  if (at.from < now - kDeletionsKept) {
    log::warning("connect-reloads",
                 {{"reason", "the last change carried is older than 14 days"},
                  {"to_do",
                   "rows deleted in the CRM meanwhile stay in Engagement and may be messaged: "
                   "delete them there, see docs/apart.md"}});
    nothing.next_cursor = SyncPosition{}.text();
    nothing.more = true;
    return nothing;
  }
  const auto to = std::min(now, at.from + longest_window_);
  if (to <= at.from) return nothing;
  auto read = read_window(at.from, to);
  if (!read) {
    const auto& error = read.error();
    // Some servers take no window shorter than a minute: look again later.
    if (error.reason == "INVALID_REPLICATION_DATE" && to - at.from < 2 * kShortestWindow)
      return nothing;
    if (!too_much(error) || to - at.from <= kShortestWindow) return fail(std::move(read).error());
    longest_window_ = std::max<Duration>((to - at.from) / 2, kShortestWindow);
    poll_at_once();
    nothing.more = true;
    return nothing;
  }
  longest_window_ = std::min<Duration>(longest_window_ * 2, kLongestWindow);
  window_ = std::move(*read);
  // Behind by our own bound: go on. A server that itself lags behind has no more to tell yet.
  if (to < now && window_->to - kOverlap > at.from) poll_at_once();
  return carry({SyncStage::contacts, at.from, window_->to, ""}, limit);
}

Result<RemoteChangeFeed::Window> RemoteChangeFeed::read_window(Time from, Time to) {
  Window window{from, to, {}, {}, {}, {}};
  const auto take = [&](std::string_view object, std::string_view what,
                        std::vector<std::string>& into) -> Result<> {
    SB_TRY(found, changed(object, what, from, to));
    into = std::move(found.ids);
    window.to = std::min(window.to, found.covered);
    return {};
  };
  SB_CHECK(take("Contact", "deleted", window.deleted_contacts));
  SB_CHECK(take("Back_In_Stock__c", "deleted", window.deleted_requests));
  SB_CHECK(take("Contact", "updated", window.contacts));
  SB_CHECK(take("Back_In_Stock__c", "updated", window.requests));
  window.to = std::max(window.to, from);
  return window;
}

Result<RemoteChangeFeed::Changed> RemoteChangeFeed::changed(std::string_view object,
                                                            std::string_view what, Time from,
                                                            Time to) {
  SB_TRY(body, crm_.get(fmt::format("/sobjects/{}/{}?start={}&end={}", object, what,
                                    text::url_encode(to_rfc3339(from)),
                                    text::url_encode(to_rfc3339(to)))));
  Changed changed{{}, to};
  const auto covered = parse_date(text_of(body, "latestDateCovered"));
  if (!covered)
    return fail(ErrorCode::unavailable, "answer-invalid", "an answer has no latestDateCovered");
  changed.covered = *covered;
  if (const auto* ids = salesforce::array_in(body, "ids")) {
    for (const auto& id : *ids)
      if (id.is_string()) changed.ids.emplace_back(id.get_string());
  }
  if (const auto* rows = salesforce::array_in(body, "deletedRecords"))
    for (const auto& row : *rows) changed.ids.push_back(text_of(row, "id"));
  std::ranges::sort(changed.ids);
  const auto twice = std::ranges::unique(changed.ids);
  changed.ids.erase(twice.begin(), twice.end());
  return changed;
}

// The window can no longer be read as it was: poll() knows how to go on from its beginning.
ChangeBatch RemoteChangeFeed::poll_anew(Time from) {
  window_.reset();
  poll_at_once();
  ChangeBatch nothing;
  nothing.next_cursor = SyncPosition{SyncStage::waiting, from, {}, ""}.text();
  nothing.more = true;
  return nothing;
}

// Hands over the next rows of the open window, or closes it.
Result<ChangeBatch> RemoteChangeFeed::carry(SyncPosition at, int limit) {
  if (!window_ || window_->from != at.from || window_->to != at.to) {  // after a restart
    auto window = read_window(at.from, at.to);
    if (!window) {
      const auto& error = window.error();
      if (!too_much(error) && error.reason != "INVALID_REPLICATION_DATE")
        return fail(std::move(window).error());
      return poll_anew(at.from);
    }
    window_ = std::move(*window);
    window_->to = at.to;
  }
  ChangeBatch batch;
  std::span<const std::string> ids;
  for (; at.stage != SyncStage::waiting; at.stage = after_stage(at.stage), at.after.clear()) {
    const auto& all = window_->ids(at.stage);
    ids = std::span(all).subspan(
        static_cast<std::size_t>(std::ranges::upper_bound(all, at.after) - all.begin()));
    if (!ids.empty()) break;
  }
  if (at.stage == SyncStage::waiting) {
    const auto next = std::max(at.from, at.to - kOverlap);
    batch.next_cursor = SyncPosition{SyncStage::waiting, next, {}, ""}.text();
    window_.reset();
    return batch;
  }
  const bool deleted =
      at.stage == SyncStage::deleted_requests || at.stage == SyncStage::deleted_contacts;
  ids = ids.first(std::min({ids.size(), kFetchIds, static_cast<std::size_t>(std::max(limit, 1))}));
  if (deleted) {
    SB_CHECK(add_deleted({ids.begin(), ids.end()}, at.stage, batch));
  } else {
    const bool contacts = at.stage == SyncStage::contacts;
    SB_TRY(records, query(contacts ? "Contact" : "Back_In_Stock__c", "WHERE " + in_list(ids)));
    SB_CHECK(contacts ? add_contacts(records, batch) : add_requests(records, batch));
  }
  at.after = ids.back();
  batch.next_cursor = at.text();
  batch.more = true;
  return batch;
}

std::string RemoteChangeFeed::fields_of(std::string_view object) const {
  std::string fields = "Id,Email,FirstName,LastName,Phone";
  if (object != "Contact") {
    fields =
        "Id,Contact__c,Contact__r.Email,Contact__r.FirstName,Contact__r.LastName,"
        "Contact__r.Phone,Product_SKU__c,Status__c,CreatedDate";
    for (const auto field : kOptionalFields)
      if (!missing_.contains(std::string(field))) fields += "," + std::string(field);
  }
  const auto& name = class_field_.name;
  if (name.empty() || missing_.contains(name)) return fields;
  if (class_field_.of_contact) return fields + (object == "Contact" ? "," : ",Contact__r.") + name;
  return object == "Contact" ? fields : fields + "," + name;
}

bool RemoteChangeFeed::note_missing(const std::string& message) {
  std::vector<std::string> optional(std::begin(kOptionalFields), std::end(kOptionalFields));
  if (!class_field_.name.empty()) optional.push_back(class_field_.name);
  const auto field = std::ranges::find_if(optional, [&](const std::string& name) {
    return message.find(name) != message.npos && !missing_.contains(name);
  });
  if (field == optional.end()) return false;
  log::warning("crm-field-missing", {{"field", *field}});
  missing_.emplace(*field);
  return true;
}

Result<boost::json::array> RemoteChangeFeed::query(std::string_view object,
                                                   const std::string& condition) {
  for (;;) {
    const auto soql = fmt::format("SELECT {} FROM {} {}", fields_of(object), object, condition);
    auto body = crm_.get("/query?q=" + text::url_encode(soql));
    if (!body && body.error().reason == "INVALID_FIELD" && note_missing(body.error().message))
      continue;
    if (!body) return fail(std::move(body).error());
    const auto* records = salesforce::array_in(*body, "records");
    if (!records)
      return fail(ErrorCode::unavailable, "answer-invalid", "a query's answer has no records");
    boost::json::array all = *records;
    // Pages that the server cut short; a list of ids has no other way to the rest.
    auto next = text_of(*body, "nextRecordsUrl");
    for (int page_number = 0; !next.empty() && page_number < kMostPages; ++page_number) {
      SB_TRY(page, crm_.get(next));
      if (const auto* more = salesforce::array_in(page, "records"))
        all.insert(all.end(), more->begin(), more->end());
      next = text_of(page, "nextRecordsUrl");
    }
    return all;
  }
}

Result<> RemoteChangeFeed::add_contacts(const boost::json::array& records, ChangeBatch& batch) {
  std::vector<std::string> foreign;
  for (const auto& record : records) foreign.push_back(text_of(record, "Id"));
  SB_TRY(locals, ids_.locals(kContactKind, foreign));
  for (std::size_t i = 0; i < records.size(); ++i)
    batch.contacts.push_back(contact_of(records[i], locals.at(foreign[i])));
  return {};
}

// Requests with their contacts, so that none stands there without one.
Result<> RemoteChangeFeed::add_requests(const boost::json::array& records, ChangeBatch& batch) {
  std::vector<std::string> foreign, contacts;
  for (const auto& record : records) {
    foreign.push_back(text_of(record, "Id"));
    if (auto contact = text_of(record, "Contact__c"); !contact.empty())
      contacts.push_back(std::move(contact));
  }
  SB_TRY(request_ids, ids_.locals(kRequestKind, foreign));
  SB_TRY(contact_ids, ids_.locals(kContactKind, contacts));
  std::set<std::string> seen;
  for (const auto& record : records) {
    auto request = request_of(record);
    request.id.value = request_ids.at(text_of(record, "Id"));
    const auto contact = text_of(record, "Contact__c");
    if (contact.empty()) {
      request.deleted = true;  // nobody to tell
    } else {
      request.contact.value = contact_ids.at(contact);
      if (const auto& row = member(record, "Contact__r");
          row.is_object() && seen.insert(contact).second)
        batch.contacts.push_back(contact_of(row, request.contact.value));
    }
    batch.requests.push_back(std::move(request));
  }
  return {};
}

Result<> RemoteChangeFeed::add_deleted(const std::vector<std::string>& ids, SyncStage stage,
                                       ChangeBatch& batch) {
  const bool contacts = stage == SyncStage::deleted_contacts;
  SB_TRY(locals, ids_.known(contacts ? kContactKind : kRequestKind, ids));
  for (const auto& [foreign, local] : locals) {
    if (contacts) {
      SyncedContact contact;
      contact.id.value = local;
      contact.deleted = true;
      batch.contacts.push_back(std::move(contact));
    } else {
      SyncedRequest request;
      request.id.value = local;
      request.deleted = true;
      batch.requests.push_back(std::move(request));
    }
  }
  return {};
}

}  // namespace stockbell::connect
