// The flows that are there: what they take, what they give, and how they run on one input. Used by
// the flow routes. Thread-safe.
#pragma once
#include <boost/json/object.hpp>
#include <span>

#include "crm/rest/rest_call.h"

namespace stockbell::crm::rest {

struct FlowParameter {
  std::string_view name, type, description;  // type: STRING, DATETIME, NUMBER, BOOLEAN, SOBJECT
  bool required = false;
  std::string_view object{};
};

struct Flow {
  std::string_view name, label, description;
  std::span<const FlowParameter> inputs, outputs;
  // The output values, a JSON object: also where the flow says no to this input. An Error is a
  // fault of the flow.
  Result<std::string> (*run)(const Call& call, RestParts& parts, const boost::json::object& input);
  // An intake key lies in the shop's page server: it may ask for a request, never see a contact.
  bool (*may_run)(http::Role role);
};

std::span<const Flow> flows();
const Flow* find_flow(std::string_view name);

Result<std::string> run_back_in_stock_request(const Call& call, RestParts& parts,
                                              const boost::json::object& input);
Result<std::string> run_contact_resolve(const Call& call, RestParts& parts,
                                        const boost::json::object& input);
Result<std::string> run_contact_process(const Call& call, RestParts& parts,
                                        const boost::json::object& input);

}  // namespace stockbell::crm::rest
