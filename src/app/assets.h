// The files of web/ that live inside the binary (cmake/embed_assets.py writes the table): "store/product.mustache",
// "console/index.html", "messages/back_in_stock.html.mustache", … Read-only, any thread.
#pragma once
#include <optional>
#include <string_view>

namespace stockbell::app {

std::optional<std::string_view> find_asset(std::string_view path);

}  // namespace stockbell::app
