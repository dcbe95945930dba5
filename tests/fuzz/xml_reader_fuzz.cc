// Inventory and catalog XML, whole and in small pieces, with the values read as the importers do.
#include "commerce/catalog/catalog_rules.h"
#include "commerce/imports/xml_reader.h"
#include "commerce/inventory/inventory_rules.h"
#include "fuzz/fuzz.h"
#include "platform/text/text.h"

using namespace stockbell;

namespace {

class Recorder final : public commerce::XmlSink {
 public:
  Result<> open(std::string_view name, const commerce::XmlAttributes& attributes,
                std::int64_t) override {
    ++depth_;
    seen += std::string("<").append(name);
    for (const auto& [key, value] : attributes) seen += " " + std::string(key) + "=" + value;
    return {};
  }
  Result<> close(std::string_view name, const std::string& text, std::int64_t) override {
    REQUIRE(--depth_ >= 0);
    REQUIRE(text::valid_utf8(text));
    static_cast<void>(commerce::parse_units(text));
    static_cast<void>(commerce::parse_price(text));
    seen += ">" + text + "</" + std::string(name);
    return {};
  }
  std::string seen;

 private:
  int depth_ = 0;
};

bool read(std::string_view input, std::size_t step, std::string& seen) {
  Recorder recorder;
  commerce::XmlReader reader(recorder);
  bool good = true;
  for (; good && !input.empty(); input.remove_prefix(std::min(step, input.size())))
    good = reader.feed(input.substr(0, step)).has_value();
  good = good && reader.finish();
  seen = std::move(recorder.seen);
  return good;
}

}  // namespace

FUZZ_TARGET(xml_reader) {
  std::string whole, pieces;
  const bool good = read(input, input.size() + 1, whole);
  const bool good_in_pieces = read(input, 11, pieces);
  if (good && good_in_pieces) REQUIRE(whole == pieces);
  REQUIRE(!good || whole.find("<!DOCTYPE") == std::string::npos ||
          input.find("&lt;") != input.npos || input.find("CDATA") != input.npos ||
          input.find("&#") != input.npos);
}
