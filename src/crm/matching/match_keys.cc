#include <algorithm>
#include <bit>

#include "crm/matching/matching.h"
#include "crm/matching/prepared.h"

namespace stockbell::crm::matching {
namespace {

// Raised whenever a normalisation or the hash changes: stored keys are then of no use.
constexpr std::uint64_t kKeyFormat = 1;

// FNV-1a with a mixing end. Stored, so it must never change without kKeyFormat.
class KeyHash {
 public:
  void add(std::string_view text) {
    for (char c : text) step(static_cast<unsigned char>(c));
    step(0x1F);  // "ab" + "c" is not "a" + "bc"
  }
  void add(std::uint64_t number) {
    for (int i = 0; i < 8; ++i) step((number >> (8 * i)) & 0xFF);
  }
  std::uint64_t value() const {
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 33)) * 0xFF51AFD7ED558CCDULL;
    mixed = (mixed ^ (mixed >> 33)) * 0xC4CEB9FE1A85EC53ULL;
    return mixed ^ (mixed >> 33);
  }

 private:
  void step(std::uint64_t octet) { state_ = (state_ ^ octet) * 0x100000001B3ULL; }
  std::uint64_t state_ = 0xCBF29CE484222325ULL;
};

void add_part(KeyHash& hash, const KeyPart& part) {
  hash.add(to_text(part.field));
  hash.add(to_text(part.part));
  hash.add(static_cast<std::uint64_t>(part.words * 1000 + part.letters));
}

void add_keys(const MatchRule& rule, Prepared& side, bool alternate, std::vector<MatchKey>& keys) {
  for (const auto& stored : rule.stored_keys) {
    const auto& key = rule.keys[stored.key];
    KeyHash hash;
    hash.add(kKeyFormat);
    hash.add(rule.name);
    hash.add(key.name);
    if (rule.within_site_group) hash.add(side.plain(Field::site_group));
    bool complete = true;
    auto add = [&](const KeyPart& part, bool other_reading) {
      const auto text = part_of(side, part, other_reading);
      complete = complete && !text.empty();
      hash.add(text);
    };
    for (const auto& part : key.parts)
      if (complete) add(part, alternate);
    if (complete && stored.lane >= 0) {
      const auto& lane = rule.lanes[static_cast<std::size_t>(stored.lane)];
      add_part(hash, lane);
      add(lane, false);
    }
    if (complete) keys.push_back({std::bit_cast<std::int64_t>(hash.value())});
  }
}

std::vector<MatchKey> sorted(std::vector<MatchKey> keys) {
  std::ranges::sort(keys);
  keys.erase(std::ranges::unique(keys).begin(), keys.end());
  if (keys.size() > kMaxKeys) keys.resize(kMaxKeys);
  return keys;
}

}  // namespace

std::vector<MatchKey> keys_of(const MatchRule& rule, const ContactFields& fields) {
  Prepared side(rule, fields);
  std::vector<MatchKey> keys;
  add_keys(rule, side, false, keys);
  return sorted(std::move(keys));
}

std::vector<MatchKey> probes_of(const MatchRule& rule, const ContactFields& fields) {
  Prepared side(rule, fields);
  std::vector<MatchKey> keys;
  for (int turn = 0; turn < (rule.transposed_names ? 2 : 1); ++turn) {
    if (turn == 1) side.transpose();
    for (bool alternate : {false, true}) add_keys(rule, side, alternate, keys);
  }
  return sorted(std::move(keys));
}

std::uint64_t keys_version(const MatchRule& rule) {
  KeyHash hash;
  hash.add(kKeyFormat);
  hash.add(rule.name);
  hash.add(rule.default_last_name);
  hash.add(std::uint64_t{rule.within_site_group});
  for (const auto& stored : rule.stored_keys) {
    const auto& key = rule.keys[stored.key];
    hash.add(key.name);
    for (const auto& part : key.parts) add_part(hash, part);
    if (stored.lane >= 0) add_part(hash, rule.lanes[static_cast<std::size_t>(stored.lane)]);
  }
  return hash.value();
}

}  // namespace stockbell::crm::matching
