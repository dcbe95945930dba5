#include "crm/requests/request_json.h"

#include "platform/text/json.h"

namespace stockbell::crm::requests {
namespace {

std::optional<std::string> moment(const std::optional<Time>& time) {
  if (!time) return {};
  return to_rfc3339(*time);
}

void write_row(text::JsonWriter& json, const RequestRow& row) {
  const auto& state = row.state;
  json.begin_object()
      .member("id", to_record_id(kRequestPrefix, state.id.value))
      .member("status", to_text(state.status))
      .member("sku", row.sku)
      .member("site", row.site)
      .member("locale", row.locale)
      .member("quantity", row.quantity);
  json.key("contact")
      .begin_object()
      .member("id", to_record_id(kContactPrefix, row.contact.value))
      .member("email", row.email)
      .member("first_name", row.first_name)
      .member("last_name", row.last_name)
      .end_object();
  json.key("consent")
      .begin_object()
      .member("text_version", row.consent.text_version)
      .member("given_at", to_rfc3339(row.consent.given_at))
      .member("page_url", row.consent.page_url)
      .end_object();
  json.member("requested_at", to_rfc3339(row.requested_at))
      .member("queued_at", moment(state.queued_at))
      .member("sent_at", moment(state.sent_at))
      .member("opened_at", moment(state.opened_at))
      .member("clicked_at", moment(state.clicked_at))
      .end_object();
}

}  // namespace

std::string to_json(const RequestRow& row) {
  text::JsonWriter json;
  write_row(json, row);
  return std::move(json).str();
}

std::string to_json(const RequestPage& page) {
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& row : page.rows) write_row(json, row);
  json.end_array().key("next_cursor");
  if (page.next_cursor.empty())
    json.value(nullptr);
  else
    json.value(page.next_cursor);
  json.end_object();
  return std::move(json).str();
}

std::string to_json(std::span<const TimelineEvent> events) {
  text::JsonWriter json;
  json.begin_array();
  for (const auto& event : events)
    json.begin_object()
        .member("at", to_rfc3339(event.at))
        .member("status", to_text(event.status))
        .member("reason", event.reason)
        .member("source", event.source)
        .end_object();
  json.end_array();
  return std::move(json).str();
}

std::string to_json(std::span<const SkuDemand> demand) {
  text::JsonWriter json;
  json.begin_array();
  for (const auto& item : demand)
    json.begin_object()
        .member("sku", item.sku)
        .member("waiting", item.waiting)
        .member("oldest_at", to_rfc3339(item.oldest_at))
        .end_object();
  json.end_array();
  return std::move(json).str();
}

std::string to_json(const Funnel& funnel) {
  text::JsonWriter json;
  json.begin_object().member("from", day_text(funnel.from)).member("to", day_text(funnel.to));
  json.key("totals").begin_object();
  for (const auto& [status, count] : funnel.totals) json.member(to_text(status), count);
  json.end_object().key("days").begin_array();
  for (const auto& [day, figures] : funnel.days)
    json.begin_object()
        .member("day", day_text(day))
        .member("requested", figures.requested)
        .member("sent", figures.sent)
        .member("opened", figures.opened)
        .member("clicked", figures.clicked)
        .end_object();
  json.end_array().end_object();
  return std::move(json).str();
}

std::string day_text(std::chrono::sys_days day) {
  return to_rfc3339(std::chrono::time_point_cast<Duration>(day)).substr(0, 10);
}

std::optional<std::chrono::sys_days> parse_day(std::string_view text) {
  if (text.size() != 10) return {};
  const auto time = parse_rfc3339(std::string(text) + "T00:00:00Z");
  if (!time) return {};
  return std::chrono::floor<std::chrono::days>(*time);
}

}  // namespace stockbell::crm::requests
