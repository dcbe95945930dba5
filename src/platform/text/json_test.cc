#include "platform/text/json.h"

#include <gtest/gtest.h>

#include <limits>

namespace stockbell::text {
namespace {

TEST(JsonWriter, WritesNestedValuesWithTheirCommas) {
  JsonWriter json;
  json.begin_object().member("sku", "A\"1").member("quantity", 12).member("open", true);
  json.key("items").begin_array().value(1.5).value(nullptr).begin_object().end_object().end_array();
  json.member("none", std::optional<int>()).member("some", std::optional<std::string>("x"));
  json.member("nan", std::numeric_limits<double>::quiet_NaN()).end_object();
  EXPECT_EQ(json.str(),
            R"({"sku":"A\"1","quantity":12,"open":true,"items":[1.5,null,{}],"none":null,)"
            R"("some":"x","nan":null})");
}

TEST(ParseJsonObject, ReadsAnObject) {
  auto object = parse_json_object(R"({"email":"a@b.example","n":1,"none":null})");
  ASSERT_TRUE(object);
  EXPECT_EQ(find_text(*object, "email")->value(), "a@b.example");
  EXPECT_FALSE(find_text(*object, "none")->has_value());
  EXPECT_FALSE(find_text(*object, "absent")->has_value());
  EXPECT_EQ(find_text(*object, "n").error().field, "n");
}

TEST(ParseJsonObject, RefusesEverythingElse) {
  for (std::string_view bad :
       {"", "[]", "1", "{", "{} x", "{\"a\":\"\xff\"}", "{'a':1}", "{\"a\":1,}"})
    EXPECT_EQ(parse_json_object(bad).error().reason, "json-invalid") << bad;
  EXPECT_EQ(parse_json_object("{\"a\":1}", 6).error().code, ErrorCode::too_large);
}

TEST(ParseJsonObject, RefusesDeepNesting) {
  std::string deep = "{\"a\":" + std::string(1000, '[') + std::string(1000, ']') + "}";
  EXPECT_EQ(parse_json_object(deep).error().reason, "json-invalid");
}

}  // namespace
}  // namespace stockbell::text
