// Randomness as a dependency: the system's for production, a seeded one for simulations and tests.
#pragma once
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>
#include <span>

namespace stockbell {

class Random {
 public:
  virtual ~Random() = default;
  virtual std::uint64_t next() = 0;  // thread-safe; uniform over 64 bits
  void fill(std::span<unsigned char> bytes) {
    for (std::size_t i = 0; i < bytes.size();) {
      auto word = next();
      for (int k = 0; k < 8 && i < bytes.size(); ++k, ++i, word >>= 8)
        bytes[i] = static_cast<unsigned char>(word);
    }
  }
};

// Bits of the operating system (getrandom): fit for tokens and keys.
class SystemRandom final : public Random {
 public:
  std::uint64_t next() override;
};

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t next() override {
    std::lock_guard lock(mutex_);
    return engine_();
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace stockbell
