#include "crm/soql/page_reader.h"

#include "crm/objects/values.h"
#include "crm/soql/cursor_store.h"
#include "crm/soql/query_service.h"

namespace stockbell::crm::soql {
namespace {

constexpr std::size_t kRowsOfStatement = 2000;
constexpr std::int64_t kChildrenOfParent = 2000;
constexpr std::int64_t kChildrenOfPage = 20'000;

}  // namespace

db::Statement once(const std::string& sql) { return {"", sql, sql}; }

Result<RowsById> read_rows(db::Session& session, const RowPlan& plan,
                           std::span<const std::int64_t> ids, bool postgresql) {
  RowsById found;
  found.reserve(ids.size());
  while (!ids.empty()) {
    const auto part = ids.first(std::min(ids.size(), kRowsOfStatement));
    ids = ids.subspan(part.size());
    SB_TRY(rows, session.query(once(plan.sql), {id_list(part, postgresql)}));
    for (auto& row : rows) {
      const auto id = row.i64(0);
      found.emplace(id, std::move(row));
    }
  }
  return found;
}

Result<Page> PageReader::read(const RowPlan& plan, std::span<const ChildPlan> child_plans,
                              std::span<const std::int64_t> ids) {
  std::vector<Children> children(child_plans.size());
  for (std::size_t i = 0; i < children.size(); ++i) {
    children[i].plan = &child_plans[i];
    SB_CHECK(count_children(children[i], ids));
  }
  Page page;
  page.taken = how_many_fit(children, ids);
  ids = ids.first(page.taken);
  SB_TRY(rows, read_rows(session_, plan, ids, postgresql_));
  for (std::size_t i = 0; i < children.size(); ++i)
    SB_CHECK(read_children(children[i], static_cast<int>(i), ids, page));
  text::JsonWriter json;
  json.begin_array();
  for (const auto id : ids)
    if (const auto row = rows.find(id); row != rows.end())
      write(json, plan.shape, row->second, children);
  json.end_array();
  page.records = std::move(json).str();
  return page;
}

Result<std::vector<std::string>> PageReader::read_each(const RowPlan& plan,
                                                       std::span<const std::int64_t> ids) {
  SB_TRY(rows, read_rows(session_, plan, ids, postgresql_));
  std::vector<std::string> each;
  each.reserve(ids.size());
  for (const auto id : ids) {
    const auto row = rows.find(id);
    text::JsonWriter json;
    if (row == rows.end())
      json.value(nullptr);
    else
      write(json, plan.shape, row->second, {});
    each.push_back(std::move(json).str());
  }
  return each;
}

Result<> PageReader::count_children(Children& children, std::span<const std::int64_t> parents) {
  auto params = children.plan->counts.params;
  params.front() = id_list(parents, postgresql_);
  return session_.for_each(
      once(children.plan->counts.text), params, [&](const db::Row& row) -> Result<> {
        children.counts[row.i64(0)] = std::min(row.i64(1), children.plan->limit);
        return {};
      });
}

std::size_t PageReader::how_many_fit(std::span<const Children> children,
                                     std::span<const std::int64_t> parents) const {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < parents.size(); ++i) {
    for (const auto& of_plan : children)
      if (const auto count = of_plan.counts.find(parents[i]); count != of_plan.counts.end())
        sum += std::min(count->second, kChildrenOfParent);
    if (sum > kChildrenOfPage && i > 0) return i;
  }
  return parents.size();
}

Result<> PageReader::read_children(Children& children, int child,
                                   std::span<const std::int64_t> parents, Page& page) {
  const auto list = [&](std::span<const std::int64_t> of, std::int64_t most, const auto& each) {
    auto params = children.plan->ids.params;
    params[0] = id_list(of, postgresql_);
    params[1] = std::min(most, children.plan->limit);
    return session_.for_each(once(children.plan->ids.text), params,
                             [&](const db::Row& row) -> Result<> {
                               each(row.i64(0), row.i64(1));
                               return {};
                             });
  };
  std::vector<std::int64_t> all;
  SB_CHECK(list(parents, kChildrenOfParent, [&](std::int64_t parent, std::int64_t id) {
    children.ids[parent].push_back(id);
    all.push_back(id);
  }));
  for (const auto parent : parents) {
    const auto count = children.counts.find(parent);
    if (count == children.counts.end() || count->second <= kChildrenOfParent) continue;
    NestedResult nested{ids_.next(), child, {}};
    SB_CHECK(list(std::span(&parent, 1), QueryService::kMaxCursorRows,
                  [&](std::int64_t, std::int64_t id) { nested.ids.push_back(id); }));
    children.cursors[parent] = nested.cursor;
    page.nested.push_back(std::move(nested));
  }
  SB_TRY(rows, read_rows(session_, children.plan->rows, all, postgresql_));
  children.rows = std::move(rows);
  return {};
}

void PageReader::write(text::JsonWriter& json, const Shape& shape, const db::Row& row,
                       std::span<const Children> children) const {
  const auto id = row.i64(static_cast<std::size_t>(shape.id_column));
  json.begin_object().key("attributes").begin_object().member("type", shape.object->name);
  json.member("url", fmt::format("/services/data/v{}/sobjects/{}/{}", version_, shape.object->name,
                                 objects::record_id(*shape.object, id)));
  json.end_object();
  for (const auto& item : shape.items) {
    json.key(item.name);
    if (item.child >= 0) {
      write_children(json, children[static_cast<std::size_t>(item.child)], id);
    } else if (!item.parent) {
      const auto& value = row.value(static_cast<std::size_t>(item.column));
      if (item.field->type == objects::FieldType::id)
        json.value(objects::record_id(*shape.object, id));
      else
        objects::write_json(json, *item.field, schema_, value);
    } else if (row.is_null(static_cast<std::size_t>(item.parent->id_column))) {
      json.value(nullptr);
    } else {
      write(json, *item.parent, row, {});
    }
  }
  json.end_object();
}

void PageReader::write_children(text::JsonWriter& json, const Children& children,
                                std::int64_t parent) const {
  const auto ids = children.ids.find(parent);
  if (ids == children.ids.end() || ids->second.empty()) {
    json.value(nullptr);
    return;
  }
  const auto cursor = children.cursors.find(parent);
  json.begin_object().member("totalSize", children.counts.at(parent));
  json.member("done", cursor == children.cursors.end());
  if (cursor != children.cursors.end())
    json.member("nextRecordsUrl", fmt::format("/services/data/v{}/query/{}", version_,
                                              to_locator({cursor->second, kChildrenOfParent})));
  json.key("records").begin_array();
  for (const auto id : ids->second)
    if (const auto row = children.rows.find(id); row != children.rows.end())
      write(json, children.plan->rows.shape, row->second, {});
  json.end_array().end_object();
}

}  // namespace stockbell::crm::soql
