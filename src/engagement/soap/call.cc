#include "engagement/soap/call.h"

#include "platform/text/text.h"

namespace stockbell::engagement::soap {
namespace {

constexpr int kDeepestFilter = 20;

std::unexpected<Error> bad(std::string message) {
  return fail(ErrorCode::invalid, "filter-invalid", std::move(message));
}

std::vector<std::string> values_of(const Element& filter) {
  std::vector<std::string> values;
  for (const auto& child : filter.children)
    if (child.name == "Value" || child.name == "DateValue") values.push_back(child.text);
  return values;
}

Condition joined(Condition::Kind kind, std::vector<Condition> parts) {
  Condition all;
  all.kind = kind;
  all.parts = std::move(parts);
  return all;
}

Result<Condition> read_simple(const Element& filter) {
  constexpr std::pair<std::string_view, Comparison> kOperators[] = {
      {"equals", Comparison::equal},
      {"notequals", Comparison::not_equal},
      {"greaterthan", Comparison::greater},
      {"greaterthanorequal", Comparison::greater_equal},
      {"lessthan", Comparison::less},
      {"lessthanorequal", Comparison::less_equal},
      {"like", Comparison::like},
      {"isnull", Comparison::is_null},
      {"isnotnull", Comparison::is_not_null},
  };
  Condition one;
  one.column = filter.text_of("Property");
  if (one.column.empty()) return bad("a simple filter names its Property");
  const auto name = fold_name(filter.text_of("SimpleOperator"));
  const auto values = values_of(filter);
  if (values.size() > 1000) return bad("a filter has at most 1000 values");
  const auto with = [&](Comparison comparison, const std::string& value) {
    auto part = one;
    part.comparison = comparison;
    part.value = value;
    return part;
  };
  if (name == "between") {
    if (values.size() != 2) return bad("between has two values");
    return joined(Condition::Kind::all, {with(Comparison::greater_equal, values[0]),
                                         with(Comparison::less_equal, values[1])});
  }
  if (name == "in") {
    std::vector<Condition> parts;
    for (const auto& value : values) parts.push_back(with(Comparison::equal, value));
    if (parts.empty()) return bad("IN has values");
    return joined(Condition::Kind::any, std::move(parts));
  }
  for (const auto& [text, comparison] : kOperators) {
    if (name != text) continue;
    const bool null_test =
        comparison == Comparison::is_null || comparison == Comparison::is_not_null;
    if (!null_test && values.size() != 1) return bad("the operator " + name + " has one value");
    return with(comparison, null_test ? "" : values[0]);
  }
  return bad(
      "the operators are equals, notEquals, greaterThan, greaterThanOrEqual, lessThan, "
      "lessThanOrEqual, between, IN, like, isNull and isNotNull");
}

}  // namespace

Result<Call> parse_call(std::string_view body) {
  SB_TRY(root, parse_xml(body));
  const auto* content = root.find("Body");
  if (root.name != "Envelope" || !content || content->children.size() != 1)
    return fail(ErrorCode::invalid, "soap-invalid", "a SOAP envelope with one call is expected");
  Call call;
  if (const auto* header = root.find("Header")) call.token = header->text_of("fueloauth");
  call.message = content->children.front();
  return call;
}

Result<Condition> read_filter(const Element& filter, int depth) {
  if (depth > kDeepestFilter) return bad("the filter is nested too deeply");
  if (filter.type != "ComplexFilterPart" && !filter.find("LogicalOperator"))
    return read_simple(filter);
  const auto word = fold_name(filter.text_of("LogicalOperator"));
  if (word != "and" && word != "or") return bad("a complex filter's LogicalOperator is AND or OR");
  std::vector<Condition> parts;
  const auto take = [&](const Element& operand) -> Result<> {
    SB_TRY(part, read_filter(operand, depth + 1));
    parts.push_back(std::move(part));
    return {};
  };
  for (const auto& child : filter.children) {
    if (child.name == "LeftOperand" || child.name == "RightOperand") SB_CHECK(take(child));
    if (child.name == "AdditionalOperands")
      for (const auto& operand : child.children) SB_CHECK(take(operand));
  }
  if (parts.size() < 2) return bad("a complex filter has a LeftOperand and a RightOperand");
  return joined(word == "and" ? Condition::Kind::all : Condition::Kind::any, std::move(parts));
}

std::string envelope(std::string_view body) {
  return fmt::format(
      R"(<?xml version="1.0" encoding="utf-8"?>)"
      R"(<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/")"
      R"( xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance")"
      R"( xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>{}</soap:Body></soap:Envelope>)",
      body);
}

std::string fault(std::string_view code, std::string_view message) {
  return envelope("<soap:Fault>" + tag("faultcode", code) + tag("faultstring", message) +
                  "</soap:Fault>");
}

std::string answer(std::string_view name, std::string_view content) {
  return envelope(fmt::format(R"(<{0} xmlns="http://exacttarget.com/wsdl/partnerAPI">{1}</{0}>)",
                              name, content));
}

}  // namespace stockbell::engagement::soap
