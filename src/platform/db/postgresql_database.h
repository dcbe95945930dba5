// The PostgreSQL driver of Database: a pool of connections, each unit of work its own transaction.
// Writes are SERIALIZABLE, so a unit may read, decide and write as it may on SQLite; what collides
// is run again. Thread-safe.
#pragma once
#include <condition_variable>
#include <mutex>

#include "platform/db/postgresql_connection.h"

namespace stockbell::db {

class PostgresqlDatabase final : public Database {
 public:
  static Result<std::unique_ptr<Database>> open(const std::string& url, const std::string& schema,
                                                int connections);

  Result<> migrate(std::span<const Migration> migrations) override;
  Result<> backup(const std::filesystem::path& file) override;
  bool is_postgresql() const override { return true; }
  Result<> wipe_deleted() override { return {}; }

 protected:
  Result<> transact(const std::function<Result<>(Session&)>& unit, bool writing) override;

 private:
  class Lease;

  PostgresqlDatabase(std::string url, std::string schema, int connections)
      : url_(std::move(url)), schema_(std::move(schema)), free_(connections) {}
  Result<> begin(Lease& lease, const Statement& begin);
  Result<> attempt(PostgresqlConnection& connection, const std::function<Result<>(Session&)>& unit);

  const std::string url_;
  const std::string schema_;
  std::mutex mutex_;
  std::condition_variable freed_;
  int free_;  // how many more connections may be in use
  std::vector<std::unique_ptr<PostgresqlConnection>> idle_;
};

}  // namespace stockbell::db
