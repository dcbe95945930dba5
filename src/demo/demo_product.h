// One made-up product, a pure function of seed and position. Used by the writers of this folder
// only.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "demo/vocabulary.h"

namespace stockbell::demo {

struct DemoVariant {
  std::string sku;
  const Color* color = nullptr;  // null: the product has no colours
  std::string_view size;         // empty: one size
  int quantity = 0;              // units to sell; 0 is sold out
};

struct DemoProduct {
  std::string id;  // of the master; a simple product's SKU is the same
  const Kind* kind = nullptr;
  std::string name, short_description, description;
  int price_cents = 0;
  int pattern = 0;  // 0..3, of the picture
  std::vector<const Color*> colors;
  std::vector<DemoVariant> variants;  // a simple product has one, with the product's id

  bool simple() const { return variants.size() == 1 && variants.front().sku == id; }
  // "crew-sweater-navy-2.svg": products of one kind, colour and pattern share a picture.
  std::string picture(const Color* color) const;
  std::string price() const;  // "59.00"
};

DemoProduct make_product(std::uint64_t seed, int index, int variant_limit);

}  // namespace stockbell::demo
