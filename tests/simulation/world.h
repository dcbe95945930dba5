// The whole product in one process: the four boxes on stores of their own in one folder, joined as
// app/application.cc joins them, with virtual time and no thread that decides anything. Each of its
// calls is one thing that happens; the schedule (simulation.h) says which and when.
#pragma once
#include <filesystem>

#include "commerce/commerce_box.h"
#include "connect/connect_box.h"
#include "crm/crm_box.h"
#include "engagement/engagement_box.h"
#include "simulation/arrows.h"
#include "simulation/mail_server.h"

namespace stockbell::simulation {

class World {
 public:
  // `folder` is empty and stays the caller's. Makes a catalog of `skus` items named S0, S1, ...
  World(std::filesystem::path folder, std::uint64_t seed, int skus, Mutation mutation);
  ~World();

  // -- the process --
  // Everything in memory is gone; then it starts, and may die at the n-th write of that and start
  // again.
  void crash(int die_at_write = 0);
  bool dead() const { return trouble.process.dead(); }

  // -- shoppers and the shop --
  int ask(const std::string& mailbox, const std::string& sku);  // HTTP status; 503: dead
  int set_stock(const std::string& sku, std::int64_t units);
  int unsubscribe(const OutgoingMessage& message);
  int open(const OutgoingMessage& message);
  int click(const OutgoingMessage& message);

  // -- the workers, each until it has nothing to do or fails --
  Result<> run_commerce();
  Result<> run_feed();
  Result<> run_sync();
  Result<> run_engagement();
  Result<std::size_t> sweep();  // how much it mended
  Result<> run_writeback();

  // -- what people see --
  Result<std::vector<crm::requests::RequestRow>> list_requests();
  Result<std::vector<crm::requests::TimelineEvent>> timeline(RequestId request);
  Result<std::string> explain(RequestId request);
  Result<std::size_t> count_untold();  // status updates that the CRM has not had

  const engagement::RestockRules restock_rules;  // by the seed
  ManualClock clock;
  Trouble trouble;
  Witness witness;
  MailServer mail;
  DropArrow drop;

 private:
  struct Boxes;
  void start(int die_at_write);
  Result<> open_boxes();
  Result<> fill_catalog(int skus);
  int post(const http::Router& router, const std::string& method, const std::string& path,
           const std::string& type, const std::string& body);

  const std::filesystem::path folder_;
  SeededRandom random_;
  std::unique_ptr<Boxes> boxes_;
};

}  // namespace stockbell::simulation
