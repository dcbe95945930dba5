#include "app/control.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstring>
#include <fstream>
#include <sstream>

#include "platform/text/json.h"

namespace stockbell::app {
namespace {

std::filesystem::path control_file(const std::filesystem::path& data_dir) { return data_dir / "control.json"; }

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
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return DataFolderLock(descriptor);
  const bool held = errno == EWOULDBLOCK;
  close(descriptor);
  if (!held) return system_failure(path);
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

Result<std::optional<Control>> find_control(const std::filesystem::path& data_dir) {
  if (!std::filesystem::exists(data_dir / "lock")) return std::optional<Control>();
  if (DataFolderLock::acquire(data_dir)) return std::optional<Control>();  // nobody holds it
  std::ifstream in(control_file(data_dir));
  std::stringstream content;
  content << in.rdbuf();
  auto object = text::parse_json_object(content.str());
  if (!object || !object->contains("url") || !object->contains("key"))
    return fail(ErrorCode::unavailable, "server-starting", "the server is starting; try again in a moment");
  return std::optional(Control{object->at("url").as_string().c_str(), object->at("key").as_string().c_str(),
                               object->at("ca_file").as_string().c_str()});
}

}  // namespace stockbell::app
