#include "app/front_door_options.h"

#include "platform/crypto/crypto.h"

namespace stockbell::app {

Result<commerce::FrontDoorOptions> read_front_door(const config::Config& config, Random& random) {
  commerce::FrontDoorOptions options;
  SB_TRY(key, crypto::load_or_create_key(config.data_dir / "keys" / "front-door", random));
  options.key32 = key;
  options.token_age = {std::chrono::seconds(config.commerce_page_token_wait_seconds),
                       std::chrono::minutes(config.commerce_page_token_minutes)};
  options.with_token.requests = config.commerce_requests_per_minute;
  options.without_token.requests = config.commerce_requests_without_token;
  options.mailbox_hour.requests = config.commerce_requests_per_mailbox_hour;
  options.mailbox_day.requests = config.commerce_requests_per_mailbox_day;
  const auto action = parse_enum<commerce::DisposableAction>(config.commerce_disposable);
  options.on_disposable = action.value_or(options.on_disposable);
  if (!config.commerce_disposable_domains.empty()) {
    SB_TRY(domains, commerce::DisposableDomains::read(config.commerce_disposable_domains));
    options.disposable_domains =
        std::make_shared<const commerce::DisposableDomains>(std::move(domains));
  }
  options.captcha = {.verify_url = config.commerce_captcha_verify_url,
                     .secret = config.commerce_captcha_secret,
                     .field = config.commerce_captcha_field,
                     .always = config.commerce_captcha == "always"};
  if (!options.captcha.verify_url.empty() && options.captcha.secret.empty())
    return fail(ErrorCode::invalid, "config-value-invalid",
                "commerce.captcha_verify_url needs commerce.captcha_secret");
  return options;
}

}  // namespace stockbell::app
