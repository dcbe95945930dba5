#include "commerce/protection/proof_of_work.h"

#include <gtest/gtest.h>

#include "commerce/protection/solve.h"
#include "platform/crypto/crypto.h"

namespace stockbell::commerce {
namespace {

using namespace std::chrono_literals;

const Time kNow = from_ms(1'800'000'000'000);

struct ProofOfWorkTest : ::testing::Test {
  SeededRandom random{1};
  ProofOfWork work{std::string(32, 'k'), random, kNow};
  Challenge challenge = work.make(77, kLeastEffort, kNow);
  std::string solution = solve(challenge);
};

TEST_F(ProofOfWorkTest, IsTakenOnce) {
  EXPECT_EQ(challenge.count, 8);
  EXPECT_EQ(challenge.bits, 12);  // 8 × 2^12 = 2^15 tries
  EXPECT_EQ(work.check(challenge.value, solution, 77, kNow + 1s), WorkState::done);
  EXPECT_TRUE(work.use(challenge.value, kNow + 1s));
  EXPECT_EQ(work.check(challenge.value, solution, 77, kNow + 2s), WorkState::used);
  EXPECT_FALSE(work.use(challenge.value, kNow + 2s));
  EXPECT_EQ(work.check(challenge.value, solution, 77, kNow + kChallengeLife), WorkState::used);
}

TEST_F(ProofOfWorkTest, BelongsToItsNetworkAndItsTime) {
  EXPECT_EQ(work.check(challenge.value, solution, 78, kNow + 1s), WorkState::wrong);
  EXPECT_EQ(work.check(challenge.value, solution, 77, kNow + kChallengeLife + 1ms),
            WorkState::expired);
  ProofOfWork restarted(std::string(32, 'k'), random, kNow + 1s);
  EXPECT_EQ(restarted.check(challenge.value, solution, 77, kNow + 2s), WorkState::expired);
  ProofOfWork stranger(std::string(32, 'x'), random, kNow);
  EXPECT_EQ(stranger.check(challenge.value, solution, 77, kNow + 1s), WorkState::wrong);
}

TEST_F(ProofOfWorkTest, RefusesWhatIsNoSolution) {
  const auto checked = [&](const std::string& value, const std::string& numbers) {
    return work.check(value, numbers, 77, kNow + 1s);
  };
  EXPECT_EQ(checked("", solution), WorkState::missing);
  EXPECT_EQ(checked(challenge.value, ""), WorkState::missing);
  const auto first = solution.substr(0, solution.find('.'));
  std::string repeated = first;
  for (int i = 1; i < 8; ++i) repeated += "." + first;
  for (const auto& bad :
       {std::string("1.2.3.4.5.6.7.8"), first, repeated, solution + ".", "0" + solution,
        solution + ".4294967295", std::string(500, '1'), std::string("-1.2"), "+" + solution,
        solution + " "})
    EXPECT_EQ(checked(challenge.value, bad), WorkState::wrong) << bad;
  auto easier = challenge.value;  // the number of bits is signed, too
  auto payload = *crypto::base64url_decode(easier.substr(0, 27));
  payload[1] = 1;
  easier = crypto::base64url(payload) + easier.substr(27);
  EXPECT_EQ(checked(easier, solution), WorkState::wrong);
  EXPECT_EQ(checked(challenge.value.substr(0, 40), solution), WorkState::wrong);
  EXPECT_EQ(checked(std::string(5000, 'A'), solution), WorkState::wrong);
}

TEST_F(ProofOfWorkTest, GrowsWithTheEffortWithinItsBounds) {
  EXPECT_EQ(work.make(1, 18, kNow).bits, 15);
  EXPECT_EQ(work.make(1, 99, kNow).bits, 17);
  EXPECT_EQ(work.make(1, 0, kNow).bits, 12);
  EXPECT_NE(work.make(1, 15, kNow).value, work.make(1, 15, kNow).value);
}

}  // namespace
}  // namespace stockbell::commerce
