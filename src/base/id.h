// Time-ordered 64-bit row ids, one type per kind of row, and their Salesforce-style text at the
// edges. An id is 41 bits of milliseconds since 2024, 22 bits of sequence: unique within a process,
// ordered by creation.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace stockbell {

template <class Tag>
struct Id {
  std::int64_t value = 0;
  explicit operator bool() const { return value != 0; }
  auto operator<=>(const Id&) const = default;
};

using ContactId = Id<struct ContactTag>;  // Contact in the CRM, key prefix 003
using RequestId = Id<struct RequestTag>;  // Back_In_Stock__c in the CRM, key prefix a0B
using UserId = Id<struct UserTag>;        // who wrote a row of the CRM, key prefix 005
using RestockId = Id<struct RestockTag>;
using EntryId = Id<struct EntryTag>;  // a request's way through a journey
using MessageId = Id<struct MessageTag>;
using ImportId = Id<struct ImportTag>;

class IdGenerator {
 public:
  IdGenerator(const Clock& clock, Random& random) : clock_(clock), random_(random) {}
  std::int64_t next();  // thread-safe, strictly increasing, > 0
  template <class T>
  T make() {
    return T{next()};
  }

 private:
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::int64_t last_ = 0;
};

inline constexpr std::string_view kContactPrefix = "003";
inline constexpr std::string_view kRequestPrefix = "a0B";
inline constexpr std::string_view kUserPrefix = "005";
inline constexpr std::string_view kOrganizationPrefix = "00D";

// 18 characters: prefix, 12 base-62 digits, 3 of checksum (reference 3.2).
std::string to_record_id(std::string_view prefix, std::int64_t id);
// Reads the 15- or 18-character form; empty when prefix, alphabet or checksum do not fit.
std::optional<std::int64_t> parse_record_id(std::string_view prefix, std::string_view text);

}  // namespace stockbell

template <class Tag>
struct std::hash<stockbell::Id<Tag>> {
  std::size_t operator()(const stockbell::Id<Tag>& id) const {
    return std::hash<std::int64_t>()(id.value);
  }
};
