// Double opt-in, the page of a shopper's requests and "still want it?" on a whole box, on both
// stores, with a clock that the tests move.
#include <gmock/gmock.h>

#include "engagement/engagement_box.h"
#include "engagement/test_options.h"
#include "platform/text/json.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Mailbox final : public MessageChannel {
 public:
  void deliver(const std::vector<OutgoingMessage>& messages,
               const std::function<bool(MessageId)>& still_wanted,
               const std::function<void(DeliveryOutcome)>& report) override {
    for (const auto& message : messages) {
      if (before) before();
      if (!still_wanted(message.id)) {
        report({message.id, DeliveryState::withdrawn, 0, "no longer wanted"});
        continue;
      }
      if (answer == DeliveryState::delivered) mails.push_back(message);
      report({message.id, answer, answer == DeliveryState::delivered ? 250 : 450, "smtp reply"});
    }
  }
  std::function<void()> before;
  DeliveryState answer = DeliveryState::delivered;
  std::vector<OutgoingMessage> mails;
};

class ConsentTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(EngagementBox::migrations()));
    open_box();
  }
  void open_box() {
    box.reset();
    auto options = test_options(directory());
    options.shop_name = "Harbour";
    auto made = EngagementBox::create(db(), clock, random, options, mailbox);
    ASSERT_TRUE(made) << made.error().message;
    box = std::move(*made);
  }
  // Contact 1 is ada@example.com unless `contact` says otherwise.
  void request(std::int64_t id, const std::string& sku,
               RequestStatus status = RequestStatus::pending, Time asked_at = {},
               std::int64_t contact = 1, const std::string& locale = "en-GB") {
    ChangeBatch batch;
    const auto email = contact == 1 ? "ada@example.com" : fmt::format("p{}@example.com", contact);
    batch.contacts.push_back({ContactId{contact}, email, "Ada", "L", "", false});
    const auto first = first_asked.try_emplace(id, clock.now()).first->second;
    batch.requests.push_back({RequestId{id}, ContactId{contact}, sku, "default", locale, 1, status,
                              first, false, asked_at == Time{} ? first : asked_at});
    const auto applied = box->apply(batch);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  void run() {
    const auto done = box->run_due();
    ASSERT_TRUE(done) << done.error().message;
  }
  void stock(const std::string& sku, std::int64_t ats) {
    clock.advance(Duration(1000));
    ASSERT_TRUE(box->observe({{sku, ats > 0, ats, clock.now()}}));
  }
  std::vector<StatusUpdate> told(std::int64_t request) {
    std::vector<StatusUpdate> found;
    auto all = box->updates_after(0, 1000).value();
    for (auto& update : all)
      if (update.request.value == request) found.push_back(std::move(update));
    return found;
  }
  std::vector<std::string> statuses(std::int64_t request) {
    std::vector<std::string> all;
    for (const auto& update : told(request)) all.emplace_back(to_text(update.status));
    return all;
  }
  http::Response call(const std::string& method, const std::string& target, std::string body = {}) {
    http::Router router;
    box->add_routes(router);
    http::Request asked;
    asked.method = method;
    const auto query = target.find('?');
    asked.path = target.substr(0, query);
    if (query != std::string::npos) asked.query = {{"note", target.substr(target.find('=') + 1)}};
    asked.body = std::move(body);
    asked.client_address = "203.0.113.77";
    asked.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    const auto match = router.find(method, asked.path);
    if (!match.route) return http::Response::empty(404);
    asked.path_parameters = match.parameters;
    auto answer = match.route->handler(asked);
    return answer ? *answer : http::problem(answer.error());
  }
  // The path of the address below `folder` in the last mail's text part.
  std::string link(const std::string& folder) {
    const auto& text = mailbox.mails.back().text;
    const auto begin = text.find("https://shop.example/" + folder + "/");
    if (begin == std::string::npos) return "";
    const auto path = text.substr(begin + std::string("https://shop.example").size());
    return path.substr(0, path.find_first_of("\n "));
  }
  std::string manage_of_page(const std::string& page) {
    const auto begin = page.find("/manage/");
    return begin == std::string::npos ? "" : page.substr(begin, page.find('"', begin) - begin);
  }
  void catalog(const std::vector<std::string>& skus, const std::string& master) {
    for (const auto& sku : skus) {
      const std::string text = "INSERT INTO catalog_item (sku, product_id, master_id, name, "
                               "variant_text, link, image_link, price, sale_price, description, "
                               "row_hash) VALUES ($1, $1, $2, 'Coat', $1, "
                               "'https://shop.example/products/coat', '', '', '', '', 1)";
      const db::Statement insert{"test.insert_item", text, text};
      ASSERT_TRUE(db().write([&](db::Session& session) {
        return session.execute(insert, {sku, master});
      }));
    }
  }

  Mailbox mailbox;
  std::map<std::int64_t, Time> first_asked;
  std::unique_ptr<EngagementBox> box;
};

TEST_P(ConsentTest, APendingRequestIsAskedToConfirmAndRingsOnlyThen) {
  request(1, "A");
  stock("A", 5);
  run();
  ASSERT_EQ(mailbox.mails.size(), 1u);
  const auto& mail = mailbox.mails.front();
  EXPECT_THAT(mail.subject, HasSubstr("confirm"));
  EXPECT_THAT(mail.message_id, ::testing::StartsWith("confirmation."));
  EXPECT_EQ(mail.unsubscribe_url, "");
  EXPECT_THAT(call("GET", "/api/v1/deliveries").body, HasSubstr(R"("kind":"confirmation")"));
  EXPECT_THAT(mail.html, Not(HasSubstr("/o/")));
  EXPECT_THAT(mail.html, Not(HasSubstr("/c/")));
  EXPECT_THAT(mail.html, Not(HasSubstr("Ada")));  // a name from a form nobody has confirmed
  const auto path = link("confirm");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(call("GET", path).status, 200);  // as a scanner does
  run();
  EXPECT_THAT(statuses(1), IsEmpty());
  const auto done = call("POST", path);
  EXPECT_EQ(done.status, 200);
  EXPECT_THAT(done.body, HasSubstr("/manage/"));
  run();
  EXPECT_THAT(call("GET", "/api/v1/deliveries").body,
              ::testing::AllOf(HasSubstr(R"("kind":"confirmation")"),
                               HasSubstr(R"("kind":"back_in_stock")")));
  ASSERT_THAT(statuses(1), ElementsAre("Requested", "Queued", "Sent"));
  EXPECT_THAT(told(1).front().reason, HasSubstr("203.0.113.0/24"));
  ASSERT_EQ(mailbox.mails.size(), 2u);
  EXPECT_THAT(mailbox.mails[1].text, HasSubstr("/manage/"));
  EXPECT_EQ(call("POST", path).status, 200);  // again: nothing more
  EXPECT_EQ(statuses(1).size(), 3u);
}

TEST_P(ConsentTest, FiftyPostsOfOneMailboxMakeAtMostThreeMessagesADay) {
  for (int i = 0; i < 50; ++i) {
    request(i + 1, "SKU" + std::to_string(i));
    run();
  }
  EXPECT_EQ(mailbox.mails.size(), 1u);
  clock.advance(minutes(10));
  run();
  ASSERT_EQ(mailbox.mails.size(), 2u);
  EXPECT_THAT(mailbox.mails.back().subject, HasSubstr("50 items"));
  for (int i = 0; i < 50; ++i) {
    clock.advance(minutes(11));
    request(i + 1, "SKU" + std::to_string(i), RequestStatus::pending, clock.now());
    run();
  }
  EXPECT_EQ(mailbox.mails.size(), 3u);
  // Held back is not asked: as soon as there is room they are.
  clock.advance(hours(24) - minutes(550));
  run();
  EXPECT_EQ(mailbox.mails.size(), 4u);
  clock.advance(minutes(11));
  run();
  EXPECT_EQ(mailbox.mails.size(), 4u);
}

TEST_P(ConsentTest, WhoPostsTheMailboxOfAnotherDoesNotKeepItFromConfirming) {
  for (int i = 0; i < 3; ++i, clock.advance(minutes(11))) {
    request(10 + i, "X" + std::to_string(i));
    run();
  }
  ASSERT_EQ(mailbox.mails.size(), 3u);
  request(1, "A");
  run();
  EXPECT_EQ(mailbox.mails.size(), 3u);
  clock.advance(hours(24) - minutes(33));
  request(20, "Y");  // the next day's first
  run();
  ASSERT_EQ(mailbox.mails.size(), 4u);
  EXPECT_EQ(call("POST", link("confirm")).status, 200);
  EXPECT_THAT(statuses(1), ElementsAre("Requested"));
}

TEST_P(ConsentTest, AConfirmedLinkPastItsTimeHandsOutNoOther) {
  request(1, "A");
  run();
  const auto path = link("confirm");
  EXPECT_THAT(call("POST", path).body, HasSubstr("/manage/"));
  clock.advance(hours(48));
  for (const auto* method : {"GET", "POST"}) {
    const auto page = call(method, path);
    EXPECT_EQ(page.status, 410);
    EXPECT_THAT(page.body, Not(HasSubstr("/manage/")));
  }
}

TEST_P(ConsentTest, AnAskingFromBeforeTheShoppersStopDoesNotUndoIt) {
  request(1, "A", RequestStatus::requested);
  request(9, "gone", RequestStatus::requested);
  stock("gone", 1);
  run();
  const auto asked = clock.now() + minutes(1);
  clock.advance(minutes(2));
  EXPECT_EQ(call("POST", link("manage"), "action=stop_all").status, 303);
  request(1, "A", RequestStatus::requested, asked);  // arrives late
  stock("A", 1);
  run();
  EXPECT_THAT(statuses(1), ElementsAre("Cancelled"));
  clock.advance(minutes(1));
  request(1, "A", RequestStatus::requested, clock.now());
  run();
  EXPECT_THAT(statuses(1), ElementsAre("Cancelled", "Queued", "Sent"));
}

TEST_P(ConsentTest, TheSameSyncedRowTwiceAsksOnce) {
  request(1, "A");
  run();
  clock.advance(minutes(30));
  request(1, "A");
  run();
  EXPECT_EQ(mailbox.mails.size(), 1u);
  request(1, "A", RequestStatus::pending, clock.now());  // the shopper asked again
  run();
  EXPECT_EQ(mailbox.mails.size(), 2u);
}

TEST_P(ConsentTest, WhatNobodyConfirmsExpiresAndTheLinkSaysSo) {
  catalog({"A"}, "");
  request(1, "A");
  run();
  const auto path = link("confirm");
  clock.advance(hours(48) + minutes(1));
  run();
  EXPECT_THAT(statuses(1), ElementsAre("Expired"));
  EXPECT_THAT(told(1).front().reason, HasSubstr("48 hours"));
  const auto page = call("GET", path);
  EXPECT_EQ(page.status, 410);
  EXPECT_THAT(page.body, Not(HasSubstr("https://shop.example/products/coat")));
  EXPECT_EQ(call("POST", path).status, 410);
  EXPECT_EQ(statuses(1).size(), 1u);
  // Asked again before the CRM heard of the end: it lives.
  request(1, "A", RequestStatus::pending, clock.now());
  run();
  EXPECT_EQ(mailbox.mails.size(), 2u);
  EXPECT_EQ(call("POST", link("confirm")).status, 200);
  EXPECT_THAT(statuses(1), ElementsAre("Expired", "Requested"));
}

TEST_P(ConsentTest, AnUnsubscribedMailboxIsNotAskedToConfirmUntilItAllowsMessages) {
  request(1, "A", RequestStatus::requested);
  stock("A", 1);
  run();
  ASSERT_EQ(mailbox.mails.size(), 1u);
  const auto manage = link("manage");
  EXPECT_EQ(call("POST", link("u"), "List-Unsubscribe=One-Click").status, 200);
  request(2, "B");
  run();
  EXPECT_EQ(mailbox.mails.size(), 1u);
  EXPECT_THAT(statuses(2), ElementsAre("Cancelled"));
  EXPECT_THAT(call("GET", manage).body, HasSubstr("value=\"allow\""));
  EXPECT_EQ(call("POST", manage, "action=allow").status, 303);
  request(3, "C");
  run();
  EXPECT_EQ(mailbox.mails.size(), 2u);
}

TEST_P(ConsentTest, AnEndSaysWhichAskingItRestsOn) {
  request(1, "A");
  request(9, "gone", RequestStatus::requested, {}, 2);
  stock("gone", 1);
  run();
  const auto manage = link("manage");
  request(2, "B", RequestStatus::requested, {}, 2);
  clock.advance(hours(48) + minutes(1));
  run();
  ASSERT_THAT(statuses(1), ElementsAre("Expired"));
  EXPECT_EQ(told(1)[0].decided_on, first_asked.at(1));
  EXPECT_EQ(call("POST", manage, "action=stop_all").status, 303);
  ASSERT_THAT(statuses(2), ElementsAre("Cancelled"));
  EXPECT_FALSE(told(2)[0].decided_on) << "the shopper's own word";
}

TEST_P(ConsentTest, GivingUpSaysWhichAskingItRestsOn) {
  request(1, "A", RequestStatus::requested);
  clock.advance(minutes(30));
  mailbox.answer = DeliveryState::refused;
  stock("A", 1);
  run();
  ASSERT_THAT(statuses(1), ElementsAre("Queued", "Undeliverable"));
  EXPECT_FALSE(told(1)[0].decided_on);
  EXPECT_EQ(told(1)[1].decided_on, first_asked.at(1));
}

// Symptom: who asked again before Engagement had told the CRM that the address is unsubscribed was
// open there for ever, and closed here.
TEST_P(ConsentTest, AnAskingThatEngagementDidNotKnowIsDecidedAnew) {
  request(1, "A", RequestStatus::requested);
  stock("A", 1);
  run();
  ASSERT_EQ(mailbox.mails.size(), 1u);
  EXPECT_EQ(call("POST", link("u"), "List-Unsubscribe=One-Click").status, 200);
  request(2, "B", RequestStatus::requested);
  request(3, "C", RequestStatus::pending);
  const auto first = clock.now(), again = first + minutes(20);
  clock.advance(minutes(30));
  stock("B", 1);
  run();
  for (const auto id : {2, 3}) {
    ASSERT_THAT(statuses(id), ElementsAre("Cancelled"));
    EXPECT_EQ(told(id)[0].decided_on, first);
  }
  for (int i = 0; i < 2; ++i) {  // arrives late, and twice
    request(2, "B", RequestStatus::requested, again);
    request(3, "C", RequestStatus::pending, again);
    run();
    for (const auto id : {2, 3}) {
      ASSERT_THAT(statuses(id), ElementsAre("Cancelled", "Cancelled"));
      EXPECT_EQ(told(id)[1].decided_on, again);
    }
  }
  EXPECT_EQ(mailbox.mails.size(), 1u);
}

TEST_P(ConsentTest, AConfirmationWhoseRequestEndedMeanwhileDoesNotLeave) {
  mailbox.before = [&] { request(1, "A", RequestStatus::cancelled); };
  request(1, "A");
  run();
  EXPECT_THAT(mailbox.mails, IsEmpty());
}

TEST_P(ConsentTest, AConfirmationIsSentAgainAfterARestartWithTheSameMessageId) {
  mailbox.answer = DeliveryState::retry;
  request(1, "A");
  run();
  open_box();
  mailbox.answer = DeliveryState::delivered;
  clock.advance(minutes(5));
  run();
  ASSERT_EQ(mailbox.mails.size(), 1u);
  EXPECT_THAT(mailbox.mails.front().message_id, HasSubstr("@example.com"));
  EXPECT_EQ(call("POST", link("confirm")).status, 200);
}

TEST_P(ConsentTest, SpeaksTheShoppersLanguage) {
  request(1, "A", RequestStatus::pending, {}, 1, "de-AT");
  request(2, "B", RequestStatus::pending, {}, 2, "ar");
  run();
  ASSERT_EQ(mailbox.mails.size(), 2u);
  std::string all;
  for (const auto& mail : mailbox.mails) all += mail.html;
  EXPECT_THAT(all, HasSubstr("Noch ein Schritt"));
  EXPECT_THAT(all, HasSubstr("dir=\"rtl\""));
}

class ManageTest : public ConsentTest {
 public:
  // Requests 1 (coat-s) and 2 (coat-m) of ada wait, and request 3 of somebody else.
  void SetUp() override {
    ConsentTest::SetUp();
    catalog({"coat-s", "coat-m", "coat-l"}, "coat");
    catalog({"hat"}, "hat");
    request(9, "gone", RequestStatus::requested);
    stock("gone", 1);
    run();
    manage = link("manage");
    request(1, "coat-s", RequestStatus::requested);
    request(2, "coat-m", RequestStatus::requested);
    request(3, "coat-s", RequestStatus::requested, {}, 2);
  }
  std::string id_of(std::int64_t request) { return to_record_id(kRequestPrefix, request); }
  std::string post(const std::string& body) {
    const auto answer = call("POST", manage, body);
    if (answer.status != 303) return std::to_string(answer.status);
    for (const auto& [name, value] : answer.headers)
      if (name == "Location") return value.substr(value.find("note=") + 5);
    return "";
  }
  std::string manage;
};

TEST_P(ManageTest, ShowsTheRequestsOfTheMailboxAndNoOthers) {
  const auto page = call("GET", manage);
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr(id_of(1)));
  EXPECT_THAT(page.body, HasSubstr(id_of(2)));
  EXPECT_THAT(page.body, Not(HasSubstr(id_of(3))));
  EXPECT_THAT(page.body, HasSubstr("Waiting for it to come back"));
  EXPECT_THAT(page.body, HasSubstr("We told you that it is back"));
  EXPECT_THAT(page.body, HasSubstr("a…@example.com"));
  EXPECT_THAT(page.body, Not(HasSubstr("ada@example.com")));
  EXPECT_EQ(call("GET", manage.substr(0, manage.size() - 2)).status, 404);
}

TEST_P(ManageTest, StopsOneOrAllButNeverAnothersRequest) {
  EXPECT_EQ(post("action=stop&request=" + id_of(3)), "gone");
  EXPECT_THAT(statuses(3), IsEmpty());
  EXPECT_EQ(post("action=stop&request=" + id_of(1)), "stopped");
  EXPECT_THAT(statuses(1), ElementsAre("Cancelled"));
  EXPECT_EQ(post("action=stop_all"), "all_stopped");
  EXPECT_THAT(statuses(1), ElementsAre("Cancelled"));
  EXPECT_THAT(statuses(2), ElementsAre("Cancelled"));
  EXPECT_EQ(post("action=nonsense"), "422");
  stock("coat-s", 5), stock("coat-m", 5);
  run();
  EXPECT_EQ(mailbox.mails.size(), 2u);  // the other shopper's, and the first of all
}

TEST_P(ManageTest, ChangesTheSizeAndRingsForTheNewOne) {
  EXPECT_EQ(post("action=change&sku=hat&request=" + id_of(1)), "422");
  EXPECT_EQ(post("action=change&sku=coat-l&request=" + id_of(3)), "gone");
  EXPECT_EQ(post("action=change&sku=coat-l&request=" + id_of(1)), "changed");
  ASSERT_EQ(told(1).size(), 1u);
  EXPECT_EQ(told(1)[0].sku, "coat-l");
  EXPECT_EQ(told(1)[0].status, RequestStatus::requested);
  request(1, "coat-s", RequestStatus::requested);  // a row from before the CRM heard of it
  stock("coat-l", 3);
  run();
  EXPECT_THAT(statuses(1), ElementsAre("Requested", "Queued", "Sent"));
}

TEST_P(ManageTest, ChangingToASizeThatIsAskedForMerges) {
  EXPECT_EQ(post("action=change&sku=coat-m&request=" + id_of(1)), "merged");
  EXPECT_THAT(statuses(1), ElementsAre("Cancelled"));
  EXPECT_THAT(statuses(2), IsEmpty());
}

TEST_P(ManageTest, AMessageOfTheOldSizeDoesNotLeaveAfterTheChange) {
  stock("coat-s", 5);
  mailbox.before = [&] {
    mailbox.before = {};
    EXPECT_EQ(post("action=change&sku=coat-l&request=" + id_of(1)), "changed");
  };
  run();
  for (std::size_t i = 1; i < mailbox.mails.size(); ++i)
    EXPECT_NE(mailbox.mails[i].to_address, "ada@example.com");
  stock("coat-l", 5);
  run();
  EXPECT_EQ(mailbox.mails.back().to_address, "ada@example.com");
}

TEST_P(ManageTest, AnOldLinkShowsNothingAndHasANewOneSent) {
  clock.advance(hours(24 * 90));
  const auto page = call("GET", manage);
  EXPECT_EQ(page.status, 410);
  EXPECT_THAT(page.body, Not(HasSubstr(id_of(1))));
  EXPECT_EQ(call("POST", manage, "action=stop_all").status, 410);
  EXPECT_THAT(statuses(1), IsEmpty());
  const auto before = mailbox.mails.size();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(call("POST", manage, "action=send_link").status, 200);
  run();
  ASSERT_EQ(mailbox.mails.size(), before + 1);
  EXPECT_EQ(call("GET", link("manage")).status, 200);
  EXPECT_THAT(call("GET", link("manage")).body, HasSubstr(id_of(1)));
}

TEST_P(ManageTest, AsksWhetherItIsStillWantedAndExpiresWhatNobodyKeeps) {
  clock.advance(hours(24 * 166) - minutes(1));
  run();
  EXPECT_EQ(mailbox.mails.size(), 1u);
  clock.advance(minutes(2));
  run();
  ASSERT_EQ(mailbox.mails.size(), 3u);  // one for each mailbox, ada's items in one
  const auto mail = std::ranges::find(mailbox.mails.begin() + 1, mailbox.mails.end(),
                                      "ada@example.com", &OutgoingMessage::to_address);
  ASSERT_NE(mail, mailbox.mails.end());
  EXPECT_THAT(mail->text, HasSubstr("coat-s"));
  EXPECT_THAT(mail->text, HasSubstr("coat-m"));
  EXPECT_NE(mail->unsubscribe_url, "");
  mailbox.mails.push_back(*mail);
  const auto keep = link("keep");
  EXPECT_EQ(call("GET", keep).status, 200);
  EXPECT_EQ(call("POST", keep, "action=nonsense").status, 422);
  EXPECT_THAT(statuses(1), IsEmpty());
  EXPECT_EQ(call("POST", keep, "action=keep").status, 200);
  ASSERT_EQ(told(1).size(), 1u);
  EXPECT_TRUE(told(1)[0].asked_again);
  open_box();
  clock.advance(hours(24 * 14) + minutes(1));
  run();
  EXPECT_THAT(statuses(3), ElementsAre("Expired"));
  EXPECT_EQ(told(1).size(), 1u);
  clock.advance(hours(24 * 166));
  run();
  EXPECT_EQ(told(1).size(), 1u);
  clock.advance(hours(24 * 14) + minutes(2));
  run();
  EXPECT_EQ(told(1).back().status, RequestStatus::expired);
  EXPECT_EQ(call("GET", keep).status, 410);
}

TEST_P(ManageTest, AKeepingLinkPastItsTimeShowsNothingAndDoesNothing) {
  clock.advance(hours(24 * 167));
  run();
  const auto path = link("keep");
  EXPECT_EQ(call("POST", path, "action=keep").status, 200);
  clock.advance(hours(24 * 14) + minutes(1));
  const auto told_before = told(1).size() + told(3).size();
  for (const auto* method : {"GET", "POST"}) {
    const auto page = call(method, path, "action=stop");
    EXPECT_EQ(page.status, 410);
    EXPECT_THAT(page.body, Not(HasSubstr("coat-s")));
    EXPECT_THAT(page.body, Not(HasSubstr("/manage/")));
  }
  EXPECT_EQ(told(1).size() + told(3).size(), told_before);
}

TEST_P(ManageTest, ForgetsTheNoticesOfWhoIsErased) {
  clock.advance(hours(24 * 167));
  run();
  const auto keep = link("keep");
  const auto exported = box->personal_data().export_of("ada@example.com");
  ASSERT_TRUE(exported);
  EXPECT_THAT(*exported, HasSubstr("still_want_it"));
  const auto erased = box->personal_data().erase({"ada@example.com"}, {"r1"});
  ASSERT_TRUE(erased);
  EXPECT_EQ(erased->at("notices"), 1);
  EXPECT_THAT(*box->personal_data().export_of("ada@example.com"), Not(HasSubstr("still_want_it")));
}

STOCKBELL_STORE_TESTS(ConsentTest);
STOCKBELL_STORE_TESTS(ManageTest);

}  // namespace
}  // namespace stockbell::engagement
