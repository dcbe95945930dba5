#include "demo/demo_product.h"

#include <algorithm>

#include "base/random.h"
#include "fmt/format.h"

namespace stockbell::demo {
namespace {

std::string lower_words(std::string_view text, char blank) {
  std::string out;
  for (char c : text)
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == ' ' ? blank : c;
  return out;
}

// "M" -> "M", "0.75 l" -> "075L", "40 × 40 cm" -> "4040CM", "Small" -> "SMALL".
std::string size_code(std::string_view size) {
  std::string out;
  for (char c : size) {
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) out += c;
    if (c >= 'a' && c <= 'z') out += static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

int pick(Random& random, std::size_t count) { return static_cast<int>(random.next() % count); }

// 15 % sold out, a tenth nearly so, the rest well stocked.
int draw_quantity(Random& random) {
  const int chance = pick(random, 1000);
  if (chance < 110) return 0;
  if (chance < 210) return 1 + pick(random, 5);
  return 6 + pick(random, 60);
}

void choose_colors(DemoProduct& product, Random& random) {
  const int most = product.kind->most_colors;
  if (most == 0) return;
  const int count = std::min<int>(most, 2 + pick(random, static_cast<std::size_t>(most - 1)));
  const auto palette = colors();
  // A stride that is prime to 12 visits every colour once, so none repeats.
  const std::size_t start = static_cast<std::size_t>(pick(random, palette.size()));
  const std::size_t stride = random.next() % 2 ? 5 : 7;
  for (int i = 0; i < count; ++i)
    product.colors.push_back(
        &palette[(start + static_cast<std::size_t>(i) * stride) % palette.size()]);
}

void make_variants(DemoProduct& product, Random& random, bool sold_out, int limit) {
  const auto& sizes = product.kind->sizes;
  auto add = [&](const Color* color, std::string_view size) {
    std::string sku = product.id;
    if (color != nullptr) sku += "-" + std::string(color->code);
    if (!size.empty()) sku += "-" + size_code(size);
    const int quantity = draw_quantity(random);
    if (limit > 0 && product.variants.size() >= static_cast<std::size_t>(limit)) return;
    product.variants.push_back({std::move(sku), color, size, sold_out ? 0 : quantity});
  };
  if (product.colors.empty()) return add(nullptr, {});
  for (const Color* color : product.colors) {
    if (sizes.empty()) add(color, {});
    for (auto size : sizes) add(color, size);
  }
}

}  // namespace

DemoProduct make_product(std::uint64_t seed, int index, int variant_limit) {
  SeededRandom random(seed * 0x9E3779B97F4A7C15u +
                      static_cast<std::uint64_t>(index) * 0xD1B54A32D192ED03u);
  const auto position = static_cast<std::size_t>(index);
  DemoProduct product;
  product.id = fmt::format("P{}", 1001 + index);
  product.kind = &kinds()[position % kinds().size()];
  // Each kind walks the series from its own start, so names repeat only after kinds × series; then
  // they are numbered.
  const auto round = position / kinds().size();
  const auto word = series()[(round + 11 * (position % kinds().size()) + seed) % series().size()];
  const auto material = product.kind->materials[static_cast<std::size_t>(pick(random, 3))];
  const auto edition = round / series().size();
  product.name = fmt::format("{} {} {}", word, material, product.kind->noun);
  if (edition > 0) product.name += fmt::format(" No. {}", edition + 1);
  product.short_description = std::string(product.kind->praise);
  product.description =
      fmt::format("The {} {} is one of those things that you reach for without thinking. {} {}",
                  word, lower_words(product.kind->noun, ' '), product.kind->praise,
                  details()[static_cast<std::size_t>(pick(random, details().size()))]);
  const int span = product.kind->price_to - product.kind->price_from;
  product.price_cents =
      100 * (product.kind->price_from + pick(random, static_cast<std::size_t>(span + 1)));
  if (product.price_cents < 6000) product.price_cents -= 10;  // 24.90
  product.pattern = pick(random, 4);
  const bool sold_out = pick(random, 20) == 0;
  choose_colors(product, random);
  make_variants(product, random, sold_out, variant_limit);
  return product;
}

std::string DemoProduct::picture(const Color* color) const {
  if (color == nullptr) color = &demo::colors()[static_cast<std::size_t>(pattern) * 2 + 1];
  return fmt::format("{}-{}-{}.svg", kind->key, lower_words(color->name, '-'), pattern + 1);
}

std::string DemoProduct::price() const {
  return fmt::format("{}.{:02}", price_cents / 100, price_cents % 100);
}

}  // namespace stockbell::demo
