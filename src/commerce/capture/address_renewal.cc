#include "commerce/capture/address_renewal.h"

#include "platform/text/text.h"
#include "sql/commerce_renewal.sql.h"

namespace stockbell::commerce {
namespace {

namespace sql = stockbell::sql::commerce_renewal;

constexpr const char* kProviderRules = "addresses by the rules of their provider";

}  // namespace

Result<> renew_addresses(db::Session& session) {
  SB_TRY(done, session.query_one(sql::find_step, {kProviderRules}));
  if (done) return {};
  std::vector<db::Params> renewed;
  SB_CHECK(session.for_each(sql::all_addresses, {}, [&](const db::Row& row) -> Result<> {
    const auto address = text::parse_email(row.text(1));
    if (address && address->normalized != row.text(2))
      renewed.push_back({row.i64(0), address->normalized});
    return {};
  }));
  if (!renewed.empty()) {
    SB_CHECK(session.execute_batch(sql::renew_request, renewed));
    for (const auto& one : renewed) {  // in order: the next looks at what this one leaves
      SB_CHECK(session.execute(sql::drop_younger_twin, one));
      SB_CHECK(session.execute(sql::renew_outbox, one));
      SB_CHECK(session.execute(sql::drop_younger, one));
    }
  }
  SB_CHECK(session.execute(sql::save_step, {kProviderRules}));
  return {};
}

}  // namespace stockbell::commerce
