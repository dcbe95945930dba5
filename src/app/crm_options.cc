#include "app/crm_options.h"

#include <fstream>
#include <sstream>

namespace stockbell::app {
namespace {

constexpr std::uintmax_t kMostOctets = 1024 * 1024;

Result<std::string> read_file(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  if (error || !in || size > kMostOctets)
    return fail(ErrorCode::invalid, "config-value-invalid",
                fmt::format("crm.rules: {} cannot be read", file.string()), "crm.rules");
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

}  // namespace

Result<crm::contacts::ContactOptions> read_contact_options(const config::Config& config) {
  crm::contacts::ContactOptions options{{}, crm::contacts::default_rules()};
  for (const auto& pair : config.crm_site_groups) {
    const auto equals = pair.find('=');
    options.site_groups[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  if (config.crm_rules.empty()) return options;
  SB_TRY(text, read_file(config.crm_rules));
  auto rules = crm::contacts::parse_rules(text);
  if (!rules) {
    auto error = std::move(rules).error();
    const auto place = error.field.empty() ? "" : error.field + ": ";
    return fail(std::move(error).within(
        fmt::format("crm.rules: {}: {}", config.crm_rules.string(), place)));
  }
  options.rules = std::move(*rules);
  return options;
}

}  // namespace stockbell::app
