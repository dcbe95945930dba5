// A journey as a merchandiser writes it: who enters, then steps (design 6). Immutable once
// published; whoever entered under a version stays on it. Steps are known by id in the JSON text
// and by their place in `steps` in the store.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/enum_text.h"
#include "contracts/request_status.h"

namespace stockbell::engagement {

inline constexpr std::size_t kNoStep = static_cast<std::size_t>(-1);  // the journey ends there

struct NextStep {
  std::string id;            // "": the journey ends
  std::size_t at = kNoStep;  // its place in JourneyDefinition::steps
};

// What conditions may ask about; texts unless said otherwise.
enum class ConditionField {
  contact_first_name,
  contact_last_name,
  contact_phone,
  contact_email_domain,
  request_sku,
  request_site,
  request_locale,
  request_status,
  request_quantity,      // number
  request_waiting_days,  // number, whole days since it was asked for
  product_name,
  product_variant,
  product_master,
  stock_available,  // true or false
  stock_units,      // number
};
enum class ConditionOperator {
  equals,
  not_equals,
  starts_with,
  contains,
  less,
  greater,
  blank,
  not_blank
};

struct JourneyCondition {
  ConditionField field = ConditionField::request_sku;
  ConditionOperator is = ConditionOperator::equals;
  std::string value;        // texts are compared without case
  std::int64_t number = 0;  // of number fields
};
using JourneyConditions = std::vector<JourneyCondition>;  // all must hold

struct RecheckStockStep {};  // whoever's item is gone leaves and waits again, in place
struct EmailStep {
  std::string template_name;
};
struct WaitStep {
  Duration wait{0};
  std::optional<int> until_minute;  // then up to this minute of the recipient's day
};
struct DecisionSplitStep {
  struct Branch {
    JourneyConditions when;
    NextStep next;
  };
  std::vector<Branch> branches;  // the first that holds; none: `next`
};
enum class EngagementKind { opened, clicked };
struct EngagementSplitStep {
  NextStep email;  // the step that it looks back at
  EngagementKind kind = EngagementKind::clicked;
  NextStep yes;  // no: `next`
};
struct RandomSplitStep {
  struct Branch {
    int percent = 0;
    NextStep next;
  };
  std::vector<Branch> branches;  // together 100
};
struct UpdateObjectStep {
  RequestStatus status = RequestStatus::sent;
};
struct WebhookStep {
  std::string url;
};
struct ExitStep {};

struct JourneyStep {
  std::string id;
  std::variant<RecheckStockStep, EmailStep, WaitStep, DecisionSplitStep, EngagementSplitStep,
               RandomSplitStep, UpdateObjectStep, WebhookStep, ExitStep>
      what;
  NextStep next;
};

// The words of "type", in the order of the variant.
inline constexpr std::array<std::string_view, 9> kStepTypes = {
    "recheck_stock", "email",   "wait", "decision_split", "engagement_split", "random_split",
    "update_object", "webhook", "exit"};
inline std::string_view type_of(const JourneyStep& step) { return kStepTypes[step.what.index()]; }

struct Criterion {  // looked at on every step
  std::string name;
  JourneyConditions when;
};

struct SiteZone {
  std::string site, zone;  // IANA
};
struct QuietHours {
  int from_minute = 0, to_minute = 0;  // of the recipient's day; from > to passes midnight
};
struct FrequencyCap {
  int messages = 0, days = 0;  // across journeys, by mailbox
};

struct JourneyDefinition {
  std::string key;  // letters, digits, - and _
  int version = 0;  // given by the store
  std::string name;
  int priority = 100;  // the lowest of those that fit takes a request
  struct Entry {
    std::vector<std::string> sites, skus;  // empty: all; a SKU may end in *
    std::vector<std::string> classes;      // of requests, in lower case; empty: all
  } entry;
  NextStep start;
  std::vector<JourneyStep> steps;
  std::vector<Criterion> exit_criteria, goals;
  std::string zone = "UTC";  // of recipients whose own is not known
  std::vector<SiteZone> site_zones;
  std::optional<QuietHours> quiet_hours;
  std::optional<FrequencyCap> frequency_cap;
  int hold_out_percent = 0;
  std::optional<std::vector<std::string>> seeds;  // test mode: only these mailboxes, normalised
};

// recheck stock -> e-mail -> update object: what is published in an empty store.
std::string_view default_journey_json();

enum class VersionState { draft, published, superseded };
enum class JourneyStatus { unpublished, active, paused, stopped };

}  // namespace stockbell::engagement

template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::ConditionField> =
    std::to_array<stockbell::EnumText<stockbell::engagement::ConditionField>>({
        {stockbell::engagement::ConditionField::contact_first_name, "contact.first_name"},
        {stockbell::engagement::ConditionField::contact_last_name, "contact.last_name"},
        {stockbell::engagement::ConditionField::contact_phone, "contact.phone"},
        {stockbell::engagement::ConditionField::contact_email_domain, "contact.email_domain"},
        {stockbell::engagement::ConditionField::request_sku, "request.sku"},
        {stockbell::engagement::ConditionField::request_site, "request.site"},
        {stockbell::engagement::ConditionField::request_locale, "request.locale"},
        {stockbell::engagement::ConditionField::request_status, "request.status"},
        {stockbell::engagement::ConditionField::request_quantity, "request.quantity"},
        {stockbell::engagement::ConditionField::request_waiting_days, "request.waiting_days"},
        {stockbell::engagement::ConditionField::product_name, "product.name"},
        {stockbell::engagement::ConditionField::product_variant, "product.variant"},
        {stockbell::engagement::ConditionField::product_master, "product.master"},
        {stockbell::engagement::ConditionField::stock_available, "stock.available"},
        {stockbell::engagement::ConditionField::stock_units, "stock.units"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::ConditionOperator> =
    std::to_array<stockbell::EnumText<stockbell::engagement::ConditionOperator>>({
        {stockbell::engagement::ConditionOperator::equals, "equals"},
        {stockbell::engagement::ConditionOperator::not_equals, "not_equals"},
        {stockbell::engagement::ConditionOperator::starts_with, "starts_with"},
        {stockbell::engagement::ConditionOperator::contains, "contains"},
        {stockbell::engagement::ConditionOperator::less, "less"},
        {stockbell::engagement::ConditionOperator::greater, "greater"},
        {stockbell::engagement::ConditionOperator::blank, "blank"},
        {stockbell::engagement::ConditionOperator::not_blank, "not_blank"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::EngagementKind> =
    std::to_array<stockbell::EnumText<stockbell::engagement::EngagementKind>>({
        {stockbell::engagement::EngagementKind::opened, "opened"},
        {stockbell::engagement::EngagementKind::clicked, "clicked"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::VersionState> =
    std::to_array<stockbell::EnumText<stockbell::engagement::VersionState>>({
        {stockbell::engagement::VersionState::draft, "draft"},
        {stockbell::engagement::VersionState::published, "published"},
        {stockbell::engagement::VersionState::superseded, "superseded"},
    });
template <>
inline constexpr auto stockbell::kEnumText<stockbell::engagement::JourneyStatus> =
    std::to_array<stockbell::EnumText<stockbell::engagement::JourneyStatus>>({
        {stockbell::engagement::JourneyStatus::unpublished, "unpublished"},
        {stockbell::engagement::JourneyStatus::active, "active"},
        {stockbell::engagement::JourneyStatus::paused, "paused"},
        {stockbell::engagement::JourneyStatus::stopped, "stopped"},
    });
