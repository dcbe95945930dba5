#include "commerce/purchases/purchase_routes.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

const Time kNow(std::chrono::seconds(1'767'225'600));

std::string refused(std::string_view body) {
  const auto read = parse_purchases(body, kNow);
  return read ? "" : read.error().reason;
}

TEST(Purchases, ReadsOneOrAList) {
  const auto one = parse_purchases(
      R"({"email":" Ada@Example.com ","sku":"A","order_id":"10","at":"2025-12-31T00:00:00Z","quantity":2})",
      kNow);
  ASSERT_TRUE(one);
  ASSERT_EQ(one->size(), 1u);
  EXPECT_EQ((*one)[0].email_normalized, "ada@example.com");
  EXPECT_EQ((*one)[0].at, kNow - std::chrono::hours(24));
  EXPECT_EQ((*one)[0].quantity, 2);
  const auto two = parse_purchases(
      R"([{"email":"a@example.com","sku":"A","order_id":"1"},{"email":"b@example.com","sku":"B","order_id":"2","at":"2030-01-01T00:00:00Z"}])",
      kNow);
  ASSERT_TRUE(two);
  ASSERT_EQ(two->size(), 2u);
  EXPECT_EQ((*two)[1].at, kNow);  // nothing is bought in the future
}

TEST(Purchases, SaysWhatIsWrong) {
  EXPECT_EQ(refused("7"), "json-invalid");
  EXPECT_EQ(refused("[{}]"), "email-invalid");
  EXPECT_EQ(refused(R"({"email":"a@example.com","order_id":"1"})"), "sku-invalid");
  EXPECT_EQ(refused(R"({"email":"a@example.com","sku":"A"})"), "order-id-invalid");
  EXPECT_EQ(refused(R"({"email":"a@example.com","sku":"A","order_id":"1","at":"soon"})"),
            "at-invalid");
  EXPECT_EQ(refused(R"({"email":"a@example.com","sku":"A","order_id":"1","quantity":0})"),
            "quantity-invalid");
  EXPECT_EQ(refused(R"({"email":"a@example.com","sku":"A","order_id":"1","price":1})"),
            "field-unknown");
  std::string many = "[";
  for (std::size_t i = 0; i <= kMostPurchases; ++i) many += i ? ",{}" : "{}";
  EXPECT_EQ(refused(many + "]"), "purchases-too-many");
}

}  // namespace
}  // namespace stockbell::commerce
