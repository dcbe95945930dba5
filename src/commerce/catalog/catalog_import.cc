#include "commerce/catalog/catalog_import.h"

#include "commerce/catalog/catalog_rows.h"
#include "commerce/catalog/catalog_xml.h"

namespace stockbell::commerce {
namespace {

// The root element says which kind of catalog it is.
class RootSink final : public XmlSink {
 public:
  RootSink(ImportBatches& batches, Time now) : catalog_(batches), google_(batches, now) {}
  Result<> open(std::string_view name, const XmlAttributes& attributes,
                std::int64_t line) override {
    if (!chosen_) {
      chosen_ = &catalog_;
      if (name == "rss" || name == "feed" || name == "RDF") chosen_ = &google_;
    }
    return chosen_->open(name, attributes, line);
  }
  Result<> close(std::string_view name, const std::string& text, std::int64_t line) override {
    return chosen_->close(name, text, line);
  }

 private:
  CatalogSink catalog_;
  GoogleFeedSink google_;
  XmlSink* chosen_ = nullptr;
};

}  // namespace

Result<> import_catalog(const std::filesystem::path& file, const CatalogImport& import,
                        ImportTally& tally) {
  SB_TRY(shape, detect_file_shape(file));
  const auto now = import.clock.now();
  ImportBatches batches(import.catalog, tally, import.take_stock);
  if (shape.format == FileFormat::xml) {
    RootSink sink(batches, now);
    XmlReader reader(sink);
    SB_CHECK(read_source(file, [&](std::string_view piece) { return reader.feed(piece); }));
    SB_CHECK(reader.finish());
    return batches.flush();
  }
  bool google = false;
  RecordOptions options{ImportKind::catalog, import.columns,
                        [&](const auto& names) { google = is_google_feed(names); }};
  const auto take = [&](const Fields& fields, std::int64_t line) {
    return take_catalog_row(fields, line, google, now, batches);
  };
  SB_CHECK(read_records(file, shape, tally, take, options));
  return batches.flush();
}

}  // namespace stockbell::commerce
