// Writes regular files into a POSIX ustar archive (IEEE 1003.1, pax "ustar Interchange Format"), for `stockbell backup`.
#pragma once
#include <filesystem>
#include <fstream>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace stockbell::app {

class TarWriter {
 public:
  // Writes beside `file` and moves it into place at finish(); what stood there is replaced only then. Mode 0600.
  static Result<TarWriter> create(const std::filesystem::path& file);
  // `name` is at most 100 bytes. Streams.
  Result<> add(const std::filesystem::path& source, const std::string& name, Time modified);
  Result<> finish();

 private:
  TarWriter(std::filesystem::path file, std::filesystem::path unfinished);
  std::filesystem::path file_, unfinished_;
  std::ofstream out_;
};

}  // namespace stockbell::app
