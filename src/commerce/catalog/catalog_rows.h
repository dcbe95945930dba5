// Catalog rows: delimited or NDJSON records, and the items of Google Merchant Center feeds (TSV; RSS
// 2.0 and Atom with g: elements), which carry stock beside the product. Step 8.
#pragma once
#include "commerce/catalog/import_batches.h"
#include "commerce/imports/record_reader.h"
#include "commerce/imports/xml_reader.h"

namespace stockbell::commerce {

// Whether records under these names are items of a Google feed: `id`, `title` and `availability`
// together are its alone.
bool is_google_feed(const std::vector<std::string>& names);

// One record. `google`: its availability is stock; an item without one is refused.
Result<> take_catalog_row(const Fields& fields, std::int64_t line, bool google, Time now,
                          ImportBatches& batches);

// <rss><channel><item> or <feed><entry>; namespaces are not insisted upon.
class GoogleFeedSink final : public XmlSink {
 public:
  GoogleFeedSink(ImportBatches& batches, Time now) : batches_(batches), now_(now) {}
  Result<> open(std::string_view name, const XmlAttributes& attributes,
                std::int64_t line) override;
  Result<> close(std::string_view name, const std::string& text, std::int64_t line) override;

 private:
  ImportBatches& batches_;
  Time now_;
  int depth_ = 0, item_depth_ = 0;  // item_depth_ 0: outside an item
  std::int64_t line_ = 0;
  std::vector<std::pair<std::string, std::string>> fields_;
};

}  // namespace stockbell::commerce
