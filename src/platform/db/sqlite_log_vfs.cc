#include "platform/db/sqlite_log_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

namespace stockbell::db {
namespace {

constexpr std::size_t kMostGathered = 1 << 20;
constexpr std::size_t kMostAtOnce = 1 << 16;  // SQLite's own layer takes less than 128 KB

struct LogFile {
  sqlite3_file base;  // first: SQLite sees this
  sqlite3_file* real;
  std::vector<char>* gathered;  // what belongs at `start` and is not written yet
  sqlite3_int64 start;

  sqlite3_int64 end() const { return start + static_cast<sqlite3_int64>(gathered->size()); }
};

// In SQLite's memory for the file, the real file follows ours.
constexpr int kOwnSize = (sizeof(LogFile) + 15) / 16 * 16;

sqlite3_vfs* plain() { return sqlite3_vfs_find(nullptr); }
LogFile& log_of(sqlite3_file* file) { return *reinterpret_cast<LogFile*>(file); }

int write_out(LogFile& log) {
  int code = SQLITE_OK;
  for (std::size_t at = 0; at < log.gathered->size() && code == SQLITE_OK; at += kMostAtOnce) {
    const auto part = std::min(kMostAtOnce, log.gathered->size() - at);
    code = log.real->pMethods->xWrite(log.real, log.gathered->data() + at, static_cast<int>(part),
                                      log.start + static_cast<sqlite3_int64>(at));
  }
  // After a failure SQLite rolls back and writes the same place again.
  log.gathered->clear();
  return code;
}

int close_log(sqlite3_file* file) {
  auto& log = log_of(file);
  delete log.gathered;  // what no commit synced is nothing
  return log.real->pMethods->xClose(log.real);
}

int read_log(sqlite3_file* file, void* into, int amount, sqlite3_int64 offset) {
  auto& log = log_of(file);
  if (offset < log.end() && offset + amount > log.start)
    if (const int code = write_out(log); code != SQLITE_OK) return code;
  return log.real->pMethods->xRead(log.real, into, amount, offset);
}

int write_log(sqlite3_file* file, const void* from, int amount, sqlite3_int64 offset) {
  auto& log = log_of(file);
  const auto* bytes = static_cast<const char*>(from);
  if (!log.gathered->empty() && offset >= log.start && offset + amount <= log.end()) {
    std::memcpy(log.gathered->data() + (offset - log.start), bytes,
                static_cast<std::size_t>(amount));
    return SQLITE_OK;
  }
  if (offset != log.end() ||
      log.gathered->size() + static_cast<std::size_t>(amount) > kMostGathered)
    if (const int code = write_out(log); code != SQLITE_OK) return code;
  if (log.gathered->empty()) log.start = offset;
  log.gathered->insert(log.gathered->end(), bytes, bytes + amount);
  return SQLITE_OK;
}

int truncate_log(sqlite3_file* file, sqlite3_int64 size) {
  auto& log = log_of(file);
  if (const int code = write_out(log); code != SQLITE_OK) return code;
  return log.real->pMethods->xTruncate(log.real, size);
}

int sync_log(sqlite3_file* file, int flags) {
  auto& log = log_of(file);
  if (const int code = write_out(log); code != SQLITE_OK) return code;
  return log.real->pMethods->xSync(log.real, flags);
}

int size_of_log(sqlite3_file* file, sqlite3_int64* size) {
  auto& log = log_of(file);
  const int code = log.real->pMethods->xFileSize(log.real, size);
  if (code == SQLITE_OK && !log.gathered->empty()) *size = std::max(*size, log.end());
  return code;
}

int lock_log(sqlite3_file* file, int level) {
  return log_of(file).real->pMethods->xLock(log_of(file).real, level);
}
int unlock_log(sqlite3_file* file, int level) {
  return log_of(file).real->pMethods->xUnlock(log_of(file).real, level);
}
int check_lock_of_log(sqlite3_file* file, int* held) {
  return log_of(file).real->pMethods->xCheckReservedLock(log_of(file).real, held);
}
int control_log(sqlite3_file* file, int operation, void* argument) {
  return log_of(file).real->pMethods->xFileControl(log_of(file).real, operation, argument);
}
int sector_size_of_log(sqlite3_file* file) {
  return log_of(file).real->pMethods->xSectorSize(log_of(file).real);
}
int traits_of_log(sqlite3_file* file) {
  return log_of(file).real->pMethods->xDeviceCharacteristics(log_of(file).real);
}

constexpr sqlite3_io_methods kMethods{1,
                                      close_log,
                                      read_log,
                                      write_log,
                                      truncate_log,
                                      sync_log,
                                      size_of_log,
                                      lock_log,
                                      unlock_log,
                                      check_lock_of_log,
                                      control_log,
                                      sector_size_of_log,
                                      traits_of_log,
                                      nullptr,
                                      nullptr,
                                      nullptr,
                                      nullptr,
                                      nullptr,
                                      nullptr};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given_flags) {
  if (!(flags & SQLITE_OPEN_WAL)) return plain()->xOpen(plain(), name, file, flags, given_flags);
  auto& log = log_of(file);
  std::memset(file, 0, static_cast<std::size_t>(kOwnSize));
  log.real = reinterpret_cast<sqlite3_file*>(reinterpret_cast<char*>(file) + kOwnSize);
  std::memset(log.real, 0, static_cast<std::size_t>(plain()->szOsFile));
  const int code = plain()->xOpen(plain(), name, log.real, flags, given_flags);
  if (code != SQLITE_OK) {
    if (log.real->pMethods) log.real->pMethods->xClose(log.real);
    return code;
  }
  log.gathered = new (std::nothrow) std::vector<char>();
  if (!log.gathered) {
    log.real->pMethods->xClose(log.real);
    return SQLITE_NOMEM;
  }
  log.gathered->reserve(kMostGathered);
  log.base.pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace

const char* gathering_vfs() {
  static constexpr const char* kName = "stockbell-gathering";
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs made = *plain();  // its other functions look only at pAppData
    made.zName = kName;
    made.pNext = nullptr;
    made.szOsFile = kOwnSize + plain()->szOsFile;
    made.xOpen = open_file;
    return made;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? kName : nullptr;
}

}  // namespace stockbell::db
