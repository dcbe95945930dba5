// Classes of requests: whose turn it is when some are served before others, on a whole box, on both
// stores.
#include "engagement/allocation_fixture.h"

namespace stockbell::engagement::allocation_tests {
namespace {

class ClassTest : public AllocationTest {
 public:
  void SetUp() override {
    policy.classes = {{"VIP", 30}};
    policy.factor_percent = 100;
    ASSERT_TRUE(db().migrate(EngagementBox::migrations()));
    policy.rule = AllocationRule::units;
    open_box();
    stock(0);
  }
  // The contacts of these are of a class from now on.
  void classify(int first, int last, const std::string& name = " vip ") {
    ChangeBatch batch;
    for (int n = first; n <= last; ++n)
      batch.contacts.push_back({ContactId{id_of(n)}, person(n), "Ada", "L", "", false, name});
    ASSERT_TRUE(box->apply(batch));
  }
  std::vector<std::string> persons(std::initializer_list<int> numbers) {
    std::vector<std::string> all;
    for (const int n : numbers) all.push_back(person(n));
    return all;
  }
};

TEST_P(ClassTest, InvitesTheShareOfTenThousandToThePerson) {
  line_up_at_once(10'000);
  classify(9001, 9100, "VIP");
  stock(10);
  // Whose messages leave first: the class's, then by time.
  EXPECT_EQ(invited_now(), persons({9001, 9002, 9003, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_THAT(restocks().body,
              HasSubstr("\"classes\":[{\"name\":\"vip\",\"share_percent\":30,\"invited\":3},"
                        "{\"name\":\"standard\",\"share_percent\":0,\"invited\":7}]"));
  EXPECT_EQ(box->updates_after(0, 1).value().front().reason,
            "restock of 10 (live), wave 1: 10 units x 1, 0 already invited for; invited 3 vip, 7 "
            "standard");
  clock.advance(hours(25));
  EXPECT_EQ(invited_now(), persons({9004, 9005, 9006, 8, 9, 10, 11, 12, 13, 14}));
}

TEST_P(ClassTest, CountsSinglePlacesOverRestocksAndRestarts) {
  line_up(1, 40);
  classify(21, 40);
  std::size_t vips = 0;
  for (int time = 0; time < 20; ++time) {
    stock(1);
    const auto one = invited_now();
    ASSERT_EQ(one.size(), 1u);
    for (int n = 21; n <= 40; ++n) vips += one[0] == person(n);
    stock(0);
    run();
    clock.advance(hours(25));
    if (time % 5 == 0) crash();
  }
  EXPECT_EQ(vips, 6u);
}

TEST_P(ClassTest, GoesByTheRequestsOwnClassBeforeItsContacts) {
  line_up(1, 6);
  classify(2, 2);
  auto request = nth(5);
  request.class_name = "Vip";
  tell(request);
  request = nth(2);
  request.class_name = "outlet";  // none of the classes: standard
  tell(request);
  stock(1);
  EXPECT_EQ(invited_now(), persons({5}));
  classify(4, 4);
  stock(3);
  EXPECT_EQ(invited_now(), persons({1, 2})) << "three places to the first of the class";
  stock(4);
  EXPECT_EQ(invited_now(), persons({4}));
}

TEST_P(ClassTest, ForgetsAClassThatTheCrmTookBackAndKeepsOneItSaysNothingOf) {
  line_up(1, 4);
  classify(3, 4);
  classify(3, 3, "");
  line_up(1, 4);  // without a word of classes
  stock(2);
  EXPECT_EQ(invited_now(), persons({4, 1}));
}

TEST_P(ClassTest, PutsEverybodyInPlaceAnewWhenTheConfigurationChanges) {
  line_up(1, 20);
  classify(11, 15, "vip");
  classify(16, 20, "gold");
  policy.classes = {{"gold", 50}, {"vip", 20}};
  open_box();
  stock(4);
  EXPECT_EQ(invited_now(), persons({16, 17, 11, 1}));
  policy.classes.clear();
  open_box();
  stock(8);
  EXPECT_EQ(invited_now(), people(2, 5));
}

TEST_P(ClassTest, SendsTheirMessagesFirstWhereEveryoneIsInvited) {
  policy = {};
  policy.classes = {{"vip", 30}};
  open_box();
  line_up(1, 1500);
  classify(1401, 1420);
  stock(1);
  auto expected = people(1401, 1420);
  const auto rest = invited_now();
  ASSERT_EQ(rest.size(), 1500u);
  EXPECT_EQ(std::vector(rest.begin(), rest.begin() + 20), expected);
  EXPECT_EQ(rest[20], person(1));
}

TEST_P(ClassTest, LetsAJourneyTakeSomeClassesOnly) {
  publish(
      R"({"key":"back-in-stock","name":"VIPs","entry":{"classes":["VIP"]},"start":"check","steps":{
    "check":{"type":"recheck_stock","next":"mail"},
    "mail":{"type":"email","template":"back_in_stock","next":"tell"},
    "tell":{"type":"update_object","status":"Sent"}}})");
  line_up(1, 10);
  classify(6, 8);
  stock(10);
  EXPECT_EQ(invited_now(), persons({6, 7, 8})) << "the others keep their places";
  publish(
      R"({"key":"back-in-stock","name":"Others","entry":{"classes":["standard"]},"start":"check","steps":{
    "check":{"type":"recheck_stock","next":"mail"},
    "mail":{"type":"email","template":"back_in_stock","next":"tell"},
    "tell":{"type":"update_object","status":"Sent"}}})");
  EXPECT_EQ(invited_now(), persons({1, 2, 3, 4, 5, 9, 10}));
}

STOCKBELL_STORE_TESTS(ClassTest);

}  // namespace
}  // namespace stockbell::engagement::allocation_tests
