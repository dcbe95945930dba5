// Connect's durable cursors: how far each flow has been carried. Thread-safe; each name has one
// writer. Steps 6 and 14.
#pragma once
#include <span>
#include <string>

#include "base/clock.h"
#include "platform/db/database.h"

namespace stockbell::connect {

std::span<const db::Migration> cursor_migrations();

class CursorStore {
 public:
  CursorStore(db::Database& db, const Clock& clock) : db_(db), clock_(clock) {}

  Result<std::string> load(const std::string& name);  // "" before the first save
  Result<> save(const std::string& name, const std::string& position);

 private:
  db::Database& db_;
  const Clock& clock_;
};

}  // namespace stockbell::connect
