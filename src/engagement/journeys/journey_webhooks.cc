#include "engagement/journeys/journey_webhooks.h"

#include "engagement/messages/retry_rules.h"
#include "platform/log/log.h"

namespace stockbell::engagement {
namespace {

constexpr auto kTimeout = std::chrono::seconds(10);

// What a webhook answers is of no interest beyond its status.
std::string outcome_of(http::Client& client, const DueWebhook& webhook) {
  http::ClientRequest request;
  request.method = "POST";
  request.url = webhook.url;
  request.headers = {{"Content-Type", "application/json"},
                     {"Idempotency-Key", std::to_string(webhook.id)}};
  request.body = webhook.body;
  request.timeout = kTimeout;
  request.response_limit = 64 * 1024;
  const auto answer = client.fetch(request);
  if (!answer) return answer.error().reason;
  if (answer->status >= 200 && answer->status < 300) return "";
  return "status " + std::to_string(answer->status);
}

}  // namespace

Result<std::size_t> JourneyWebhooks::call_due(int limit) {
  auto due = database_.read(
      [&](db::Session& session) { return store_.due_webhooks(session, clock_.now(), limit); });
  if (!due) return std::unexpected(std::move(due).error());
  for (const auto& webhook : *due) {
    const auto failure = outcome_of(client_, webhook);
    const auto now = clock_.now();
    const auto again =
        failure.empty() ? std::nullopt
                        : next_attempt(webhook.attempts + 1, webhook.first_attempt_at.value_or(now),
                                       now, static_cast<std::uint8_t>(random_.next()));
    if (!failure.empty())
      log::warning(again ? "journey_webhook_waits" : "journey_webhook_given_up",
                   {{"journey", webhook.journey}, {"failure", failure}});
    SB_CHECK(database_.write([&](db::Session& session) {
      return again ? store_.webhook_tried(session, webhook.id, now, *again)
                   : store_.drop_webhook(session, webhook.id);
    }));
  }
  return due->size();
}

Result<std::optional<Time>> JourneyWebhooks::next_due() {
  return database_.read([&](db::Session& session) { return store_.next_webhook(session); });
}

}  // namespace stockbell::engagement
