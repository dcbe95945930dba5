// Many calls in one (reference 3.6): /composite, /composite/batch, /composite/graph. The parts run
// through the route table as the caller: the same rights, the same answers.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "crm/rest/composite_references.h"
#include "crm/rest/route_table.h"

namespace stockbell::crm::rest {
namespace {

using http::Response;

constexpr std::size_t kMostParts = 25, kMostGraphs = 75, kMostNodes = 500;
constexpr std::size_t kMostHeavyParts = 5, kMostHeavyOfGraphs = 25;  // queries and collections
constexpr const char* kUndone = "composite-undone";  // ends a transaction whose answers are known

struct NamedPart {
  RouteTable::Part part;
  boost::json::value body;
  std::string reference;
};

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorCode::invalid, "INVALID_INPUT", std::move(message));
}

// What the parts of a call may still use.
struct Allowance {
  std::size_t heavy = 0;  // queries and collections
  std::size_t bytes = 0;  // of their answers
};

bool is_heavy(std::optional<Kind> kind) { return kind == Kind::query || kind == Kind::collection; }

std::string too_heavy(std::string_view list, std::size_t most) {
  return fmt::format("{}: at most {} queries and collections", list, most);
}

// One part, when the call may still have it. Counted here, where nothing in it changes any more:
// references can make a query of what did not look like one.
Response run_allowed(const Call& call, const RouteTable& table, const RouteTable::Part& part,
                     Transaction* transaction, Allowance& left) {
  const auto too_large = [] {
    return refusal(
        Error{ErrorCode::too_large, "REQUEST_ENTITY_TOO_LARGE", "response too large", ""});
  };
  if (left.bytes == 0) return too_large();
  if (is_heavy(table.kind_of(part))) {
    if (left.heavy == 0)
      return refusal(Error{ErrorCode::invalid, "INVALID_INPUT",
                           "too many queries and collections in one call", ""});
    --left.heavy;
  }
  auto response = table.run(part, call, transaction);
  if (response.body.size() > left.bytes) {
    left.bytes = 0;
    return too_large();
  }
  left.bytes -= response.body.size();
  return response;
}

Result<NamedPart> read_part(const boost::json::value& value) {
  if (!value.is_object()) return invalid("compositeRequest: each is an object");
  const auto& object = value.get_object();
  NamedPart named;
  named.part.method = text_member(object, "method");
  named.part.target = text_member(object, "url");
  named.reference = text_member(object, "referenceId");
  if (named.part.method.empty() || named.part.target.empty())
    return invalid("compositeRequest: method, url and referenceId are needed");
  if (!is_reference_id(named.reference))
    return invalid(
        "referenceId: letters, digits and underscores are allowed, and at most 80 of them");
  if (!named.part.target.starts_with("/services/data/") || named.part.target.size() > 8000)
    return invalid("url: a path that begins with /services/data/ is needed");
  if (const auto* body = find_member(object, "body")) named.body = *body;
  if (const auto* headers = find_member(object, "httpHeaders"); headers && headers->is_object()) {
    for (const auto& [name, text] : headers->get_object())
      if (text.is_string())
        named.part.headers.emplace_back(std::string_view(name), std::string(text.get_string()));
  }
  return named;
}

Result<std::vector<NamedPart>> read_parts(const boost::json::object& body, const RouteTable& table,
                                          std::size_t most) {
  const auto* list = find_member(body, "compositeRequest");
  if (!list || !list->is_array() || list->get_array().empty())
    return invalid("compositeRequest: an array of calls is needed");
  if (list->get_array().size() > most)
    return invalid(fmt::format("compositeRequest: at most {} calls", most));
  std::vector<NamedPart> parts;
  std::set<std::string> references;
  std::size_t heavy = 0;
  for (const auto& value : list->get_array()) {
    SB_TRY(part, read_part(value));
    if (!references.insert(part.reference).second)
      return invalid(fmt::format("referenceId: {} stands twice", part.reference));
    const auto kind = table.kind_of(part.part);
    if (kind == Kind::composite)
      return invalid("compositeRequest: a composite call cannot be inside another");
    heavy += is_heavy(kind);
    parts.push_back(std::move(part));
  }
  if (heavy > kMostHeavyParts) return invalid(too_heavy("compositeRequest", kMostHeavyParts));
  return parts;
}

struct PartAnswer {
  Response response;
  std::string reference;
  bool good() const { return response.status < 300; }
};

Response halted(std::string message) {
  return refusal(Error{ErrorCode::invalid, "PROCESSING_HALTED", std::move(message), ""});
}

// The parts in order; those that stand or fall together end at the first that is refused.
std::vector<PartAnswer> run_parts(const Call& call, const RouteTable& table,
                                  std::vector<NamedPart> parts, bool together,
                                  Transaction* transaction, Allowance& left) {
  std::vector<PartAnswer> answers;
  PartBodies bodies;
  for (auto& named : parts) {
    PartAnswer answer{Response::empty(500), named.reference};
    std::size_t budget = kMostReplaced;
    auto target = replace_references(named.part.target, bodies, true);
    auto ready = target ? replace_references(named.body, bodies, budget)
                        : Result<>(std::unexpected(target.error()));
    if (!ready) {
      answer.response = refusal(ready.error());
    } else {
      named.part.target = std::move(*target);
      if (!named.body.is_null()) named.part.body = boost::json::serialize(named.body);
      answer.response = run_allowed(call, table, named.part, transaction, left);
      boost::json::error_code error;
      auto body = boost::json::parse(answer.response.body, error);
      if (!error && answer.good()) bodies[named.reference] = std::move(body);
    }
    const bool stop = together && !answer.good();
    answers.push_back(std::move(answer));
    if (stop) break;
  }
  return answers;
}

// One refused part undoes all; the others are told so.
void undo(std::vector<PartAnswer>& answers, const std::vector<std::string>& references) {
  const auto refused = answers.size() - 1;
  for (std::size_t i = 0; i < references.size(); ++i) {
    if (i == answers.size()) answers.push_back({Response::empty(400), references[i]});
    if (i != refused)
      answers[i].response = halted(
          "The transaction was rolled back since another operation in the same transaction "
          "failed.");
  }
}

Result<std::vector<PartAnswer>> run_together(const Call& call, RestParts& rest,
                                             const RouteTable& table,
                                             const std::vector<NamedPart>& parts,
                                             Allowance& allowed) {
  std::vector<std::string> references;
  for (const auto& part : parts) references.push_back(part.reference);
  std::vector<PartAnswer> answers;
  auto left = allowed;
  const auto run = [&](Transaction* transaction) -> Result<> {
    left = allowed;  // perhaps once more
    answers = run_parts(call, table, parts, true, transaction, left);
    if (answers.back().good()) return {};
    if (answers.back().response.status >= 500)  // the store's trouble, perhaps cured by a retry
      return fail(ErrorCode::unavailable, "composite-failed", "a part could not be carried out");
    undo(answers, references);
    return fail(ErrorCode::invalid, kUndone, "");
  };
  // Who may not write anything must not hold the store's one write transaction either.
  const auto done = call.request.principal.role < http::Role::admin
                        ? run(nullptr)
                        : rest.records.together(
                              call.request.principal.name,
                              [&](Transaction& transaction) { return run(&transaction); });
  if (!done && done.error().reason != kUndone) return std::unexpected(done.error());
  allowed = left;
  return answers;
}

void write_answers(text::JsonWriter& json, const std::vector<PartAnswer>& answers) {
  json.key("compositeResponse").begin_array();
  for (const auto& answer : answers) {
    json.begin_object().key("body");
    if (answer.response.body.empty())
      json.value(nullptr);
    else
      json.raw(answer.response.body);
    json.key("httpHeaders").begin_object();
    for (const auto& [name, value] : answer.response.headers)
      if (name == "Location") json.member(name, value);
    json.end_object()
        .member("httpStatusCode", answer.response.status)
        .member("referenceId", answer.reference)
        .end_object();
  }
  json.end_array();
}

Result<Response> run_composite(const Call& call, RestParts& rest, const RouteTable& table) {
  SB_TRY(body, parse_object_body(call.request.body));
  SB_TRY(parts, read_parts(body, table, kMostParts));
  Allowance left{kMostHeavyParts, rest.options.composite_answer_bytes};
  text::JsonWriter json;
  json.begin_object();
  if (true_member(body, "allOrNone")) {
    SB_TRY(answers, run_together(call, rest, table, parts, left));
    write_answers(json, answers);
  } else {
    write_answers(json, run_parts(call, table, std::move(parts), false, nullptr, left));
  }
  return json_answer(200, json.end_object().str());
}

Result<Response> run_graphs(const Call& call, RestParts& rest, const RouteTable& table) {
  SB_TRY(body, parse_object_body(call.request.body));
  const auto* list = find_member(body, "graphs");
  if (!list || !list->is_array() || list->get_array().empty())
    return invalid("graphs: an array is needed");
  if (list->get_array().size() > kMostGraphs)
    return invalid(fmt::format("graphs: at most {}", kMostGraphs));
  std::vector<std::pair<std::string, std::vector<NamedPart>>> graphs;
  std::size_t nodes = 0;
  for (const auto& value : list->get_array()) {
    if (!value.is_object()) return invalid("graphs: each is an object");
    SB_TRY(parts, read_parts(value.get_object(), table, kMostNodes));
    nodes += parts.size();
    graphs.emplace_back(text_member(value.get_object(), "graphId"), std::move(parts));
  }
  if (nodes > kMostNodes) return invalid(fmt::format("graphs: at most {} nodes", kMostNodes));
  std::size_t heavy = kMostHeavyOfGraphs, bytes = rest.options.composite_answer_bytes;
  text::JsonWriter json;
  json.begin_object().key("graphs").begin_array();
  for (const auto& [id, parts] : graphs) {
    const auto most = std::min(heavy, kMostHeavyParts);
    Allowance left{most, bytes};
    SB_TRY(answers, run_together(call, rest, table, parts, left));
    heavy -= most - left.heavy;
    bytes = left.bytes;
    const bool good = std::ranges::all_of(answers, &PartAnswer::good);
    json.begin_object().member("graphId", id).key("graphResponse").begin_object();
    write_answers(json, answers);
    json.end_object().member("isSuccessful", good).end_object();
  }
  return json_answer(200, json.end_array().end_object().str());
}

Result<std::vector<RouteTable::Part>> read_batch(const boost::json::object& body,
                                                 const RouteTable& table) {
  const auto* list = find_member(body, "batchRequests");
  if (!list || !list->is_array() || list->get_array().empty())
    return invalid("batchRequests: an array of calls is needed");
  if (list->get_array().size() > kMostParts)
    return invalid(fmt::format("batchRequests: at most {} calls", kMostParts));
  std::vector<RouteTable::Part> parts;
  std::size_t heavy = 0;
  for (const auto& value : list->get_array()) {
    if (!value.is_object()) return invalid("batchRequests: each is an object");
    const auto& object = value.get_object();
    RouteTable::Part part;
    part.method = text_member(object, "method");
    part.target = text_member(object, "url");
    if (!part.target.starts_with('/')) part.target = "/services/data/" + part.target;
    if (part.method.empty() || part.target.size() > 8000)
      return invalid("batchRequests: method and url are needed");
    const auto kind = table.kind_of(part);
    if (kind == Kind::composite)
      return invalid("batchRequests: a composite call cannot be inside another");
    heavy += is_heavy(kind);
    if (const auto* input = find_member(object, "richInput"); input && !input->is_null())
      part.body = boost::json::serialize(*input);
    parts.push_back(std::move(part));
  }
  if (heavy > kMostHeavyParts) return invalid(too_heavy("batchRequests", kMostHeavyParts));
  return parts;
}

Result<Response> run_batch(const Call& call, RestParts& rest, const RouteTable& table) {
  SB_TRY(body, parse_object_body(call.request.body));
  SB_TRY(parts, read_batch(body, table));
  Allowance left{kMostHeavyParts, rest.options.composite_answer_bytes};
  const bool halt = true_member(body, "haltOnError");
  bool errors = false;
  text::JsonWriter results;
  results.begin_array();
  for (const auto& part : parts) {
    const bool skipped = halt && errors;
    const auto response = skipped ? refusal(Error{ErrorCode::invalid, "BATCH_PROCESSING_HALTED",
                                                  "Batch processing halted per request", ""})
                                  : run_allowed(call, table, part, nullptr, left);
    errors |= response.status >= 400;
    results.begin_object().member("statusCode", skipped ? 412 : response.status).key("result");
    if (response.body.empty())
      results.value(nullptr);
    else
      results.raw(response.body);
    results.end_object();
  }
  text::JsonWriter json;
  json.begin_object().member("hasErrors", errors).key("results").raw(results.end_array().str());
  return json_answer(200, json.end_object().str());
}

Result<Response> list_composites(const Call& call) {
  text::JsonWriter json;
  json.begin_object();
  for (const char* name : {"batch", "graph", "sobjects", "tree"})
    json.member(name, call.base() + "/composite/" + name);
  return json_answer(200, json.end_object().str());
}

}  // namespace

void add_composite_routes(RouteTable& table, RestParts& parts) {
  using enum http::Role;
  table.add("GET", "/composite", readonly, list_composites);
  const auto add = [&](const char* pattern, auto handler) {
    // The parts check the rights.
    table.add("POST", pattern, readonly, std::move(handler), Kind::composite, kCollectionBytes);
  };
  add("/composite",
      [&table, &parts](const Call& call) { return run_composite(call, parts, table); });
  add("/composite/graph",
      [&table, &parts](const Call& call) { return run_graphs(call, parts, table); });
  add("/composite/batch",
      [&table, &parts](const Call& call) { return run_batch(call, parts, table); });
}

}  // namespace stockbell::crm::rest
