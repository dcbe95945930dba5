#include "engagement/allocation/class_rules.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <random>

#include "engagement/allocation/allocation_rules.h"

namespace stockbell::engagement {
namespace {

Waiter waiter(std::int64_t asked_at, std::int64_t wanted = 1) {
  return {Time(Duration(asked_at)), asked_at, wanted};
}

// "v1 s4 s5 …": whose place it was, and when they asked.
struct Line {
  struct Class {
    char name;
    int share_percent = 0;
    std::vector<Waiter> waiting;
    std::int64_t credit = 0;
  };
  std::vector<Class> classes;

  std::vector<std::string> give(std::size_t places) {
    std::vector<ClassQueue> queues;
    for (const auto& one : classes) queues.push_back({one.share_percent, one.credit, one.waiting});
    TurnsOfClasses turns(queues);
    std::vector<std::string> given;
    while (given.size() < places) {
      const auto next = turns.next();
      if (!next) break;
      given.push_back(classes[*next].name + std::to_string(turns.first_of(*next).id));
      turns.take(*next);
    }
    for (std::size_t i = 0; i < classes.size(); ++i) {
      auto& waiting = classes[i].waiting;
      waiting.erase(waiting.begin(),
                    waiting.begin() + static_cast<std::ptrdiff_t>(turns.taken_of(i)));
      classes[i].credit = turns.credit_of(i);
    }
    return given;
  }
  std::size_t count(std::size_t places, char name) {
    const auto given = give(places);
    return static_cast<std::size_t>(
        std::ranges::count_if(given, [&](const auto& one) { return one[0] == name; }));
  }
};

std::vector<Waiter> waiters(std::int64_t from, std::int64_t to) {
  std::vector<Waiter> all;
  for (auto at = from; at <= to; ++at) all.push_back(waiter(at));
  return all;
}

using Names = std::vector<std::string>;

TEST(Classes, HaveTheirShareOfEachWaveAndTheRestGoesByTime) {
  // Ten thousand wait, the VIPs asked last.
  Line line{{{'v', 30, waiters(9001, 10'000)}, {'s', 0, waiters(1, 9000)}}};
  EXPECT_EQ(line.give(10),
            (Names{"v9001", "s1", "s2", "v9002", "s3", "s4", "v9003", "s5", "s6", "s7"}));
  EXPECT_EQ(line.count(10, 'v'), 3u);
  EXPECT_EQ(line.count(5, 'v') + line.count(5, 'v'), 3u) << "small waves count like large ones";
}

TEST(Classes, PlacesOfAClassThatNobodyWaitsInGoToTheOthers) {
  Line line{{{'v', 30, waiters(50, 50)}, {'s', 0, waiters(1, 20)}}};
  EXPECT_EQ(line.give(6), (Names{"v50", "s1", "s2", "s3", "s4", "s5"}));
  Line none{{{'v', 30, {}}, {'s', 0, waiters(1, 3)}}};
  EXPECT_EQ(none.give(10), (Names{"s1", "s2", "s3"}));
  Line vips{{{'v', 30, waiters(1, 3)}, {'s', 0, {}}}};
  EXPECT_EQ(vips.give(10), (Names{"v1", "v2", "v3"})) << "and the other way round";
}

TEST(Classes, WhatWasNotUsedIsNotSavedUp) {
  Line line{{{'v', 30, {}}, {'s', 0, waiters(1, 1000)}}};
  line.give(500);
  line.classes[0].waiting = waiters(5000, 5100);
  EXPECT_EQ(line.count(10, 'v'), 3u);
}

TEST(Classes, SinglePlacesDoNotAllGoToTheFirstClass) {
  Line line{{{'v', 30, waiters(100, 200)}, {'s', 0, waiters(1, 99)}}};
  std::size_t to_vips = 0;
  for (int wave = 0; wave < 50; ++wave) to_vips += line.count(1, 'v');
  EXPECT_EQ(to_vips, 15u);
  // Nor where each VIP asks just when the one before was served.
  Line trickle{{{'v', 30, {}}, {'s', 0, waiters(1, 99)}}};
  std::size_t served = 0;
  for (std::int64_t wave = 0; wave < 50; ++wave) {
    if (trickle.classes[0].waiting.empty()) trickle.classes[0].waiting = {waiter(1000 + wave)};
    served += trickle.count(1, 'v');
  }
  EXPECT_EQ(served, 15u);
}

TEST(Classes, GoByTimeAmongEqualsAndByTheirOrderOnlyWhenTheyAreDue) {
  Line line{{{'v', 40, waiters(10, 30)}, {'g', 40, waiters(40, 60)}, {'s', 0, waiters(1, 9)}}};
  EXPECT_EQ(line.give(5), (Names{"v10", "g40", "v11", "g41", "s1"}));
  Line without{{{'v', 0, waiters(2, 9)}, {'s', 0, {waiter(1), waiter(5)}}}};
  EXPECT_EQ(without.give(5), (Names{"s1", "v2", "v3", "v4", "v5"})) << "no share: by time alone";
}

// Whatever the classes, the shares, the waves and who comes when.
class ClassesAtRandom : public testing::TestWithParam<unsigned> {};

TEST_P(ClassesAtRandom, KeepTheirPromises) {
  std::mt19937 random(GetParam());
  const auto any = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  Line line;
  int left = 90;
  for (char name = 'a'; name < 'a' + any(1, 4); ++name) {
    const int share = any(0, left);
    left -= share;
    line.classes.push_back({name, share, {}, 0});
  }
  line.classes.push_back({'z', 0, {}, 0});
  std::int64_t now = 0;
  std::map<char, std::int64_t> last_served, places_while_waiting, served_of;
  for (int wave = 0; wave < 200; ++wave) {
    for (auto& one : line.classes)
      for (int more = any(0, 4); more > 0 && any(0, 2) > 0; --more)
        one.waiting.push_back(waiter(++now));
    std::map<char, std::size_t> before;
    std::optional<std::int64_t> oldest;
    std::size_t total = 0;
    for (const auto& one : line.classes) {
      before[one.name] = one.waiting.size();
      total += one.waiting.size();
      if (!one.waiting.empty())
        oldest = std::min(oldest.value_or(one.waiting[0].id), one.waiting[0].id);
    }
    const auto places = static_cast<std::size_t>(any(1, 12));
    const auto given = line.give(places);
    ASSERT_EQ(given.size(), std::min(places, total)) << "no place is left while somebody waits";
    std::map<char, std::int64_t> got;
    for (const auto& one : given) {
      const auto id = std::stoll(one.substr(1));
      EXPECT_GT(id, last_served[one[0]]) << "within its class the longest-waiting is first";
      last_served[one[0]] = id;
      ++got[one[0]];
    }
    // A class that waits throughout has its share, but for the places of the classes beside it.
    for (const auto& one : line.classes) {
      if (one.waiting.empty()) {
        places_while_waiting[one.name] = served_of[one.name] = 0;
        continue;
      }
      places_while_waiting[one.name] += static_cast<std::int64_t>(given.size());
      served_of[one.name] += got[one.name];
      const auto due = places_while_waiting[one.name] * one.share_percent / 100;
      EXPECT_GE(served_of[one.name], due - static_cast<std::int64_t>(line.classes.size()))
          << one.name << " of " << one.share_percent << " % in wave " << wave;
    }
  }
}

// At least a tenth of the places goes by time alone: nobody waits for ever behind a class that
// never ends.
TEST_P(ClassesAtRandom, StarveNobody) {
  std::mt19937 random(GetParam());
  Line line{{{'a', 60, {}}, {'b', 30, {}}, {'z', 0, {waiter(1), waiter(2)}}}};
  std::int64_t now = 10;
  for (int place = 0; place < 200 && !line.classes[2].waiting.empty(); ++place) {
    for (int i : {0, 1})
      while (line.classes[static_cast<std::size_t>(i)].waiting.size() < 1 + random() % 3)
        line.classes[static_cast<std::size_t>(i)].waiting.push_back(waiter(++now));
    line.give(1);
  }
  EXPECT_TRUE(line.classes[2].waiting.empty());
}

INSTANTIATE_TEST_SUITE_P(Seeds, ClassesAtRandom, testing::Range(1u, 40u));

TEST(Classes, ShareWhatTheUnitsAllowAndPassNobodyOver) {
  AllocationPolicy policy;
  policy.rule = AllocationRule::units;
  const std::vector<Waiter> vips{waiter(100, 2), waiter(101)}, others{waiter(1, 3), waiter(2)};
  const ClassQueue queues[] = {{50, 0, vips}, {0, 0, others}};
  const auto decision = decide_wave(policy, 6, 0, queues);
  EXPECT_EQ(decision.invited, (std::vector<std::size_t>{0, 1, 0})) << "2 + 3 + 1 units";
  EXPECT_EQ(decision.invited_units, 6);
  EXPECT_EQ(decision.classes[0].invited, 2);
  EXPECT_EQ(decide_wave(policy, 4, 0, queues).invited, (std::vector<std::size_t>{0}))
      << "the next wants 3 of the 2 that are left, and is not passed over";
}

}  // namespace
}  // namespace stockbell::engagement
