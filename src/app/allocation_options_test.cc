#include "app/allocation_options.h"

#include <gmock/gmock.h>

#include "app/crm_options.h"

namespace stockbell::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result<engagement::AllocationPolicy> with_classes(const std::string& tables) {
  config::Config config;
  config.engagement_classes = tables;
  return read_allocation(config);
}

TEST(AllocationOptions, ReadTheClassesInTheirOrder) {
  const auto policy = with_classes(R"([{"name":" VIP ","share_percent":30},{"name":"Gold Club"}])");
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->classes,
            (std::vector<engagement::RequestClass>{{"vip", 30}, {"gold club", 0}}));
  EXPECT_THAT(with_classes("")->classes, IsEmpty());
  EXPECT_THAT(with_classes("[]")->classes, IsEmpty());
}

TEST(AllocationOptions, SayWhichClassIsWrongAndWhatWouldBeRight) {
  const auto error = [](const std::string& tables) {
    const auto policy = with_classes(tables);
    return policy ? std::string("none") : policy.error().message;
  };
  EXPECT_THAT(error("[3]"), HasSubstr("engagement.classes[0]: a table"));
  EXPECT_THAT(error(R"([{"share_percent":3}])"), HasSubstr("classes[0]: name"));
  EXPECT_THAT(error(R"([{"name":"a"},{"name":"A "}])"), HasSubstr("classes[1]: name: a stands"));
  EXPECT_THAT(error(R"([{"name":"Standard"}])"), HasSubstr("everybody else"));
  EXPECT_THAT(error(R"([{"name":"a","share_percent":91}])"), HasSubstr("from 0 to 90"));
  EXPECT_THAT(error(R"([{"name":"a","share_percent":60},{"name":"b","share_percent":31}])"),
              HasSubstr("together are at most 90"));
  EXPECT_THAT(error(R"([{"name":"a","share":1}])"), HasSubstr("share: unknown"));
  EXPECT_THAT(error("nonsense"), HasSubstr("engagement.classes: a list"));
  EXPECT_THAT(error("\"}]"), HasSubstr("engagement.classes: a list"));
}

TEST(AllocationOptions, WantTheClassInAFieldThatTheCrmHas) {
  config::Config config;
  config.crm_custom_fields = R"([{"object":"Contact","name":"Tier__c","type":"string"}])";
  const auto schema = read_schema(config).value();
  config.crm_class_field = "Contact.Tier__c";
  EXPECT_TRUE(read_class_field(config).of_contact);
  EXPECT_TRUE(check_class_field(read_class_field(config), schema));
  EXPECT_TRUE(check_class_field({}, schema));
  config.crm_class_field = "Back_In_Stock__c.Tier__c";
  EXPECT_FALSE(read_class_field(config).of_contact);
  const auto other = check_class_field(read_class_field(config), schema);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("Back_In_Stock__c.Tier__c is none of"));
  EXPECT_FALSE(check_class_field({true, "Email"}, schema)) << "a column of its own";
}

}  // namespace
}  // namespace stockbell::app
