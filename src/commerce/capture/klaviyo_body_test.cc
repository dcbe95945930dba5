#include "commerce/capture/klaviyo_body.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

std::string body(std::string channels = R"(["EMAIL"])",
                 std::string person = R"({"email":"ann@example.com"})",
                 std::string id = R"("$shopify:::$default:::33001893429341")") {
  return R"({"data":{"type":"back-in-stock-subscription","attributes":{"channels":)" + channels +
         R"(,"profile":{"data":{"type":"profile","attributes":)" + person +
         R"(}}},"relationships":{"variant":{"data":{"type":"catalog-variant","id":)" + id + "}}}}}";
}

std::string pointer(const std::string& text) {
  const auto read = read_klaviyo_body(text);
  return read ? "none" : read.error().field;
}

TEST(KlaviyoBody, IsReadIntoOurFields) {
  const auto fields = read_klaviyo_body(
      body(R"(["SMS","EMAIL"])",
           R"({"email":"ann@example.com","phone_number":"+15005550006","external_id":null,
               "first_name":"Ann","properties":{"a":1}})"));
  ASSERT_TRUE(fields) << fields.error().message;
  EXPECT_EQ(*fields, (CaptureFields{{"sku", "33001893429341"},
                                    {"email", "ann@example.com"},
                                    {"first_name", "Ann"},
                                    {"phone", "+15005550006"}}));
}

TEST(KlaviyoBody, PointsAtWhatIsWrong) {
  EXPECT_EQ(pointer(body(R"(["SMS"])")), "/data/attributes/channels");
  EXPECT_EQ(pointer(body("[]")), "/data/attributes/channels");
  EXPECT_EQ(pointer(body(R"("EMAIL")")), "/data/attributes/channels");
  EXPECT_EQ(pointer(body(R"(["EMAIL",7])")), "/data/attributes/channels");
  EXPECT_EQ(pointer(body(R"(["EMAIL"])", R"({"email":5})")),
            "/data/attributes/profile/data/attributes/email");
  EXPECT_EQ(pointer(body(R"(["EMAIL"])", "[]")), "/data/attributes/profile/data/attributes");
  EXPECT_EQ(pointer(body(R"(["EMAIL"])", "{}", "7")), "/data/relationships/variant/data/id");
  EXPECT_EQ(pointer(R"({"data":[]})"), "/data");
  EXPECT_EQ(pointer(R"({"data":{"type":"event"}})"), "/data/type");
  EXPECT_EQ(pointer("{}"), "/data");
  EXPECT_EQ(pointer("nonsense"), "");
}

TEST(KlaviyoBody, TakesTheLastPartOfAVariantsId) {
  EXPECT_EQ(external_id_of("$custom:::$default:::A:::B"), "A:::B");
  EXPECT_EQ(external_id_of("5000149172256"), "5000149172256");
  EXPECT_EQ(external_id_of("a:::b"), "b");
  EXPECT_EQ(external_id_of(""), "");
}

}  // namespace
}  // namespace stockbell::commerce
