#include "commerce/imports/record_reader.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>

namespace stockbell::commerce {
namespace {

using Rows = std::vector<std::pair<std::int64_t, std::vector<std::string>>>;

// The same text in pieces of every size must give the same rows.
Rows rows_of(std::string_view text, char delimiter, std::size_t piece) {
  Rows rows;
  DelimitedReader reader(delimiter, [&](const DelimitedRow& row) {
    rows.emplace_back(row.line, std::vector<std::string>(row.fields.begin(), row.fields.end()));
    return Result<>();
  });
  for (std::size_t at = 0; at < text.size(); at += piece)
    EXPECT_TRUE(reader.feed(text.substr(at, piece)));
  EXPECT_TRUE(reader.finish());
  return rows;
}

std::filesystem::path file_of(std::string_view name, std::string_view content) {
  auto path = std::filesystem::path(::testing::TempDir()) / name;
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

TEST(DelimitedReader, KeepsQuotedDelimitersQuotesAndLineBreaks) {
  std::string_view text = "a|b\r\n\"x|1\"|\"say \"\"hi\"\"\r\nthere\"\r\n\r\n y |\"\"\r\nlast|row";
  Rows expected{
      {1, {"a", "b"}}, {2, {"x|1", "say \"hi\"\r\nthere"}}, {5, {"y", ""}}, {6, {"last", "row"}}};
  for (std::size_t piece = 1; piece < text.size(); ++piece)
    EXPECT_EQ(rows_of(text, '|', piece), expected) << "pieces of " << piece;
}

TEST(DelimitedReader, RefusesAQuoteThatNeverCloses) {
  DelimitedReader reader(',', [](const auto&) { return Result<>(); });
  ASSERT_TRUE(reader.feed("a,b\n1,\"open\n2,x\n"));
  auto finished = reader.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().reason, "csv-quote");
  EXPECT_NE(finished.error().message.find("line 2"), std::string::npos);
}

TEST(RecordReader, MapsTheHeaderAndGoesOnAfterATornRow) {
  auto file =
      file_of("torn.csv", "\xEF\xBB\xBFProduct ID,Quantity\nA,1\nB,1,2,3\nC,\"bad \xff\"\nD,4,\nE\nF");
  ImportTally tally;
  std::vector<std::string> seen;
  auto shape = detect_file_shape(file);
  ASSERT_TRUE(shape);
  EXPECT_EQ(shape->delimiter, ',');
  auto read = read_records(file, *shape, tally, [&](const Fields& fields, std::int64_t line) {
    seen.push_back(first_field(fields, {"sku", "productid"}) + "@" + std::to_string(line));
    return Result<>();
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(seen, (std::vector<std::string>{"A@2", "D@5", "E@6"}));
  ASSERT_EQ(tally.refused.size(), 3u);
  EXPECT_EQ(tally.refused[2].line, 7);  // cut off by the end of the file
  EXPECT_EQ(tally.refused[0].reason, "row-width");
  EXPECT_EQ(tally.refused[0].line, 3);
  EXPECT_EQ(tally.refused[1].reason, "not-utf8");
}

TEST(DelimitedReader, BoundsFieldsAndColumns) {
  auto reason = [](std::string_view text) {
    DelimitedReader reader(',', [](const auto&) { return Result<>(); });
    auto fed = reader.feed(text);
    if (fed) fed = reader.finish();
    return fed ? "" : fed.error().reason;
  };
  EXPECT_EQ(reason(std::string(1'000'001, ',')), "csv-columns");
  EXPECT_EQ(reason("\"" + std::string(3 << 20, 'x')), "csv-field");
  EXPECT_EQ(reason(std::string(3 << 20, 'x')), "csv-field");
  std::string wide;
  for (int i = 0; i < 30; ++i) wide += std::string(600'000, 'y') + ",";
  EXPECT_EQ(reason(wide), "csv-row");
  EXPECT_EQ(reason("\"a\" b,\"c\"\"\"\r\rd"), "");
}

TEST(RecordReader, ReadsUtf16AndNamesOfTheShop) {
  std::string utf8 = "SKU;Lagerbestand Müller\nA \xF0\x9F\x98\x80;7\n", utf16 = "\xFF\xFE";
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    std::uint32_t c = static_cast<unsigned char>(utf8[i]);
    if (c >= 0xF0) {
      utf16 += std::string("\x3D\xD8\x00\xDE", 4);
      i += 3;
      continue;
    }
    if (c >= 0xC0) c = (c & 0x1F) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3F);
    utf16 += static_cast<char>(c & 0xFF);
    utf16 += static_cast<char>(c >> 8);
  }
  auto columns = ColumnNames::parse(std::vector<std::string>{"inventory.quantity=lagerbestand_müller"});
  ASSERT_TRUE(columns);
  EXPECT_FALSE(ColumnNames::parse(std::vector<std::string>{"stock.quantity=x"}));
  EXPECT_FALSE(ColumnNames::parse(std::vector<std::string>{"inventory.quantity"}));
  for (const auto& content : {utf8, utf16}) {
    auto file = file_of("utf16.csv", content);
    ImportTally tally;
    std::string seen;
    auto shape = detect_file_shape(file);
    ASSERT_TRUE(shape);
    EXPECT_EQ(shape->delimiter, ';');
    RecordOptions options{ImportKind::inventory, &*columns, {}};
    ASSERT_TRUE(read_records(
        file, *shape, tally,
        [&](const Fields& fields, std::int64_t) {
          seen = first_field(fields, {"sku"}) + first_field(fields, {"quantity"});
          return Result<>();
        },
        options));
    EXPECT_EQ(seen, "A \xF0\x9F\x98\x80" "7");
  }
}

TEST(RecordReader, ReadsNdjsonAndRefusesBrokenLines) {
  auto file =
      file_of("lines.ndjson", "{\"sku\":\"A\",\"quantity\":3}\r\n\n{broken\n{\"sku\":\"B\"}");
  ImportTally tally;
  std::vector<std::string> seen;
  auto shape = detect_file_shape(file);
  ASSERT_TRUE(shape);
  ASSERT_EQ(shape->format, FileFormat::ndjson);
  ASSERT_TRUE(read_records(file, *shape, tally, [&](const Fields& fields, std::int64_t) {
    seen.push_back(first_field(fields, {"sku"}) + first_field(fields, {"quantity"}));
    return Result<>();
  }));
  EXPECT_EQ(seen, (std::vector<std::string>{"A3", "B"}));
  ASSERT_EQ(tally.refused.size(), 1u);
  EXPECT_EQ(tally.refused[0].line, 3);
}

TEST(SourceFile, UnpacksGzipAndRefusesATruncatedOne) {
  auto path = std::filesystem::path(::testing::TempDir()) / "rows.csv.gz";
  std::string content = "sku|quantity\n";
  for (int i = 0; i < 50000; ++i) content += "SKU-" + std::to_string(i) + "|1\n";
  gzFile out = gzopen(path.c_str(), "wb");
  gzwrite(out, content.data(), static_cast<unsigned>(content.size()));
  gzclose(out);
  std::string read;
  auto append = [&](std::string_view piece) {
    read += piece;
    return Result<>();
  };
  ASSERT_TRUE(read_source(path, append));
  EXPECT_EQ(read, content);
  EXPECT_EQ(read_source(path, append, {.unpacked_bytes = 1000}).error().code, ErrorCode::too_large);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  EXPECT_EQ(read_source(path, append).error().reason, "file-compression");
}

TEST(SourceFile, TellsFormatsApart) {
  EXPECT_EQ(detect_shape("  \n<?xml version=\"1.0\"?>").format, FileFormat::xml);
  EXPECT_EQ(detect_shape("\"a;b\"|c|d\nx").delimiter, '|');
  EXPECT_EQ(detect_shape("sku\tquantity\n").delimiter, '\t');
  EXPECT_EQ(detect_shape("sku").delimiter, ',');
}

}  // namespace
}  // namespace stockbell::commerce
