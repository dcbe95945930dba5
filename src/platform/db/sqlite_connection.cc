#include "platform/db/sqlite_connection.h"

#include <charconv>

#include "platform/db/sqlite_log_vfs.h"

namespace stockbell::db {
namespace {

constexpr int kBusyMilliseconds = 10'000;

// The writer's cache (256 MB at most, taken as needed) holds the leaves of a million contacts'
// random indexes: outside it each costs a read. secure_delete: what is erased is overwritten, not
// left on a free page. journal_size_limit: a log that a long read made grow shrinks again when it
// starts anew.
constexpr const char* kWriterSettings =
    "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA cache_size=-262144;"
    "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=268435456;";
constexpr const char* kReaderSettings =
    "PRAGMA query_only=ON; PRAGMA cache_size=-16384; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;";

Value column_value(sqlite3_stmt* handle, int column) {
  switch (sqlite3_column_type(handle, column)) {
    case SQLITE_INTEGER:
      return Value(static_cast<std::int64_t>(sqlite3_column_int64(handle, column)));
    case SQLITE_FLOAT:
      return Value(sqlite3_column_double(handle, column));
    case SQLITE_NULL:
      return Value();
    default: {
      auto* text = static_cast<const char*>(sqlite3_column_blob(handle, column));
      return Value(std::string(text ? text : "", sqlite3_column_bytes(handle, column)));
    }
  }
}

Row current_row(sqlite3_stmt* handle) {
  const int count = sqlite3_column_count(handle);
  std::vector<Value> columns;
  columns.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) columns.push_back(column_value(handle, i));
  return Row(std::move(columns));
}

int bind_value(sqlite3_stmt* handle, int index, const Value& value) {
  struct Bind {
    sqlite3_stmt* handle;
    int index;
    int operator()(std::monostate) const { return sqlite3_bind_null(handle, index); }
    int operator()(std::int64_t number) const { return sqlite3_bind_int64(handle, index, number); }
    int operator()(double number) const { return sqlite3_bind_double(handle, index, number); }
    int operator()(const std::string& text) const {
      // The caller's Params outlive the statement's run, so SQLite need not copy.
      return sqlite3_bind_text64(handle, index, text.data(), text.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    }
  };
  return std::visit(Bind{handle, index}, value.get());
}

}  // namespace

// Holds a prepared statement while it runs and leaves it reset.
class SqliteConnection::Use {
 public:
  explicit Use(std::shared_ptr<Prepared> prepared) : prepared_(std::move(prepared)) {
    prepared_->busy = true;
  }
  ~Use() {
    sqlite3_reset(prepared_->handle);
    sqlite3_clear_bindings(prepared_->handle);
    prepared_->busy = false;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Prepared& operator*() { return *prepared_; }

 private:
  std::shared_ptr<Prepared> prepared_;
};

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::filesystem::path& file,
                                                                 Mode mode) {
  // Nobody asks SQLite how much memory it takes, and counting it makes all threads take turns. Once,
  // before anything else: later it is refused and changes nothing.
  [[maybe_unused]] static const int kUncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3* db = nullptr;
  int flags =
      SQLITE_OPEN_NOMUTEX |
      (mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  int code =
      sqlite3_open_v2(file.c_str(), &db, flags, mode == Mode::write ? gathering_vfs() : nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db));
  if (code != SQLITE_OK) return connection->failure("opening " + file.string());
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, kBusyMilliseconds);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_wal_hook(
      db,
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<SqliteConnection*>(self)->wal_pages_ = pages;
        return SQLITE_OK;
      },
      connection.get());
  // The hook also switches SQLite's own checkpoints off: the writer decides when (SqliteDatabase).
  SB_CHECK(connection->run_script(mode == Mode::write ? kWriterSettings : kReaderSettings));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  prepared_.clear();  // an unfinalised statement would keep the file open
  sqlite3_close(db_);
}

Result<> SqliteConnection::run_script(std::string_view sql) {
  if (sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return failure("script");
  return {};
}

Result<std::shared_ptr<SqliteConnection::Prepared>> SqliteConnection::prepare(
    const Statement& statement) {
  auto found = prepared_.find(statement.name);
  if (found != prepared_.end() && !found->second->busy && found->second->sql == statement.sqlite)
    return found->second;
  std::string name(statement.name);

  auto fresh = std::make_shared<Prepared>();
  fresh->sql = statement.sqlite;
  const char* tail = nullptr;
  if (sqlite3_prepare_v3(db_, fresh->sql.c_str(), static_cast<int>(fresh->sql.size()) + 1,
                         SQLITE_PREPARE_PERSISTENT, &fresh->handle, &tail) != SQLITE_OK)
    return failure(statement.name);
  if (!fresh->handle) return fail(ErrorCode::internal, "store-statement", name + ": holds no SQL");
  // SQLite numbers parameters by first appearance, so "$2 ... $1" must be mapped by name.
  for (int index = 1; index <= sqlite3_bind_parameter_count(fresh->handle); ++index) {
    const char* text = sqlite3_bind_parameter_name(fresh->handle, index);
    int number = text ? std::atoi(text + 1) : 0;
    if (number < 1)
      return fail(ErrorCode::internal, "store-statement", name + ": parameters are $1, $2, ...");
    fresh->numbers.push_back(number);
  }
  if (!name.empty() && (found == prepared_.end() || !found->second->busy)) prepared_[name] = fresh;
  return fresh;
}

Result<> SqliteConnection::bind(Prepared& prepared, const Params& params) {
  for (std::size_t i = 0; i < prepared.numbers.size(); ++i) {
    auto number = static_cast<std::size_t>(prepared.numbers[i]);
    if (number > params.size())
      return fail(ErrorCode::internal, "store-statement",
                  fmt::format("parameter ${} is missing in: {}", number, prepared.sql));
    const Value& value = params[number - 1];
    if (auto* text = std::get_if<std::string>(&value.get());
        text && text->find('\0') != std::string::npos)
      return fail(ErrorCode::invalid, "store-text", "text must not hold a NUL character");
    if (bind_value(prepared.handle, static_cast<int>(i) + 1, value) != SQLITE_OK)
      return failure("binding");
  }
  return {};
}

Result<std::int64_t> SqliteConnection::step_all(Prepared& prepared,
                                                const std::function<Result<>(Row&&)>& each) {
  auto before = sqlite3_total_changes64(db_);
  if (most_) deadline_ = std::chrono::steady_clock::now() + *most_;
  int code;
  while ((code = sqlite3_step(prepared.handle)) == SQLITE_ROW) {
    if (each) SB_CHECK(each(current_row(prepared.handle)));
  }
  if (code != SQLITE_DONE) return failure(prepared.sql);
  // changes() keeps the last writing statement's count, so it says something only when this one
  // wrote.
  return sqlite3_total_changes64(db_) == before ? 0 : sqlite3_changes64(db_);
}

Result<std::int64_t> SqliteConnection::run(const Statement& statement, const Params& params,
                                           const std::function<Result<>(Row&&)>& each) {
  SB_TRY(prepared, prepare(statement));
  Use use(std::move(prepared));
  SB_CHECK(bind(*use, params));
  return step_all(*use, each);
}

Result<> SqliteConnection::scan(const Statement& statement, const Params& params,
                                const std::function<Result<>(const RowView&)>& each) {
  struct View final : RowView {
    sqlite3_stmt* handle = nullptr;
    bool is_null(std::size_t column) const override {
      return sqlite3_column_type(handle, static_cast<int>(column)) == SQLITE_NULL;
    }
    std::int64_t i64(std::size_t column) const override {
      return sqlite3_column_int64(handle, static_cast<int>(column));
    }
    std::string_view text(std::size_t column) const override {
      const int at = static_cast<int>(column);
      auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle, at));
      return bytes ? std::string_view(bytes, sqlite3_column_bytes(handle, at)) : "";
    }
  } view;
  SB_TRY(prepared, prepare(statement));
  Use use(std::move(prepared));
  SB_CHECK(bind(*use, params));
  view.handle = (*use).handle;
  if (most_) deadline_ = std::chrono::steady_clock::now() + *most_;
  int code;
  while ((code = sqlite3_step(view.handle)) == SQLITE_ROW) SB_CHECK(each(view));
  if (code != SQLITE_DONE) return failure(statement.name);
  return {};
}

Result<std::int64_t> SqliteConnection::run_batch(const Statement& statement,
                                                 std::span<const Params> batch) {
  SB_TRY(prepared, prepare(statement));
  Use use(std::move(prepared));
  std::int64_t affected = 0;
  for (const Params& params : batch) {
    SB_CHECK(bind(*use, params));
    SB_TRY(count, step_all(*use, nullptr));
    affected += count;
    sqlite3_reset((*use).handle);
  }
  return affected;
}

void SqliteConnection::limit_time(std::optional<std::chrono::milliseconds> most) {
  constexpr int kInstructions = 10'000;  // about a tenth of a millisecond's work
  const bool watched = most_.has_value();
  most_ = most;
  if (most && !watched)
    sqlite3_progress_handler(
        db_, kInstructions,
        [](void* self) {
          return std::chrono::steady_clock::now() > static_cast<SqliteConnection*>(self)->deadline_
                     ? 1
                     : 0;
        },
        this);
  if (!most && watched) sqlite3_progress_handler(db_, 0, nullptr, nullptr);
}

bool SqliteConnection::checkpoint(int mode) {
  int pages = 0, done = 0;
  if (sqlite3_wal_checkpoint_v2(db_, nullptr, mode, &pages, &done) != SQLITE_OK || pages != done)
    return false;
  wal_pages_ = 0;
  return true;
}

std::unexpected<Error> SqliteConnection::failure(std::string_view what) const {
  int code = sqlite3_extended_errcode(db_);
  auto message = fmt::format("{}: {} ({})", what, sqlite3_errmsg(db_), code);
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return fail(ErrorCode::conflict, "store-conflict", message);
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return fail(ErrorCode::conflict, "store-reference", message);
    default:
      break;
  }
  switch (code & 0xff) {
    case SQLITE_FULL:
      return fail(ErrorCode::unavailable, "store-full", message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(ErrorCode::unavailable, "store-busy", message);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return fail(ErrorCode::unavailable, "store-away", message);
    case SQLITE_INTERRUPT:
      return fail(ErrorCode::unavailable, "store-timeout", message);
    case SQLITE_READONLY:
      return fail(ErrorCode::internal, "store-read-only", message);
    case SQLITE_CONSTRAINT:
      return fail(ErrorCode::internal, "store-constraint", message);
    default:
      return fail(ErrorCode::internal, "store-failed", message);
  }
}

}  // namespace stockbell::db
