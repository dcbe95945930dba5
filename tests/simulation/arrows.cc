#include "simulation/arrows.h"

#include <charconv>
#include <fstream>

namespace stockbell::simulation {
namespace {

// Around it the places of Mutation::places_are_reversed are mirrored.
constexpr Time kMirror{std::chrono::hours(24 * 365 * 57)};

// The fields of a row: "a"|"b". Quotes are doubled inside.
std::vector<std::string> fields_of(std::string_view row) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (row[i] == '"' && quoted && i + 1 < row.size() && row[i + 1] == '"')
      fields.back() += row[i++];
    else if (row[i] == '"')
      quoted = !quoted;
    else if (row[i] == '|' && !quoted)
      fields.emplace_back();
    else
      fields.back() += row[i];
  }
  return fields;
}

std::vector<std::string> rows_of(const std::string& content) {
  std::vector<std::string> rows;
  for (std::size_t at = 0; at < content.size();) {
    const auto end = std::min(content.find("\r\n", at), content.size());
    rows.push_back(content.substr(at, end - at));
    at = end + 2;
  }
  return rows;
}

std::size_t column(const std::vector<std::string>& header, const std::string& name) {
  return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
}

}  // namespace

Result<IntakeReceipt> IntakeArrow::submit(const NotificationRequest& request) {
  return trouble_.carry(Arrow::intake, [&] { return crm_.submit(request); });
}

std::vector<Result<IntakeReceipt>> IntakeArrow::submit_all(
    std::span<const NotificationRequest> requests) {
  if (requests.empty()) return {};
  std::vector<Result<IntakeReceipt>> receipts;
  const auto carried = trouble_.carry(Arrow::intake, [&]() -> Result<> {
    if (trouble_.mutation == Mutation::request_is_lost) {
      receipts.assign(requests.size(), IntakeReceipt{});
    } else {
      receipts = crm_.submit_all(requests);
    }
    return {};
  });
  if (!carried) receipts.assign(requests.size(), fail(carried.error()));
  return receipts;
}

Result<> StockArrow::observe(const std::vector<StockObservation>& observations) {
  const auto done = trouble_.carry(Arrow::stock, [&] {
    if (trouble_.mutation != Mutation::sold_out_is_hidden) return engagement_.observe(observations);
    auto rosy = observations;
    for (auto& one : rosy) one.in_stock = true, one.ats = std::max<std::int64_t>(one.ats, 1);
    return engagement_.observe(rosy);
  });
  for (const auto& one : observations) done ? witness_.told(one) : witness_.told_in_vain(one);
  return done;
}

Result<ChangeBatch> ChangesArrow::changes_after(const std::string& cursor, int limit) {
  return trouble_.carry(Arrow::changes, [&] { return crm_.changes_after(cursor, limit); });
}

Result<> ChangesArrow::apply(const ChangeBatch& batch) {
  const auto done = trouble_.carry(Arrow::extensions, [&]() -> Result<> {
    if (trouble_.mutation == Mutation::change_is_lost && ++batches_ % 3 == 0) return {};
    auto carried = batch;
    for (auto& contact : carried.contacts)
      contact.class_name =
          is_vip(contact.id) && trouble_.mutation != Mutation::classes_are_forgotten ? "VIP" : "";
    if (trouble_.mutation == Mutation::places_are_reversed)
      for (auto& request : carried.requests)
        request.requested_at = kMirror + (kMirror - request.requested_at);
    return engagement_.apply(carried);
  });
  witness_.synced(batch, done.has_value());
  return done;
}

Result<std::vector<StatusUpdate>> StatusArrow::updates_after(std::int64_t after, int limit) {
  return trouble_.carry(Arrow::updates, [&] { return engagement_.updates_after(after, limit); });
}

Result<> StatusArrow::discard_through(std::int64_t sequence) {
  return trouble_.carry(Arrow::updates, [&] { return engagement_.discard_through(sequence); });
}

Result<> StatusArrow::apply(const std::vector<StatusUpdate>& updates) {
  return trouble_.carry(Arrow::statuses, [&] {
    auto carried = updates;
    if (trouble_.mutation == Mutation::sent_is_not_told)
      std::erase_if(carried, [](const auto& one) { return one.status == RequestStatus::sent; });
    return crm_.apply(carried);
  });
}

Result<> DropArrow::upload(const std::filesystem::path& file, const std::string& name) {
  return trouble_.carry(Arrow::upload, [&]() -> Result<> {
    if (!name.ends_with(".psv")) return {};  // the manifest: nobody reads it
    std::ifstream in(file, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    history_.push_back(content);
    put(content, name, content);
    return {};
  });
}

void DropArrow::put(const std::string& content, const std::string& name, const std::string& truth) {
  const auto file = folder_ / name;
  std::ofstream(file, std::ios::binary | std::ios::trunc) << content;
  // Engagement imports before it sends anything: it counts as told from here.
  for (const auto& seen : stock_of_feed(truth)) witness_.told(seen);
  arrived_(file);
}

void DropArrow::rescan() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder_))
    files.push_back(entry.path());
  std::ranges::sort(files);
  for (const auto& file : files) arrived_(file);
}

std::vector<StockObservation> stock_of_feed(const std::string& content) {
  std::vector<StockObservation> seen;
  const auto rows = rows_of(content);
  if (rows.empty()) return seen;
  const auto header = fields_of(rows.front());
  const auto sku = column(header, "SkuID"), in_stock = column(header, "InStock"),
             ats = column(header, "ATS"), time = column(header, "StockTime");
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const auto fields = fields_of(rows[i]);
    if (fields.size() != header.size()) continue;
    const auto at = parse_rfc3339(fields[time]);
    if (!at || fields[in_stock].empty()) continue;
    StockObservation one;
    one.sku = fields[sku];
    one.in_stock = fields[in_stock] == "Y";
    std::from_chars(fields[ats].data(), fields[ats].data() + fields[ats].size(), one.ats);
    one.observed_at = *at;
    seen.push_back(std::move(one));
  }
  return seen;
}

std::string twisted_feed(const std::string& content, bool turn_stock, std::optional<Time> at) {
  const auto rows = rows_of(content);
  const auto header = fields_of(rows.front());
  const auto in_stock = column(header, "InStock"), ats = column(header, "ATS"),
             time = column(header, "StockTime");
  std::string twisted = rows.front() + "\r\n";
  for (std::size_t i = 1; i < rows.size(); ++i) {
    auto fields = fields_of(rows[i]);
    const bool in = (fields.at(in_stock) == "Y") != turn_stock;
    if (turn_stock) fields[ats] = in ? "3" : "0";
    fields[in_stock] = in ? "Y" : "N";
    if (at) fields.at(time) = to_rfc3339(*at);
    for (std::size_t f = 0; f < fields.size(); ++f)
      twisted += fmt::format("{}\"{}\"", f ? "|" : "", fields[f]);
    twisted += "\r\n";
  }
  return twisted;
}

std::string truncated_feed(const std::string& content, std::size_t rows_kept) {
  std::string kept;
  const auto rows = rows_of(content);
  for (std::size_t i = 0; i < rows.size() && i <= rows_kept; ++i) kept += rows[i] + "\r\n";
  return kept;
}

}  // namespace stockbell::simulation
