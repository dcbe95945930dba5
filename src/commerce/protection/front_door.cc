#include "commerce/protection/front_door.h"

#include <cstring>

namespace stockbell::commerce {
namespace {

// What is counted about a network beside each other.
enum Counted : std::uint64_t { all_posts = 1, plain_posts, token_posts, clicks, misdeeds, ticket };

constexpr Debt kPoint = std::chrono::minutes(5);
constexpr int kMostPoints = 48;
constexpr Duration kTicketLife = std::chrono::minutes(30);
constexpr char kTicketKind = 'a';

std::string_view domain_of(std::string_view mailbox) {
  const auto at = mailbox.rfind('@');
  return at == mailbox.npos ? std::string_view() : mailbox.substr(at + 1);
}

std::string bytes_of(std::uint64_t number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

FrontDoorOptions completed(FrontDoorOptions options, Random& random) {
  if (options.key32.empty()) {
    options.key32.resize(32);
    random.fill({reinterpret_cast<unsigned char*>(options.key32.data()), options.key32.size()});
  }
  if (!options.disposable_domains)
    options.disposable_domains =
        std::make_shared<const DisposableDomains>(DisposableDomains::shipped());
  return options;
}

Outcome outcome_of(const Findings& found) {
  if (found.captcha == CaptchaState::passed) return Outcome::with_captcha;
  if (found.work == WorkState::done) return Outcome::with_work;
  if (found.clicked_again) return Outcome::with_click;
  return found.token == TokenState::valid ? Outcome::with_token : Outcome::without_token;
}

}  // namespace

FrontDoor::FrontDoor(FrontDoorOptions options, const Sites& sites, const Clock& clock,
                     Random& random)
    : options_(completed(std::move(options), random)),
      sites_(sites),
      clock_(clock),
      random_(random),
      started_(clock.now()),
      digests_(options_.key32),
      tokens_(options_.key32, options_.token_age),
      tickets_(crypto::hmac_sha256(options_.key32, "send again")),
      work_(options_.key32, random, started_),
      captcha_(options_.captcha) {}

Duration FrontDoor::overrun(const std::string& client_address) {
  Allowance any = options_.with_token;
  any.requests *= 10;
  const auto network = counted_as(digests_.of_network(client_address), all_posts);
  const auto wait = networks_.take(network, any, clock_.now());
  if (wait > Duration(0)) count(Outcome::network_limit);
  return wait;
}

Findings FrontDoor::look_at(const Knock& knock, std::uint64_t network, Time now) {
  Findings found;
  found.entrance = knock.entrance;
  found.hidden_field_filled = !knock.hidden.empty();
  if (found.hidden_field_filled) return found;
  found.token = tokens_.check(knock.page_token, knock.site, knock.sku, now);
  found.work = work_.check(knock.challenge, knock.solution, network, now);
  found.on_disposable = options_.on_disposable;
  found.disposable = options_.disposable_domains->contains(domain_of(knock.mailbox));
  if (captcha_.configured() && knock.entrance != Entrance::klaviyo) {
    found.captcha = captcha_.verify(knock.captcha, knock.client_address, now);
    found.captcha_needed = !captcha_.away(now);
    found.captcha_always = captcha_.options().always;
  }
  if (knock.entrance == Entrance::form) {
    found.clicked_again = use_ticket(knock, network, now);
    const auto counter = counted_as(network, clicks);
    found.may_click_again = found.clicked_again
                                ? networks_.take(counter, options_.clicks, now) == Duration(0)
                                : networks_.may_take(counter, options_.clicks, now);
  }
  found.within_allowance = take_allowance(knock, found, network, now);
  return found;
}

bool FrontDoor::take_allowance(const Knock& knock, const Findings& found, std::uint64_t network,
                               Time now) {
  if (found.work == WorkState::done || found.captcha == CaptchaState::passed || found.clicked_again)
    return true;
  const bool other_snippet = knock.entrance == Entrance::klaviyo;
  const bool doubtful =
      found.disposable && found.on_disposable == DisposableAction::challenge;
  if (found.token == TokenState::valid || (other_snippet && !doubtful))
    return networks_.take(counted_as(network, token_posts), options_.with_token, now) ==
           Duration(0);
  return networks_.take(counted_as(network, plain_posts), options_.without_token, now) ==
         Duration(0);
}

void FrontDoor::remember(std::uint64_t network, int points, Time now) {
  if (points == 0) return;
  networks_.add(counted_as(network, misdeeds), kPoint * points, kPoint * kMostPoints, now);
}

std::uint64_t FrontDoor::bound_to(const Knock& knock, std::uint64_t network) const {
  std::string what(knock.site);
  for (const auto part : {knock.sku, knock.mailbox}) {
    what += '\0';
    what += part;
  }
  return counted_as(digests_.of(DigestOf::letter, what), network);
}

std::string FrontDoor::make_ticket(const Knock& knock, std::uint64_t network, Time now) {
  return tickets_.sign(std::string(1, kTicketKind) +
                       bytes_of(static_cast<std::uint64_t>(to_ms(now))) +
                       bytes_of(random_.next()) + bytes_of(bound_to(knock, network)));
}

bool FrontDoor::use_ticket(const Knock& knock, std::uint64_t network, Time now) {
  if (knock.ticket.empty() || knock.ticket.size() > 80) return false;
  const auto payload = tickets_.verify(knock.ticket);
  if (!payload || payload->size() != 25 || payload->front() != kTicketKind ||
      number_at(*payload, 17) != bound_to(knock, network))
    return false;
  const auto made_at = from_ms(static_cast<std::int64_t>(number_at(*payload, 1)));
  const auto age = now - made_at;
  if (made_at < started_ || age < Duration(0) || age > kTicketLife) return false;
  const auto number = counted_as(number_at(*payload, 9), ticket);
  return networks_.take(number, {1, kTicketLife}, now) == Duration(0);
}

Reception FrontDoor::ask(const Knock& knock, std::uint64_t network, Time now) {
  Reception reception;
  reception.answer = Reception::Answer::ask;
  const std::array<std::string, 1> skus{std::string(knock.sku)};
  reception.page_token = tokens_.issue(knock.site, skus, now);
  if (knock.entrance == Entrance::form) {
    reception.ticket = make_ticket(knock, network, now);
  } else if (!captcha_.configured() || captcha_.away(now)) {
    networks_.add(counted_as(network, misdeeds), Debt(0), kPoint * kMostPoints, now);
    const auto owed = networks_.debt(counted_as(network, misdeeds), now);
    const auto points = (owed + kPoint - Debt(1)) / kPoint;
    reception.challenge = work_.make(network, effort_for(points), now);
  }
  count(Outcome::asked);
  return reception;
}

// The limits that hold for everybody. `found` is null for a caller with a key.
Reception FrontDoor::hold_limits(const Knock& knock, const Findings* found, Time now) {
  Reception reception;
  const auto* site = sites_.find(knock.site);
  const Allowance of_site{site ? site->requests_per_minute : 0, std::chrono::minutes(1)};
  reception.wait = sites_asked_.take(digests_.of(DigestOf::site, knock.site), of_site, now);
  if (reception.wait > Duration(0)) {
    count(Outcome::site_limit);
    reception.answer = Reception::Answer::busy;
    return reception;
  }
  if (found && found->work == WorkState::done && !work_.use(knock.challenge, now))
    return ask(knock, digests_.of_network(knock.client_address), now);  // its twin was quicker
  const auto mailbox = digests_.of(DigestOf::mailbox, knock.mailbox);
  const bool room =
      mailboxes_.take(counted_as(mailbox, 1), options_.mailbox_hour, now) == Duration(0) &&
      mailboxes_.take(counted_as(mailbox, 2), options_.mailbox_day, now) == Duration(0);
  if (!room) {
    count(Outcome::mailbox_limit);
    reception.answer = Reception::Answer::drop;
    return reception;
  }
  count(found ? outcome_of(*found) : Outcome::with_key);
  return reception;
}

Reception FrontDoor::receive(const Knock& knock) {
  const auto now = clock_.now();
  if (knock.with_key) return hold_limits(knock, nullptr, now);
  const auto network = digests_.of_network(knock.client_address);
  const auto found = look_at(knock, network, now);
  const auto step = decide(found);
  const auto points = misbehaviour(found, step);
  Reception reception;
  switch (step) {
    case Step::go_on:
      reception = hold_limits(knock, &found, now);
      break;
    case Step::ask_for_more:
      reception = ask(knock, network, now);
      break;
    case Step::drop:
      count(Outcome::hidden_field);
      reception.answer = Reception::Answer::drop;
      break;
    case Step::refuse:
      count(Outcome::disposable);
      reception.answer = Reception::Answer::refuse;
      reception.error = {ErrorCode::invalid, "email-disposable",
                         "this is a mailbox for a few minutes; please use one that you will still "
                         "read when the item is back",
                         "email"};
      break;
    case Step::slow_down:
      count(Outcome::network_limit);
      reception.answer = Reception::Answer::slow_down;
      reception.wait = options_.with_token.period;
      break;
  }
  remember(network, points, now);
  return reception;
}

std::vector<std::pair<std::string_view, std::uint64_t>> FrontDoor::counts() const {
  std::vector<std::pair<std::string_view, std::uint64_t>> all;
  for (const auto& row : kEnumText<Outcome>)
    all.emplace_back(row.text,
                     counts_[static_cast<std::size_t>(row.value)].load(std::memory_order_relaxed));
  return all;
}

}  // namespace stockbell::commerce
