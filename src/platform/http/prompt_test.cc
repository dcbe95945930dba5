// Routes that answer later without holding a worker, and many connections at once.
#include <atomic>
#include <condition_variable>

#include "platform/http/test_client.h"

namespace stockbell::http {
namespace {

// Takes replies and gives them when the test says so, from a thread of its own.
class Waiting {
 public:
  ~Waiting() {
    if (thread_.joinable()) thread_.join();
  }
  bool take(Reply& reply) {
    std::lock_guard lock(mutex_);
    replies_.push_back(std::move(reply));
    came_.notify_all();
    return true;
  }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::seconds(20), [&] { return replies_.size() >= count; });
  }
  void answer_all() {
    thread_ = std::thread([this] {
      std::lock_guard lock(mutex_);
      for (auto& reply : replies_) reply(Response::text(202, "later"));
      replies_.clear();
    });
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Reply> replies_;
  std::thread thread_;
};

constexpr const char* kPost = "POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc";

class PromptTest : public ServerTest {
 protected:
  void start_with(PromptHandler prompt) {
    Route route;
    route.method = "POST";
    route.pattern = "/ask";
    route.least = Role::anonymous;
    route.prompt = std::move(prompt);
    route.handler = [this](const Request& request) -> Result<Response> {
      ++on_workers_;
      return Response::text(200, request.body + " by " + request.principal.name);
    };
    add(std::move(route));
    start();
  }
  std::atomic<int> on_workers_ = 0;
};

TEST_F(PromptTest, ManyWaitWithoutAWorkerAndOthersAreServedMeanwhile) {
  Waiting waiting;
  start_with([&](const Request&, Reply& reply) { return waiting.take(reply); });
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 200; ++i) {  // there are four workers
    clients.push_back(std::make_unique<RawClient>(server_->port()));
    clients.back()->send(kPost);
  }
  ASSERT_TRUE(waiting.wait_for(200));
  EXPECT_EQ(status(get("/hello")), 200);
  waiting.answer_all();
  for (auto& client : clients) EXPECT_EQ(status(client->receive_until("later")), 202);
  clients.front()->send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(status(clients.front()->receive_until("\r\n\r\nhi")), 200) << "the connection goes on";
  EXPECT_EQ(on_workers_, 0);
}

TEST_F(PromptTest, LeavesToAWorkerWhatItDoesNotTakeAndWhoClaimsToBeSomeone) {
  std::atomic<int> asked = 0;
  start_with([&](const Request& request, Reply& reply) {
    ++asked;
    if (request.body == "abc") return false;
    reply(Response::text(202, "at once"));
    return true;
  });
  EXPECT_EQ(body(exchange("POST /ask HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")),
            "abc by ");
  EXPECT_EQ(body(exchange("POST /ask HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nxyz")),
            "at once");
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(body(exchange("POST /ask HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                          "Authorization: Bearer admin\r\nContent-Length: 3\r\n\r\nxyz")),
            "xyz by boss");
  EXPECT_EQ(asked, 2) << "a key is looked up on a worker";
}

TEST_F(PromptTest, TellsOfErrorsAndOfAnswersThatNeverCome) {
  start_with([&](const Request& request, Reply& reply) -> bool {
    if (request.body == "thr") throw std::runtime_error("broken");
    if (request.body == "los") {
      Reply lost = std::move(reply);
      return true;
    }
    reply(fail(ErrorCode::unavailable, "journal-full", "no room on the disk"));
    return true;
  });
  const auto post = [&](const std::string& text) {
    return exchange("POST /ask HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\n" + text);
  };
  const auto full = post("ful");
  EXPECT_EQ(status(full), 503);
  EXPECT_TRUE(has(full, "Retry-After: "));
  EXPECT_TRUE(has(full, "journal-full"));
  EXPECT_EQ(status(post("thr")), 500);
  EXPECT_EQ(status(post("los")), 500);
}

TEST_F(PromptTest, StopsAfterTheAnswersThatAreOnTheirWay) {
  Waiting waiting;
  start_with([&](const Request&, Reply& reply) { return waiting.take(reply); });
  RawClient client(server_->port());
  client.send(kPost);
  ASSERT_TRUE(waiting.wait_for(1));
  std::thread stopping([&] { server_->stop(); });
  waiting.answer_all();
  EXPECT_EQ(status(client.receive_all()), 202);
  stopping.join();
}

// Idle, in the middle of a head, in the middle of a body: they hold a connection, nothing else.
TEST_F(PromptTest, AThousandSlowConnectionsDoNoHarm) {
  start_with([](const Request&, Reply& reply) {
    reply(Response::text(202, "done"));
    return true;
  });
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 1000; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_->port()));
    if (i % 3 == 1) clients.back()->send("POST /ask HTTP/1.1\r\nHos");
    if (i % 3 == 2) clients.back()->send("POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na");
  }
  for (int i = 0; i < 100; ++i) ASSERT_EQ(status(get("/hello")), 200);
  for (int i = 2; i < 1000; i += 3) clients[static_cast<std::size_t>(i)]->send("bc");
  for (int i = 2; i < 1000; i += 3)
    ASSERT_EQ(status(clients[static_cast<std::size_t>(i)]->receive_until("done")), 202);
}

}  // namespace
}  // namespace stockbell::http
