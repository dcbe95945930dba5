// How a command finds the running server: control.json in the data folder holds its address and a key, readable by the owner
// alone; a lock on the folder says whether a server is there. One process at a time owns a data folder, since two must never
// write one SQLite file.
#pragma once
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"

namespace stockbell::app {

struct Control {
  std::string url;  // "http://127.0.0.1:8080"
  std::string key;  // bearer key with the admin role, valid while the server runs
  std::string ca_file;  // what to trust when url is https
};

// Holds data_dir/lock for the life of the process; the system lets go of it when the process dies.
class DataFolderLock {
 public:
  // Conflict when another process holds it.
  static Result<DataFolderLock> acquire(const std::filesystem::path& data_dir);
  DataFolderLock(DataFolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  DataFolderLock(const DataFolderLock&) = delete;
  ~DataFolderLock();

 private:
  explicit DataFolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

Result<> write_control(const std::filesystem::path& data_dir, const Control& control);
void remove_control(const std::filesystem::path& data_dir);
// The running server's; empty when none runs. One that is starting is waited for: unavailable after `patience`.
Result<std::optional<Control>> find_control(const std::filesystem::path& data_dir,
                                            std::chrono::milliseconds patience = std::chrono::seconds(60));

}  // namespace stockbell::app
