// RequestReader's texts for people: explain and the CSV export of the command line.
#include "crm/requests/request_reader.h"

namespace stockbell::crm::requests {
namespace {

std::string moment(const std::optional<Time>& time) {
  return time ? to_rfc3339(*time) : std::string();
}

// RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe: names are typed
// by strangers.
std::string cell(const std::string& value) {
  std::string text = value;
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(text.begin(), '\'');
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_line(const RequestRow& row) {
  const auto& state = row.state;
  const std::string cells[] = {to_record_id(kRequestPrefix, state.id.value),
                               std::string(to_text(state.status)),
                               row.sku,
                               row.site,
                               row.locale,
                               std::to_string(row.quantity),
                               to_record_id(kContactPrefix, row.contact.value),
                               row.email,
                               row.first_name,
                               row.last_name,
                               to_rfc3339(row.requested_at),
                               moment(state.queued_at),
                               moment(state.sent_at),
                               moment(state.opened_at),
                               moment(state.clicked_at)};
  std::string line;
  for (const auto& text : cells) line += (line.empty() ? "" : ",") + cell(text);
  return line + "\r\n";
}

}  // namespace

std::string RequestReader::what_engagement_knows(RequestId id, const RequestRow& row) const {
  if (explanations_ == nullptr) {
    if (!is_open(row.state.status)) return {};
    return "engagement\n  runs elsewhere, and engagement.url is not set: what keeps the request is "
           "told by `stockbell requests explain` there\n";
  }
  const auto lines = explanations_->explain(id);
  if (!lines) return "engagement\n  " + lines.error().message + "\n";
  std::string text = lines->empty() ? "" : "engagement\n";
  for (const auto& line : *lines) text += "  " + line + "\n";
  return text;
}

Result<std::string> RequestReader::explain(RequestId id) const {
  SB_TRY(row, get(id));
  SB_TRY(events, timeline(id));
  std::string text = fmt::format(
      "request  {}\nsku      {} (site {}, locale {}, quantity {})\ncontact  {} {} {} <{}>\nconsent "
      " {} at {} on {}\n"
      "status   {}\n",
      to_record_id(kRequestPrefix, id.value), row.sku, row.site, row.locale, row.quantity,
      to_record_id(kContactPrefix, row.contact.value), row.first_name, row.last_name, row.email,
      row.consent.text_version, to_rfc3339(row.consent.given_at), row.consent.page_url,
      to_text(row.state.status));
  for (const auto& event : events)
    text += fmt::format("  {}  {:<13} {} ({})\n", to_rfc3339(event.at), to_text(event.status),
                        event.reason, event.source);
  return text + what_engagement_knows(id, row);
}

Result<> RequestReader::export_csv(RequestFilter filter,
                                   const std::function<Result<>(std::string_view)>& write) const {
  SB_CHECK(
      write("id,status,sku,site,locale,quantity,contact,email,first_name,last_name,requested_at,"
            "queued_at,"
            "sent_at,opened_at,clicked_at\r\n"));
  filter.limit = 1000;
  filter.cursor.clear();
  do {
    SB_TRY(page, list(filter));
    for (const auto& row : page.rows) SB_CHECK(write(csv_line(row)));
    filter.cursor = page.next_cursor;
  } while (!filter.cursor.empty());
  return {};
}

}  // namespace stockbell::crm::requests
