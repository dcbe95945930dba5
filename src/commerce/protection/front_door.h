// Stands before every public way in for notification requests: finds out what a post is worth, keeps
// the limits of networks, mailboxes and sites, makes challenges and counts what it did. Remembers
// digests, never addresses, in fixed memory: 64 MiB for networks (4 million debts: a network owes
// one to three), 32 MiB for mailboxes (two each), 8 MiB for solved challenges, each taken from the
// system only as it is used. Thread-safe. Step 2. The protocol: docs/front-door.md.
#pragma once
#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "commerce/protection/captcha.h"
#include "commerce/protection/debts.h"
#include "commerce/protection/digests.h"
#include "commerce/protection/disposable_domains.h"
#include "commerce/protection/front_door_rules.h"
#include "commerce/protection/page_token.h"
#include "commerce/protection/proof_of_work.h"
#include "commerce/sites/sites.h"

namespace stockbell::commerce {

struct FrontDoorOptions {
  std::string key32 = {};  // of data_dir/keys/front-door; empty: one for this run
  TokenAge token_age = {};
  // Of a client network: posts with a page token before it is asked for more; ten times as many of
  // any kind are refused.
  Allowance with_token{30, std::chrono::minutes(1)};
  Allowance without_token{5, std::chrono::minutes(10)};
  Allowance clicks{10, std::chrono::minutes(10)};  // of "Send again"
  Allowance mailbox_hour{10, std::chrono::hours(1)}, mailbox_day{30, std::chrono::hours(24)};
  DisposableAction on_disposable = DisposableAction::challenge;
  std::shared_ptr<const DisposableDomains> disposable_domains = {};  // null: the list that ships
  CaptchaOptions captcha = {};
};

// The names of the fields a post may have beside the request's own.
namespace door_field {
inline constexpr std::string_view page_token = "page_token", hidden = "website",
                                  challenge = "challenge", solution = "solution",
                                  ticket = "again";
}  // namespace door_field

// A post, as far as the front door looks at it. Views of what the caller holds.
struct Knock {
  Entrance entrance = Entrance::script;
  bool with_key = false;  // a shop's own server: only the limits of mailbox and site
  std::string client_address;
  std::string_view site, sku;
  std::string_view mailbox;  // normalised address
  std::string_view page_token, hidden, challenge, solution, ticket, captcha;
};

struct Reception {
  enum class Answer {
    let_in,
    drop,       // answer as if it had been let in, and forget it
    refuse,     // 422, error
    ask,        // 428: challenge, or the captcha of the configuration; for a form a ticket
    slow_down,  // 429, wait
    busy,       // 503, wait
  };
  Answer answer = Answer::let_in;
  Duration wait{};
  std::optional<Challenge> challenge;  // none: the captcha is asked for
  std::string page_token;              // fresh
  std::string ticket;                  // field door_field::ticket of the "Send again" page
  Error error;
  // To its sender both are the same.
  bool passes() const { return answer == Answer::let_in || answer == Answer::drop; }
};

// What became of posts since the start, for people.
enum class Outcome {
  with_token,
  without_token,
  with_work,
  with_captcha,
  with_click,
  with_key,
  hidden_field,
  mailbox_limit,
  asked,
  disposable,
  network_limit,
  site_limit,
};

}  // namespace stockbell::commerce

// In the order of the enum.
template <>
inline constexpr auto stockbell::kEnumText<stockbell::commerce::Outcome> =
    std::to_array<stockbell::EnumText<stockbell::commerce::Outcome>>({
        {stockbell::commerce::Outcome::with_token, "with_token"},
        {stockbell::commerce::Outcome::without_token, "without_token"},
        {stockbell::commerce::Outcome::with_work, "with_work"},
        {stockbell::commerce::Outcome::with_captcha, "with_captcha"},
        {stockbell::commerce::Outcome::with_click, "with_click"},
        {stockbell::commerce::Outcome::with_key, "with_key"},
        {stockbell::commerce::Outcome::hidden_field, "hidden_field"},
        {stockbell::commerce::Outcome::mailbox_limit, "mailbox_limit"},
        {stockbell::commerce::Outcome::asked, "asked"},
        {stockbell::commerce::Outcome::disposable, "disposable"},
        {stockbell::commerce::Outcome::network_limit, "network_limit"},
        {stockbell::commerce::Outcome::site_limit, "site_limit"},
    });

namespace stockbell::commerce {

class FrontDoor {
 public:
  // `sites`, `clock` and `random` must outlive it.
  FrontDoor(FrontDoorOptions options, const Sites& sites, const Clock& clock, Random& random);

  // Before a post is read: more than zero is how long this network has to wait.
  Duration overrun(const std::string& client_address);
  Reception receive(const Knock& knock);

  const PageTokens& page_tokens() const { return tokens_; }
  const FrontDoorOptions& options() const { return options_; }
  std::vector<std::pair<std::string_view, std::uint64_t>> counts() const;
  Time since() const { return started_; }
  std::size_t most_bytes() const { return networks_.bytes() + mailboxes_.bytes(); }

 private:
  Findings look_at(const Knock& knock, std::uint64_t network, Time now);
  bool take_allowance(const Knock& knock, const Findings& found, std::uint64_t network, Time now);
  Reception ask(const Knock& knock, std::uint64_t network, Time now);
  Reception hold_limits(const Knock& knock, const Findings* found, Time now);
  std::string make_ticket(const Knock& knock, std::uint64_t network, Time now);
  bool use_ticket(const Knock& knock, std::uint64_t network, Time now);
  std::uint64_t bound_to(const Knock& knock, std::uint64_t network) const;
  void remember(std::uint64_t network, int points, Time now);
  void count(Outcome outcome) {
    counts_[static_cast<std::size_t>(outcome)].fetch_add(1, std::memory_order_relaxed);
  }

  FrontDoorOptions options_;
  const Sites& sites_;
  const Clock& clock_;
  Random& random_;
  Time started_;
  Digests digests_;
  PageTokens tokens_;
  crypto::Signer tickets_;
  ProofOfWork work_;
  Captcha captcha_;
  Debts networks_{std::size_t{1} << 22}, mailboxes_{std::size_t{1} << 21}, sites_asked_{1024};
  std::array<std::atomic<std::uint64_t>, kEnumText<Outcome>.size()> counts_{};
};

}  // namespace stockbell::commerce
