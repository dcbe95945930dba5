// The store of the query tests: the CRM's own tables with rows put there by hand. Used by the tests
// of this module alone.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/json.hpp>
#include <fstream>

#include "base/id.h"
#include "crm/objects/values.h"
#include "crm/soql/query_service.h"
#include "support/store.h"

namespace stockbell::crm::soql {

class QueryTest : public testing::StoreTest {
 protected:
  QueryTest() {
    clock.advance(*parse_rfc3339("2026-05-14T15:30:00Z") - clock.now());
    make_tables("contacts/sql/crm_contact.sql", "create_contact");
    make_tables("contacts/sql/crm_object.sql", "create_objects");
    make_tables("requests/sql/crm_request.sql", "create_request");
    make_tables("requests/sql/crm_rebuild.sql", "rebuild");
    EXPECT_TRUE(db().migrate(QueryService::migrations()));
    const std::array custom{
        objects::CustomField{"Contact", "Shoe_Size__c", "Shoe size", "double"},
        objects::CustomField{"Contact", "Nickname__c", "Nickname", "string"},
        objects::CustomField{"Contact", "Birthday__c", "Birthday", "date"},
        objects::CustomField{"Contact", "Vip__c", "VIP", "boolean"},
    };
    schema_ = std::make_unique<objects::Schema>(*objects::Schema::create(custom));
    service_ = std::make_unique<QueryService>(db(), *schema_, clock, ids);
  }

  // Runs a migration as the modules above keep it, which this one cannot include.
  void make_tables(const std::string& file, const std::string& name) {
    std::ifstream in(STOCKBELL_SOURCE_DIR "/src/crm/" + file);
    const std::string head = "-- name: " + name;
    const std::string own = head + (on_postgresql() ? " dialect: postgresql" : " dialect: sqlite");
    std::string line, text;
    for (bool taking = false; std::getline(in, line);) {
      if (line.starts_with("-- name:"))
        taking = line == head || line == own;
      else if (taking)
        text += line + "\n";
    }
    ASSERT_FALSE(text.empty()) << file;
    const db::Migration migration{name, {name, text, text}};
    const auto done = db().migrate(std::span(&migration, 1));
    ASSERT_TRUE(done) << done.error().message;
  }

  struct Person {
    std::string first, last, email;
    std::string custom = "{}";
    std::int64_t account = 0;
    std::string created = "2026-05-14T10:00:00Z";
  };
  std::int64_t add(const Person& person) {
    static constexpr db::Statement kInsert{
        "test.contact",
        "INSERT INTO contact (id, site_group, account, email, email_normalized, first_name, "
        "last_name, name, custom, created_at, modified_at, system_modstamp) VALUES ($1, 'eu', $2, "
        "$3, $3, $4, $5, $6, $7, $8, $8, $8)",
        "INSERT INTO contact (id, site_group, account, email, email_normalized, first_name, "
        "last_name, name, custom, created_at, modified_at, system_modstamp) VALUES ($1, 'eu', $2, "
        "$3, $3, $4, $5, $6, $7, $8, $8, $8)"};
    const auto id = ids.next();
    run(kInsert, {id, person.account ? db::Value(person.account) : db::Value(), person.email,
                  person.first, person.last, person.first + " " + person.last, person.custom,
                  to_ms(*parse_rfc3339(person.created))});
    return id;
  }
  std::int64_t add_account(const std::string& name) {
    static constexpr std::string_view kText =
        "INSERT INTO account (id, name, created_at, created_by, modified_at, modified_by, "
        "system_modstamp) VALUES ($1, $2, 0, 0, 0, 0, 0)";
    const auto id = ids.next();
    run({"test.account", kText, kText}, {id, name});
    return id;
  }
  static db::Params request_row(std::int64_t id, std::int64_t contact, const std::string& sku,
                                const std::string& status, int quantity) {
    return {id, "key-" + std::to_string(id), contact, sku, status, quantity, 1000};
  }
  static constexpr std::string_view kRequest =
      "INSERT INTO back_in_stock (id, request_key, contact, sku, site, locale, quantity, status, "
      "status_at, requested_at, created_at, modified_at, system_modstamp) VALUES ($1, $2, $3, $4, "
      "'eu', 'en', $6, $5, $7, $7, $7, $7, $7)";
  std::int64_t add_request(std::int64_t contact, const std::string& sku,
                           const std::string& status = "Requested", int quantity = 1) {
    const auto id = ids.next();
    run({"test.request", kRequest, kRequest}, request_row(id, contact, sku, status, quantity));
    return id;
  }
  void add_requests(std::int64_t contact, int count) {
    std::vector<db::Params> batch;
    for (int i = 0; i < count; ++i)
      batch.push_back(
          request_row(ids.next(), contact, "sku-" + std::to_string(added_++), "Requested", 1));
    ASSERT_TRUE(db().write([&](db::Session& session) {
      return session.execute_batch({"test.request", kRequest, kRequest}, batch);
    }));
  }
  void run(const db::Statement& statement, const db::Params& params) {
    const auto done =
        db().write([&](db::Session& session) { return session.execute(statement, params); });
    ASSERT_TRUE(done) << done.error().message;
  }
  void run(const std::string& sql, const db::Params& params = {}) {
    run(db::Statement{"", sql, sql}, params);
  }

  std::string contact_id(std::int64_t id) const {
    return objects::record_id(*schema_->find("Contact"), id);
  }
  std::string request_id(std::int64_t id) const {
    return objects::record_id(*schema_->find("Back_In_Stock__c"), id);
  }

  QueryPage ask(std::string_view soql, const QueryOptions& options = {}) {
    auto page = service_->query(soql, options);
    EXPECT_TRUE(page) << soql << "\n" << (page ? "" : page.error().reason + page.error().message);
    return page ? std::move(*page) : QueryPage();
  }
  Error refusal(std::string_view soql, const QueryOptions& options = {}) {
    auto page = service_->query(soql, options);
    EXPECT_FALSE(page) << soql;
    return page ? Error() : page.error();
  }
  static boost::json::array rows(const QueryPage& page) {
    return boost::json::parse(page.records).as_array();
  }
  // The values of the only field, joined by blanks; null is "null".
  std::string values(std::string_view soql, const QueryOptions& options = {}) {
    return values(ask(soql, options));
  }
  static std::string values(const QueryPage& page) {
    std::string text;
    for (const auto& row : rows(page)) {
      const auto& value = (row.as_object().end() - 1)->value();
      if (!text.empty()) text += ' ';
      text += value.is_string() ? std::string(value.as_string()) : boost::json::serialize(value);
    }
    return text;
  }
  // The first names that a condition on Contact finds, in the order they were added.
  std::string where(const std::string& condition) {
    return values("SELECT FirstName FROM Contact WHERE " + condition);
  }

  std::unique_ptr<objects::Schema> schema_;
  std::unique_ptr<QueryService> service_;
  int added_ = 0;
};

}  // namespace stockbell::crm::soql
