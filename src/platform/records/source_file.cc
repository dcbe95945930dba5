#include "platform/records/source_file.h"

#include <zlib.h>
#include <zstd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace stockbell::records {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

Result<> damaged(std::string_view what) {
  return fail(ErrorCode::invalid, "file-compression",
              "the " + std::string(what) + " data is damaged or cut short");
}

// Takes the byte order mark off and keeps the limit.
class Outlet {
 public:
  Outlet(const TakePiece& take, const SourceLimits& limits) : take_(take), limits_(limits) {}

  Result<> put(std::string_view piece) {
    bytes_ += piece.size();
    if (bytes_ > limits_.unpacked_bytes)
      return fail(ErrorCode::too_large, "file-too-large",
                  "the unpacked file is larger than allowed");
    if (!started_) {
      head_ += piece;
      if (head_.size() < kByteOrderMark.size()) return {};
      return flush_head();
    }
    return piece.empty() ? Result<>{} : take_(piece);
  }

  Result<> finish() { return started_ ? Result<>{} : flush_head(); }

 private:
  Result<> flush_head() {
    started_ = true;
    std::string_view head = head_;
    if (head.starts_with(kByteOrderMark)) head.remove_prefix(kByteOrderMark.size());
    return head.empty() ? Result<>{} : take_(head);
  }

  const TakePiece& take_;
  const SourceLimits& limits_;
  std::uint64_t bytes_ = 0;
  bool started_ = false;
  std::string head_;
};

Result<> read_plain(std::FILE* in, Outlet& out) {
  std::array<char, kPieceBytes> buffer;
  while (auto got = std::fread(buffer.data(), 1, buffer.size(), in))
    SB_CHECK(out.put({buffer.data(), got}));
  if (std::ferror(in)) return fail(ErrorCode::unavailable, "file-read", "the file cannot be read");
  return {};
}

Result<> read_gzip(std::FILE* in, Outlet& out) {
  z_stream stream{};
  if (inflateInit2(&stream, 15 + 16) != Z_OK)
    return fail(ErrorCode::unavailable, "out-of-memory", "no memory to unpack the file");
  std::unique_ptr<z_stream, int (*)(z_stream*)> guard(&stream, inflateEnd);
  std::array<char, kPieceBytes> input, output;
  bool between_members = true;  // several gzip members may follow one another (RFC 1952 2.2)
  while (auto got = std::fread(input.data(), 1, input.size(), in)) {
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(got);
    while (stream.avail_in > 0) {
      if (between_members) inflateReset(&stream);
      stream.next_out = reinterpret_cast<Bytef*>(output.data());
      stream.avail_out = static_cast<uInt>(output.size());
      int status = inflate(&stream, Z_NO_FLUSH);
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return damaged("gzip");
      between_members = status == Z_STREAM_END;
      SB_CHECK(out.put({output.data(), output.size() - stream.avail_out}));
    }
  }
  return between_members ? Result<>{} : damaged("gzip");
}

Result<> read_zstd(std::FILE* in, Outlet& out) {
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  std::array<char, kPieceBytes> input, output;
  std::size_t hint = 0;
  while (auto got = std::fread(input.data(), 1, input.size(), in)) {
    ZSTD_inBuffer source{input.data(), got, 0};
    bool full = true;
    while (source.pos < source.size || full) {
      ZSTD_outBuffer target{output.data(), output.size(), 0};
      hint = ZSTD_decompressStream(context.get(), &target, &source);
      if (ZSTD_isError(hint)) return damaged("zstd");
      full = target.pos == target.size;
      SB_CHECK(out.put({output.data(), target.pos}));
    }
  }
  return hint == 0 ? Result<>{} : damaged("zstd");
}

Compression compression_of(std::FILE* in) {
  std::array<unsigned char, 4> magic{};
  const auto got = std::fread(magic.data(), 1, magic.size(), in);
  std::rewind(in);
  if (got >= 2 && magic[0] == 0x1f && magic[1] == 0x8b) return Compression::gzip;
  if (got == 4 && magic == std::array<unsigned char, 4>{0x28, 0xb5, 0x2f, 0xfd})
    return Compression::zstd;
  return Compression::none;
}

}  // namespace

Result<> read_source(const std::filesystem::path& file, const TakePiece& take,
                     const SourceLimits& limits) {
  File in(std::fopen(file.c_str(), "rb"), std::fclose);
  if (!in) return fail(ErrorCode::not_found, "file-missing", "the file cannot be opened");
  const auto compression = compression_of(in.get());
  Outlet out(take, limits);
  switch (compression) {
    case Compression::gzip:
      SB_CHECK(read_gzip(in.get(), out));
      break;
    case Compression::zstd:
      SB_CHECK(read_zstd(in.get(), out));
      break;
    case Compression::none:
      SB_CHECK(read_plain(in.get(), out));
      break;
  }
  return out.finish();
}

Result<Compression> find_compression(const std::filesystem::path& file) {
  const File in(std::fopen(file.c_str(), "rb"), std::fclose);
  if (!in) return fail(ErrorCode::not_found, "file-missing", "the file cannot be opened");
  return compression_of(in.get());
}

}  // namespace stockbell::records
