#include "access/test_access.h"

namespace stockbell::access {
namespace {

class SoapLoginTest : public AccessTest {
 protected:
  static inline const Headers kXml = {{"Content-Type", "text/xml; charset=UTF-8"},
                                      {"SOAPAction", "login"}};

  http::Response login(const std::string& username, const std::string& password,
                       const std::string& path = "/services/Soap/u/59.0") {
    return call(
        "POST", path,
        R"(<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:partner.soap.sforce.com"><username>)" +
            username + "</username><password>" + password +
            "</password></login></e:Body></e:Envelope>",
        kXml);
  }
  static std::string element(const http::Response& response, const std::string& name) {
    auto from = response.body.find("<" + name + ">");
    if (from == std::string::npos) return {};
    from += name.size() + 2;
    return response.body.substr(from, response.body.find('<', from) - from);
  }
};

TEST_P(SoapLoginTest, SignsInUsersAndKeys) {
  ASSERT_TRUE(box->add_user("ann@example.com", "a long password"));
  auto key = *box->create_key(http::Role::readonly, "desk");
  auto user = login("Ann@Example.com", "a long password");
  ASSERT_EQ(user.status, 200) << user.body;
  EXPECT_EQ(header_of(user, "Content-Type"), "text/xml;charset=UTF-8");
  EXPECT_EQ(who("Bearer " + element(user, "sessionId")), "admin ann@example.com");
  EXPECT_EQ(element(user, "passwordExpired"), "false");
  EXPECT_EQ(element(user, "userName"), "ann@example.com");
  EXPECT_EQ(element(user, "serverUrl"), "http://127.0.0.1:8080/services/Soap/u/59.0/" +
                                            element(user, "organizationId").substr(0, 15));
  EXPECT_EQ(element(user, "userId").size(), 18u);
  auto client = login("desk", key, "/services/Soap/c/50.0");
  EXPECT_EQ(who("Bearer " + element(client, "sessionId")), "readonly desk");
  EXPECT_NE(element(client, "serverUrl").find("/Soap/c/50.0/"), std::string::npos);
  clock.advance(std::chrono::hours(2));
  EXPECT_EQ(who("Bearer " + element(client, "sessionId")), "anonymous ");
}

TEST_P(SoapLoginTest, FaultsAlikeForAllThatIsWrong) {
  ASSERT_TRUE(box->add_user("ann@example.com", "a long password"));
  auto key = *box->create_key(http::Role::readonly, "desk");
  auto wrong = login("ann@example.com", "wrong");
  EXPECT_EQ(wrong.status, 500);
  EXPECT_EQ(element(wrong, "faultcode"), "sf:INVALID_LOGIN");
  EXPECT_EQ(element(wrong, "faultstring"),
            "INVALID_LOGIN: Invalid username, password, security token; or user locked out.");
  EXPECT_EQ(element(wrong, "sf:exceptionCode"), "INVALID_LOGIN");
  for (const auto& other :
       {login("nobody@example.com", "wrong"), login("desk", "wrong"), login("nobody", key),
        login("", ""), login("ann@example.com", "a long passwordTOKEN"),
        login("desk", key + "TOKEN"), login("ann@example.com", std::string(9000, 'x'))}) {
    EXPECT_EQ(other.status, 500);
    EXPECT_EQ(other.body, wrong.body);
  }
  for (int i = 0; i < 10; ++i) login("ann@example.com", "wrong");
  EXPECT_EQ(login("ann@example.com", "a long password").body, wrong.body);  // locked
}

TEST_P(SoapLoginTest, SignsOut) {
  auto key = *box->create_key(http::Role::admin, "desk");
  auto session = element(login("desk", key), "sessionId");
  auto out = [&] {
    return call(
        "POST", "/services/Soap/u/59.0/00D000000000000",
        R"(<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><SessionHeader xmlns="urn:partner.soap.sforce.com"><sessionId>)" +
            session +
            R"(</sessionId></SessionHeader></e:Header><e:Body><logout xmlns="urn:partner.soap.sforce.com"/></e:Body></e:Envelope>)",
        kXml);
  };
  EXPECT_EQ(out().status, 200);
  EXPECT_EQ(who("Bearer " + session), "anonymous ");
  auto again = out();
  EXPECT_EQ(again.status, 500);
  EXPECT_EQ(element(again, "faultcode"), "sf:INVALID_SESSION_ID");
}

TEST_P(SoapLoginTest, RefusesWhatIsNoEnvelope) {
  auto broken = call("POST", "/services/Soap/u/59.0", "<a", kXml);
  EXPECT_EQ(broken.status, 500);
  EXPECT_NE(element(broken, "faultcode"), "");
  EXPECT_EQ(
      call("POST", "/services/Soap/u/59.0", "{}", {{"Content-Type", "application/json"}}).status,
      415);
  EXPECT_EQ(element(login("a", "b", "/services/Soap/u/x"), "faultcode"),
            "sf:UNSUPPORTED_API_VERSION");
  auto nowhere = call("GET", "/services/Soap/u/59.0");
  EXPECT_EQ(nowhere.status, 404);
  EXPECT_EQ(header_of(nowhere, "Content-Type"), "text/xml;charset=UTF-8");
}

STOCKBELL_STORE_TESTS(SoapLoginTest);

class KeysTest : public AccessTest {};

TEST_P(KeysTest, HaveOneNameEach) {
  ASSERT_TRUE(box->create_key(http::Role::intake, "shop"));
  auto again = box->create_key(http::Role::admin, "shop");
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(again.error().reason, "key-name-taken");
  ASSERT_TRUE(box->create_key(http::Role::admin, ""));
  ASSERT_TRUE(box->create_key(http::Role::admin, ""));
  auto keys = *box->list_keys();
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_EQ(keys[0].name, "admin");
  EXPECT_EQ(keys[1].name, "admin-2");
  EXPECT_EQ(keys[2].role, http::Role::intake);
  EXPECT_FALSE(keys[2].signs);
  EXPECT_EQ(keys[0].id.size(), 16u);
}

TEST_P(KeysTest, AreRevokedByNameOrId) {
  auto first = *box->create_key(http::Role::intake, "shop"),
       second = *box->create_key(http::Role::admin, "ops");
  ASSERT_TRUE(box->revoke_key("shop"));
  EXPECT_EQ(who("Bearer " + first), "anonymous ");
  ASSERT_TRUE(box->revoke_key(box->list_keys()->front().id));
  EXPECT_EQ(who("Bearer " + second), "anonymous ");
  EXPECT_EQ(box->revoke_key("ops").error().reason, "key-unknown");
  EXPECT_TRUE(box->create_key(http::Role::intake, "shop"));  // the name is free again
}

STOCKBELL_STORE_TESTS(KeysTest);

class OldKeysTest : public testing::StoreTest {};

TEST_P(OldKeysTest, OfOneNameGetNamesOfTheirOwn) {
  auto migrations = AccessBox::migrations();
  ASSERT_EQ(migrations[5].name, "access/6-key");
  ASSERT_TRUE(db().migrate(migrations.first(6)));
  static constexpr db::Statement add{
      "add",
      "INSERT INTO access_key (key_hash, role, name, created_at) VALUES ($1, 'admin', $2, $3)",
      "INSERT INTO access_key (key_hash, role, name, created_at) VALUES ($1, 'admin', $2, $3)"};
  ASSERT_TRUE(db().write([&](db::Session& store) -> Result<> {
    for (const auto& [hash, name, at] : {std::tuple{"c0000000", "admin", 1},
                                         {"b0000000", "admin", 1},
                                         {"a0000000", "admin", 2},
                                         {"d0000000", "shop", 3}})
      SB_CHECK(store.execute(add, {hash, name, at}));
    return {};
  }));
  ASSERT_TRUE(db().migrate(migrations));
  AccessBox box(db(), clock, random);
  std::vector<std::string> names;
  const auto keys = box.list_keys().value();
  for (const auto& key : keys) names.push_back(key.name);
  EXPECT_EQ(names, (std::vector<std::string>{"admin", "admin-a0000000", "admin-c0000000", "shop"}));
}

STOCKBELL_STORE_TESTS(OldKeysTest);

}  // namespace
}  // namespace stockbell::access
