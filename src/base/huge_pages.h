// An allocator for large tables that are looked up at random: on pages of 2 MiB, where the system
// gives them, a look-up rarely waits for the address as well as for the line (madvise(2),
// MADV_HUGEPAGE). Small tables are allocated as always.
#pragma once
#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace stockbell {

template <class T>
struct HugePageAllocator {
  using value_type = T;
  static constexpr std::size_t kPage = std::size_t{2} << 20;

  HugePageAllocator() = default;
  template <class U>
  HugePageAllocator(const HugePageAllocator<U>&) {}

  T* allocate(std::size_t count) {
    const auto bytes = count * sizeof(T);
    void* const memory = ::operator new(bytes, alignment(bytes));
    if (bytes >= kPage) ::madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: no is an answer
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t count) {
    ::operator delete(memory, alignment(count * sizeof(T)));
  }
  bool operator==(const HugePageAllocator&) const = default;

 private:
  static std::align_val_t alignment(std::size_t bytes) {
    return std::align_val_t(bytes >= kPage ? kPage : alignof(T));
  }
};

}  // namespace stockbell
