// The server against curl, the program and the library.
#include "platform/http/client.h"
#include "platform/http/test_client.h"

namespace stockbell::http {
namespace {

using namespace std::chrono_literals;

std::string output_of(const std::string& command) {
  std::string out;
  char bytes[4096];
  auto* pipe = ::popen((command + " 2>&1").c_str(), "r");
  while (auto got = ::fread(bytes, 1, sizeof bytes, pipe)) out.append(bytes, got);
  ::pclose(pipe);
  return out;
}

class CurlTest : public ServerTest {
 protected:
  void start_tls() {
    auto certificate = (directory_ / "cert.pem").string(), key = (directory_ / "key.pem").string();
    output_of(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj "
        "/CN=localhost"
        " -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout " +
        key + " -out " + certificate);
    options_.tls_certificate = certificate;
    options_.tls_key = key;
    add("GET", "/secure", [](const Request& request) -> Result<Response> {
      return Response::text(200, request.secure ? "secure" : "plain");
    });
    start();
  }
  std::string url(const std::string& path) {
    return (options_.tls_key.empty() ? "http" : "https") + std::string("://127.0.0.1:") +
           std::to_string(server_->port()) + path;
  }
};

TEST_F(CurlTest, SendsChunkedBodies) {
  start();
  std::ofstream(directory_ / "body") << std::string(50'000, 'q');
  auto body_file = (directory_ / "body").string();
  auto answer = output_of("curl -sS -H 'Transfer-Encoding: chunked' --data-binary @" + body_file +
                          " " + url("/echo"));
  EXPECT_EQ(answer, std::string(50'000, 'q'));
}

TEST_F(CurlTest, WaitsForContinueBeforeItSends) {
  start();
  std::ofstream(directory_ / "body") << std::string(60'000, 'q');
  auto body_file = (directory_ / "body").string();
  auto answer = output_of("curl -sSv -o /dev/null -H 'Expect: 100-continue' --data-binary @" +
                          body_file + " " + url("/echo"));
  EXPECT_TRUE(has(answer, "HTTP/1.1 100 Continue"));
  EXPECT_TRUE(has(answer, "HTTP/1.1 200 OK"));
}

TEST_F(CurlTest, SpeaksTls) {
  start_tls();
  auto answer = output_of("curl -sS --cacert " + options_.tls_certificate + " " + url("/secure") +
                          " " + url("/hello"));
  EXPECT_EQ(answer, "securehi");
  std::ofstream(directory_ / "body") << std::string(60'000, 'q');
  auto sent = output_of("curl -sS --cacert " + options_.tls_certificate +
                        " -H 'Transfer-Encoding: chunked' --data-binary @" +
                        (directory_ / "body").string() + " " + url("/echo"));
  EXPECT_EQ(sent, std::string(60'000, 'q'));
  EXPECT_TRUE(has(output_of("curl -sS --tls-max 1.1 -k " + url("/hello")), "curl: (35)"));
}

TEST_F(CurlTest, SpeaksTlsBesidePlainHttp) {
  options_.tls_listen = "127.0.0.1:0";
  start_tls();
  EXPECT_NE(server_->port(), server_->tls_port());
  auto secure = "https://127.0.0.1:" + std::to_string(server_->tls_port()) + "/secure";
  EXPECT_EQ(output_of("curl -sS --cacert " + options_.tls_certificate + " " + secure), "secure");
  EXPECT_EQ(body(get("/secure")), "plain");
  RawClient idle(server_->tls_port());
  server_->stop();
  EXPECT_EQ(server_->tls_port(), 0);
}

TEST_F(CurlTest, TlsSurvivesPlainClientsAndStops) {
  options_.header_timeout = 200ms;
  start_tls();
  EXPECT_FALSE(has(exchange("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"), "hi"));
  RawClient silent(server_->port());
  auto answer = output_of("curl -sSk " + url("/hello"));
  EXPECT_EQ(answer, "hi");
  server_->stop();
}

TEST_F(CurlTest, ClientFetches) {
  add("PUT", "/put", [](const Request& request) -> Result<Response> {
    auto response = Response::text(201, request.body + request.header("X-Tag"));
    response.set("X-Answer", "yes");
    return response;
  });
  start();
  ClientRequest request;
  request.method = "PUT";
  request.url = url("/put");
  request.headers = {{"X-Tag", "t"}};
  request.body = "body ";
  auto response = fetch(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "body t");
  EXPECT_TRUE(std::ranges::any_of(response->headers, [](const auto& header) {
    return header.first == "X-Answer" && header.second == "yes";
  }));
  EXPECT_EQ(fetch({.url = url("/nowhere")})->status, 404);
}

TEST_F(CurlTest, ClientVerifiesTls) {
  start_tls();
  EXPECT_EQ(fetch({.url = url("/secure")}).error().reason, "http-tls");
  ClientRequest trusting;
  trusting.url = url("/secure");
  trusting.ca_file = options_.tls_certificate;
  EXPECT_EQ(fetch(trusting)->body, "secure");
}

TEST_F(CurlTest, ClientKeepsItsLimits) {
  std::promise<void> release;
  auto released = release.get_future().share();
  add("GET", "/slow", [released](const Request&) -> Result<Response> {
    released.wait();
    return Response::empty(204);
  });
  add("GET", "/big", [](const Request&) -> Result<Response> {
    return Response::text(200, std::string(5000, 'b'));
  });
  start();
  ClientRequest slow;
  slow.url = url("/slow");
  slow.timeout = 100ms;
  EXPECT_EQ(fetch(slow).error().reason, "http-timeout");
  release.set_value();
  ClientRequest big;
  big.url = url("/big");
  big.response_limit = 4999;
  EXPECT_EQ(fetch(big).error().reason, "http-response-too-large");
  auto gone = url("/hello");
  server_->stop();
  EXPECT_EQ(fetch({.url = gone}).error().reason, "http-unreachable");
  EXPECT_EQ(fetch({.url = "file:///etc/passwd"}).error().reason, "http-request-invalid");
  EXPECT_EQ(fetch({.url = gone, .headers = {{"A", "b\r\nC: d"}}}).error().reason,
            "http-request-invalid");
}

}  // namespace
}  // namespace stockbell::http
