#include "simulation/mail_server.h"

namespace stockbell::simulation {

using enum DeliveryState;

DeliveryOutcome MailServer::answer(const OutgoingMessage& message) {
  const auto told = [&](DeliveryState state, int code, const char* detail, const char* fault) {
    if (*fault) trouble_.count(fault);
    return DeliveryOutcome{message.id, state, code, detail};
  };
  switch (mood_) {
    case Mood::away:
      return told(retry, 0, "no connection", "mail server away");
    case Mood::flaky:
      if (dice_() % 3 == 0) return told(retry, 451, "try again", "mail put off");
      break;
    case Mood::refuses_some:
      if (dice_() % 4 == 0) return told(refused, 550, "no such mailbox", "mail refused");
      break;
    case Mood::slow:
      trouble_.count("mail slow");
      clock_.advance(Duration(static_cast<std::int64_t>(dice_() % 60'000)));
      break;
    case Mood::good:
      break;
  }
  return told(delivered, 250, "2.0.0 ok", "");
}

void MailServer::deliver(const std::vector<OutgoingMessage>& messages,
                         const std::function<bool(MessageId)>& still_wanted,
                         const std::function<void(DeliveryOutcome)>& report) {
  std::vector<DeliveryOutcome> outcomes;
  for (const auto& message : messages) {
    if (interrupt_in_ > 0 && --interrupt_in_ == 0) interrupt_();
    if (trouble_.process.dead()) return;
    if (!still_wanted(message.id)) {
      outcomes.push_back({message.id, withdrawn, 0, "no longer wanted"});
      continue;
    }
    auto outcome = answer(message);
    witness_.handed_over(message, outcome.state);
    if (trouble_.mutation == Mutation::delivered_is_denied && outcome.state == delivered)
      outcome = {message.id, retry, 451, "try again"};
    outcomes.push_back(outcome);
    if (outcome.state == delivered && die_in_ > 0 && --die_in_ == 0) {
      trouble_.count("death between 250 and record");
      trouble_.process.die();
      return;
    }
  }
  for (const auto& outcome : outcomes) {
    const auto before = recorded_in_->ended();
    report(outcome);
    recorded_in_->wait_ended(before + 1);
  }
}

}  // namespace stockbell::simulation
