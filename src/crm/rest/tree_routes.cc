// Trees (reference 3.6): /composite/tree/X, records with their children, all or none of them.
#include <set>

#include "crm/rest/composite_references.h"
#include "crm/rest/record_body.h"
#include "crm/rest/route_table.h"

namespace stockbell::crm::rest {
namespace {

using http::Response;

constexpr int kMostLevels = 5;
constexpr const char* kUndone = "tree-undone";

struct Node {
  records::RecordInput input;
  std::string reference;
  std::size_t parent = 0;    // index + 1; 0: none
  std::string parent_field;  // "Contact__c"
};

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::invalid, "INVALID_INPUT", std::move(message));
}

class TreeReader {
 public:
  explicit TreeReader(const objects::Schema& schema) : schema_(schema) {}

  Result<> read(const boost::json::value* list, const objects::Object& object, std::size_t parent,
                const std::string& field, int level) {
    if (!list || !list->is_array()) return invalid("records: an array of records is needed");
    if (level > kMostLevels) return invalid(fmt::format("records: at most {} levels", kMostLevels));
    for (const auto& value : list->get_array()) {
      if (!value.is_object()) return invalid("records: each is an object");
      if (nodes.size() == records::kMostRecords)
        return invalid(fmt::format("records: at most {}", records::kMostRecords));
      SB_CHECK(read_node(value.get_object(), object, parent, field, level));
    }
    return {};
  }

  std::vector<Node> nodes;  // parents before their children

 private:
  Result<> read_node(const boost::json::object& body, const objects::Object& object,
                     std::size_t parent, const std::string& field, int level) {
    Node node{read_record(object, body, false), "", parent, field};
    const auto* attributes = find_member(body, "attributes");
    if (attributes && attributes->is_object()) {
      node.reference = text_member(attributes->get_object(), "referenceId");
      const auto type = text_member(attributes->get_object(), "type");
      if (!type.empty() && !objects::same_name(type, object.name))
        return invalid(fmt::format("attributes.type: {} is needed here", object.name));
    }
    if (!is_reference_id(node.reference) || !references_.insert(node.reference).second)
      return invalid("attributes.referenceId: letters, digits and underscores, each once");
    std::vector<std::pair<const objects::ChildRelationship*, boost::json::value>> children;
    std::erase_if(node.input.fields, [&](const auto& given) {
      const auto* child = object.find_child(given.name);
      if (child) children.emplace_back(child, given.value);
      return child != nullptr;
    });
    nodes.push_back(std::move(node));
    const auto self = nodes.size();
    for (const auto& [child, value] : children) {
      const auto* list = value.is_object() ? find_member(value.get_object(), "records") : nullptr;
      SB_CHECK(read(list, *schema_.find(child->object), self, child->field, level + 1));
    }
    return {};
  }

  const objects::Schema& schema_;
  std::set<std::string> references_;
};

// The results of the nodes, up to the first refused one.
Result<std::vector<records::RecordResult>> write_nodes(const Call& call, RestParts& parts,
                                                       Transaction& transaction,
                                                       std::vector<Node> nodes) {
  std::vector<records::RecordResult> results;
  for (auto& node : nodes) {
    if (node.parent > 0) {
      const auto& parent = nodes[node.parent - 1];
      node.input.fields.push_back({node.parent_field,
                                   boost::json::value(to_record_id(parent.input.object->key_prefix,
                                                                   results[node.parent - 1].id)),
                                   false});
    }
    SB_TRY(written, parts.records.write(transaction, records::Operation::create, {&node.input, 1},
                                        call.write_options()));
    results.push_back(std::move(written.front()));
    if (!results.back().success()) break;
  }
  return results;
}

Response answer(const std::vector<Node>& nodes, const std::vector<records::RecordResult>& results) {
  const bool good = results.back().success();
  text::JsonWriter json;
  json.begin_object().member("hasErrors", !good).key("results").begin_array();
  for (std::size_t i = good ? 0 : results.size() - 1; i < results.size(); ++i) {
    json.begin_object().member("referenceId", nodes[i].reference);
    if (good) {
      json.member("id", to_record_id(nodes[i].input.object->key_prefix, results[i].id));
    } else {
      json.key("errors").begin_array();
      for (const auto& error : results[i].errors) {
        json.begin_object().member("statusCode", error.reason).member("message", error.message);
        json.key("fields");
        write_fields(json, error.field);
        json.end_object();
      }
      json.end_array();
    }
    json.end_object();
  }
  return json_answer(good ? 201 : 400, json.end_array().end_object().str());
}

Result<Response> create_tree(const Call& call, RestParts& parts) {
  SB_TRY(object, parts.schema().get(call.parameter("object")));
  SB_TRY(body, parse_object_body(call.request.body));
  TreeReader reader(parts.schema());
  SB_CHECK(reader.read(find_member(body, "records"), *object, 0, "", 1));
  if (reader.nodes.empty()) return invalid("records: an array of records is needed");
  std::vector<records::RecordResult> results;
  const auto work = [&](Transaction& transaction) -> Result<> {
    SB_TRY(written, write_nodes(call, parts, transaction, reader.nodes));
    results = std::move(written);
    if (results.back().success()) return {};
    return fail(ErrorCode::invalid, kUndone, "");
  };
  const auto done = call.transaction ? work(*call.transaction)
                                     : parts.records.together(call.request.principal.name, work);
  if (!done && done.error().reason != kUndone) return std::unexpected(done.error());
  return answer(reader.nodes, results);
}

}  // namespace

void add_tree_routes(RouteTable& table, RestParts& parts) {
  table.add(
      "POST", "/composite/tree/{object}", http::Role::admin,
      [&parts](const Call& call) { return create_tree(call, parts); }, Kind::collection,
      kCollectionBytes);
}

}  // namespace stockbell::crm::rest
