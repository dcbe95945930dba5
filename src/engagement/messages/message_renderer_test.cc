#include "engagement/messages/message_renderer.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace stockbell::engagement {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string read(const std::string& part) {
  std::ifstream in(std::string(STOCKBELL_SOURCE_DIR) + "/web/messages/back_in_stock." + part +
                   ".mustache");
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

class MessageRendering : public ::testing::Test {
 protected:
  OutgoingMessage render(const CatalogItem& item, const LeasedMessage& message) {
    auto renderer = MessageRenderer::create(
        {{"back_in_stock", {read("subject"), read("html"), read("text")}},
         {"back_in_stock_reminder", {"Reminder", "<p>Reminder</p>", "Reminder"}}},
        {"Shop <shop@example.com>", "list.example.com", "Shop", "https://shop.example/"}, links_,
        preferences_);
    EXPECT_TRUE(renderer);
    return renderer->render(message, renderer->product(item.sku, item, 3), Time(Duration(0)));
  }

  TrackingLinks links_{"https://shop.example", crypto::Signer(std::string(32, 'k'))};
  PreferenceLinks preferences_{"https://shop.example", crypto::Signer(std::string(32, 'k'))};
  CatalogItem item_{.sku = "A",
                    .product_id = "A",
                    .master_id = "",
                    .name = "Coat <b>\r\nBcc: x@example.com",
                    .variant_text = "Navy, M",
                    .link = "https://shop.example/products/A",
                    .image_link = "",
                    .price = "€ 59.00",
                    .sale_price = "",
                    .description = ""};
  LeasedMessage message_{
      MessageId{7}, RequestId{9}, "A", "m@example.com", Time(Duration(0)), 1, "ada@example.com",
      "key",        "Ada",        "L", "en-GB",         "back_in_stock"};
};

TEST_F(MessageRendering, TakesTheTemplateOfTheStep) {
  message_.template_name = "back_in_stock_reminder";
  EXPECT_EQ(render(item_, message_).text, "Reminder");
  message_.template_name = "one that a journey named before it was gone";
  EXPECT_THAT(render(item_, message_).subject, HasSubstr("Coat"));
}

TEST_F(MessageRendering, FillsTheShopsTemplates) {
  const auto out = render(item_, message_);
  EXPECT_THAT(out.subject, HasSubstr("Coat"));
  EXPECT_THAT(out.subject, Not(HasSubstr("\n"))) << "a subject is one line";
  EXPECT_THAT(out.html, HasSubstr("Coat &lt;b&gt;"));
  EXPECT_THAT(out.text, HasSubstr(links_.url({LinkKind::click, MessageId{7}, 1})));
  EXPECT_THAT(out.text, HasSubstr("€ 59.00"));
  EXPECT_EQ(out.unsubscribe_url, links_.url({LinkKind::unsubscribe, MessageId{7}, 0}));
  EXPECT_EQ(out.return_path, "shop@example.com");
  EXPECT_EQ(out.to_name, "Ada L");
}

TEST_F(MessageRendering, TakesTheMessageIdFromTheRequest) {
  EXPECT_EQ(message_id_of(RequestId{9}, "Shop <shop@example.com>"), "back-in-stock.9@example.com");
}

TEST_F(MessageRendering, ReadsOnlyTokensOfItsOwnKeyAndKind) {
  const auto token = links_.token({LinkKind::click, MessageId{7}, 1});
  const auto read_back = links_.read(LinkKind::click, token);
  ASSERT_TRUE(read_back);
  EXPECT_EQ(read_back->message, MessageId{7});
  EXPECT_EQ(read_back->link, 1);
  EXPECT_FALSE(links_.read(LinkKind::unsubscribe, token));
  EXPECT_FALSE(links_.read(LinkKind::click, token + "x"));
  EXPECT_FALSE(
      TrackingLinks("", crypto::Signer(std::string(32, 'x'))).read(LinkKind::click, token));
  EXPECT_TRUE(
      links_.read(LinkKind::open, links_.token({LinkKind::open, MessageId{7}, 0}) + ".gif"));
}

}  // namespace
}  // namespace stockbell::engagement
