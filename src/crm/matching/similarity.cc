#include "crm/matching/similarity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace stockbell::crm::matching {
namespace {

struct Key {
  int row = -9;
  double column = 0;  // the rows are shifted against each other
};

constexpr auto kKeys = [] {
  std::array<Key, 256> keys{};
  constexpr std::array<std::string_view, 4> kRows{"1234567890", "qwertyuiop", "asdfghjkl",
                                                  "zxcvbnm"};
  constexpr std::array<double, 4> kShift{0, 0.5, 0.75, 1.25};
  for (std::size_t row = 0; row < kRows.size(); ++row)
    for (std::size_t i = 0; i < kRows[row].size(); ++i)
      keys[static_cast<unsigned char>(kRows[row][i])] = {static_cast<int>(row),
                                                         static_cast<double>(i) + kShift[row]};
  return keys;
}();

bool neighbours(char a, char b) {
  if ((a == 'y' && b == 'z') || (a == 'z' && b == 'y')) return true;
  const auto& one = kKeys[static_cast<unsigned char>(a)];
  const auto& other = kKeys[static_cast<unsigned char>(b)];
  if (one.row < 0 || other.row < 0) return false;
  return std::abs(one.row - other.row) <= 1 && std::abs(one.column - other.column) <= 1;
}

// Cheapest way from a to b by the costs that `cost` gives; three rows of the table suffice.
template <class Cost>
int alignment(std::string_view a, std::string_view b, const Cost& cost) {
  std::vector<int> before(b.size() + 1), previous(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 1; j <= b.size(); ++j) previous[j] = previous[j - 1] + cost.lost(b, j - 1);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = previous[0] + cost.lost(a, i - 1);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      int best = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : cost.replaced(a[i - 1], b[j - 1]));
      best = std::min(best, previous[j] + cost.lost(a, i - 1));
      best = std::min(best, row[j - 1] + cost.lost(b, j - 1));
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = std::min(best, before[j - 2] + cost.swapped());
      row[j] = best;
    }
    std::swap(before, previous);
    std::swap(previous, row);
  }
  return previous[b.size()];
}

struct UnitCost {
  int lost(std::string_view, std::size_t) const { return 1; }
  int replaced(char, char) const { return 1; }
  int swapped() const { return 1; }
};

// In halves.
struct FingerCost {
  int lost(std::string_view text, std::size_t at) const {
    const bool doubled = at > 0 && text[at] == text[at - 1];
    const bool inside = at > 0 && at + 1 < text.size();
    return doubled || inside ? 1 : 2;
  }
  int replaced(char a, char b) const { return neighbours(a, b) ? 1 : 2; }
  int swapped() const { return 1; }
};

}  // namespace

double jaro_winkler(std::string_view a, std::string_view b) {
  if (a == b) return 1;
  if (a.empty() || b.empty()) return 0;
  const std::size_t longest = std::max(a.size(), b.size());
  const std::size_t window = longest / 2 > 0 ? longest / 2 - 1 : 0;
  std::vector<bool> taken(b.size());
  std::string_view::size_type matches = 0;
  std::vector<char> common;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t end = std::min(b.size(), i + window + 1);
    for (std::size_t j = i > window ? i - window : 0; j < end; ++j) {
      if (taken[j] || a[i] != b[j]) continue;
      taken[j] = true;
      common.push_back(a[i]);
      ++matches;
      break;
    }
  }
  if (matches == 0) return 0;
  std::size_t out_of_order = 0, next = 0;
  for (std::size_t j = 0; j < b.size(); ++j)
    if (taken[j] && common[next++] != b[j]) ++out_of_order;
  const auto m = static_cast<double>(matches);
  const double jaro = (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
                       (m - static_cast<double>(out_of_order / 2)) / m) /
                      3;
  std::size_t prefix = 0;
  while (prefix < std::min({a.size(), b.size(), std::size_t{4}}) && a[prefix] == b[prefix])
    ++prefix;
  return jaro + static_cast<double>(prefix) * 0.1 * (1 - jaro);
}

int edit_distance(std::string_view a, std::string_view b) { return alignment(a, b, UnitCost{}); }

int keyboard_score(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return 0;
  const auto longest = static_cast<int>(std::max(a.size(), b.size()));
  const int halves = alignment(a, b, FingerCost{});
  return std::max(0, 100 - 100 * halves / (2 * longest));
}

}  // namespace stockbell::crm::matching
