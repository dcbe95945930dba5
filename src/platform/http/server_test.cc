#include "platform/http/test_client.h"

namespace stockbell::http {
namespace {

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  RawClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    auto answer = client.receive_until("\r\n\r\nhi");
    EXPECT_EQ(status(answer), 200);
    EXPECT_TRUE(has(answer, "Connection: keep-alive\r\n"));
    EXPECT_TRUE(has(answer, "Content-Length: 2\r\n"));
    EXPECT_TRUE(has(answer, "X-Content-Type-Options: nosniff\r\n"));
    EXPECT_TRUE(has(answer, "X-Request-Id: "));
  }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  RawClient client(server_->port());
  std::string requests;
  for (int i = 0; i < 20; ++i)
    requests +=
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n" + std::to_string(100 + i);
  client.send(requests + "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  auto answer = client.receive_all();
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    at = answer.find("\r\n\r\n" + std::to_string(100 + i), at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_TRUE(answer.ends_with("hi"));
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
  start();
  auto answer = exchange("HEAD /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status(answer), 200);
  EXPECT_TRUE(has(answer, "Content-Length: 2\r\n"));
  EXPECT_EQ(body(answer), "");
}

TEST_F(ServerTest, ExplainsUnknownPathsAndMethods) {
  start();
  auto unknown = get("/nowhere");
  EXPECT_EQ(status(unknown), 404);
  EXPECT_TRUE(has(unknown, "Content-Type: application/problem+json"));
  auto wrong = exchange("DELETE /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(status(wrong), 405);
  EXPECT_TRUE(has(wrong, "Allow: GET, HEAD\r\n"));
}

TEST_F(ServerTest, LetsInByRole) {
  auto who = [](const Request& request) -> Result<Response> {
    return Response::text(200, request.principal.name);
  };
  add("GET", "/admin", who, Role::admin);
  add("GET", "/intake", who, Role::intake);
  start();
  EXPECT_EQ(status(get("/admin")), 401);
  EXPECT_TRUE(has(get("/admin"), "WWW-Authenticate: Bearer"));
  EXPECT_EQ(status(get("/admin", "Authorization: Bearer wrong\r\n")), 401);
  EXPECT_EQ(status(get("/admin", "Authorization: Bearer intake\r\n")), 403);
  EXPECT_EQ(status(get("/admin", "Authorization: Bearer narrow\r\n")), 403)
      << "known: signing in again would not help";
  EXPECT_EQ(body(get("/admin", "Authorization: Bearer admin\r\n")), "boss");
  EXPECT_EQ(body(get("/intake", "Authorization: Bearer intake\r\n")), "shop");
}

TEST_F(ServerTest, RefusesBeforeReadingABodyThatNobodyMaySend) {
  auto ignore = [](const Request&) -> Result<Response> { return Response::empty(204); };
  add("PUT", "/stock", ignore, Role::admin);
  start();
  RawClient client(server_->port());
  client.send(
      "PUT /stock HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\nExpect: 100-continue\r\n\r\n");
  auto answer = client.receive_all();
  EXPECT_EQ(status(answer), 401);
  EXPECT_FALSE(has(answer, "100 Continue"));
}

TEST_F(ServerTest, CatchesWhatAHandlerThrows) {
  add("GET", "/throw",
      [](const Request&) -> Result<Response> { throw std::runtime_error("secret"); });
  add("GET", "/odd", [](const Request&) -> Result<Response> { throw 7; });
  add("GET", "/fail", [](const Request&) -> Result<Response> {
    return fail(ErrorCode::unavailable, "store-away", "the store is away");
  });
  start();
  auto thrown = get("/throw");
  EXPECT_EQ(status(thrown), 500);
  EXPECT_FALSE(has(thrown, "secret"));
  EXPECT_EQ(status(get("/odd")), 500);
  auto failed = get("/fail");
  EXPECT_EQ(status(failed), 503);
  EXPECT_TRUE(has(failed, "\"reason\":\"store-away\""));
  EXPECT_TRUE(has(failed, "Retry-After: "));
}

// What a surface with its own error form says: status, reason, message and the methods of a 405.
Response plain_refusal(const Error& error, int status, const std::vector<std::string>& allowed) {
  std::string text = "surface " + std::to_string(status) + " " + error.reason;
  for (const auto& method : allowed) text += " " + method;
  return Response::text(status, text + " " + error.message);
}

TEST_F(ServerTest, RendersRefusalsInTheFormOfTheSurface) {
  auto ok = [](const Request&) -> Result<Response> { return Response::text(200, "ok"); };
  add("GET", "/surface/open", ok);
  add("GET", "/surface/admin", ok, Role::admin);
  add("GET", "/surface/throw",
      [](const Request&) -> Result<Response> { throw std::runtime_error("secret"); });
  add("GET", "/surface/internal", [](const Request&) -> Result<Response> {
    return fail(ErrorCode::internal, "table-gone", "secret");
  });
  add("GET", "/surface/fail", [](const Request&) -> Result<Response> {
    return fail(ErrorCode::rate_limited, "LIMIT", "later");
  });
  Route small;
  small.method = "POST";
  small.pattern = "/surface/small";
  small.least = Role::anonymous;
  small.body_limit = 4;
  small.handler = ok;
  add(small);
  router_.refuse_with("/surface", plain_refusal);
  router_.refuse_with("/surface/deeper/", [](const Error&, int status, const auto&) {
    return Response::text(status, "deeper");
  });
  start();
  EXPECT_EQ(body(get("/surface/open")), "ok");
  EXPECT_TRUE(body(get("/surface/nowhere")).starts_with("surface 404 not-found"));
  EXPECT_TRUE(body(get("/surface")).starts_with("surface 404 not-found"));
  EXPECT_EQ(body(get("/surface/deeper/x")), "deeper");
  EXPECT_TRUE(has(get("/surfaces"), "application/problem+json"));
  EXPECT_TRUE(body(get("/surface/admin")).starts_with("surface 401 unauthorized"));
  EXPECT_TRUE(body(get("/surface/admin", "Authorization: Bearer intake\r\n"))
                  .starts_with("surface 403 forbidden"));
  EXPECT_EQ(body(get("/surface/throw")), "surface 500 internal something went wrong on the server");
  EXPECT_EQ(body(get("/surface/internal")),
            "surface 500 internal something went wrong on the server");
  auto limited = get("/surface/fail");
  EXPECT_EQ(body(limited), "surface 429 LIMIT later");
  EXPECT_TRUE(has(limited, "Retry-After: "));
  auto wrong = exchange("DELETE /surface/open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(body(wrong).starts_with("surface 405 method-not-allowed GET HEAD"));
  EXPECT_TRUE(has(wrong, "Allow: GET, HEAD\r\n"));
  std::string post = "POST /surface/small HTTP/1.1\r\nHost: x\r\n";
  EXPECT_TRUE(body(exchange(post + "Content-Length: 5\r\n\r\n12345"))
                  .starts_with("surface 413 body-too-large"));
  EXPECT_TRUE(body(exchange(post + "Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n"))
                  .starts_with("surface 413 body-too-large"));
  EXPECT_TRUE(body(exchange(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"))
                  .starts_with("surface 400 http-malformed"));
  EXPECT_TRUE(body(get("/surface/%zz")).starts_with("surface 400 target-invalid"));
}

TEST_F(ServerTest, RoutesPathsByTheirOtherNames) {
  add("GET", "/named/{value*}", [](const Request& request) -> Result<Response> {
    return Response::text(200, request.path + " " + request.parameter("value") + " " +
                                   request.query_value("q").value_or(""));
  });
  options_.rewrite_target = [](std::string_view path) {
    if (path == "/broken") return std::string("/%");
    return path.starts_with("/old/") ? "/named/" + std::string(path.substr(5)) : std::string(path);
  };
  start();
  EXPECT_EQ(body(get("/old/a%2Fb?q=x+y%20z")), "/named/a/b a/b x y z");
  EXPECT_EQ(body(get("/named/a%20b/c//d")), "/named/a b/c//d a b/c//d ");
  EXPECT_EQ(body(get("/named/a+b")), "/named/a+b a+b ");
  EXPECT_EQ(status(get("/broken")), 400);
  EXPECT_EQ(status(get("/old/..%2Fx")), 400);
}

TEST_F(ServerTest, TakesChunkedBodiesInMemoryAndInFiles) {
  Route file;
  file.method = "PUT";
  file.pattern = "/file";
  file.least = Role::anonymous;
  file.body = BodyMode::spooled;
  file.handler = [](const Request& request) -> Result<Response> {
    std::ostringstream text;
    text << std::ifstream(request.body_file).rdbuf();
    return Response::text(200, text.str());
  };
  add(file);
  start();
  for (std::string line : {"POST /echo", "PUT /file"}) {
    RawClient client(server_->port());
    client.send(line + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    client.send("2;name=value\r\nde\r\n0\r\n\r\n");
    EXPECT_TRUE(client.receive_until("\r\n\r\nabcde").ends_with("abcde")) << line;
    // The connection goes on, and an empty body is a body too.
    client.send(line +
                " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    auto empty = client.receive_all();
    EXPECT_EQ(status(empty), 200) << line;
    EXPECT_EQ(body(empty), "") << line;
  }
  EXPECT_EQ(spooled_files(), 0u);
}

TEST_F(ServerTest, SendsFilesAndKeepsHeadersClean) {
  std::ofstream(directory_ / "big.bin") << std::string(300'000, 'b');
  auto file = directory_ / "big.bin";
  add("GET", "/file", [file](const Request&) -> Result<Response> {
    Response response;
    response.file = file;
    return response;
  });
  add("GET", "/forged", [](const Request&) -> Result<Response> {
    auto response = Response::redirect("/a\r\nSet-Cookie: x=1");
    response.set("Content-Length", "9");
    response.set("Bad Name", "x");
    return response;
  });
  start();
  EXPECT_EQ(body(get("/file")), std::string(300'000, 'b'));
  auto forged = get("/forged");
  EXPECT_EQ(status(forged), 303);
  EXPECT_FALSE(has(forged, "Set-Cookie"));
  EXPECT_FALSE(has(forged, "Bad Name"));
  EXPECT_TRUE(has(forged, "Content-Length: 0\r\n"));
}

TEST_F(ServerTest, GuardsPages) {
  add("GET", "/page",
      [](const Request&) -> Result<Response> { return Response::html(200, "<p>"); });
  add("GET", "/own", [](const Request&) -> Result<Response> {
    auto response = Response::html(200, "<p>");
    response.set("content-security-policy", "default-src 'none'");
    return response;
  });
  start();
  EXPECT_TRUE(has(get("/page"), "Content-Security-Policy: default-src 'self'"));
  EXPECT_TRUE(has(get("/own"), "content-security-policy: default-src 'none'\r\n"));
  EXPECT_FALSE(has(get("/own"), "frame-ancestors"));
}

TEST_F(ServerTest, AnswersOtherOriginsOnlyWhereTheRouteSaysSo) {
  Route open;
  open.method = "POST";
  open.pattern = "/open";
  open.least = Role::anonymous;
  open.cross_origin = true;
  open.handler = [](const Request&) -> Result<Response> { return Response::empty(202); };
  add(open);
  start();
  std::string ask =
      " HTTP/1.1\r\nHost: x\r\nOrigin: https://shop.example\r\nConnection: close\r\n"
      "Access-Control-Request-Method: POST\r\n\r\n";
  auto allowed = exchange("OPTIONS /open" + ask);
  EXPECT_EQ(status(allowed), 204);
  EXPECT_TRUE(has(allowed, "Access-Control-Allow-Origin: *\r\n"));
  EXPECT_TRUE(has(allowed, "Access-Control-Allow-Headers: Content-Type\r\n"));
  EXPECT_FALSE(has(exchange("OPTIONS /echo" + ask), "Access-Control"));
  auto posted =
      exchange("POST /open HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(status(posted), 202);
  EXPECT_TRUE(has(posted, "Access-Control-Allow-Origin: *\r\n"));
  EXPECT_FALSE(has(get("/hello"), "Access-Control"));
}

TEST_F(ServerTest, StopLetsARunningRequestFinishAndEndsIdleConnections) {
  std::promise<void> entered, release;
  add("GET", "/slow", [&](const Request&) -> Result<Response> {
    entered.set_value();
    release.get_future().wait();
    return Response::text(200, "done");
  });
  start();
  RawClient idle(server_->port());
  idle.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.receive_until("hi");
  RawClient busy(server_->port());
  busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  entered.get_future().wait();
  auto stopping = std::async(std::launch::async, [&] { server_->stop(); });
  EXPECT_EQ(idle.receive_all(), "");  // closed at once
  release.set_value();
  auto answer = busy.receive_all();
  EXPECT_TRUE(answer.ends_with("done"));
  EXPECT_TRUE(has(answer, "Connection: close\r\n"));
  stopping.wait();
  EXPECT_EQ(server_->port(), 0);
}

TEST_F(ServerTest, ServesManyClientsOnSeveralLoops) {
  options_.io_threads = 2;
  start();
  std::vector<std::future<int>> clients;
  for (int i = 0; i < 8; ++i)
    clients.push_back(std::async(std::launch::async, [&] {
      int good = 0;
      for (int k = 0; k < 25; ++k) good += get("/hello").ends_with("hi");
      return good;
    }));
  for (auto& client : clients) EXPECT_EQ(client.get(), 25);
}

TEST_F(ServerTest, RefusesToStartOnBadOptions) {
  for (std::string listen :
       {"", "8080", "127.0.0.1", "127.0.0.1:99999", "nohost.invalid:1", "127.0.0.1:x"}) {
    options_.listen = listen;
    EXPECT_EQ(Server(options_, {}, {}).start().error().reason, "listen-invalid") << listen;
  }
  options_.listen = "127.0.0.1:0";
  options_.tls_certificate = options_.tls_key = "/nowhere.pem";
  EXPECT_EQ(Server(options_, {}, {}).start().error().reason, "tls-certificate");
}

TEST_F(ServerTest, RefusesToSpeakTlsWithoutACertificate) {
  options_.tls_listen = "127.0.0.1:0";
  EXPECT_EQ(Server(options_, {}, {}).start().error().reason, "tls-certificate");
}

TEST_F(ServerTest, RefusesAPortThatIsTaken) {
  start();
  auto options = options_;
  options.listen = "127.0.0.1:" + std::to_string(server_->port());
  EXPECT_EQ(Server(options, {}, {}).start().error().reason, "listen-failed");
}

}  // namespace
}  // namespace stockbell::http
