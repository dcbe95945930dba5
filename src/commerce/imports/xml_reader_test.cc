#include "commerce/imports/xml_reader.h"

#include <gtest/gtest.h>

namespace stockbell::commerce {
namespace {

struct Trace : XmlSink {
  std::string seen;
  Result<> open(std::string_view name, const XmlAttributes& attributes,
                std::int64_t line) override {
    seen += "<" + std::string(name) + "@" + std::to_string(line) + xml_attribute(attributes, "id");
    return {};
  }
  Result<> close(std::string_view name, const std::string& text, std::int64_t) override {
    seen += "[" + text + "]" + std::string(name) + ">";
    return {};
  }
};

Result<std::string> trace(std::string_view xml, std::size_t piece = 1) {
  Trace sink;
  XmlReader reader(sink);
  for (std::size_t at = 0; at < xml.size(); at += piece)
    SB_CHECK(reader.feed(xml.substr(at, piece)));
  SB_CHECK(reader.finish());
  return sink.seen;
}

TEST(XmlReader, GivesTheSameEventsForEveryPieceSize) {
  std::string_view xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a xmlns=\"urn:x\" xml:lang=\"de\">\n"
      "<b id=\"&#228;&amp;\">x &lt; y<![CDATA[ & z]]></b></a>";
  for (std::size_t piece : {1ul, 2ul, 3ul, 7ul, 1000ul}) {
    auto seen = trace(xml, piece);
    ASSERT_TRUE(seen) << seen.error().message;
    EXPECT_EQ(*seen, "<a@2<b@3\xC3\xA4&[x < y & z]b>[]a>");
  }
}

TEST(XmlReader, RefusesDocumentTypesAndEntities) {
  EXPECT_EQ(
      trace("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>").error().reason,
      "xml-doctype");
  EXPECT_EQ(trace("<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/x.dtd\"><a/>", 1000).error().reason,
            "xml-doctype");
  EXPECT_FALSE(trace("<a>&unknown;</a>"));
}

TEST(XmlReader, NamesTheLineOfDamage) {
  auto torn = trace("<a>\n<b>\n</c>\n</a>", 1000);
  ASSERT_FALSE(torn);
  EXPECT_EQ(torn.error().reason, "xml-malformed");
  EXPECT_NE(torn.error().message.find("line 3"), std::string::npos) << torn.error().message;
  EXPECT_EQ(trace("<a><b></b>").error().reason, "xml-malformed");  // cut short
  EXPECT_FALSE(trace(""));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_EQ(trace(deep, 1000).error().reason, "xml-limit");
}

}  // namespace
}  // namespace stockbell::commerce
