#include "commerce/inventory/inventory_xml.h"

#include "commerce/inventory/inventory_rules.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::commerce {
namespace {

constexpr std::size_t kCustomBytes = 64 * 1024;
constexpr std::size_t kDescriptionCharacters = 4000;

std::string json_of(const std::map<std::string, std::vector<std::string>>& values) {
  if (values.empty()) return {};
  text::JsonWriter json;
  json.begin_object();
  for (const auto& [id, texts] : values) {
    json.key(id);
    if (texts.size() == 1) {
      json.value(texts.front());
      continue;
    }
    json.begin_array();
    for (const auto& text : texts) json.value(text);
    json.end_array();
  }
  json.end_object();
  return std::move(json).str();
}

}  // namespace

Result<> InventorySink::open(std::string_view name, const XmlAttributes& attributes,
                             std::int64_t line) {
  if (depth_++ == 0 && name != "inventory")
    return fail(ErrorCode::invalid, "inventory-root",
                "the root element is <" + std::string(name) + ">, not <inventory>");
  if (custom_) {
    open_custom(name, attributes);
  } else if (name == "custom-attributes" && (record_ || header_)) {
    custom_.emplace();
    custom_->depth = depth_;
  } else if (name == "inventory-list" && !record_ && !header_) {
    SB_CHECK(close_list());
    in_list_ = true;
  } else if (name == "header" && !record_ && !header_) {
    return open_header(attributes, line);
  } else if (name == "record" && !record_ && !header_) {
    record_.emplace(line);
    record_depth_ = depth_;
    record_->sku(xml_attribute(attributes, "product-id"));
    const auto mode = text::trim(xml_attribute(attributes, "mode"));
    record_->change().remove = mode == "delete";
    if (!mode.empty() && mode != "delete")
      record_->refuse("mode-invalid", "a record's mode is delete or not there");
  }
  return {};
}

Result<> InventorySink::close(std::string_view name, const std::string& text, std::int64_t line) {
  const auto depth = depth_--;
  if (custom_) {
    if (depth > custom_->depth) {
      close_custom(name, text);
      return {};
    }
    auto json = json_of(custom_->values);
    const bool too_long = custom_->bytes > kCustomBytes;
    custom_.reset();
    if (too_long && record_) record_->refuse("custom-attributes-long", "at most 64 KB of them");
    if (too_long) return {};
    if (record_) record_->change().custom = std::move(json);
    if (header_) header_->custom = std::move(json);
    return {};
  }
  if (record_) {
    if (depth == record_depth_) return close_record();
    if (depth == record_depth_ + 1) record_->take(name, text);
    return {};
  }
  if (header_) {
    if (name == "header") return close_header();
    take_header(name, text, line);
    return {};
  }
  if (name == "inventory-list" || depth == 1) return close_list();
  return {};
}

Result<> InventorySink::open_header(const XmlAttributes& attributes, std::int64_t line) {
  header_.emplace();
  header_->line = line;
  header_->id = batches_.default_list();
  bool named = false;
  if (auto id = xml_attribute(attributes, "list-id"); !text::trim(id).empty()) {
    auto parsed = parse_list_id(id);
    if (!parsed) return fail(std::move(parsed).error().within("line " + std::to_string(line)));
    header_->id = std::move(*parsed);
    named = true;
  }
  header_->remove = text::trim(xml_attribute(attributes, "mode")) == "delete";
  auto here = named && !header_->remove ? batches_.adopt_list(header_->id)
                                        : batches_.list_here(header_->id);
  if (!here) return fail(std::move(here).error());
  header_->id = std::move(*here);
  if (list_ && *list_ != header_->id)
    return fail(ErrorCode::invalid, "inventory-header-late",
                "line " + std::to_string(line) + ": the header of list \"" + header_->id +
                    "\" comes after records that went to list \"" + *list_ +
                    "\": put it before the records");
  return {};
}

void InventorySink::take_header(std::string_view name, const std::string& text, std::int64_t line) {
  auto flag = [&](std::optional<bool>& target) {
    if (text::trim(text).empty()) return;
    target = parse_boolean(text);
    if (!target)
      batches_.tally().refuse(line, std::string(name) + "-invalid",
                              std::string(name) + " is true or false");
  };
  if (name == "default-instock") flag(header_->default_in_stock);
  if (name == "use-bundle-inventory-only") flag(header_->use_bundle_inventory_only);
  if (name == "on-order") flag(header_->on_order);
  if (name == "description")
    header_->description = text::trim(text).substr(0, kDescriptionCharacters);
}

// Says which list the records of this <inventory-list> belong to.
Result<> InventorySink::settle_list(std::string id) {
  if (!list_) {
    SB_TRY(here, batches_.list_here(id));
    list_ = std::move(here);
    batches_.begin_list(*list_);
  }
  auto early = std::move(early_);
  early_.clear();
  for (auto& record : early) SB_CHECK(batches_.take(std::move(record), *list_));
  return {};
}

Result<> InventorySink::close_header() {
  auto header = std::move(*header_);
  header_.reset();
  if (header.remove) {
    batches_.delete_list(header.id);
    return settle_list(header.id);
  }
  batches_.note_unsold(header.id, header.line);
  SB_CHECK(settle_list(header.id));
  SB_TRY(lists, batches_.inventory().database().read(
                    [](db::Session& session) { return inventory_store::lists(session); }));
  InventoryList list;
  list.id = header.id;
  auto known = lists.find(header.id);
  if (batches_.mode() == ImportMode::update && known == lists.end()) return {};
  if (batches_.mode() != ImportMode::replace && known != lists.end()) list = known->second;
  list.default_in_stock = header.default_in_stock.value_or(list.default_in_stock);
  list.use_bundle_inventory_only =
      header.use_bundle_inventory_only.value_or(list.use_bundle_inventory_only);
  list.on_order = header.on_order.value_or(list.on_order);
  if (header.description) list.description = std::move(*header.description);
  if (header.custom) list.custom = std::move(*header.custom);
  return batches_.put_header(list);
}

Result<> InventorySink::close_record() {
  auto record = std::move(*record_);
  record_.reset();
  ++batches_.tally().rows_read;
  if (list_) return batches_.take(std::move(record), *list_);
  early_.push_back(std::move(record));
  if (early_.size() < kStockBatch) return {};
  return settle_list(batches_.default_list());
}

Result<> InventorySink::close_list() {
  if (!list_ && !early_.empty()) SB_CHECK(settle_list(batches_.default_list()));
  if (!list_ && in_list_) SB_CHECK(settle_list(batches_.default_list()));
  list_.reset();
  in_list_ = false;
  return {};
}

void InventorySink::open_custom(std::string_view name, const XmlAttributes& attributes) {
  if (name != "custom-attribute") return;
  custom_->id = xml_attribute(attributes, "attribute-id");
  auto language = xml_attribute(attributes, "lang");
  if (!language.empty() && language != "x-default") custom_->id += "@" + language;
}

void InventorySink::close_custom(std::string_view name, const std::string& text) {
  if (name != "value" && name != "custom-attribute") return;
  if (custom_->id.empty()) return;
  auto trimmed = text::trim(text);
  if (name == "custom-attribute" && trimmed.empty()) return;  // its values were taken
  custom_->bytes += trimmed.size() + custom_->id.size();
  if (custom_->bytes <= kCustomBytes) custom_->values[custom_->id].push_back(std::move(trimmed));
}

}  // namespace stockbell::commerce
