// The windows on what Engagement holds: every synchronised data extension, every data view and
// every object of SOAP, on both stores, after one message went and another was refused.
#include <gmock/gmock.h>

#include "engagement/data_extensions/builtin_extensions.h"
#include "engagement/data_extensions/column_values.h"
#include "engagement/engagement_box.h"
#include "engagement/extensions/extension_store.h"
#include "engagement/messages/suppression_list.h"
#include "engagement/soap/retrieve.h"
#include "engagement/test_options.h"
#include "support/store.h"

namespace stockbell::engagement {
namespace {

using ::testing::HasSubstr;

class Channel final : public MessageChannel {
 public:
  void deliver(const std::vector<OutgoingMessage>& messages, const std::function<bool(MessageId)>&,
               const std::function<void(DeliveryOutcome)>& report) override {
    for (const auto& message : messages) {
      const bool refused = message.to_address == "bob@example.com";
      report({message.id, refused ? DeliveryState::refused : DeliveryState::delivered,
              refused ? 550 : 250, refused ? "no such user" : "taken"});
    }
  }
};

class EngagementWindowsTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(EngagementBox::migrations()));
    auto options = test_options(directory());
    options.assets = find_short_asset;
    auto made = EngagementBox::create(db(), clock, random, options, channel);
    ASSERT_TRUE(made) << made.error().message;
    box = std::move(*made);
    stock(0);
    ChangeBatch batch;
    batch.contacts.push_back({ContactId{1}, "ada@example.com", "Ada", "Byron", "", false});
    batch.contacts.push_back({ContactId{2}, "bob@example.com", "Bob", "Bell", "", false});
    for (const std::int64_t id : {10, 20})
      batch.requests.push_back({RequestId{id}, ContactId{id / 10}, "S1", "default", "en-GB", 1,
                                RequestStatus::requested, clock.now()});
    ASSERT_TRUE(box->apply(batch));
    stock(5);
    ASSERT_TRUE(box->run_due());
    ASSERT_TRUE(db().write([&](db::Session& session) -> Result<> {
      const auto* opened =
          "UPDATE message SET opened_at = 5000, clicked_at = 6000, target_url = "
          "'https://shop.example/p' WHERE request_id = 10";
      SB_CHECK(session.execute({"", opened, opened}));
      return SuppressionList().add(session, address_key("bob@example.com"), "unsubscribed",
                                   clock.now());
    }));
    extensions = std::make_unique<DataExtensions>(db(), clock, random, ids);
  }
  void stock(std::int64_t ats) {
    clock.advance(Duration(1000));
    ASSERT_TRUE(box->observe({{"S1", ats > 0, ats, clock.now()}}));
  }
  // A column of each row.
  std::vector<std::string> column(const std::string& key, const std::string& name) {
    const auto* extension = find_builtin(on_postgresql(), key);
    RowStore store(clock, ids, on_postgresql());
    auto page =
        db().read([&](db::Session& session) { return store.list(session, *extension, {}); });
    if (!page) return {page.error().message};
    std::vector<std::string> all;
    const auto index = *extension->find_column(name);
    for (const auto& row : page->rows)
      all.push_back(format_value(extension->columns[index], row.value(index)).value_or("-"));
    return all;
  }
  std::string retrieve(const std::string& type, const std::string& properties) {
    std::string inside = "<a><RetrieveRequest><ObjectType>" + type + "</ObjectType>";
    for (std::size_t at = 0; at < properties.size();) {
      const auto end = std::min(properties.find(' ', at), properties.size());
      inside += "<Properties>" + properties.substr(at, end - at) + "</Properties>";
      at = end + 1;
    }
    soap::Retriever retriever(*extensions, random);
    auto content = retriever.retrieve(*soap::parse_xml(inside + "</RetrieveRequest></a>"));
    return content ? *content : content.error().message;
  }

  Channel channel;
  std::unique_ptr<EngagementBox> box;
  std::unique_ptr<DataExtensions> extensions;
};

TEST_P(EngagementWindowsTest, DataViewsTellWhatBecameOfEachMessage) {
  using ::testing::ElementsAre;
  const auto ada = to_record_id(kContactPrefix, 1), bob = to_record_id(kContactPrefix, 2);
  EXPECT_THAT(column("_Sent", "SubscriberKey"), ElementsAre(ada));
  EXPECT_THAT(column("_Sent", "SKU"), ElementsAre("S1"));
  EXPECT_THAT(column("_Open", "EventDate"), ElementsAre("1970-01-01T00:00:05.000Z"));
  EXPECT_THAT(column("_Click", "URL"), ElementsAre("https://shop.example/p"));
  EXPECT_THAT(column("_Bounce", "SubscriberKey"), ElementsAre(bob));
  EXPECT_THAT(column("_Bounce", "SMTPCode"), ElementsAre("550"));
  EXPECT_THAT(column("_Unsubscribe", "SubscriberKey"), ElementsAre(bob));
  EXPECT_THAT(column("_Subscribers", "Status"), ElementsAre("active", "unsubscribed"));
  EXPECT_THAT(column("Contact_Salesforce", "Id"), ElementsAre(ada, bob));
  EXPECT_THAT(column("Back_In_Stock__c_Salesforce", "Product_SKU__c"), ElementsAre("S1", "S1"));
  for (const auto& extension : builtin_extensions(on_postgresql()))  // every column of every one
    for (const auto& one : extension.columns)
      EXPECT_LE(column(extension.key, one.name).size(), 2u) << extension.key;
}

TEST_P(EngagementWindowsTest, SoapRetrievesTheTrackingObjects) {
  const auto ada = to_record_id(kContactPrefix, 1);
  EXPECT_THAT(
      retrieve(
          "SentEvent",
          "SendID SubscriberKey EventDate EventType BatchID TriggeredSendDefinition.CustomerKey"),
      AllOf(HasSubstr("<OverallStatus>OK<"),
            HasSubstr("<SubscriberKey>" + ada + "</SubscriberKey>"),
            HasSubstr("<TriggeredSendDefinition><CustomerKey>back-in-stock</CustomerKey></"
                      "TriggeredSendDefinition>")));
  EXPECT_THAT(retrieve("OpenEvent", "SubscriberKey EventDate"),
              HasSubstr("<EventDate>1970-01-01T00:00:05.000Z</EventDate>"));
  EXPECT_THAT(retrieve("ClickEvent", "SubscriberKey URL"),
              HasSubstr("<URL>https://shop.example/p</URL>"));
  EXPECT_THAT(retrieve("BounceEvent", "SMTPCode SMTPReason BounceCategory"),
              HasSubstr("<SMTPCode>550</SMTPCode><SMTPReason>no such "
                        "user</SMTPReason><BounceCategory>Hard bounce</BounceCategory>"));
  EXPECT_THAT(retrieve("UnsubEvent", "SubscriberKey IsMasterUnsubscribed"),
              HasSubstr("<IsMasterUnsubscribed>true<"));
  EXPECT_THAT(
      retrieve("Subscriber", "ID SubscriberKey EmailAddress Status UnsubscribedDate"),
      HasSubstr("<EmailAddress>bob@example.com</EmailAddress><Status>unsubscribed</Status>"));
  EXPECT_THAT(retrieve("ImportResultsSummary", "TaskResultID ImportStatus TotalRows NumberErrors"),
              HasSubstr("<OverallStatus>OK<"));
}

STOCKBELL_STORE_TESTS(EngagementWindowsTest);

}  // namespace
}  // namespace stockbell::engagement
