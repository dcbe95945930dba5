#include "access/oauth/test_signer.h"
#include "access/test_access.h"

namespace stockbell::access {
namespace {

class OAuthTest : public AccessTest {};

TEST_P(OAuthTest, AnswersClientCredentialsFromTheFormAndFromBasic) {
  auto key = *box->create_key(http::Role::admin, "connect");
  auto answer = token("grant_type=client_credentials&client_id=connect&client_secret=" + key);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(header_of(answer, "Content-Type"), "application/json;charset=UTF-8");
  EXPECT_EQ(header_of(answer, "Cache-Control"), "no-store");
  auto json = object(answer);
  EXPECT_EQ(json.at("instance_url").as_string(), "http://127.0.0.1:8080");
  EXPECT_EQ(json.at("api_instance_url").as_string(), "http://127.0.0.1:8080");
  EXPECT_EQ(json.at("token_type").as_string(), "Bearer");
  EXPECT_EQ(json.at("scope").as_string(), "api");
  EXPECT_FALSE(json.contains("expires_in"));
  EXPECT_FALSE(json.contains("refresh_token"));
  auto issued_at = text_of(json, "issued_at"), id = text_of(json, "id");
  EXPECT_EQ(issued_at, std::to_string(to_ms(clock.now())));
  EXPECT_TRUE(std::regex_match(
      id, std::regex("http://127\\.0\\.0\\.1:8080/id/00D[0-9A-Za-z]{15}/005[0-9A-Za-z]{15}")))
      << id;
  EXPECT_EQ(text_of(json, "signature"), crypto::base64(crypto::hmac_sha256(key, id + issued_at)));
  auto access_token = text_of(json, "access_token");
  EXPECT_TRUE(std::regex_match(access_token, std::regex("00D[0-9A-Za-z]{12}![-_0-9A-Za-z]{43}")))
      << access_token;
  EXPECT_EQ(who("Bearer " + access_token), "admin connect");
  EXPECT_EQ(who("OAuth " + access_token), "admin connect");
  EXPECT_EQ(who("oauth  " + access_token), "admin connect");
  EXPECT_EQ(who("Bearer " + access_token + "x"), "anonymous ");
  EXPECT_EQ(who("Basic " + access_token), "anonymous ");
  auto basic = token("grant_type=client_credentials",
                     {{"Authorization", "Basic " + crypto::base64("connect:" + key)}});
  EXPECT_EQ(basic.status, 200) << basic.body;
  EXPECT_EQ(object(basic).at("id").as_string(), id);
}

TEST_P(OAuthTest, RefusesBadClientsLetterByLetter) {
  auto key = *box->create_key(http::Role::admin, "connect");
  auto grant = std::string("grant_type=client_credentials&");
  EXPECT_EQ(error(token(grant + "client_id=nobody&client_secret=" + key)),
            "400 invalid_client_id: client identifier invalid");
  EXPECT_EQ(error(token(grant)), "400 invalid_client_id: client identifier invalid");
  EXPECT_EQ(error(token(grant + "client_id=connect&client_secret=wrong")),
            "400 invalid_client: invalid client credentials");
  EXPECT_EQ(error(token(grant + "client_id=connect")),
            "400 invalid_client: invalid client credentials");
  EXPECT_EQ(error(token("grant_type=device&client_id=connect&client_secret=" + key)),
            "400 unsupported_grant_type: grant type not supported");
  EXPECT_EQ(error(token("")), "400 unsupported_grant_type: grant type not supported");
  EXPECT_EQ(error(token(grant + "client_id=connect&scope=chatter_api&client_secret=" + key)),
            "400 invalid_scope: the requested scope is not allowed");
  EXPECT_EQ(error(token(grant + "client_id=a&client_id=b")),
            "400 invalid_request: a parameter stands twice");
  EXPECT_EQ(error(token(grant + "client_id=%ff")).substr(0, 19), "400 invalid_request");
  EXPECT_EQ(error(token(grant, {{"Authorization", "Basic !"}})).substr(0, 19),
            "400 invalid_request");
  EXPECT_EQ(error(token(grant + "client_secret=x",
                        {{"Authorization", "Basic " + crypto::base64("connect:" + key)}}))
                .substr(0, 19),
            "400 invalid_request");
  EXPECT_EQ(
      error(call("POST", "/services/oauth2/token", "{}", {{"Content-Type", "application/json"}}))
          .substr(0, 19),
      "415 invalid_request");
  EXPECT_EQ(call("POST", "/services/oauth2/nothing", "").status, 404);
}

TEST_P(OAuthTest, AnswersThePasswordFlow) {
  auto readonly = *box->create_key(http::Role::readonly, "desk");
  ASSERT_TRUE(box->add_user("Ann@example.com", "a long password"));
  auto form = "grant_type=password&client_id=desk&client_secret=" + readonly +
              "&username=ann%40example.com&password=";
  auto answer = token(form + "a+long+password");
  ASSERT_EQ(answer.status, 200) << answer.body;
  auto json = object(answer);
  EXPECT_FALSE(json.contains("refresh_token"));
  EXPECT_FALSE(json.contains("api_instance_url"));
  EXPECT_EQ(who("Bearer " + text_of(json, "access_token")), "readonly ann@example.com");
  for (const auto* bad : {"wrong", "a+long+passwordSECURITYTOKEN", ""})
    EXPECT_EQ(error(token(form + bad)), "400 invalid_grant: authentication failure");
  EXPECT_EQ(error(token("grant_type=password&client_id=desk&client_secret=" + readonly +
                        "&username=nobody&password=x")),
            "400 invalid_grant: authentication failure");
  EXPECT_EQ(error(token("grant_type=password&client_id=desk&client_secret=x&username=ann%40example."
                        "com&password=a+long+password")),
            "400 invalid_client: invalid client credentials");
}

TEST_P(OAuthTest, RefreshesForTheSameClientOnlyAndUntilRevoked) {
  auto key = *box->create_key(http::Role::admin, "desk");
  auto other = *box->create_key(http::Role::admin, "other");
  ASSERT_TRUE(box->add_user("ann@example.com", "a long password"));
  auto first = object(
      token("grant_type=password&scope=readonly+refresh_token&client_id=desk&client_secret=" + key +
            "&username=ann%40example.com&password=a+long+password"));
  auto refresh = text_of(first, "refresh_token");
  ASSERT_FALSE(refresh.empty());
  EXPECT_EQ(who("Bearer " + refresh), "anonymous ");  // opens nothing itself
  auto form = "grant_type=refresh_token&refresh_token=" + refresh + "&client_id=";
  clock.advance(std::chrono::hours(24 * 89));
  auto second = token(form + "desk&client_secret=" + key);
  ASSERT_EQ(second.status, 200) << second.body;
  EXPECT_EQ(object(second).at("scope").as_string(), "readonly refresh_token");
  auto access = text_of(object(second), "access_token");
  EXPECT_EQ(who("Bearer " + access), "readonly ann@example.com");
  EXPECT_EQ(error(token(form + "other&client_secret=" + other)),
            "400 invalid_grant: expired access/refresh token");
  EXPECT_EQ(error(token("grant_type=refresh_token&refresh_token=" + access +
                        "&client_id=desk&client_secret=" + key)),
            "400 invalid_grant: expired access/refresh token");
  clock.advance(std::chrono::hours(24 * 89));  // each use makes it last longer
  auto third = token(form + "desk&client_secret=" + key);
  ASSERT_EQ(third.status, 200);
  EXPECT_EQ(call("POST", "/services/oauth2/revoke", "token=" + refresh, kForm).status, 200);
  EXPECT_EQ(who("Bearer " + text_of(object(third), "access_token")), "anonymous ");
  EXPECT_EQ(error(token(form + "desk&client_secret=" + key)),
            "400 invalid_grant: expired access/refresh token");
}

TEST_P(OAuthTest, ForgetsRefreshTokensNobodyUsed) {
  auto key = *box->create_key(http::Role::admin, "desk");
  ASSERT_TRUE(box->add_user("ann@example.com", "a long password"));
  auto first = object(
      token("grant_type=password&scope=api+refresh_token&client_id=desk&client_secret=" + key +
            "&username=ann%40example.com&password=a+long+password"));
  clock.advance(std::chrono::hours(24 * 90));
  EXPECT_EQ(error(token("grant_type=refresh_token&refresh_token=" +
                        text_of(first, "refresh_token") + "&client_id=desk&client_secret=" + key)),
            "400 invalid_grant: expired access/refresh token");
}

TEST_P(OAuthTest, TakesAssertionsOnce) {
  oauth::TestSigner signer;
  ASSERT_TRUE(box->create_key(http::Role::readonly, "robot", signer.public_key()));
  ASSERT_TRUE(box->create_key(http::Role::admin, "bare"));
  ASSERT_TRUE(box->add_user("ann@example.com", "a long password"));
  auto ask = [&](const std::string& issuer, const std::string& subject, const std::string& audience,
                 int seconds) {
    auto exp = std::to_string(to_ms(clock.now()) / 1000 + seconds);
    return "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" +
           signer.jwt(R"({"iss":")" + issuer + R"(","sub":")" + subject + R"(","aud":")" +
                      audience + R"(","exp":)" + exp + "}");
  };
  auto form = ask("robot", "ann@example.com", "https://login.salesforce.com", 180);
  auto answer = token(form);
  ASSERT_EQ(answer.status, 200) << answer.body;
  auto json = object(answer);
  EXPECT_FALSE(json.contains("issued_at"));
  EXPECT_FALSE(json.contains("signature"));
  EXPECT_FALSE(json.contains("refresh_token"));
  EXPECT_EQ(who("Bearer " + text_of(json, "access_token")), "readonly ann@example.com");
  EXPECT_EQ(error(token(form)), "400 invalid_grant: assertion was used before");
  clock.advance(std::chrono::seconds(209));
  EXPECT_EQ(error(token(form)), "400 invalid_grant: assertion was used before");
  clock.advance(std::chrono::seconds(1));
  EXPECT_EQ(error(token(form)), "400 invalid_grant: assertion has expired");
  auto own = token(ask("robot", "robot", "http://127.0.0.1:8080/services/oauth2/token", 60) +
                   "&scope=readonly");
  ASSERT_EQ(own.status, 200) << own.body;
  EXPECT_EQ(who("Bearer " + text_of(object(own), "access_token")), "readonly robot");
  EXPECT_EQ(error(token(ask("robot", "ann@example.com", "https://evil.example", 60))),
            "400 invalid_grant: audience is invalid");
  EXPECT_EQ(error(token(ask("bare", "bare", "http://127.0.0.1:8080", 60))),
            "400 invalid_grant: invalid assertion");
  EXPECT_EQ(error(token(ask("nobody", "bare", "http://127.0.0.1:8080", 60))),
            "400 invalid_client_id: client identifier invalid");
  EXPECT_EQ(error(token(ask("robot", "bare", "http://127.0.0.1:8080", 60))),
            "400 invalid_grant: user hasn't approved this consumer");
  EXPECT_EQ(box->create_key(http::Role::admin, "x", "no certificate").error().reason,
            "certificate-invalid");
}

TEST_P(OAuthTest, NarrowsByScope) {
  auto key = *box->create_key(http::Role::admin, "connect");
  auto role = [&](const std::string& scope) {
    auto answer =
        object(token("grant_type=client_credentials&client_id=connect&client_secret=" + key +
                     "&scope=" + scope));
    return who("Bearer " + text_of(answer, "access_token"));
  };
  EXPECT_EQ(role("full"), "admin connect");
  EXPECT_EQ(role("readonly"), "readonly connect");
  EXPECT_EQ(role("intake"), "intake connect");
  EXPECT_EQ(role("id"), "anonymous connect");
}

TEST_P(OAuthTest, AScopeNeverGivesWhatTheKeyMayNot) {
  auto role = [&](http::Role of_key, const std::string& scope) {
    const auto name = fmt::format("{}-{}", static_cast<int>(of_key), scope);
    auto key = *box->create_key(of_key, name);
    auto answer = object(token("grant_type=client_credentials&client_id=" + name +
                               "&client_secret=" + key + "&scope=" + scope));
    const auto seen = who("Bearer " + text_of(answer, "access_token"));
    return seen.substr(0, seen.find(' '));
  };
  using enum http::Role;
  EXPECT_EQ(role(readonly, "api"), "readonly");
  EXPECT_EQ(role(readonly, "readonly"), "readonly");
  EXPECT_EQ(role(readonly, "intake"), "anonymous") << "a reader cannot become a writer";
  EXPECT_EQ(role(intake, "api"), "intake");
  EXPECT_EQ(role(intake, "intake"), "intake");
  EXPECT_EQ(role(intake, "readonly"), "anonymous");
}

TEST_P(OAuthTest, EndsTokensAfterTwoHoursWithTheirKeyAndWithTheirUser) {
  auto key = *box->create_key(http::Role::admin, "desk");
  ASSERT_TRUE(box->add_user("ann@example.com", "a long password"));
  auto client = [&] {
    return "Bearer " +
           text_of(
               object(token("grant_type=client_credentials&client_id=desk&client_secret=" + key)),
               "access_token");
  };
  auto user = [&](const std::string& password) {
    return "Bearer " +
           text_of(object(token("grant_type=password&client_id=desk&client_secret=" + key +
                                "&username=ann%40example.com&password=" + password)),
                   "access_token");
  };
  auto aging = client();
  clock.advance(std::chrono::hours(2) - std::chrono::milliseconds(1));
  EXPECT_EQ(who(aging), "admin desk");
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(who(aging), "anonymous ");
  auto with_old_password = user("a+long+password");
  EXPECT_EQ(who(with_old_password), "admin ann@example.com");
  ASSERT_TRUE(box->add_user("ann@example.com", "another password"));
  EXPECT_EQ(who(with_old_password), "anonymous ");
  auto leaving = user("another+password");
  ASSERT_TRUE(box->remove_user("ann@example.com"));
  EXPECT_EQ(who(leaving), "anonymous ");
  EXPECT_EQ(box->remove_user("ann@example.com").error().reason, "user-unknown");
  auto revoked = client();
  ASSERT_TRUE(box->revoke_key("desk"));
  EXPECT_EQ(who(revoked), "anonymous ");
  ASSERT_TRUE(box->create_key(http::Role::admin, "desk"));
  EXPECT_EQ(who(revoked), "anonymous ");
}

TEST_P(OAuthTest, RevokesAndIntrospects) {
  auto key = *box->create_key(http::Role::admin, "desk");
  auto other = *box->create_key(http::Role::admin, "other");
  auto access =
      text_of(object(token("grant_type=client_credentials&client_id=desk&client_secret=" + key)),
              "access_token");
  auto ask = [&](const std::string& client, const std::string& secret) {
    return object(call("POST", "/services/oauth2/introspect",
                       "token=" + access + "&client_id=" + client + "&client_secret=" + secret,
                       kForm));
  };
  EXPECT_TRUE(ask("desk", key).at("active").as_bool());
  EXPECT_EQ(ask("desk", key).at("exp").as_int64(), to_ms(clock.now()) / 1000 + 7200);
  EXPECT_FALSE(ask("other", other).at("active").as_bool());
  EXPECT_EQ(call("POST", "/services/oauth2/revoke", "token=unknown", kForm).status, 200);
  EXPECT_EQ(who("Bearer " + access), "admin desk");
  auto revoked = call("GET", "/services/oauth2/revoke?token=" + access);
  EXPECT_EQ(revoked.status, 200);
  EXPECT_EQ(revoked.body, "");
  EXPECT_EQ(who("Bearer " + access), "anonymous ");
  EXPECT_FALSE(ask("desk", key).at("active").as_bool());
  EXPECT_EQ(error(call("POST", "/services/oauth2/revoke", "", kForm)),
            "400 invalid_request: token is missing");
}

TEST_P(OAuthTest, LocksAClientForItsNetworkAndANetworkForAll) {
  auto key = *box->create_key(http::Role::admin, "desk");
  auto form = std::string("grant_type=client_credentials&client_id=desk&client_secret=");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(token(form + "wrong").status, 400);
  EXPECT_EQ(error(token(form + key)), "400 invalid_grant: login rate exceeded");
  network = "203.0.113.8";  // the client itself is not kept out
  EXPECT_EQ(token(form + key).status, 200);
  network = "2001:db8::1";
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(
        token("grant_type=client_credentials&client_id=" + std::to_string(i) + "&client_secret=x")
            .status,
        400);
  network = "2001:db8::ffff:2";
  EXPECT_EQ(error(token(form + key)), "400 invalid_grant: login rate exceeded");
  network = "2001:db8:0:1::1";
  EXPECT_EQ(token(form + key).status, 200);
  network = "203.0.113.7";
  clock.advance(std::chrono::minutes(15));
  EXPECT_EQ(token(form + key).status, 200);
}

TEST_P(OAuthTest, LocksAUserAfterTenBadPasswords) {
  auto key = *box->create_key(http::Role::admin, "desk");
  ASSERT_TRUE(box->add_user("ann@example.com", "a long password"));
  auto form = "grant_type=password&client_id=desk&client_secret=" + key +
              "&username=ann%40example.com&password=";
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(error(token(form + "x")), "400 invalid_grant: authentication failure");
  EXPECT_EQ(error(token(form + "a+long+password")), "400 invalid_grant: login rate exceeded");
  clock.advance(std::chrono::minutes(15));
  EXPECT_EQ(token(form + "a+long+password").status, 200);
}

TEST_P(OAuthTest, TellsWhoATokenIs) {
  auto key = *box->create_key(http::Role::intake, "shop");
  auto json =
      object(token("grant_type=client_credentials&client_id=shop&scope=id&client_secret=" + key));
  auto access = text_of(json, "access_token"),
       id = text_of(json, "id").substr(std::string("http://127.0.0.1:8080").size());
  auto answer = call("GET", id + "?format=json&oauth_token=" + access);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(object(answer).at("username").as_string(), "shop");
  EXPECT_EQ(object(answer).at("user_id").as_string(), id.substr(id.rfind('/') + 1));
  EXPECT_EQ(object(answer).at("urls").at("rest").as_string(),
            "http://127.0.0.1:8080/services/data/v{version}/");
  EXPECT_EQ(call("GET", id, "", {{"Authorization", "Bearer " + access}}).status, 200);
  auto info = call("GET", "/services/oauth2/userinfo", "", {{"Authorization", "Bearer " + access}});
  EXPECT_EQ(object(info).at("preferred_username").as_string(), "shop");
  auto bad = call("GET", id + "?oauth_token=forged");
  EXPECT_EQ(bad.status, 403);
  EXPECT_EQ(bad.body, "Bad_OAuth_Token");
  EXPECT_EQ(call("GET", id, "", {{"Authorization", "Bearer 00D!x"}}).body, "Bad_OAuth_Token");
  EXPECT_EQ(call("GET", id).body, "Missing_OAuth_Token");
  EXPECT_EQ(call("GET", "/services/oauth2/userinfo").status, 403);
  EXPECT_EQ(call("GET", "/id/00D000000000000AAA/" + id.substr(id.rfind('/') + 1) +
                            "?oauth_token=" + access)
                .body,
            "Wrong_Org");
  EXPECT_EQ(
      call("GET", id.substr(0, id.rfind('/')) + "/005000000000000AAA?oauth_token=" + access).status,
      404);
}

STOCKBELL_STORE_TESTS(OAuthTest);

}  // namespace
}  // namespace stockbell::access
