#include "app/tar_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <vector>

namespace stockbell::app {
namespace {

constexpr std::size_t kBlock = 512;

void put_octal(char* field, std::size_t width, std::uint64_t number) {
  for (std::size_t i = width - 1; i-- > 0; number >>= 3) field[i] = static_cast<char>('0' + (number & 7));
}

std::array<char, kBlock> header(const std::string& name, std::uint64_t size, Time modified) {
  std::array<char, kBlock> block{};
  name.copy(block.data(), 100);
  put_octal(&block[100], 8, 0600);
  put_octal(&block[108], 8, 0);
  put_octal(&block[116], 8, 0);
  put_octal(&block[124], 12, size);
  put_octal(&block[136], 12, static_cast<std::uint64_t>(to_ms(modified) / 1000));
  std::memset(&block[148], ' ', 8);
  block[156] = '0';
  std::memcpy(&block[257], "ustar\00000", 8);
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put_octal(&block[148], 7, sum);
  return block;
}

std::unexpected<Error> failed(const std::filesystem::path& path) {
  return fail(ErrorCode::unavailable, "backup-failed", path.string() + ": " + std::strerror(errno));
}

}  // namespace

TarWriter::TarWriter(std::filesystem::path file, std::filesystem::path unfinished)
    : file_(std::move(file)), unfinished_(std::move(unfinished)), out_(unfinished_, std::ios::binary) {}

Result<TarWriter> TarWriter::create(const std::filesystem::path& file) {
  auto unfinished = file;
  unfinished += ".unfinished";
  unlink(unfinished.c_str());
  const int descriptor = open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor < 0) return failed(unfinished);
  close(descriptor);
  return TarWriter(file, unfinished);
}

Result<> TarWriter::add(const std::filesystem::path& source, const std::string& name, Time modified) {
  std::error_code error;
  const auto size = std::filesystem::file_size(source, error);
  std::ifstream in(source, std::ios::binary);
  if (error || !in) return failed(source);
  if (name.size() > 100 || size >= (1ull << 33))
    return fail(ErrorCode::too_large, "backup-entry-too-large", name + " does not fit a tar header");
  const auto block = header(name, size, modified);
  out_.write(block.data(), block.size());
  std::vector<char> buffer(1 << 20);
  std::uint64_t left = size;
  while (left > 0) {
    const auto part = static_cast<std::streamsize>(std::min<std::uint64_t>(left, buffer.size()));
    if (!in.read(buffer.data(), part)) return failed(source);
    out_.write(buffer.data(), part);
    left -= static_cast<std::uint64_t>(part);
  }
  const std::array<char, kBlock> zeros{};
  if (size % kBlock) out_.write(zeros.data(), static_cast<std::streamsize>(kBlock - size % kBlock));
  if (!out_) return failed(unfinished_);
  return {};
}

Result<> TarWriter::finish() {
  const std::array<char, 2 * kBlock> end{};
  out_.write(end.data(), end.size());
  out_.close();
  if (!out_ || rename(unfinished_.c_str(), file_.c_str()) != 0) return failed(file_);
  return {};
}

}  // namespace stockbell::app
