#include "resolve/population.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace stockbell::bench {
namespace {

using crm::contacts::Contact;

constexpr std::size_t kFirstNames = 2000, kLastNames = 60'000, kStreets = 4000, kCities = 1500;
constexpr int kAreas = 300;

constexpr auto kCommonFirst = std::to_array<std::string_view>(
    {"James",  "Mary",  "Robert", "Patricia", "John",   "Jennifer", "Michael", "Linda",
     "David",  "Susan", "Thomas", "Sarah",    "Daniel", "Karen",    "Anna",    "Peter",
     "Stefan", "Julia", "Maria",  "Jose",     "Carlos", "Sophie",   "Pierre",  "Emma"});
constexpr auto kCommonLast = std::to_array<std::string_view>(
    {"Smith",   "Johnson", "Williams",  "Brown",   "Jones", "Garcia", "Miller", "Davis",
     "Mueller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer",  "Martin", "Bernard",
     "Dubois",  "Rossi",   "Novak",     "Nguyen",  "Patel", "Taylor", "Moore",  "Walker"});
constexpr auto kHosts = std::to_array<std::string_view>(
    {"gmail.com", "gmail.com", "gmail.com", "gmail.com", "gmail.com", "yahoo.com", "outlook.com",
     "hotmail.com", "icloud.com", "gmx.example"});
constexpr auto kOnsets = std::to_array<std::string_view>(
    {"b", "br", "c", "ch", "d", "dr",  "f",  "g", "gr", "h", "k", "kl", "l",
     "m", "n",  "p", "r",  "s", "sch", "st", "t", "tr", "v", "w", "z"});
constexpr auto kVowels =
    std::to_array<std::string_view>({"a", "e", "i", "o", "u", "ai", "ei", "ou"});
constexpr auto kEnds = std::to_array<std::string_view>(
    {"n", "r", "s", "l", "t", "ck", "nd", "rt", "mann", "son", "er", "ski", "", "ing", "berg"});

// Splitmix64: independent draws from a number, without a state to carry along.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 1) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(next() % end); }
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  // Rank r with a chance of about 1/(r + 12): few names are common, most are rare.
  std::size_t ranked(std::size_t end) {
    const double span = std::log((static_cast<double>(end) + 12) / 12);
    const auto rank = static_cast<std::size_t>(12 * (std::exp(unit() * span) - 1));
    return std::min(rank, end - 1);
  }

 private:
  std::uint64_t state_;
};

std::string word(std::uint64_t seed, int syllables) {
  Draw draw(seed);
  std::string made;
  for (int i = 0; i < syllables; ++i) {
    made += kOnsets[draw.below(kOnsets.size())];
    made += kVowels[draw.below(kVowels.size())];
  }
  made += kEnds[draw.below(kEnds.size())];
  made[0] = static_cast<char>(made[0] - 'a' + 'A');
  return made;
}

template <class List>
std::vector<std::string> names(const List& common, std::size_t count, std::uint64_t seed) {
  std::vector<std::string> all(common.begin(), common.end());
  while (all.size() < count) all.push_back(word(seed + all.size(), all.size() % 3 == 0 ? 3 : 2));
  return all;
}

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::string phone(Draw& draw) {
  return fmt::format("+1 {} {:03} {:04}", 201 + draw.below(kAreas), 200 + draw.below(800),
                     draw.below(10'000));
}

}  // namespace

Population::Population()
    : first_names_(names(kCommonFirst, kFirstNames, 1'000'000)),
      last_names_(names(kCommonLast, kLastNames, 2'000'000)),
      streets_(
          names(std::to_array<std::string_view>({"Main", "Oak", "Park"}), kStreets, 3'000'000)),
      cities_(
          names(std::to_array<std::string_view>({"Springfield", "Boston"}), kCities, 4'000'000)) {}

Contact Population::contact(std::uint64_t number) const {
  Draw draw(number);
  Contact made;
  made.id = ContactId{static_cast<std::int64_t>(number) + 1};
  made.site_group = "default";
  made.first_name = first_names_[draw.ranked(kFirstNames)];
  made.last_name = last_names_[draw.ranked(kLastNames)];
  made.email = fmt::format("{}.{}{}@{}", lower(made.first_name), lower(made.last_name), number,
                           kHosts[draw.below(kHosts.size())]);
  made.email_normalized = made.email;
  if (draw.below(10) < 6) made.phone = phone(draw);
  if (draw.below(10) < 5) {
    made.street = fmt::format("{} {} Street", 1 + draw.below(400), streets_[draw.below(kStreets)]);
    const auto city = draw.ranked(kCities);
    made.city = cities_[city];
    made.postal_code = fmt::format("{:05}", 10'000 + city * 50 + draw.below(50));
    made.country = "US";
  }
  made.created_at = made.modified_at =
      from_ms(1'700'000'000'000 + static_cast<std::int64_t>(number));
  return made;
}

Contact Population::returning(std::uint64_t number) const {
  auto made = contact(number);
  Draw draw(number ^ 0x5555);
  made.id = {};
  switch (draw.below(4)) {
    case 0:  // the same, word by word
      break;
    case 1:  // a slip in the surname
      if (made.last_name.size() > 4) std::swap(made.last_name[2], made.last_name[3]);
      break;
    case 2:  // an initial
      made.first_name = made.first_name.substr(0, 1) + ".";
      break;
    default:  // another address, the same phone or street
      made.email = made.email_normalized = fmt::format("new{}@{}", number, kHosts[draw.below(10)]);
  }
  return made;
}

Contact Population::stranger(std::uint64_t number) const {
  auto made = contact(number + (1ULL << 40));
  made.id = {};
  return made;
}

}  // namespace stockbell::bench
