#include "commerce/stock_api/oci_routes.h"

#include "commerce/imports/whole_number.h"
#include "commerce/stock_api/oci_answers.h"
#include "commerce/stock_api/oci_documents.h"
#include "platform/crypto/crypto.h"
#include "platform/text/json.h"
#include "platform/text/text.h"
#include "sql/commerce_upload.sql.h"

namespace stockbell::commerce {
namespace {

namespace sql = stockbell::sql::commerce_upload;
constexpr std::size_t kUploadBytes = std::size_t{100} << 20;
constexpr std::chrono::hours kLinkLife{1}, kUploadsKept{24 * 30};
constexpr std::string_view kImports =
    "/inventory/impex/v1/organizations/{organization}/availability-records/imports";
constexpr std::string_view kRecords =
    "/inventory/availability/v1/organizations/{organization}/availability-records";

Result<http::Response> make_upload(const OciSurface& surface, const http::Request& request) {
  const auto id = surface.ids.next();
  const auto token = crypto::random_token(surface.random, 32);
  const auto now = surface.inventory.now();
  auto keep = [&](db::Session& session) -> Result<> {
    SB_CHECK(session.execute(sql::delete_old_uploads, {to_ms(now - kUploadsKept)}));
    SB_CHECK(session.execute(sql::insert_upload, {id, crypto::sha256_hex(token), to_ms(now)}));
    return {};
  };
  SB_CHECK(surface.inventory.database().write(keep));
  const auto link = surface.public_url + "/inventory/impex/v1/organizations/" +
                    text::url_encode(request.parameter("organization")) +
                    "/availability-records/imports/" + std::to_string(id);
  text::JsonWriter json;
  json.begin_object()
      .member("importId", std::to_string(id))
      .member("uploadLink", link + "/upload?token=" + token)
      .member("importStatusLink", link)
      .end_object();
  return http::Response::json(201, std::move(json).str());
}

// The claim is taken back when the file could not be kept, so that the client may send it again.
Result<http::Response> take_upload(const OciSurface& surface, const http::Request& request) {
  const auto id = whole_number(request.parameter("id"));
  const auto hash = crypto::sha256_hex(request.query_value("token").value_or(""));
  auto& database = surface.inventory.database();
  const auto oldest = to_ms(surface.inventory.now() - kLinkLife);
  SB_TRY(claimed, database.write([&](db::Session& session) {
    return session.execute(sql::claim_upload, {id, hash, oldest});
  }));
  if (claimed == 0)
    return fail(ErrorCode::forbidden, "upload-link-invalid",
                "the link was used, is older than an hour, or was not given: ask for a new one");
  auto report = surface.imports.accept(ImportKind::availability, request.body_file, "availability");
  const auto import_id = report ? report->id.value : 0;
  SB_CHECK(database.write(
      [&](db::Session& session) { return session.execute(sql::settle_upload, {id, import_id}); }));
  if (!report) return fail(std::move(report).error());
  return http::Response::empty(200);
}

Result<http::Response> upload_status(const OciSurface& surface, const http::Request& request) {
  const auto id = whole_number(request.parameter("id"));
  SB_TRY(row, surface.inventory.database().read(
                  [&](db::Session& session) { return session.query_one(sql::find_upload, {id}); }));
  if (!row) return fail(ErrorCode::not_found, "import-unknown", "there is no import of this id");
  ImportReport report;
  const bool given = row->i64(2) > 0;
  if (given) {
    SB_TRY(found, surface.imports.get(ImportId{row->i64(2)}));
    report = std::move(found);
  }
  return http::Response::json(200, oci_status_json(id, given, report));
}

Result<http::Response> get_deltas(const OciSurface& surface, const http::Request& request) {
  SB_TRY(token, parse_oci_token(request.body));
  SB_TRY(body, oci_deltas_json(surface.inventory, token));
  return http::Response::json(200, std::move(body));
}

Result<http::Response> make_token(const OciSurface& surface, const http::Request& request) {
  SB_TRY(token, parse_oci_places(request.body));
  for (const auto& group : token.groups)
    if (!surface.inventory.sites().find(group))
      return fail(ErrorCode::not_found, "group-unknown", "there is no site \"" + group + "\"",
                  "places");
  SB_TRY(last, surface.inventory.database().read(
                   [](db::Session& session) { return site_stock_store::last_sequence(session); }));
  token.sequence = last;
  return http::Response::json(200, oci_token_json(token));
}

}  // namespace

std::span<const db::Migration> OciSurface::migrations() {
  static constexpr std::array kMigrations{db::Migration{"stock-api/1", sql::schema}};
  return kMigrations;
}

void add_oci_routes(http::Router& router, const OciSurface& surface) {
  using http::Request;
  using http::Role;
  const std::string imports(kImports), records(kRecords);
  router.add({"POST", imports, Role::admin,
              [&surface](const Request& r) { return make_upload(surface, r); }});
  router.add({"GET", imports + "/{id}", Role::readonly,
              [&surface](const Request& r) { return upload_status(surface, r); }});
  // The secret in the link is the permission.
  http::Route upload{"PUT", imports + "/{id}/upload", Role::anonymous,
                     [&surface](const Request& r) { return take_upload(surface, r); }};
  upload.body = http::BodyMode::spooled;
  upload.body_limit = kUploadBytes;
  router.add(std::move(upload));

  http::Route ask{"POST", records + "/actions/get-availability", Role::readonly,
                  [&surface](const Request& r) -> Result<http::Response> {
                    SB_TRY(query, parse_oci_query(r.body));
                    SB_TRY(body, oci_availability_json(surface.inventory, query));
                    return http::Response::json(200, std::move(body));
                  }};
  router.add(std::move(ask));
  router.add({"POST", records + "/delta-token", Role::readonly,
              [&surface](const Request& r) { return make_token(surface, r); }});
  router.add({"POST", records + "/actions/get-deltas", Role::readonly,
              [&surface](const Request& r) { return get_deltas(surface, r); }});
}

}  // namespace stockbell::commerce
