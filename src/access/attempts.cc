#include "access/attempts.h"

#include <arpa/inet.h>

#include "platform/crypto/crypto.h"
#include "sql/access_account.sql.h"

namespace stockbell::access {
namespace {

namespace account = sql::access_account;

constexpr Duration kLockWindow = std::chrono::minutes(15);
constexpr std::int64_t kLockAccountAfter = 10;
constexpr std::int64_t kLockNetworkAfter = 100;  // many people and programs may share one address

// An IPv6 host has the whole of its /64.
std::string network_of(const std::string& address) {
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, address.c_str(), &bytes) != 1) return address;
  return std::string(reinterpret_cast<const char*>(bytes.s6_addr), 8);
}

}  // namespace

Attempt::Attempt(const std::string& account, const std::string& network, Time now)
    : account_hash_(crypto::sha256_hex(account)),
      network_hash_(network.empty() ? "" : crypto::sha256_hex("network:" + network_of(network))),
      now_ms_(to_ms(now)),
      window_start_ms_(to_ms(now - kLockWindow)) {}

Result<> Attempt::check(db::Session& store) const {
  auto locked = [&](const std::string& hash, std::int64_t after) -> Result<bool> {
    if (hash.empty()) return false;
    SB_TRY(failures, store.query_one(account::count_failures, {hash, window_start_ms_}));
    return failures->i64(0) >= after;
  };
  SB_TRY(account_locked, locked(account_hash_, kLockAccountAfter));
  SB_TRY(network_locked, locked(network_hash_, kLockNetworkAfter));
  if (account_locked || network_locked)
    return fail(ErrorCode::rate_limited, "account-locked",
                "too many wrong passwords; try again in 15 minutes");
  return {};
}

Result<> Attempt::count_failure(db::Session& store) const {
  SB_CHECK(store.execute(account::add_failure, {account_hash_, now_ms_}));
  if (!network_hash_.empty())
    SB_CHECK(store.execute(account::add_failure, {network_hash_, now_ms_}));
  return {};
}

Result<> Attempt::forgive(db::Session& store) const {
  SB_CHECK(store.execute(account::forget_failures, {account_hash_, window_start_ms_}));
  if (!network_hash_.empty())
    SB_CHECK(store.execute(account::take_back_failure, {network_hash_, now_ms_}));
  return {};
}

}  // namespace stockbell::access
