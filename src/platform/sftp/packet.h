// Reading and writing the bytes of an SFTP message: big-endian numbers, strings with a 32-bit
// length. Used by FileSession and by tests that speak the protocol by hand. Plain values, one
// thread.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace stockbell::sftp {

// Reads from the front. A read past the end gives zero or "" and makes ok() false for good: check
// once, at the end.
class PacketReader {
 public:
  explicit PacketReader(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string_view text() { return take(u32()); }
  bool ok() const { return ok_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view take(std::size_t size) {
    if (!ok_ || size > rest_.size()) {
      ok_ = false;
      return {};
    }
    auto taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (char byte : take(size)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

class PacketWriter {
 public:
  PacketWriter& u8(std::uint8_t value) { return number(value, 1); }
  PacketWriter& u32(std::uint32_t value) { return number(value, 4); }
  PacketWriter& u64(std::uint64_t value) { return number(value, 8); }
  PacketWriter& raw(std::string_view bytes) {
    bytes_.append(bytes);
    return *this;
  }
  PacketWriter& text(std::string_view bytes) {
    u32(static_cast<std::uint32_t>(bytes.size()));
    return raw(bytes);
  }
  std::string take() { return std::move(bytes_); }

 private:
  PacketWriter& number(std::uint64_t value, int size) {
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8)
      bytes_ += static_cast<char>(value >> shift);
    return *this;
  }
  std::string bytes_;
};

}  // namespace stockbell::sftp
