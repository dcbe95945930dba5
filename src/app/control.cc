#include "app/control.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstring>
#include <fstream>
#include <sstream>
#include <thread>

#include "platform/text/json.h"

namespace stockbell::app {
namespace {

std::filesystem::path control_file(const std::filesystem::path& data_dir) { return data_dir / "control.json"; }

// How long a command that looks whether the lock is held may hold it itself, at the very most.
constexpr auto kLookTime = std::chrono::milliseconds(500);
constexpr auto kPollTime = std::chrono::milliseconds(20);

std::unexpected<Error> system_failure(const std::filesystem::path& path) {
  return fail(ErrorCode::internal, "data-folder-failed", fmt::format("{}: {}", path.string(), std::strerror(errno)));
}

}  // namespace

Result<DataFolderLock> DataFolderLock::acquire(const std::filesystem::path& data_dir) {
  std::error_code error;
  std::filesystem::create_directories(data_dir, error);
  const auto path = data_dir / "lock";
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return system_failure(path);
  const auto deadline = std::chrono::steady_clock::now() + kLookTime;
  int failure = 0;
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    failure = errno;
    if (failure != EWOULDBLOCK || std::chrono::steady_clock::now() > deadline) break;
    std::this_thread::sleep_for(kPollTime);
    failure = 0;
  }
  if (failure == 0) return DataFolderLock(descriptor);
  close(descriptor);
  errno = failure;
  if (failure != EWOULDBLOCK) return system_failure(path);
  return fail(ErrorCode::conflict, "data-folder-in-use",
              fmt::format("{} is in use by another stockbell process; stop that one or set another data_dir",
                          data_dir.string()));
}

DataFolderLock::~DataFolderLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<> write_control(const std::filesystem::path& data_dir, const Control& control) {
  const auto file = control_file(data_dir);
  const auto fresh = file.string() + ".new";
  const int descriptor = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return system_failure(fresh);
  text::JsonWriter json;
  json.begin_object().member("url", control.url).member("key", control.key).member("ca_file", control.ca_file).end_object();
  const auto& body = json.str();
  const bool whole = write(descriptor, body.data(), body.size()) == static_cast<ssize_t>(body.size());
  close(descriptor);
  if (!whole || rename(fresh.c_str(), file.c_str()) != 0) return system_failure(file);
  return {};
}

void remove_control(const std::filesystem::path& data_dir) {
  std::error_code ignored;
  std::filesystem::remove(control_file(data_dir), ignored);
}

namespace {

// Shared, so that commands looking at the same time don't take one another for a server.
bool is_served(const std::filesystem::path& data_dir) {
  const int descriptor = open((data_dir / "lock").c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool held = flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(descriptor);
  return held;
}

std::optional<Control> read_control(const std::filesystem::path& data_dir) {
  std::ifstream in(control_file(data_dir));
  std::stringstream content;
  content << in.rdbuf();
  auto object = text::parse_json_object(content.str());
  if (!object || !object->contains("url") || !object->contains("key")) return std::nullopt;
  return Control{object->at("url").as_string().c_str(), object->at("key").as_string().c_str(), object->at("ca_file").as_string().c_str()};
}

}  // namespace

Result<std::optional<Control>> find_control(const std::filesystem::path& data_dir, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (is_served(data_dir)) {
    if (auto control = read_control(data_dir)) return control;
    if (std::chrono::steady_clock::now() >= deadline)
      return fail(ErrorCode::unavailable, "server-starting", "the server is starting; try again in a moment");
    std::this_thread::sleep_for(kPollTime);
  }
  return std::optional<Control>();
}

}  // namespace stockbell::app
