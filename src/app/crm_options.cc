#include "app/crm_options.h"

#include <fstream>
#include <sstream>

#include "platform/text/json.h"

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

std::unexpected<Error> wrong_field(std::size_t index, std::string_view right) {
  return fail(ErrorCode::invalid, "config-value-invalid",
              fmt::format("crm.custom_fields[{}]: {}", index, right), "crm.custom_fields");
}

Result<crm::objects::CustomField> read_field(const boost::json::value& json, std::size_t index) {
  if (!json.is_object()) return wrong_field(index, "a table is needed");
  crm::objects::CustomField field;
  const std::map<std::string_view, std::string*> texts{{"object", &field.object},
                                                       {"name", &field.name},
                                                       {"label", &field.label},
                                                       {"type", &field.type}};
  const std::map<std::string_view, bool*> flags{{"required", &field.required},
                                                {"unique", &field.unique},
                                                {"external_id", &field.external_id}};
  for (const auto& [key, value] : json.get_object()) {
    const std::string_view name(key);
    if (const auto text = texts.find(name); text != texts.end() && value.is_string()) {
      *text->second = std::string(value.get_string());
    } else if (const auto flag = flags.find(name); flag != flags.end() && value.is_bool()) {
      *flag->second = value.get_bool();
    } else if (name == "length" && value.is_int64()) {
      field.length = static_cast<int>(std::clamp<std::int64_t>(value.get_int64(), 0, 1'000'000));
    } else if (name == "values" && value.is_array()) {
      for (const auto& word : value.get_array()) {
        if (!word.is_string()) return wrong_field(index, "values: texts are needed");
        field.values.emplace_back(word.get_string());
      }
    } else {
      return wrong_field(index, fmt::format("{}: unknown, or of the wrong type; known are object, "
                                            "name, label, type, length, required, unique, "
                                            "external_id, values",
                                            name));
    }
  }
  return field;
}

}  // namespace

Result<crm::objects::Schema> read_schema(const config::Config& config) {
  std::vector<crm::objects::CustomField> fields;
  if (!config.crm_custom_fields.empty()) {
    const auto text = "{\"fields\":" + config.crm_custom_fields + "}";
    const auto json = text::parse_json_object(text);
    if (!json || !json->at("fields").is_array())
      return fail(ErrorCode::invalid, "config-value-invalid",
                  "crm.custom_fields: a list of tables is needed", "crm.custom_fields");
    for (const auto& value : json->at("fields").get_array()) {
      SB_TRY(field, read_field(value, fields.size()));
      fields.push_back(std::move(field));
    }
  }
  return crm::objects::Schema::create(fields);
}

ClassField read_class_field(const config::Config& config) {
  const auto& text = config.crm_class_field;
  if (text.empty()) return {};
  return {text.starts_with("Contact."), text.substr(text.find('.') + 1)};
}

Result<> check_class_field(const ClassField& field, const crm::objects::Schema& schema) {
  if (field.name.empty()) return {};
  const std::string_view object = field.of_contact ? "Contact" : "Back_In_Stock__c";
  const auto* found = schema.find(object)->find_field(field.name);
  if (!found || !found->column.empty() || found->name != field.name)
    return fail(
        ErrorCode::invalid, "config-value-invalid",
        fmt::format("crm.class_field: {}.{} is none of crm.custom_fields", object, field.name),
        "crm.class_field");
  return {};
}

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
