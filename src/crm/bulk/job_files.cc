#include "crm/bulk/job_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>

namespace stockbell::crm::bulk {
namespace {

Error file_error(const std::error_code& problem) {
  return {ErrorCode::unavailable, "bulk-file",
          "a file of a bulk job cannot be kept: " + problem.message(), ""};
}

std::error_code sync(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
  const auto problem = synced ? std::error_code() : std::error_code(errno, std::generic_category());
  if (descriptor >= 0) ::close(descriptor);
  return problem;
}

Result<> put_in_place(const std::filesystem::path& from, const std::filesystem::path& to) {
  auto problem = sync(from);
  if (!problem) std::filesystem::rename(from, to, problem);
  if (!problem) problem = sync(to.parent_path());
  if (problem) return fail(file_error(problem));
  return {};
}

}  // namespace

std::filesystem::path JobFiles::upload(JobId id, std::int64_t number) const {
  return folder(id) / ("upload-" + std::to_string(number) + ".csv");
}

std::filesystem::path JobFiles::page(JobId id, std::int64_t number) const {
  return folder(id) / ("page-" + std::to_string(number) + ".csv");
}

Result<> JobFiles::take_in(const std::filesystem::path& from,
                           const std::filesystem::path& to) const {
  std::error_code problem;
  std::filesystem::create_directories(to.parent_path(), problem);
  auto temporary = to;
  temporary += ".tmp";
  std::filesystem::rename(from, temporary, problem);
  if (problem)  // another file system
    std::filesystem::copy_file(from, temporary, std::filesystem::copy_options::overwrite_existing,
                               problem);
  if (problem) return fail(file_error(problem));
  auto placed = put_in_place(temporary, to);
  if (!placed) remove(temporary);
  return placed;
}

void JobFiles::remove(JobId id) const {
  std::error_code ignored;
  std::filesystem::remove_all(folder(id), ignored);
}

void JobFiles::remove(const std::filesystem::path& file) const {
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
}

std::vector<JobId> JobFiles::list() const {
  std::vector<JobId> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, ignored)) {
    const auto name = entry.path().filename().string();
    std::int64_t id = 0;
    const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (problem == std::errc() && end == name.data() + name.size()) found.push_back(JobId{id});
  }
  return found;
}

FileWriter::FileWriter(std::filesystem::path file) : file_(std::move(file)), temporary_(file_) {
  temporary_ += ".tmp";
  std::error_code ignored;  // open says it, too
  std::filesystem::create_directories(file_.parent_path(), ignored);
  out_.open(temporary_, std::ios::binary | std::ios::trunc);
}

FileWriter::~FileWriter() {
  std::error_code ignored;
  std::filesystem::remove(temporary_, ignored);
}

void FileWriter::write(std::string_view bytes) {
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes_ += static_cast<std::int64_t>(bytes.size());
}

Result<> FileWriter::keep() {
  out_.close();
  if (!out_) return fail(file_error(std::make_error_code(std::errc::io_error)));
  return put_in_place(temporary_, file_);
}

}  // namespace stockbell::crm::bulk
