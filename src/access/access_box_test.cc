#include "access/access_box.h"

#include "support/store.h"

namespace stockbell::access {
namespace {

class AccessBoxTest : public testing::StoreTest {
 protected:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(AccessBox::migrations()));
    box.emplace(db(), clock, random);
    box->add_routes(router);
  }
  http::Response call(const http::Request& request) {
    auto found = router.find(request.method, "/api/v1/session");
    auto response = found.route->handler(request);
    return response ? *response : http::problem(response.error());
  }
  http::Response sign_in(const std::string& email, const std::string& password) {
    http::Request request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = R"({"email":")" + email + R"(","password":")" + password + "\"}";
    return call(request);
  }
  static std::string set_cookie(const http::Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Set-Cookie") return value;
    return {};
  }
  http::Request with_cookie(const http::Response& response, std::string method = "GET") {
    http::Request request;
    request.method = std::move(method);
    auto cookie = set_cookie(response);
    request.headers = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
    return request;
  }
  http::Role role_of(const http::Request& request) {
    auto principal = box->authenticate(request);
    EXPECT_TRUE(principal) << principal.error().message;
    return principal ? principal->role : http::Role::anonymous;
  }
  static http::Request with_key(const std::string& key) {
    http::Request request;
    request.method = "PUT";
    request.headers = {{"authorization", "Bearer " + key}};
    return request;
  }
  std::optional<AccessBox> box;
  http::Router router;
};

TEST_P(AccessBoxTest, KnowsItsKeysByRole) {
  auto admin = box->create_key(http::Role::admin, "ops");
  auto intake = box->create_key(http::Role::intake, "shop");
  ASSERT_TRUE(admin && intake);
  EXPECT_EQ(role_of(with_key(*admin)), http::Role::admin);
  EXPECT_EQ(box->authenticate(with_key(*intake))->name, "shop");
  EXPECT_EQ(role_of(with_key(*intake + "x")), http::Role::anonymous);
  EXPECT_EQ(role_of(with_key("")), http::Role::anonymous);
  EXPECT_EQ(role_of({}), http::Role::anonymous);
  EXPECT_EQ(box->create_key(http::Role::anonymous, "x").error().reason, "role-invalid");
}

TEST_P(AccessBoxTest, SignsInAndOut) {
  ASSERT_TRUE(box->add_user("Boss@Example.com", "a long password"));
  auto response = sign_in("boss@example.com", "a long password");
  ASSERT_EQ(response.status, 204);
  EXPECT_NE(set_cookie(response).find("HttpOnly; SameSite=Strict"), std::string::npos);
  EXPECT_EQ(call(with_cookie(response)).body, R"({"email":"boss@example.com","role":"admin"})");
  EXPECT_EQ(role_of(with_cookie(response)), http::Role::admin);
  auto leave = with_cookie(response, "DELETE");
  EXPECT_EQ(call(leave).status, 403);
  leave.headers.emplace_back("X-Stockbell-Console", "1");
  EXPECT_EQ(call(leave).status, 204);
  EXPECT_EQ(call(with_cookie(response)).status, 401);
}

TEST_P(AccessBoxTest, TakesACookieForChangesOnlyFromTheConsole) {
  ASSERT_TRUE(box->add_user("boss@example.com", "a long password"));
  auto request = with_cookie(sign_in("boss@example.com", "a long password"), "POST");
  EXPECT_EQ(role_of(request), http::Role::anonymous);
  request.headers.emplace_back("X-Stockbell-Console", "1");
  EXPECT_EQ(role_of(request), http::Role::admin);
}

TEST_P(AccessBoxTest, EndsSessionsAfterTwelveHoursAndWithANewPassword) {
  auto password = box->add_user("boss@example.com");
  ASSERT_TRUE(password);
  auto first = sign_in("boss@example.com", *password);
  clock.advance(std::chrono::hours(12) - std::chrono::seconds(1));
  EXPECT_EQ(role_of(with_cookie(first)), http::Role::admin);
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(role_of(with_cookie(first)), http::Role::anonymous);
  auto second = sign_in("boss@example.com", *password);
  ASSERT_TRUE(box->add_user("boss@example.com", "another password"));
  EXPECT_EQ(role_of(with_cookie(second)), http::Role::anonymous);
  EXPECT_EQ(sign_in("boss@example.com", *password).status, 401);
}

TEST_P(AccessBoxTest, LocksAfterTenBadPasswords) {
  ASSERT_TRUE(box->add_user("boss@example.com", "a long password"));
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sign_in("boss@example.com", "wrong").status, 401) << i;
  EXPECT_EQ(sign_in("boss@example.com", "a long password").status, 429);
  EXPECT_EQ(sign_in("other@example.com", "a long password").status, 401);  // others are not locked
  clock.advance(std::chrono::minutes(15));
  EXPECT_EQ(sign_in("boss@example.com", "a long password").status, 204);
  EXPECT_EQ(sign_in("boss@example.com", "wrong").status, 401);  // counted from none again
}

TEST_P(AccessBoxTest, AnswersUnknownAccountsLikeKnownOnes) {
  ASSERT_TRUE(box->add_user("boss@example.com", "a long password"));
  EXPECT_EQ(sign_in("nobody@example.com", "wrong").body, sign_in("boss@example.com", "wrong").body);
  EXPECT_EQ(sign_in("nobody@example.com", "nobody has this password").status, 401);
  EXPECT_EQ(sign_in("not an address", "x").status, 401);
}

TEST_P(AccessBoxTest, RefusesBadInput) {
  EXPECT_EQ(box->add_user("boss").error().reason, "email-invalid");
  EXPECT_EQ(box->add_user("boss@example.com", "short").error().reason, "password-short");
  http::Request form;
  form.method = "POST";
  form.body = "email=a&password=b";
  form.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
  EXPECT_EQ(call(form).status, 415);
  form.headers = {{"Content-Type", "application/json"}};
  EXPECT_EQ(call(form).status, 422);
  form.body = R"({"email":7})";
  EXPECT_EQ(call(form).status, 422);
}

STOCKBELL_STORE_TESTS(AccessBoxTest);

}  // namespace
}  // namespace stockbell::access
