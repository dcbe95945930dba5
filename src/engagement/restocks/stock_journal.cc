#include "engagement/restocks/stock_journal.h"

#include <charconv>

#include "sql/engagement_stock_journal.sql.h"

namespace stockbell::engagement {

namespace statements = sql::engagement_stock_journal;

namespace {

// A row: length of the SKU, the SKU, then numbers; what is counted comes last.
void put(std::string& out, std::int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end).push_back(' ');
}

void put(std::string& out, const JournalRow& row) {
  put(out, static_cast<std::int64_t>(row.sku.size()));
  out.append(row.sku).push_back(' ');
  const auto stock = row.known.stock.value_or(KnownStock{});
  const std::int64_t numbers[] = {row.known.stock.has_value(),
                                  stock.in_stock,
                                  stock.ats,
                                  to_ms(stock.observed_at),
                                  row.known.marks.item_hash,
                                  static_cast<std::int64_t>(row.known.marks.feed_hash),
                                  static_cast<std::int64_t>(row.change),
                                  row.may_enter,
                                  static_cast<std::int64_t>(row.waiting.size())};
  for (const auto number : numbers) put(out, number);
  for (const auto request : row.waiting) put(out, request.value);
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool at_end() const { return text_.empty() || broken_; }
  bool broken() const { return broken_; }

  std::int64_t number() {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    const auto length = static_cast<std::size_t>(end - text_.data());
    if (error != std::errc() || length == text_.size()) return fail_with_zero();
    text_.remove_prefix(length + 1);
    return value;
  }
  std::string text(std::int64_t length) {
    if (length < 0 || std::cmp_greater_equal(length, text_.size())) {
      fail_with_zero();
      return {};
    }
    std::string found(text_.substr(0, static_cast<std::size_t>(length)));
    text_.remove_prefix(found.size() + 1);
    return found;
  }

 private:
  std::int64_t fail_with_zero() {
    broken_ = true;
    return 0;
  }
  std::string_view text_;
  bool broken_ = false;
};

JournalRow take_row(Reader& reader) {
  JournalRow row;
  row.sku = reader.text(reader.number());
  const bool told = reader.number() != 0;
  KnownStock stock;
  stock.in_stock = reader.number() != 0;
  stock.ats = reader.number();
  stock.observed_at = from_ms(reader.number());
  if (told) row.known.stock = stock;
  row.known.marks.item_hash = reader.number();
  row.known.marks.feed_hash = static_cast<std::uint64_t>(reader.number());
  row.change = static_cast<StockChange>(reader.number());
  row.may_enter = reader.number() != 0;
  for (auto count = reader.number(); count > 0 && !reader.broken(); --count)
    row.waiting.push_back(RequestId{reader.number()});
  return row;
}

Result<JournalChunk> chunk_of(const db::Row& row) {
  JournalChunk chunk{row.i64(0), row.text(1), from_ms(row.i64(2)), {}};
  Reader reader(row.text(3));
  while (!reader.at_end()) chunk.rows.push_back(take_row(reader));
  if (reader.broken())
    return fail(ErrorCode::internal, "stock-journal-broken",
                "a chunk of the stock journal cannot be read");
  return chunk;
}

}  // namespace

std::span<const db::Migration> StockJournal::migrations() {
  static constexpr db::Migration kMigrations[] = {
      {"engagement.stock_journal/1", statements::schema_1}};
  return kMigrations;
}

Result<> StockJournal::append(db::Session& session, const JournalChunk& chunk) {
  std::string rows;
  for (const auto& row : chunk.rows) put(rows, row);
  SB_CHECK(
      session.execute(statements::append_chunk, {chunk.source, to_ms(chunk.at), std::move(rows)}));
  return {};
}

Result<std::optional<JournalChunk>> StockJournal::find_oldest(db::Session& session) {
  SB_TRY(row, session.query_one(statements::oldest_chunk));
  if (!row) return std::optional<JournalChunk>();
  SB_TRY(chunk, chunk_of(*row));
  return std::optional(std::move(chunk));
}

Result<> StockJournal::each(db::Session& session,
                            const std::function<void(const JournalChunk&)>& each) {
  return session.for_each(statements::all_chunks, {}, [&](const db::Row& row) -> Result<> {
    SB_TRY(chunk, chunk_of(row));
    each(chunk);
    return {};
  });
}

Result<> StockJournal::erase(db::Session& session, std::int64_t id) {
  SB_CHECK(session.execute(statements::erase_chunk, {id}));
  return {};
}

}  // namespace stockbell::engagement
