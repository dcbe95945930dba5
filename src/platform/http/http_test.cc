#include "platform/http/http.h"

#include <gtest/gtest.h>

#include "platform/http/target.h"

namespace stockbell::http {
namespace {

Route route(std::string method, std::string pattern) {
  Route out;
  out.method = std::move(method);
  out.pattern = pattern;
  out.handler = [pattern](const Request&) -> Result<Response> {
    return Response::text(200, pattern);
  };
  return out;
}

Router shop() {
  Router router;
  router.add(route("GET", "/"));
  router.add(route("GET", "/imports/{id}"));
  router.add(route("POST", "/imports/catalog"));
  router.add(route("GET", "/imports/latest"));
  router.add(route("PUT", "/inventory/{sku}"));
  router.add(route("GET", "/assets/{file*}"));
  return router;
}

TEST(Router, PrefersLiteralsToParameters) {
  auto router = shop();
  EXPECT_EQ(router.find("GET", "/imports/latest").route->pattern, "/imports/latest");
  EXPECT_EQ(router.find("GET", "/imports/7").parameters.at("id"), "7");
  EXPECT_EQ(router.find("POST", "/imports/catalog").route->pattern, "/imports/catalog");
}

TEST(Router, DecodesParametersAfterSplitting) {
  auto router = shop();
  EXPECT_EQ(router.find("PUT", "/inventory/A%2F1%20b").parameters.at("sku"), "A/1 b");
  EXPECT_EQ(router.find("PUT", "/inventory/A/1").route, nullptr);
  EXPECT_EQ(router.find("GET", "/assets/js/app.js").parameters.at("file"), "js/app.js");
  EXPECT_EQ(router.find("GET", "/assets/").route, nullptr);
  EXPECT_EQ(router.find("PUT", "/inventory/").route, nullptr);
}

TEST(Router, TellsTheAllowedMethods) {
  auto found = shop().find("DELETE", "/imports/catalog");
  EXPECT_EQ(found.route, nullptr);
  EXPECT_EQ(found.allowed, (std::vector<std::string>{"GET", "POST", "HEAD"}));
  EXPECT_TRUE(shop().find("GET", "/nowhere").allowed.empty());
}

TEST(Router, AnswersHeadWithGet) {
  auto router = shop();
  ASSERT_NE(router.find("HEAD", "/").route, nullptr);
  EXPECT_EQ(router.find("HEAD", "/").route->method, "GET");
}

TEST(Router, RefusesTheSameRouteTwice) {
  auto router = shop();
  EXPECT_THROW(router.add(route("GET", "/")), std::invalid_argument);
}

TEST(Target, IsDecodedAndTakenApart) {
  auto target = parse_target("/a%20b/%C3%BC?sku=A%261&sku=2&q=x+y&flag");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/ü");
  EXPECT_EQ(target->wire_path, "/a%20b/%C3%BC");
  ASSERT_EQ(target->query.size(), 4u);
  EXPECT_EQ(target->query[0].second, "A&1");
  EXPECT_EQ(target->query[2].second, "x y");
  EXPECT_EQ(target->query[3].second, "");
}

TEST(Target, TakesTheAbsoluteForm) {
  EXPECT_EQ(parse_target("http://shop.example/x?y=1")->path, "/x");
  EXPECT_EQ(parse_target("http://shop.example")->path, "/");
}

TEST(Target, RefusesHostilePaths) {
  for (std::string_view bad :
       {"",          "*",    "x",       "/%",      "/%2",     "/%zz",        "/%00",
        "/a%0d%0ab", "/%ff", "/%c0%ae", "/..",     "/a/../b", "/a/%2e%2e/b", "/a/..%2fb",
        "/./a",      "/%7f", "/?a=%ff", "/?a=%00", "/?%zz=1", "shop:443"})
    EXPECT_FALSE(parse_target(bad)) << bad;
}

TEST(Request, FindsHeadersAndCookies) {
  Request request;
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"},
                     {"cookie", "a=1; session=x=y;b=2"}};
  request.body = "email=a%40b.example&name=J+D";
  EXPECT_EQ(request.header("CONTENT-type").substr(0, 11), "application");
  EXPECT_EQ(request.cookie("session"), "x=y");
  EXPECT_EQ(request.cookie("b"), "2");
  EXPECT_EQ(request.cookie("sess"), "");
  auto form = request.form();
  ASSERT_TRUE(form);
  EXPECT_EQ(form->at(0).second, "a@b.example");
  EXPECT_EQ(form->at(1).second, "J D");
  request.body = "a=%ff";
  EXPECT_EQ(request.form().error().reason, "form-invalid");
  request.headers.clear();
  EXPECT_EQ(request.form().error().reason, "form-expected");
}

TEST(Problem, SaysWhatIsWrongButNotWhatBrokeInside) {
  auto response = problem({ErrorCode::invalid, "email-invalid", "no \"@\"", "email"});
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Unprocessable Content","status":422,)"
                           R"("detail":"no \"@\"","reason":"email-invalid","field":"email"})");
  auto internal = problem({ErrorCode::internal, "x", "table secret is gone", ""});
  EXPECT_EQ(internal.body.find("secret"), std::string::npos);
  EXPECT_EQ(internal.status, 500);
}

}  // namespace
}  // namespace stockbell::http
