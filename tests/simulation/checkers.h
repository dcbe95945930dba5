// The nine invariants as checkers. 2, 3, 5 and 6 are judged at each hand-over (witness.h); these
// look at the boxes from outside: after every step, and when everything has settled.
#pragma once
#include "simulation/world.h"

namespace stockbell::simulation {

using Stock = std::map<std::string, std::int64_t>;  // what commerce was told, by SKU
using RequestRows = std::vector<crm::requests::RequestRow>;

// 1: no record that was ever there is gone.
class RecordsStay {
 public:
  std::optional<Violation> check(const RequestRows& rows);

 private:
  std::set<RequestId> seen_;
};

// When all arrows have been carried and nothing is in trouble:
// 1: whoever asked and was not messaged since has an open record, or one that says why it ended.
std::optional<Violation> check_acknowledged_is_kept(const Witness& witness,
                                                    const RequestRows& rows);
// 3: Engagement knows what commerce knows.
std::optional<Violation> check_stock_is_known(const Witness& witness, const Stock& stock);
// 4: nobody waits for what is there, unless a rule wants more units.
std::optional<Violation> check_waiting_are_served(const RequestRows& rows, const Stock& stock,
                                                  const engagement::RestockRules& rules);
// 9: the record's timeline is legal, ends where the record stands, and says why; what was messaged
// is Sent or beyond.
std::optional<Violation> check_is_explained(World& world, const RequestRows& rows);

// 7 and 8: what must not change when something comes twice, or late: status of each record, who was
// messaged, what is available.
std::string digest_of(const Witness& witness, const RequestRows& rows, const Stock& stock);

}  // namespace stockbell::simulation
