// The mail server of a simulation, behind the channel's port: takes messages, is slow, puts off,
// refuses, and may be where the process dies: between the final 250 and its record.
#pragma once
#include <random>

#include "contracts/message_channel.h"
#include "simulation/trouble.h"
#include "simulation/witness.h"

namespace stockbell::simulation {

class MailServer final : public MessageChannel {
 public:
  enum class Mood { good, away, flaky, refuses_some, slow };
  static constexpr int kMoods = 5;

  MailServer(Trouble& trouble, Witness& witness, ManualClock& clock)
      : trouble_(trouble), witness_(witness), clock_(clock) {}

  void deliver(const std::vector<OutgoingMessage>& messages,
               const std::function<bool(MessageId)>& still_wanted,
               const std::function<void(DeliveryOutcome)>& report) override;

  void set_mood(Mood mood, std::uint64_t seed) {
    mood_ = mood;
    dice_.seed(seed);
  }
  // Called once, before the n-th message from now is asked for (1: the next).
  void interrupt_at(int message, std::function<void()> with) {
    interrupt_in_ = message;
    interrupt_ = std::move(with);
  }
  void die_after(int message) { die_in_ = message; }  // the n-th delivered from now
  void forget_plans() { interrupt_in_ = die_in_ = 0; }

  // Outcomes are reported one by one, each when the one before is recorded: the store sees the same
  // transactions at every run.
  void record_into(FaultyDatabase* engagement) { recorded_in_ = engagement; }

 private:
  DeliveryOutcome answer(const OutgoingMessage& message);

  Trouble& trouble_;
  Witness& witness_;
  ManualClock& clock_;
  Mood mood_ = Mood::good;
  std::mt19937_64 dice_;
  int interrupt_in_ = 0, die_in_ = 0;
  std::function<void()> interrupt_;
  FaultyDatabase* recorded_in_ = nullptr;
};

}  // namespace stockbell::simulation
