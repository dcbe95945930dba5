#include "crm/matching/match_rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "platform/text/json_reader.h"
#include "crm/matching/rule_lanes.h"
#include "platform/text/json.h"

namespace stockbell::crm::matching {
namespace {

using text::JsonReader;

constexpr std::string_view kReason = "match-rule-invalid";
constexpr std::size_t kMaxFields = 16, kMaxKeys = 8, kMaxParts = 6, kMaxMethods = 8,
                      kMaxStages = 16;

using Fields = std::initializer_list<Field>;

bool among(Field field, Fields fields) { return std::ranges::find(fields, field) != fields.end(); }

bool fits(Method method, Field field) {
  switch (method) {
    case Method::exact:
      return true;
    case Method::initials:
    case Method::name_variants:
      return among(field, {Field::first_name, Field::last_name});
    case Method::acronym:
      return among(field, {Field::title, Field::company});
    case Method::phone:
      return field == Field::phone;
    case Method::street:
      return field == Field::street;
    case Method::postal_code:
      return field == Field::postal_code;
    case Method::jaro_winkler:
    case Method::metaphone:
    case Method::keyboard_distance:
    case Method::edit_distance:
      break;
  }
  return among(field, {Field::first_name, Field::last_name, Field::title, Field::company,
                       Field::email, Field::city, Field::country});
}

bool fits(Part part, Field field) {
  switch (part) {
    case Part::all:
    case Part::first_letters:
      return true;
    case Part::words:
    case Part::metaphone:
      return among(field, {Field::first_name, Field::last_name, Field::title, Field::company,
                           Field::city, Field::country});
    case Part::local:
    case Part::host:
    case Part::domain:
      return field == Field::email;
    case Part::without_last_four:
      return field == Field::phone;
    case Part::street_name:
    case Part::street_line:
      return field == Field::street;
    case Part::acronym:
      break;
  }
  return among(field, {Field::title, Field::company});
}

Result<KeyPart> read_part(const JsonReader& in) {
  SB_CHECK(in.only({"field", "part", "words", "letters"}));
  KeyPart part;
  SB_TRY(field, in.word<Field>("field"));
  SB_TRY(kind, in.word<Part>("part", Part::all));
  if (!fits(kind, field))
    return in.refuse(
        "part", fmt::format("{} does not go with the field {}", to_text(kind), to_text(field)));
  SB_TRY(words, in.integer("words", 1, 9, 1));
  SB_TRY(letters, in.integer("letters", 1, 99, kind == Part::words ? 99 : 1));
  return KeyPart{field, kind, words, letters};
}

Result<KeyRule> read_key(const JsonReader& in) {
  SB_CHECK(in.only({"name", "parts", "selective"}));
  KeyRule key;
  SB_TRY(name, in.identifier("name"));
  SB_TRY(selective, in.boolean("selective", false));
  SB_TRY(parts, in.list("parts", kMaxParts));
  if (parts == nullptr || parts->empty()) return in.refuse("parts", "must name at least one part");
  for (std::size_t i = 0; i < parts->size(); ++i) {
    SB_TRY(element, in.element(*parts, "parts", i));
    SB_TRY(part, read_part(element));
    key.parts.push_back(part);
  }
  key.name = std::move(name);
  key.selective = selective;
  return key;
}

Result<WeightedMethod> read_method(const JsonReader& in, const boost::json::array& methods,
                                   std::size_t index) {
  // "exact" is short for {"method": "exact", "weight": 1}.
  boost::json::object spelled;
  if (methods[index].is_string())
    spelled["method"] = methods[index];
  else if (methods[index].is_object())
    spelled = methods[index].get_object();
  JsonReader element(spelled, in.path_of("methods", index), in.reason());
  SB_CHECK(element.only({"method", "weight"}));
  SB_TRY(method, element.word<Method>("method"));
  SB_TRY(weight, element.integer("weight", 1, 100, 1));
  return WeightedMethod{method, weight};
}

Result<FieldRule> read_field(const JsonReader& in) {
  SB_CHECK(in.only({"field", "methods", "combine", "threshold", "blank"}));
  SB_TRY(field, in.word<Field>("field"));
  SB_TRY(combine, in.word<Combine>("combine", Combine::maximum));
  SB_TRY(blank, in.word<Blank>("blank", Blank::no_match));
  SB_TRY(threshold, in.integer("threshold", 1, 100, 100));
  SB_TRY(methods, in.list("methods", kMaxMethods));
  FieldRule rule{field, {}, combine, threshold, blank};
  if (methods != nullptr)
    for (std::size_t i = 0; i < methods->size(); ++i) {
      SB_TRY(method, read_method(in, *methods, i));
      if (!fits(method.method, field))
        return in.refuse("methods", fmt::format("has {}, which does not go with the field {}",
                                                to_text(method.method), to_text(field)));
      rule.methods.push_back(method);
    }
  if (rule.methods.empty()) rule.methods.push_back({Method::exact, 1});
  return rule;
}

Result<Filter> read_filter(const JsonReader& in, std::size_t fields) {
  SB_TRY(text, in.text("filter", kMaxFilterOctets));
  auto filter = Filter::parse(text, fields);
  if (!filter) return in.refuse("filter", filter.error().message);
  return filter;
}

Result<Stage> read_stage(const JsonReader& in, std::size_t fields) {
  SB_CHECK(in.only({"name", "filter", "unless_contradicted", "only_one"}));
  SB_TRY(name, in.identifier("name"));
  SB_TRY(filter, read_filter(in, fields));
  SB_TRY(only_one, in.boolean("only_one", false));
  SB_TRY(others, in.list("unless_contradicted", kMaxFields));
  Stage stage{std::move(name), std::move(filter), {}, only_one};
  if (others != nullptr)
    for (const auto& other : *others) {
      const boost::json::object spelled{{"field", other}};
      SB_TRY(
          field,
          JsonReader(spelled, in.path_of("unless_contradicted"), in.reason()).word<Field>("field"));
      stage.unless_contradicted.push_back(field);
    }
  return stage;
}

// A list of at least one, each read by `read`.
template <class T, class Read>
Result<std::vector<T>> read_all(const JsonReader& in, std::string_view name, std::size_t most,
                                Read read) {
  SB_TRY(list, in.list(name, most));
  if (list == nullptr || list->empty()) return in.refuse(name, "must have at least one element");
  std::vector<T> all;
  for (std::size_t i = 0; i < list->size(); ++i) {
    SB_TRY(element, in.element(*list, name, i));
    SB_TRY(one, read(element));
    all.push_back(std::move(one));
  }
  return all;
}

Result<> read_stages(const JsonReader& in, MatchRule& rule) {
  const auto fields = rule.fields.size();
  SB_TRY(list, in.list("stages", kMaxStages));
  if (list == nullptr) {
    SB_TRY(filter, read_filter(in, fields));
    rule.stages.push_back({"", std::move(filter), {}, false});
    return {};
  }
  SB_TRY(both, in.text("filter", kMaxFilterOctets, ""));
  if (!both.empty()) return in.refuse("filter", "cannot stand beside stages; each has its own");
  SB_TRY(stages, read_all<Stage>(in, "stages", kMaxStages, [&](const JsonReader& element) {
           return read_stage(element, fields);
         }));
  rule.stages = std::move(stages);
  return {};
}

}  // namespace

Result<MatchRule> parse_match_rule(std::string_view json) {
  auto object = text::parse_json_object(json, kMaxRuleOctets);
  if (!object)
    return fail(ErrorCode::invalid, std::string(kReason),
                "a matching rule is a JSON object: " + object.error().message);
  JsonReader in(*object, "", kReason);
  SB_CHECK(in.only({"name", "label", "within_site_group", "transposed_names", "default_last_name",
                    "keys", "fields", "filter", "stages"}));
  MatchRule rule;
  SB_TRY(name, in.identifier("name"));
  SB_TRY(label, in.text("label", 200, name));
  SB_TRY(within, in.boolean("within_site_group", true));
  SB_TRY(transposed, in.boolean("transposed_names", false));
  SB_TRY(default_name, in.text("default_last_name", 80, ""));
  SB_TRY(keys, read_all<KeyRule>(in, "keys", kMaxKeys, read_key));
  SB_TRY(fields, read_all<FieldRule>(in, "fields", kMaxFields, read_field));
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t other = 0; other < i; ++other)
      if (keys[i].name == keys[other].name)
        return in.refuse(in.path_of("keys", i) + ".name", "is the name of another key, too");
  rule.name = std::move(name);
  rule.label = std::move(label);
  rule.within_site_group = within;
  rule.transposed_names = transposed;
  rule.default_last_name = std::move(default_name);
  rule.keys = std::move(keys);
  rule.fields = std::move(fields);
  SB_CHECK(read_stages(in, rule));
  plan_keys(rule);
  return rule;
}

}  // namespace stockbell::crm::matching
