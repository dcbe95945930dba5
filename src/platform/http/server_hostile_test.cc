#include "platform/http/test_client.h"

namespace stockbell::http {
namespace {

using namespace std::chrono_literals;

TEST_F(ServerTest, RefusesAmbiguousFraming) {
  start();
  std::string post = "POST /echo HTTP/1.1\r\nHost: x\r\n";
  for (std::string headers :
       {"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n", "Content-Length: -1\r\n",
        "Content-Length: 4x\r\n", "Content-Length: 99999999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding : chunked\r\n", "Content-Length : 4\r\n", "Host: y\r\n"}) {
    auto answer = exchange(post + headers + "\r\n0\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(status(answer), 400) << headers;
    EXPECT_TRUE(has(answer, "application/problem+json")) << headers;
    EXPECT_FALSE(answer.ends_with("hi")) << headers;  // the smuggled request was not answered
  }
  EXPECT_EQ(status(exchange(post + "Transfer-Encoding: gzip\r\n\r\nx")), 501);
  EXPECT_EQ(status(exchange(post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")), 501);
  EXPECT_EQ(status(exchange("POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")),
            400);
}

TEST_F(ServerTest, RefusesGarbage) {
  start();
  for (std::string bytes :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9), std::string("hello\r\n\r\n"),
        std::string("GET\r\n\r\n"), std::string("GET /hello\r\n\r\n"),
        std::string("GET /hello HTTP/1.1\r\nHost: x\r\nA\0b: c\r\n\r\n", 40),
        std::string("GET /hello HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 40),
        std::string("GET /hello HTTP/1.1\r\n\r\n")}) {
    auto answer = exchange(bytes);
    EXPECT_EQ(status(answer), 400) << bytes << answer;
  }
  EXPECT_EQ(status(exchange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")), 505);
  EXPECT_EQ(status(exchange("CONNECT shop:443 HTTP/1.1\r\nHost: shop:443\r\n\r\n")), 400);
  EXPECT_GE(status(exchange("GET /hello HTTP/1.1\nHost: x\n\n\r\n\r\n")), 400);  // bare line feeds
  EXPECT_EQ(body(get("/hello")), "hi");
}

TEST_F(ServerTest, RefusesHostileTargets) {
  start();
  for (std::string target :
       {"/%00", "/a%0ab", "/%ff", "/../etc/passwd", "/x/%2e%2e/y", "/%zz", "/hello?a=%fe"})
    EXPECT_EQ(status(get(target)), 400) << target;
  EXPECT_EQ(status(get("/" + std::string(15'000, 'a'))), 414);
}

TEST_F(ServerTest, RefusesLongHeads) {
  start();
  auto answer = get("/hello", "X: " + std::string(20'000, 'x') + "\r\n");
  EXPECT_EQ(status(answer), 431);
  EXPECT_TRUE(has(answer, "application/problem+json"));
  std::string many;
  for (int i = 0; i < 5000; ++i) many += "A: b\r\n";
  EXPECT_EQ(status(get("/hello", many)), 431);
}

TEST_F(ServerTest, RefusesLongBodies) {
  start();
  auto announced = exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n");
  EXPECT_EQ(status(announced), 413);
  std::string chunk = "4000\r\n" + std::string(0x4000, 'c') + "\r\n";
  auto chunked = exchange("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
                          chunk + chunk + chunk + chunk + "1\r\nc\r\n0\r\n\r\n");
  EXPECT_EQ(status(chunked), 413);
  EXPECT_TRUE(has(chunked, "body-too-large"));
}

TEST_F(ServerTest, RefusesBrokenAndEndlessChunks) {
  start();
  std::string post = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status(exchange(post + "zz\r\n")), 400);
  EXPECT_EQ(status(exchange(post + "1\r\nab\r\n0\r\n\r\n")), 400);
  EXPECT_EQ(status(exchange(post + "ffffffffffffffffff\r\n")), 400);
  EXPECT_GE(status(exchange(post + "1;" + std::string(100'000, 'x'))), 400);
  EXPECT_GE(status(exchange(post + "0\r\n" + std::string(100'000, 'x'))), 400);
}

TEST_F(ServerTest, IgnoresTrailersAsHeaders) {
  add("POST", "/who", [](const Request& request) -> Result<Response> {
    return Response::text(200, request.header("Authorization"));
  });
  start();
  auto answer = exchange(
      "POST /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
      "0\r\nAuthorization: Bearer admin\r\n\r\n");
  EXPECT_EQ(status(answer), 200);
  EXPECT_EQ(body(answer), "");
}

TEST_F(ServerTest, CutsSlowHeads) {
  options_.header_timeout = 100ms;
  start();
  auto answer = exchange("GET /hello HTTP/1.1\r\nHo");
  EXPECT_EQ(status(answer), 408);
  EXPECT_TRUE(has(answer, "request-timeout"));
}

TEST_F(ServerTest, CutsSlowBodies) {
  options_.body_timeout = 100ms;
  start();
  EXPECT_EQ(status(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")),
            408);
}

TEST_F(ServerTest, ClosesIdleConnectionsSilently) {
  options_.idle_timeout = 100ms;
  start();
  EXPECT_EQ(exchange(""), "");
  EXPECT_TRUE(exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("hi"));
}

TEST_F(ServerTest, CutsClientsThatDoNotRead) {
  options_.body_timeout = 100ms;
  std::ofstream(directory_ / "big.bin") << std::string(30'000'000, 'b');
  auto file = directory_ / "big.bin";
  add("GET", "/file", [file](const Request&) -> Result<Response> {
    Response response;
    response.file = file;
    return response;
  });
  start();
  RawClient deaf(server_->port());
  deaf.send("GET /file HTTP/1.1\r\nHost: x\r\n\r\n");
  server_->stop();  // returns, although the client never reads
  EXPECT_LT(deaf.receive_all().size(), 30'000'000u);
}

TEST_F(ServerTest, TurnsAwayClientsAboveTheLimit) {
  options_.max_connections = 2;
  start();
  RawClient one(server_->port()), two(server_->port());
  one.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  one.receive_until("hi");
  two.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  two.receive_until("hi");
  RawClient three(server_->port());
  EXPECT_EQ(status(three.receive_all()), 503);
}

TEST_F(ServerTest, SpoolsBodiesAndRemovesTheFiles) {
  std::filesystem::create_directories(options_.spool_dir);
  std::ofstream(options_.spool_dir / "stockbell-body-left") << "of a killed process";
  Route import;
  import.method = "POST";
  import.pattern = "/import";
  import.least = Role::anonymous;
  import.body = BodyMode::spooled;
  import.body_limit = 1'000'000;
  import.handler = [](const Request& request) -> Result<Response> {
    return Response::text(200, std::to_string(std::filesystem::file_size(request.body_file)) +
                                   (request.body.empty() ? " file" : " memory"));
  };
  add(import);
  start();
  EXPECT_EQ(spooled_files(), 0u);
  std::string post = "POST /import HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
  EXPECT_EQ(body(exchange(post + "Content-Length: 200000\r\n\r\n" + std::string(200'000, 'x'))),
            "200000 file");
  EXPECT_EQ(body(exchange(post + "\r\n")), "0 file");
  EXPECT_EQ(status(exchange(post + "Content-Length: 2000000\r\n\r\n")), 413);
  {
    RawClient gone(server_->port());
    gone.send(post + "Content-Length: 200000\r\n\r\nonly this");
  }
  server_->stop();
  EXPECT_EQ(spooled_files(), 0u);
}

TEST_F(ServerTest, SaysSoWhenABodyCannotBeKept) {
  Route import;
  import.method = "POST";
  import.pattern = "/import";
  import.least = Role::anonymous;
  import.body = BodyMode::spooled;
  import.handler = [](const Request&) -> Result<Response> { return Response::empty(204); };
  add(import);
  start();
  std::filesystem::remove_all(options_.spool_dir);
  auto answer = exchange("POST /import HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nxx");
  EXPECT_EQ(status(answer), 503);
  EXPECT_TRUE(has(answer, "spool-failed"));
}

}  // namespace
}  // namespace stockbell::http
