// The console's view of the local mailbox.
#include <charconv>

#include "channels/email/mime_reader.h"
#include "channels/email/outbox_channel.h"
#include "platform/text/json.h"

namespace stockbell::channels {
namespace {

Result<std::int64_t> number_of(std::string_view text, const std::string& field) {
  std::int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number <= 0)
    return fail(ErrorCode::invalid, field + "-invalid", field + " is a positive number", field);
  return number;
}

// Ids are text in JSON: they are larger than a JavaScript number holds.
void write_summary(text::JsonWriter& json, const MailboxMessage& message) {
  json.member("id", std::to_string(message.id))
      .member("message_id", message.message_id)
      .member("sender", message.sender)
      .member("recipient", message.recipient)
      .member("subject", message.subject)
      .member("received_at", to_rfc3339(message.received_at));
}

}  // namespace

void OutboxChannel::add_routes(http::Router& router) {
  http::Route list;
  list.method = "GET";
  list.pattern = "/api/v1/mailbox";
  list.least = http::Role::readonly;
  list.handler = [this](const http::Request& request) { return answer_list(request); };
  router.add(std::move(list));
  http::Route one;
  one.method = "GET";
  one.pattern = "/api/v1/mailbox/{id}";
  one.least = http::Role::readonly;
  one.handler = [this](const http::Request& request) { return answer_message(request); };
  router.add(std::move(one));
}

Result<http::Response> OutboxChannel::answer_list(const http::Request& request) {
  std::int64_t limit = 50, cursor = 0;
  if (auto value = request.query_value("limit")) {
    SB_TRY(number, number_of(*value, "limit"));
    limit = std::min<std::int64_t>(number, 200);
  }
  if (auto value = request.query_value("cursor")) {
    SB_TRY(number, number_of(*value, "cursor"));
    cursor = number;
  }
  auto recipient = request.query_value("recipient").value_or("");
  SB_TRY(messages, list(static_cast<int>(limit) + 1, cursor, recipient));
  bool more = messages.size() > static_cast<std::size_t>(limit);
  if (more) messages.pop_back();
  text::JsonWriter json;
  json.begin_object().key("items").begin_array();
  for (const auto& message : messages) {
    json.begin_object();
    write_summary(json, message);
    json.end_object();
  }
  json.end_array().key("next_cursor");
  if (more)
    json.value(std::to_string(messages.back().id));
  else
    json.value(nullptr);
  json.end_object();
  return http::Response::json(200, std::move(json).str());
}

Result<http::Response> OutboxChannel::answer_message(const http::Request& request) {
  auto id = number_of(request.parameter("id"), "id");
  SB_TRY(message, get(id ? *id : 0));
  auto read = read_mime(message.raw);
  text::JsonWriter json;
  json.begin_object();
  write_summary(json, message);
  json.key("headers").begin_array();
  for (const auto& [name, value] : read.headers)
    json.begin_object().member("name", name).member("value", value).end_object();
  json.end_array().member("html", read.html).member("text", read.text).end_object();
  return http::Response::json(200, std::move(json).str());
}

}  // namespace stockbell::channels
