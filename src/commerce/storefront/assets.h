// The files of web/ as the storefront reads them. Steps 1, 2.
#pragma once
#include <functional>
#include <optional>
#include <string_view>

namespace stockbell::commerce {

// A file by its path: "store/product.mustache", "store/assets/store.css", "widget/widget.js".
using Assets = std::function<std::optional<std::string_view>(std::string_view path)>;

}  // namespace stockbell::commerce
