// The files of bulk jobs: a folder for each, "<directory>/<id>/". A file appears under its name
// when it is whole and on the disk. Thread-safe for different jobs.
#pragma once
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "crm/bulk/types.h"

namespace stockbell::crm::bulk {

class JobFiles {
 public:
  explicit JobFiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

  std::filesystem::path upload(JobId id, std::int64_t number) const;
  std::filesystem::path successful(JobId id) const { return folder(id) / "successful.csv"; }
  std::filesystem::path failed(JobId id) const { return folder(id) / "failed.csv"; }
  std::filesystem::path unprocessed(JobId id) const { return folder(id) / "unprocessed.csv"; }
  std::filesystem::path page(JobId id, std::int64_t number) const;

  // Moves (or copies) a whole file here. unavailable ("bulk-file").
  Result<> take_in(const std::filesystem::path& from, const std::filesystem::path& to) const;
  void remove(JobId id) const;
  void remove(const std::filesystem::path& file) const;
  // The jobs that have a folder.
  std::vector<JobId> list() const;

 private:
  std::filesystem::path folder(JobId id) const { return directory_ / std::to_string(id.value); }
  std::filesystem::path directory_;
};

// Writes one file; what was not keep()t goes away.
class FileWriter {
 public:
  explicit FileWriter(std::filesystem::path file);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  void write(std::string_view bytes);
  std::int64_t bytes() const { return bytes_; }
  Result<> keep();  // on the disk, under its name

 private:
  std::filesystem::path file_, temporary_;
  std::ofstream out_;
  std::int64_t bytes_ = 0;
};

}  // namespace stockbell::crm::bulk
