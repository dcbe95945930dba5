#include "crm/contacts/duplicate_store.h"

#include <set>

#include "crm/contacts/contact_store.h"
#include "crm/contacts/merge_rules.h"
#include "platform/text/text.h"
#include "sql/crm_duplicate.sql.h"

namespace stockbell::crm::contacts {
namespace {

namespace sql = stockbell::sql::crm_duplicate;

constexpr std::size_t kMostInSet = 50;

std::optional<Time> time_at(const db::Row& row, std::size_t column) {
  if (row.is_null(column)) return {};
  return from_ms(row.i64(column));
}

DuplicateSet set_of(const db::Row& row) {
  return {row.i64(0),
          row.text(1),
          parse_enum<SetStatus>(row.text(2)).value_or(SetStatus::open),
          from_ms(row.i64(3)),
          time_at(row, 4),
          row.text(5)};
}

ContactMerge merge_of(const db::Row& row) {
  return {row.i64(0),          row.i64(1),  ContactId{row.i64(2)}, ContactId{row.i64(3)},
          from_ms(row.i64(4)), row.text(5), row.text(6),           time_at(row, 7),
          row.text(8),         row.text(9)};
}

// The contact itself and what was found, once each.
std::vector<DuplicateMatch> items_from(ContactId contact, const DuplicateFindings& findings) {
  std::vector<DuplicateMatch> items{{contact, 100}};
  for (const auto& hit : findings.hits) {
    if (!hit.reports) continue;
    for (const auto& match : hit.matches)
      if (items.size() < kMostInSet &&
          std::ranges::find(items, match.contact, &DuplicateMatch::contact) == items.end())
        items.push_back(match);
  }
  return items;
}

std::string list_of(const std::vector<DuplicateMatch>& items) {
  std::vector<ContactId> ids;
  for (const auto& item : items) ids.push_back(item.contact);
  return json_list(ids);
}

}  // namespace

Result<> report_duplicates(db::Session& session, IdGenerator& ids, ContactId contact,
                           const DuplicateFindings& findings, Time now) {
  const auto items = items_from(contact, findings);
  if (items.size() < 2) return {};
  const auto list = list_of(items);
  SB_TRY(open, session.query_one(sql::find_open_set, {list}));
  std::int64_t set = open ? open->i64(0) : 0;
  if (!open) {
    SB_TRY(dismissed, session.query_one(sql::find_dismissed_set, {list, items.size()}));
    if (dismissed) return {};
    set = ids.next();
    const auto reporter = std::ranges::find_if(findings.hits, &DuplicateHit::reports);
    SB_CHECK(session.execute(sql::insert_set, {set, reporter->rule, to_ms(now)}));
  }
  std::vector<db::Params> batch;
  for (const auto& item : items) batch.push_back({set, item.contact.value, item.score});
  SB_CHECK(session.execute_batch(sql::insert_item, batch));
  return {};
}

Result<std::vector<DuplicateSet>> list_sets(db::Session& session, SetStatus status,
                                            std::int64_t before, int limit) {
  SB_TRY(rows, session.query(sql::list_sets, {to_text(status), before, limit}));
  std::vector<DuplicateSet> sets;
  for (const auto& row : rows) sets.push_back(set_of(row));
  return sets;
}

Result<DuplicateSet> get_set(db::Session& session, std::int64_t id) {
  SB_TRY(row, session.query_one(sql::get_set, {id}));
  if (!row)
    return fail(ErrorCode::not_found, "duplicate-set-not-found", "there is no such duplicate set");
  return set_of(*row);
}

Result<std::vector<DuplicateMatch>> items_of(db::Session& session, std::int64_t set) {
  SB_TRY(rows, session.query(sql::items_of_set, {set}));
  std::vector<DuplicateMatch> items;
  for (const auto& row : rows)
    items.push_back({ContactId{row.i64(0)}, static_cast<int>(row.i64(1))});
  return items;
}

Result<> close_set(db::Session& session, std::int64_t id, SetStatus status, Time now,
                   const std::string& by) {
  SB_CHECK(session.execute(sql::close_set, {id, to_text(status), to_ms(now), by}));
  return {};
}

Result<> reopen_set(db::Session& session, std::int64_t id) {
  SB_CHECK(session.execute(sql::reopen_set, {id}));
  return {};
}

Result<> insert_merge(db::Session& session, const ContactMerge& merge) {
  SB_CHECK(session.execute(sql::insert_merge,
                           {merge.id, merge.duplicate_set, merge.loser.value, merge.master.value,
                            to_ms(merge.merged_at), merge.merged_by, merge.snapshot}));
  return {};
}

Result<ContactMerge> get_merge(db::Session& session, std::int64_t id) {
  SB_TRY(row, session.query_one(sql::get_merge, {id}));
  if (!row) return fail(ErrorCode::not_found, "contact-merge-not-found", "there is no such merge");
  return merge_of(*row);
}

Result<std::vector<ListedMerge>> list_merges(db::Session& session, std::int64_t before, int limit) {
  SB_TRY(rows, session.query(sql::list_merges, {before, limit}));
  std::vector<ListedMerge> merges;
  for (const auto& row : rows)
    merges.push_back({merge_of(row), row.text(10), row.text(11), row.text(12), row.text(13)});
  return merges;
}

Result<> save_undone(db::Session& session, const ContactMerge& merge) {
  SB_CHECK(session.execute(sql::undo_merge,
                           {merge.id, to_ms(*merge.undone_at), merge.undone_by, merge.kept}));
  return {};
}

Result<> forget_old_snapshots(db::Session& session, Time before) {
  SB_CHECK(session.execute(sql::forget_old_snapshots, {to_ms(before)}));
  return {};
}

namespace {

std::vector<std::string> addresses_in(const MergeSnapshot& snapshot) {
  auto addresses = snapshot.identities;
  for (const auto& change : snapshot.fields)
    for (const auto& value : {change.before, change.after})
      if (const auto address = text::parse_email(value)) addresses.push_back(address->normalized);
  return addresses;
}

}  // namespace

Result<> for_each_snapshot_address(
    db::Session& session, const std::function<void(std::int64_t, const std::string&)>& each) {
  return session.for_each(sql::snapshots, {}, [&](const db::Row& row) -> Result<> {
    SB_TRY(snapshot, parse_snapshot(row.text(1)));
    for (const auto& address : addresses_in(snapshot)) each(row.i64(0), address);
    return {};
  });
}

Result<> forget_snapshots_of(db::Session& session, const std::string& address) {
  std::set<std::int64_t> merges;
  SB_CHECK(for_each_snapshot_address(session, [&](std::int64_t merge, const std::string& one) {
    if (one == address) merges.insert(merge);
  }));
  for (const auto merge : merges) SB_CHECK(session.execute(sql::forget_snapshot, {merge}));
  return {};
}

Result<> forget_contact(db::Session& session, ContactId id) {
  SB_CHECK(session.execute(sql::forget_merges, {id.value}));
  SB_CHECK(session.execute(sql::forget_items, {id.value}));
  return {};
}

}  // namespace stockbell::crm::contacts
