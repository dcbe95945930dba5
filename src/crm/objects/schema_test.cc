#include "crm/objects/schema.h"

#include <gmock/gmock.h>

#include "crm/objects/values.h"

namespace stockbell::crm::objects {
namespace {

Schema schema_with(std::vector<CustomField> custom = {}) { return Schema::create(custom).value(); }

TEST(Schema, FindsNamesWithoutRegardToCase) {
  const auto schema = schema_with();
  const auto* object = schema.find("back_in_stock__C");
  ASSERT_TRUE(object);
  ASSERT_TRUE(object->find_field("PRODUCT_sku__c"));
  EXPECT_EQ(object->find_relationship("contact__r")->name, "Contact__c");
  EXPECT_EQ(schema.find_by_prefix("003000000000001AAA")->name, "Contact");
  EXPECT_EQ(schema.get("Lead").error().reason, "NOT_FOUND");
}

TEST(Schema, EveryReferenceHasItsObjectAndEveryChildItsField) {
  const auto schema = schema_with();
  for (const auto& object : schema.objects()) {
    for (const auto& field : object.fields)
      EXPECT_TRUE(field.type != FieldType::reference || schema.find(field.reference_to))
          << object.name << "." << field.name;
    for (const auto& child : object.children)
      EXPECT_TRUE(schema.find(child.object) && schema.find(child.object)->find_field(child.field))
          << child.name;
  }
}

TEST(Schema, RefusesACustomFieldThatCannotBe) {
  const auto refused = [](CustomField field) {
    return Schema::create({&field, 1}).error().message;
  };
  EXPECT_THAT(refused({"Contact", "Tier", "", "string"}),
              testing::HasSubstr("Contact.Tier: a name is"));
  EXPECT_THAT(refused({"Contact", "Tier'__c", "", "string"}), testing::HasSubstr("a name is"));
  EXPECT_THAT(refused({"Contact", "Tier__c", "", "reference"}),
              testing::HasSubstr("type is string"));
  EXPECT_THAT(refused({"Contact", "Tier__c", "", "picklist"}),
              testing::HasSubstr("a picklist has values"));
  EXPECT_THAT(refused({"User", "Tier__c", "", "string"}), testing::HasSubstr("object is"));
  EXPECT_THAT(refused({"Contact", "b2c_customer_id__c", "", "string"}),
              testing::HasSubstr("there already"));
}

TEST(Values, ReadsChecksAndWritesEveryType) {
  const auto schema =
      schema_with({{"Contact", "Score__c", "", "double"}, {"Contact", "Since__c", "", "date"}});
  const auto& contact = *schema.find("Contact");
  const auto read = [&](std::string_view name, boost::json::value json) {
    return value_from_json(*contact.find_field(name), schema, json);
  };
  EXPECT_EQ(read("Email", "nobody").error().reason, "INVALID_EMAIL_ADDRESS");
  EXPECT_EQ(read("FirstName", std::string(41, 'x').c_str()).error().reason, "STRING_TOO_LONG");
  EXPECT_TRUE(read("FirstName", "ÄÖÜäöüÄÖÜäöüÄÖÜäöüÄÖÜäöüÄÖÜäöüÄÖÜäöüÄÖÜä"))
      << "40 characters, more bytes";
  EXPECT_EQ(read("AccountId", "003000000000001AAA").error().reason, "MALFORMED_ID")
      << "a contact is no account";
  EXPECT_EQ(read("AccountId", "001000000000001AAB").error().reason, "MALFORMED_ID")
      << "bad checksum";
  EXPECT_TRUE(read("AccountId", "001000000000001"));
  EXPECT_EQ(read("HasOptedOutOfEmail", "yes").error().reason, "JSON_PARSER_ERROR");
  EXPECT_EQ(read("Score__c", 1e300).error().reason, "NUMBER_OUTSIDE_VALID_RANGE");
  EXPECT_EQ(read("Since__c", "31.1.2026").error().reason, "JSON_PARSER_ERROR");
  EXPECT_EQ(read("LastName", boost::json::object()).error().reason, "JSON_PARSER_ERROR");
  const auto& status = *schema.find("Back_In_Stock__c")->find_field("Status__c");
  EXPECT_EQ(value_from_json(status, schema, "sent")->get(), db::Value("Sent").get());
  EXPECT_EQ(value_from_json(status, schema, "Gone").error().reason,
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
  EXPECT_EQ(to_csv_text(*contact.find_field("CreatedDate"), schema,
                        db::Value(std::int64_t{1769847300123})),
            "2026-01-31T08:15:00.123+0000");
}

TEST(Values, CustomFieldsAreReadFromTheirJsonColumn) {
  const auto schema = schema_with({{"Contact", "Tier__c", "", "string"}});
  const auto& field = *schema.find("Contact")->find_field("Tier__c");
  EXPECT_EQ(sql_of(field, "t0", false), "COALESCE(json_extract(t0.custom, '$.Tier__c'), '')");
  EXPECT_EQ(sql_of(field, "t0", true), "COALESCE((CAST(t0.custom AS JSONB) ->> 'Tier__c'), '')");
}

}  // namespace
}  // namespace stockbell::crm::objects
