#include "commerce/storefront/widget_script.h"

#include <zlib.h>

#include "platform/crypto/crypto.h"
#include "platform/log/log.h"
#include "platform/text/json.h"

namespace stockbell::commerce {
namespace {

constexpr std::string_view kPlace = "STOCKBELL_SETTINGS";  // once in the built script
constexpr std::string_view kCaching = "public, max-age=300, stale-while-revalidate=86400";

std::string gzip(const std::string& text) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 9, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    return {};
  std::string out(deflateBound(&stream, text.size()), '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(whole ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

// The tag that requests carry by default: the site's own locale of that language.
std::string locale_of(const Site& site, const WidgetLanguage& language) {
  for (const auto& locale : site.locales)
    if (locale == language.tag || locale.starts_with(language.tag + "-")) return locale;
  return language.tag;
}

std::string settings_of(const Site& site, const WidgetLanguage& language) {
  text::JsonWriter json;
  json.begin_object()
      .member("site", site.key)
      .member("locale", locale_of(site, language))
      .member("dir", language.right_to_left ? "rtl" : "ltr")
      .member("confirm", site.double_opt_in)
      .key("rings")
      .begin_array()
      .value("in_stock");
  if (site.ring_on_preorder) json.value("preorder");
  if (site.ring_on_backorder) json.value("backorder");
  json.end_array().key("texts").begin_object();
  for (const auto& [key, text] : language.texts) json.member(key, text);
  json.end_object().end_object();
  return std::move(json).str();
}

bool takes_gzip(const http::Request& request) {
  auto wish = request.header("Accept-Encoding");
  auto at = wish.find("gzip");
  return at != wish.npos && !wish.substr(at + 4).starts_with(";q=0");
}

Result<const WidgetScripts::Script*> asked(const WidgetScripts& scripts,
                                           const http::Request& request) {
  const auto* site = scripts.site(request.query_value("site").value_or(""));
  if (!site) return fail(ErrorCode::not_found, "site-unknown", "there is no such site", "site");
  const auto* script = scripts.find(*site, request.query_value("locale").value_or(""));
  if (!script) return fail(ErrorCode::not_found, "widget-missing", "this build has no widget");
  return script;
}

http::Response cached(std::string type, std::string body) {
  http::Response response{200, {{"Content-Type", std::move(type)}}, std::move(body), {}};
  response.set("Cache-Control", std::string(kCaching));
  response.set("Cross-Origin-Resource-Policy",
               "cross-origin");  // for pages that isolate themselves
  return response;
}

Result<http::Response> send_script(const WidgetScripts& scripts, const http::Request& request) {
  SB_TRY(script, asked(scripts, request));
  bool compressed = takes_gzip(request) && !script->compressed.empty();
  bool known = request.header("If-None-Match").find(script->tag) != std::string::npos;
  auto response = cached("text/javascript; charset=utf-8", known        ? ""
                                                           : compressed ? script->compressed
                                                                        : script->script);
  response.status = known ? 304 : 200;
  if (compressed && !known) response.set("Content-Encoding", "gzip");
  response.set("Vary", "Accept-Encoding");
  response.set("ETag", script->tag);
  return response;
}

}  // namespace

WidgetScripts::WidgetScripts(const Assets& assets, Sites sites, WidgetTexts texts)
    : sites_(std::move(sites)), texts_(std::move(texts)) {
  auto built = assets ? assets("widget/widget.js") : std::optional<std::string_view>();
  auto place = built ? built->find(kPlace) : std::string_view::npos;
  if (place == std::string_view::npos) return;
  for (const auto& site : sites_.all())
    for (const auto& [tag, language] : texts_.languages(site)) {
      Script script;
      script.settings = settings_of(site, language);
      script.script = fmt::format("{}{}{}", built->substr(0, place), script.settings,
                                  built->substr(place + kPlace.size()));
      script.compressed = gzip(script.script);
      script.tag = fmt::format("W/\"{}\"", crypto::sha256_hex(script.script).substr(0, 16));
      scripts_.emplace(std::pair(site.key, language.tag), std::move(script));
    }
}

WidgetScripts WidgetScripts::of(const Assets& assets, const Sites& sites) {
  auto texts = WidgetTexts::load(assets, sites);
  if (!texts) log::error("widget-texts-invalid", {{"message", texts.error().message}});
  return {assets, sites, texts ? std::move(*texts) : WidgetTexts()};
}

const Site* WidgetScripts::site(std::string_view key) const {
  return key.empty() ? &sites_.main() : sites_.find(key);
}

const WidgetLanguage& WidgetScripts::language(const Site& site, std::string_view tag) const {
  return texts_.choose(site, tag);
}

const WidgetScripts::Script* WidgetScripts::find(const Site& site, std::string_view tag) const {
  auto found = scripts_.find({site.key, language(site, tag).tag});
  return found == scripts_.end() ? nullptr : &found->second;
}

void add_widget_routes(http::Router& router, const WidgetScripts& scripts) {
  http::Route script{"GET", "/api/v1/widget.js", http::Role::anonymous, {}};
  script.cross_origin = true;
  script.handler = [&scripts](const http::Request& r) { return send_script(scripts, r); };
  router.add(std::move(script));
  http::Route settings{"GET", "/api/v1/widget-settings", http::Role::anonymous, {}};
  settings.cross_origin = true;
  settings.handler = [&scripts](const http::Request& r) -> Result<http::Response> {
    SB_TRY(found, asked(scripts, r));
    return cached("application/json", found->settings);
  };
  router.add(std::move(settings));
}

}  // namespace stockbell::commerce
