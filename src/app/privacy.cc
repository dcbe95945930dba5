#include "app/privacy.h"

#include <set>

#include "platform/log/log.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::app {
namespace {

Result<std::string> email_of(const http::Request& request) {
  SB_TRY(body, text::parse_json_object(request.body));
  SB_TRY(email, text::find_text(body, "email"));
  if (!email || email->empty())
    return fail(ErrorCode::invalid, "email-missing", "an e-mail address is needed", "email");
  return *email;
}

std::string receipt_json(const Privacy::Receipt& receipt) {
  text::JsonWriter json;
  json.begin_object()
      .member("receipt", receipt.erasure.receipt)
      .member("erased_at", to_rfc3339(receipt.erasure.at))
      .member("address_hash", receipt.erasure.address_hash)
      .key("boxes")
      .begin_object();
  for (const auto& [box, rows] : receipt.boxes) {
    json.key(box).begin_object();
    for (const auto& [kind, count] : rows) json.member(kind, count);
    json.end_object();
  }
  json.end_object().end_object();
  return std::move(json).str();
}

http::Response private_json(std::string body) {
  auto response = http::Response::json(200, std::move(body));
  response.set("Cache-Control", "no-store");
  return response;
}

}  // namespace

Result<std::unique_ptr<Privacy>> Privacy::create(Parts parts) {
  SB_TRY(list, erasures::ErasureList::open(parts.data_dir / "erasures",
                                           parts.data_dir / "keys" / "privacy", parts.random));
  std::unique_ptr<Privacy> privacy(new Privacy(std::move(parts), std::move(list)));
  SB_CHECK(privacy->carry_out());
  return privacy;
}

Result<> Privacy::carry_out() {
  std::vector<std::string> receipts;
  for (const auto& erasure : list_.all()) receipts.push_back(erasure.receipt);
  if (receipts.empty()) return {};
  for (auto* box : parts_.boxes) {
    SB_TRY(missing, box->find_unerased(receipts));
    if (!missing.empty()) SB_CHECK(carry_out(*box, missing));
  }
  wipe();  // also when nothing was missing: a process may have died between erasing and wiping
  return {};
}

Result<> Privacy::carry_out(PersonalData& box, const std::vector<std::string>& receipts) {
  const std::set<std::string> wanted(receipts.begin(), receipts.end());
  std::set<std::string> hashes, addresses;
  for (const auto& erasure : list_.all())
    if (wanted.contains(erasure.receipt)) hashes.insert(erasure.address_hash);
  SB_CHECK(box.for_each_address([&](std::string_view address) {
    if (hashes.contains(list_.hash(address))) addresses.emplace(address);
  }));
  SB_CHECK(box.erase({addresses.begin(), addresses.end()}, receipts));
  log::info("erasures-carried-out", {{"box", std::string(box.box())},
                                     {"erasures", std::to_string(receipts.size())},
                                     {"addresses", std::to_string(addresses.size())}});
  return {};
}

void Privacy::wipe() {
  const auto wiped = parts_.wipe();
  if (!wiped)
    log::warning("erased-rows-not-wiped",
                 {{"reason", wiped.error().reason}, {"error", wiped.error().message}});
}

Result<std::string> Privacy::export_of(const std::string& email) {
  SB_TRY(address, text::parse_email(email));
  text::JsonWriter json;
  json.begin_object()
      .member("address", address.normalized)
      .member("exported_at", to_rfc3339(parts_.clock.now()))
      .key("boxes")
      .begin_object();
  for (auto* box : parts_.boxes) {
    SB_TRY(held, box->export_of(address.normalized));
    json.key(box->box()).raw(held);
  }
  json.end_object().end_object();
  return std::move(json).str();
}

Result<Privacy::Receipt> Privacy::erase(const std::string& email) {
  SB_TRY(address, text::parse_email(email));
  std::lock_guard lock(mutex_);
  SB_TRY(erasure, list_.add(address.normalized, parts_.clock.now(), parts_.random));
  Receipt receipt{erasure, {}};
  Result<> done;
  // Else a copy read before could reach Engagement after its erasure, until the CRM's word follows.
  auto paused = parts_.pause_sync ? parts_.pause_sync() : std::unique_lock<std::mutex>();
  for (auto* box : parts_.boxes) {
    auto erased = box->erase({address.normalized}, {erasure.receipt});
    if (erased)
      receipt.boxes.emplace(box->box(), std::move(*erased));
    else if (done)
      done = std::unexpected(std::move(erased).error());
  }
  if (done && unfinished_) done = carry_out();  // of earlier calls
  if (paused) paused.unlock();
  unfinished_ = !done.has_value();
  log::info("address-erased", {{"receipt", erasure.receipt}, {"complete", done ? "yes" : "no"}});
  if (!done)
    return fail(ErrorCode::unavailable, "erasure-unfinished",
                fmt::format("the erasure {} is recorded, but not all stores answered ({}); it is "
                            "completed by the next erasure or at the next start",
                            erasure.receipt, done.error().reason));
  wipe();
  return receipt;
}

void Privacy::add_routes(http::Router& router) {
  router.add({"POST", "/api/v1/privacy/export", http::Role::admin,
              [this](const http::Request& request) -> Result<http::Response> {
                SB_TRY(email, email_of(request));
                SB_TRY(document, export_of(email));
                return private_json(std::move(document));
              }});
  router.add({"POST", "/api/v1/privacy/erase", http::Role::admin,
              [this](const http::Request& request) -> Result<http::Response> {
                SB_TRY(email, email_of(request));
                SB_TRY(receipt, erase(email));
                return private_json(receipt_json(receipt));
              }});
}

}  // namespace stockbell::app
