#include "commerce/capture/send_again_page.h"

#include <fmt/format.h>

#include "platform/text/text.h"

namespace stockbell::commerce {

http::Response send_again_page(const CaptureFields& fields) {
  std::string hidden;
  for (const auto& [name, value] : fields)
    if (text::valid_utf8(name) && text::valid_utf8(value))
      hidden += fmt::format("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n",
                            text::escape_html(name), text::escape_html(value));
  auto page = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>One more click</title>\n</head>\n<body>\n<main>\n<h1>One more click</h1>\n"
      "<p>Your request has not been taken yet. Please send it once more; everything you typed is "
      "still here.</p>\n"
      "<form action=\"/api/v1/notification-requests\" method=\"post\">\n{}"
      "<button type=\"submit\">Send again</button>\n</form>\n</main>\n</body>\n</html>\n",
      hidden);
  auto response = http::Response::html(428, std::move(page));
  response.set("Cache-Control", "no-store");
  return response;
}

}  // namespace stockbell::commerce
