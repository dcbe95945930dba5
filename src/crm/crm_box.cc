#include "crm/crm_box.h"

#include "crm/contacts/contact_store.h"
#include "crm/contacts/duplicate_routes.h"
#include "crm/requests/request_routes.h"
#include "crm/requests/request_store.h"
#include "platform/erasures/erasure_log.h"

namespace stockbell::crm {

std::span<const db::Migration> CrmBox::migrations() {
  static const std::vector<db::Migration> kMigrations = [] {
    std::vector<db::Migration> all;
    for (const auto &migration : contacts::migrations())
      all.push_back(migration);
    for (const auto &migration : requests::migrations())
      all.push_back(migration);
    for (const auto &migration : contacts::later_migrations())
      all.push_back(migration);
    for (const auto &migration : requests::CrmPersonalData::migrations())
      all.push_back(migration);
    for (const auto &migration : erasures::migrations())
      all.push_back(migration);
    return all;
  }();
  return kMigrations;
}

void CrmBox::add_routes(http::Router &router) {
  requests::add_routes(router, reader_, service_, clock_);
  contacts::add_duplicate_routes(router, duplicates_,
                                 [this] { service_.wake_readers(); });
}

} // namespace stockbell::crm
