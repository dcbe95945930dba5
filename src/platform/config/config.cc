#include "platform/config/config.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#undef TOML_HEADER_ONLY
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#undef NDEBUG  // with it toml++ takes its assertions for granted
// toml++ 3.3 asserts what a file such as "[[[{b" breaks, just before it reports the mistake properly.
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

namespace stockbell::config {
namespace {

// One row per key: where it stands, and how a value's text is checked and stored. The text of a list is comma-joined.
struct Key {
  std::string_view section, name;
  enum class Kind { text, number, list } kind;
  bool secret;  // may be "file:PATH" or "env:NAME"
  std::function<std::optional<std::string>(Config&, const std::string&)> set;  // answers what would be right, if wrong
};

using Setter = std::function<std::optional<std::string>(Config&, const std::string&)>;

template <class T>
Setter store(T Config::*member) {
  return [member](Config& config, const std::string& text) -> std::optional<std::string> {
    config.*member = text;
    return {};
  };
}

Setter store_number(std::int64_t Config::*member, std::int64_t low, std::int64_t high) {
  return [=](Config& config, const std::string& text) -> std::optional<std::string> {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < low || number > high)
      return fmt::format("a whole number from {} to {}", low, high);
    config.*member = number;
    return {};
  };
}

bool starts_with_any(const std::string& text, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](auto prefix) { return text.starts_with(prefix); });
}

Setter store_listen(std::string Config::*member) {
  return [member](Config& config, const std::string& text) -> std::optional<std::string> {
    const auto colon = text.rfind(':');
    int port = -1;
    if (colon != text.npos) std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    if (colon == text.npos || colon == 0 || port < 0 || port > 65535) return "\"address:port\", such as \"127.0.0.1:8080\"";
    config.*member = text;
    return {};
  };
}

Setter store_url(std::string Config::*member, std::vector<std::string> words, std::vector<std::string> schemes) {
  return [=](Config& config, const std::string& text) -> std::optional<std::string> {
    const bool word = std::ranges::find(words, text) != words.end();
    const bool url = std::ranges::any_of(schemes, [&](const auto& s) { return text.starts_with(s + "://"); });
    if (!word && !url) {
      std::string right;
      for (const auto& w : words) right += fmt::format("{}\"{}\"", right.empty() ? "" : " or ", w);
      for (const auto& s : schemes) right += fmt::format("{}\"{}://…\"", right.empty() ? "" : " or ", s);
      return right;
    }
    config.*member = text;
    return {};
  };
}

std::optional<std::string> store_roles(Config& config, const std::string& text) {
  static const std::vector<std::string> known = {"commerce", "crm", "connect", "engagement"};
  std::vector<std::string> roles;
  std::istringstream in(text);
  for (std::string role; std::getline(in, role, ',');) {
    std::erase(role, ' ');
    if (std::ranges::find(known, role) == known.end()) return "a list of commerce, crm, connect, engagement";
    roles.push_back(role);
  }
  if (roles.empty()) return "a list of commerce, crm, connect, engagement";
  config.roles = roles;
  return {};
}

std::optional<std::string> store_public_url(Config& config, const std::string& text) {
  if (!starts_with_any(text, {"http://", "https://"}) || text.find_first_of("?# \t\r\n") != text.npos)
    return "an http:// or https:// address without query";
  config.public_url = text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
  return {};
}

std::optional<std::string> store_level(Config& config, const std::string& text) {
  if (text != "debug" && text != "info" && text != "warning" && text != "error")
    return "debug, info, warning or error";
  config.log_level = text;
  return {};
}

std::optional<std::string> store_from(Config& config, const std::string& text) {
  if (text.find('@') == text.npos || text.find_first_of("\r\n") != text.npos)
    return "an address such as \"Shop <shop@example.com>\"";
  config.mail_from = text;
  return {};
}

const std::vector<Key>& keys() {
  using enum Key::Kind;
  static const std::vector<Key> table = {
      {"", "data_dir", text, false, store(&Config::data_dir)},
      {"", "roles", list, false, store_roles},
      {"", "public_url", text, false, store_public_url},
      {"http", "listen", text, false, store_listen(&Config::http_listen)},
      {"http", "tls_certificate", text, false, store(&Config::http_tls_certificate)},
      {"http", "tls_key", text, false, store(&Config::http_tls_key)},
      {"http", "workers", number, false, store_number(&Config::http_workers, 1, 1024)},
      {"sftp", "listen", text, false, store_listen(&Config::sftp_listen)},
      {"database", "url", text, true,
       store_url(&Config::database_url, {"sqlite"}, {"postgresql", "postgres"})},
      {"mail", "transport", text, true, store_url(&Config::mail_transport, {"outbox"}, {"smtp", "smtps"})},
      {"mail", "from", text, false, store_from},
      {"mail", "connections", number, false, store_number(&Config::mail_connections, 1, 200)},
      {"crm", "url", text, true, store_url(&Config::crm_url, {""}, {"http", "https"})},
      {"engagement", "sftp", text, true, store_url(&Config::engagement_sftp, {""}, {"sftp"})},
      {"commerce", "site", text, false, store(&Config::commerce_site)},
      {"commerce", "shop_title", text, false, store(&Config::commerce_shop_title)},
      {"commerce", "feed_interval_seconds", number, false,
       store_number(&Config::commerce_feed_interval_seconds, 1, 604800)},
      {"commerce", "requests_per_minute", number, false,
       store_number(&Config::commerce_requests_per_minute, 1, 1000000)},
      {"log", "level", text, false, store_level},
      {"log", "file", text, false, store(&Config::log_file)},
  };
  return table;
}

std::string full_name(std::string_view section, std::string_view name) {
  return section.empty() ? std::string(name) : fmt::format("{}.{}", section, name);
}

const Key* find_key(std::string_view section, std::string_view name) {
  for (const auto& key : keys())
    if (key.section == section && key.name == name) return &key;
  return nullptr;
}

Result<std::string> secret(const std::string& text, const Environment& environment, const std::string& where) {
  if (text.starts_with("env:")) {
    if (auto value = environment(text.substr(4))) return *value;
    return fail(ErrorCode::invalid, "config-secret-missing",
                fmt::format("{}: the environment has no {}", where, text.substr(4)));
  }
  if (!text.starts_with("file:")) return text;
  std::ifstream in(text.substr(5));
  std::string line;
  if (!in || !std::getline(in, line))
    return fail(ErrorCode::invalid, "config-secret-missing", fmt::format("{}: cannot read {}", where, text.substr(5)));
  return line;
}

Result<> assign(Config& config, const Key& key, const std::string& raw, const Environment& environment,
                const std::string& where) {
  auto value = raw;
  if (key.secret) {
    SB_TRY(plain, secret(raw, environment, where));
    value = plain;
  }
  if (auto right = key.set(config, value)) {
    const auto shown = key.secret ? std::string("(hidden)") : fmt::format("\"{}\"", value);
    return fail(ErrorCode::invalid, "config-value-invalid",
                fmt::format("{}: {} is not right; expected {}", where, shown, *right));
  }
  return {};
}

// The text of a TOML value, or empty when its type is not the key's.
std::optional<std::string> node_text(const Key& key, const toml::node& node) {
  if (key.kind == Key::Kind::number) {
    if (auto number = node.value_exact<std::int64_t>()) return fmt::format("{}", *number);
    return {};
  }
  if (key.kind == Key::Kind::text) return node.value_exact<std::string>();
  const auto* array = node.as_array();
  if (!array) return {};
  std::string joined;
  for (const auto& element : *array) {
    const auto text = element.value_exact<std::string>();
    if (!text) return {};
    joined += joined.empty() ? *text : "," + *text;
  }
  return joined;
}

std::string unknown_key(std::string_view section, std::string_view name) {
  std::string siblings;
  for (const auto& key : keys())
    if (key.section == section) siblings += fmt::format("{}{}", siblings.empty() ? "" : ", ", key.name);
  if (siblings.empty()) return fmt::format("unknown section [{}]", section);
  return fmt::format("unknown key \"{}\"; known here: {}", full_name(section, name), siblings);
}

Result<> read_table(Config& config, const toml::table& table, std::string_view section, const std::string& file,
                    const Environment& environment) {
  for (const auto& [name, node] : table) {
    const auto where = fmt::format("{}:{}: {}", file, node.source().begin.line, full_name(section, name.str()));
    if (section.empty() && node.is_table()) {
      SB_CHECK(read_table(config, *node.as_table(), name.str(), file, environment));
      continue;
    }
    const auto* key = find_key(section, name.str());
    if (!key)
      return fail(ErrorCode::invalid, "config-key-unknown",
                  fmt::format("{}:{}: {}", file, node.source().begin.line, unknown_key(section, name.str())));
    const auto text = node_text(*key, node);
    if (!text) {
      static constexpr std::string_view kinds[] = {"a string", "a whole number", "a list of strings"};
      return fail(ErrorCode::invalid, "config-value-invalid",
                  fmt::format("{}: expected {}", where, kinds[static_cast<int>(key->kind)]));
    }
    SB_CHECK(assign(config, *key, *text, environment, where));
  }
  return {};
}

std::string environment_name(const Key& key) {
  auto name = "STOCKBELL_" + (key.section.empty() ? "" : std::string(key.section) + "_") + std::string(key.name);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  return name;
}

}  // namespace

bool Config::has_role(std::string_view role) const { return std::ranges::find(roles, role) != roles.end(); }

Result<Config> load(const std::optional<std::filesystem::path>& file, const Environment& environment) {
  Config config;
  if (file) {
    auto parsed = toml::parse_file(file->string());
    if (!parsed) {
      const auto& error = parsed.error();
      return fail(ErrorCode::invalid, "config-syntax",
                  fmt::format("{}:{}: {}", file->string(), error.source().begin.line, error.description()));
    }
    SB_CHECK(read_table(config, parsed.table(), "", file->string(), environment));
  }
  for (const auto& key : keys()) {
    const auto name = environment_name(key);
    if (auto value = environment(name)) SB_CHECK(assign(config, key, *value, environment, name));
  }
  if (config.http_tls_certificate.empty() != config.http_tls_key.empty())
    return fail(ErrorCode::invalid, "config-value-invalid", "http.tls_certificate and http.tls_key go together");
  return config;
}

std::vector<std::string> key_names() {
  std::vector<std::string> names;
  for (const auto& key : keys()) names.push_back(full_name(key.section, key.name));
  return names;
}

}  // namespace stockbell::config
