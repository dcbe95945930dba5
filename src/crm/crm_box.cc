#include "crm/crm_box.h"

#include "crm/bulk/bulk_routes.h"
#include "crm/contacts/contact_store.h"
#include "crm/contacts/duplicate_routes.h"
#include "crm/contacts/identity_renewal.h"
#include "crm/requests/request_routes.h"
#include "crm/requests/request_store.h"
#include "platform/erasures/erasure_log.h"

namespace stockbell::crm {

std::span<const db::Migration> CrmBox::migrations() {
  static const std::vector<db::Migration> kMigrations = [] {
    std::vector<db::Migration> all;
    for (const auto& migration : contacts::migrations()) all.push_back(migration);
    for (const auto& migration : requests::migrations()) all.push_back(migration);
    for (const auto& migration : contacts::later_migrations()) all.push_back(migration);
    for (const auto& migration : contacts::renewal_migrations()) all.push_back(migration);
    for (const auto& migration : requests::PurchaseService::migrations()) all.push_back(migration);
    for (const auto& migration : requests::CrmPersonalData::migrations()) all.push_back(migration);
    for (const auto& migration : erasures::migrations()) all.push_back(migration);
    for (const auto& migration : records::RecordService::migrations()) all.push_back(migration);
    for (const auto& migration : soql::QueryService::migrations()) all.push_back(migration);
    for (const auto& migration : bulk::BulkService::migrations()) all.push_back(migration);
    for (const auto& migration : requests::layout_migrations()) all.push_back(migration);
    return all;
  }();
  return kMigrations;
}

CrmBox::CrmBox(db::Database& db, const Clock& clock, Random& random, CrmOptions options)
    : clock_(clock),
      options_(std::move(options)),
      ids_(clock, random),
      changes_(clock, db),
      contacts_(db, clock, random, options_.contacts),
      service_(db, clock, random, changes_, contacts_, options_.class_field),
      purchases_(db, clock, random, changes_, [this] { service_.wake_readers(); }),
      reader_(db),
      requests_of_contacts_(clock, random),
      duplicates_(db, clock, random, changes_, contacts_, requests_of_contacts_),
      records_(db, options_.schema, clock, random, changes_, service_, contacts_),
      queries_(db, options_.schema, clock, ids_),
      rest_(clock, records_, service_, queries_, options_.rest),
      personal_data_(db, changes_, contacts_),
      bulk_writer_(records_),
      bulk_reader_(queries_),
      bulk_(db, options_.schema, bulk_writer_, bulk_reader_, clock, random, options_.bulk),
      housekeeping_([this]() -> Result<> {
        SB_CHECK(queries_.drop_expired());
        SB_CHECK(duplicates_.sweep());
        return records_.sweep();
      }) {
  personal_data_.also({&bulk::BulkService::erase, [this] { bulk_.after_erasure(); }});
}

Result<> CrmBox::start() {
  SB_CHECK(contacts_.start());
  SB_CHECK(records_.save_organization(options_.rest.public_url));
  if (!options_.bulk.directory.empty()) bulk_.start();
  housekeeping_.start();
  return {};
}

void CrmBox::stop() {
  housekeeping_.stop();
  bulk_.stop();
  contacts_.stop();
}

void CrmBox::add_routes(http::Router& router) {
  rest_.add_routes(router);
  if (!options_.bulk.directory.empty())
    bulk::add_routes(router, bulk_, [this](auto name, auto handler) {
      return rest_.metered(std::move(name), std::move(handler));
    });
  requests::add_routes(router, reader_, service_, clock_);
  contacts::add_duplicate_routes(router, duplicates_, [this] { service_.wake_readers(); });
}

}  // namespace stockbell::crm
