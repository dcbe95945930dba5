#include "app/application.h"

#include "access/access_box.h"
#include "app/allocation_options.h"
#include "app/assets.h"
#include "app/crm_options.h"
#include "app/feed_uploads.h"
#include "app/front_door_options.h"
#include "app/path_aliases.h"
#include "app/privacy.h"
#include "app/remote_peers.h"
#include "app/restock_options.h"
#include "app/root_routes.h"
#include "app/stores.h"
#include "channels/email/mailbox_privacy.h"
#include "channels/email/outbox_channel.h"
#include "channels/email/smtp_channel.h"
#include "commerce/commerce_box.h"
#include "commerce/import_jobs/import_job_options.h"
#include "commerce/import_jobs/webdav_routes.h"
#include "commerce/purchases/purchase_routes.h"
#include "connect/connect_box.h"
#include "crm/crm_box.h"
#include "engagement/drop/drop_account.h"
#include "engagement/drop/drop_routes.h"
#include "engagement/engagement_box.h"
#include "platform/crypto/crypto.h"
#include "platform/http/server.h"
#include "platform/log/log.h"
#include "platform/text/text.h"

namespace stockbell::app {
namespace {

constexpr const char* kFeedAccount =
    "commerce-feed";  // commerce's own account on Engagement's SFTP server

// WebDAV's clients know Basic alone: the key is its password, the user's name says nothing.
http::Request with_bearer_key(const http::Request& request) {
  http::Request asked;
  asked.method = request.method;
  asked.client_address = request.client_address;
  const auto given = request.header("Authorization");
  const bool basic = given.starts_with("Basic ") || given.starts_with("basic ");
  const auto pair =
      basic ? crypto::base64_decode(text::trim(std::string_view(given).substr(6))) : std::nullopt;
  const auto colon = pair ? pair->find(':') : std::string::npos;
  asked.headers.emplace_back(
      "Authorization", colon == std::string::npos ? given : "Bearer " + pair->substr(colon + 1));
  return asked;
}

class Running final : public Application {
 public:
  Running(const config::Config& config, DataFolderLock lock, bool resident)
      : config_(config), lock_(std::move(lock)), resident_(resident), stores_(config_) {}
  ~Running() override;

  Result<> start();
  const Control& control() const override { return control_; }
  std::string http_address() const override;
  std::string sftp_address() const override;

 private:
  Result<> make_folders();
  Result<> make_boxes();
  Result<> make_crm();
  Result<> make_engagement();
  Result<> make_channel();
  Result<> make_connect();
  Result<> make_commerce();
  Result<> make_privacy();
  Result<> start_boxes();
  Result<> serve_http();
  Result<http::Principal> authenticate(const http::Request& request);
  std::string listen(const std::string& configured) const {
    return resident_ ? configured : "127.0.0.1:0";
  }

  const config::Config config_;
  DataFolderLock lock_;
  const bool resident_;
  SystemClock clock_;
  SystemRandom random_;
  Control control_;
  Stores stores_;
  // In the order they are made; destroyed the other way round.
  std::unique_ptr<access::AccessBox> access_;
  std::unique_ptr<RemotePeers> peers_;
  std::unique_ptr<crm::CrmBox> crm_;
  std::unique_ptr<channels::OutboxChannel> mailbox_;
  std::unique_ptr<channels::MailboxPersonalData> mailbox_data_;
  std::unique_ptr<channels::SmtpChannel> smtp_;
  std::unique_ptr<engagement::EngagementBox> engagement_;
  std::unique_ptr<engagement::DropAccount> drop_;
  std::unique_ptr<connect::ConnectBox> connect_;
  std::unique_ptr<SftpFeedUpload> feed_upload_;
  std::unique_ptr<commerce::CommerceBox> commerce_;
  std::unique_ptr<Privacy> privacy_;
  std::unique_ptr<http::Server> server_;
};

Result<> Running::make_folders() {
  for (const char* folder : {"keys", "spool", "feeds", "pictures", "sftp"}) {
    std::error_code error;
    std::filesystem::create_directories(config_.data_dir / folder, error);
    if (error)
      return fail(ErrorCode::internal, "data-folder-failed",
                  fmt::format("{}: {}", (config_.data_dir / folder).string(), error.message()));
  }
  std::error_code ignored;
  std::filesystem::remove(config_.data_dir / "spool" / "backup.db",
                          ignored);  // of a process that died during a backup
  return {};
}

Result<> Running::make_crm() {
  if (!config_.has_role("crm")) return {};
  if (!config_.crm_url.empty())
    log::warning("crm-not-used", {{"reason", "crm.url is set: requests and statuses go there"}});
  SB_TRY(store, stores_.open("crm", crm::CrmBox::migrations()));
  crm::CrmOptions options;
  SB_TRY(contact_options, read_contact_options(config_));
  options.contacts = std::move(contact_options);
  SB_TRY(schema, read_schema(config_));
  options.class_field = read_class_field(config_);
  SB_CHECK(check_class_field(options.class_field, schema));
  options.schema = std::move(schema);
  options.rest.public_url = config_.public_url;
  options.bulk.directory = config_.data_dir / "bulk";
  options.rest.api_requests_per_day = config_.crm_api_requests_per_day;
  crm_ = std::make_unique<crm::CrmBox>(*store, clock_, random_, std::move(options));
  if (peers_->explanations()) crm_->explain_with(*peers_->explanations());
  return {};
}

Result<> Running::make_channel() {
  if (config_.mail_transport == "outbox") {
    SB_TRY(store, stores_.open("mailbox", channels::OutboxChannel::migrations()));
    mailbox_ = std::make_unique<channels::OutboxChannel>(*store, clock_, random_);
    mailbox_data_ = std::make_unique<channels::MailboxPersonalData>(*mailbox_);
    return {};
  }
  SB_TRY(target, smtp::parse_url(config_.mail_transport));
  channels::SmtpChannelOptions options;
  options.target = target;
  options.connections = static_cast<int>(config_.mail_connections);
  SB_TRY(channel, channels::SmtpChannel::create(options));
  smtp_ = std::move(channel);
  return {};
}

Result<> Running::make_engagement() {
  if (!config_.has_role("engagement")) return {};
  SB_CHECK(make_channel());
  MessageChannel& channel = smtp_ ? static_cast<MessageChannel&>(*smtp_) : *mailbox_;
  SB_TRY(store, stores_.open("engagement", engagement::EngagementBox::migrations()));
  engagement::EngagementOptions options;
  options.public_url = config_.public_url;
  options.from = config_.mail_from;
  options.shop_name = config_.commerce_shop_title;
  options.key_file = config_.data_dir / "keys" / "links";
  options.assets = find_asset;
  if (config_.requests_expire_days > 0 &&
      config_.requests_remind_days >= config_.requests_expire_days)
    return fail(ErrorCode::invalid, "config-value-invalid",
                "requests.remind_days must be fewer than requests.expire_days",
                "requests.remind_days");
  options.confirm_within = std::chrono::hours(config_.requests_confirm_hours);
  options.expire_after = std::chrono::hours(24 * config_.requests_expire_days);
  options.remind_before = std::chrono::hours(24 * config_.requests_remind_days);
  SB_TRY(allocation, read_allocation(config_));
  options.allocation = std::move(allocation);
  options.claim_parameter = config_.engagement_claim_parameter;
  SB_TRY(restock_rules, read_restock_rules(config_));
  options.restocks = std::move(restock_rules);
  options.guard = {config_.engagement_guard_fewer_rows_percent,
                   config_.engagement_guard_transitions_percent, config_.engagement_guard_people};
  options.takes_synchronised_rows = !config_.has_role("connect");
  options.token_holder = [this](const std::string& token) {
    http::Request asked;
    asked.headers.emplace_back("Authorization", "Bearer " + token);
    return access_->authenticate(asked);
  };
  SB_TRY(box, engagement::EngagementBox::create(*store, clock_, random_, options, channel));
  engagement_ = std::move(box);
  if (crm_ && !peers_->has_engagement()) crm_->explain_with(engagement_->explanations());
  SB_TRY(drop_store, stores_.open("sftp", engagement::DropAccount::migrations()));
  engagement::DropOptions drop;
  drop.listen = listen(config_.sftp_listen);
  drop.root = config_.data_dir / "sftp";
  drop.quota_bytes = static_cast<std::uint64_t>(config_.sftp_quota_mb) << 20;
  drop.host_key_file = config_.data_dir / "keys" / "ssh_host_ed25519";
  drop_ = std::make_unique<engagement::DropAccount>(
      *drop_store, clock_, random_, drop,
      [this](const std::filesystem::path& file) { engagement_->file_arrived(file); });
  return {};
}

Result<> Running::make_connect() {
  if (!config_.has_role("connect")) return {};
  SB_TRY(store, stores_.open("connect", connect::ConnectBox::migrations()));
  peers_->join_connect(*store, config_, random_);
  auto& feed = peers_->has_crm() ? *peers_->change_feed() : static_cast<ChangeFeed&>(*crm_);
  auto& sink = peers_->has_crm() ? *peers_->status_sink() : static_cast<StatusUpdateSink&>(*crm_);
  auto* remote = peers_->connect_engagement();
  auto& extensions = remote ? *remote : static_cast<SynchronizedExtensions&>(*engagement_);
  auto& source = remote ? *remote : static_cast<StatusUpdateSource&>(*engagement_);
  connect_ = std::make_unique<connect::ConnectBox>(*store, clock_, random_, feed, extensions,
                                                   source, sink);
  return {};
}

Result<> Running::make_commerce() {
  if (!config_.has_role("commerce")) return {};
  if (!config_.engagement_sftp.empty()) {
    SB_TRY(target, parse_sftp_url(config_.engagement_sftp));
    feed_upload_ =
        std::make_unique<SftpFeedUpload>([target] { return Result<sftp::SftpTarget>(target); });
  } else if (drop_) {
    feed_upload_ =
        std::make_unique<SftpFeedUpload>([this] { return drop_->local_target(kFeedAccount); });
  }
  SB_TRY(store, stores_.open("commerce", commerce::CommerceBox::migrations()));
  commerce::CommerceBox::Options options;
  commerce::Site only;
  only.key = config_.commerce_site;
  only.title = config_.commerce_shop_title;
  SB_TRY(sites, commerce::Sites::parse(config_.commerce_sites, std::move(only)));
  SB_CHECK(commerce::WidgetTexts::load(find_asset, sites));
  options.sites = std::move(sites);
  options.public_url = config_.public_url;
  options.data_dir = config_.data_dir;
  options.feed_interval = std::chrono::seconds(config_.commerce_feed_interval_seconds);
  SB_TRY(import_jobs,
         commerce::parse_import_jobs(config_.commerce_import_jobs, options.sites.main().time_zone));
  options.import_jobs = std::move(import_jobs);
  SB_TRY(feeds, commerce::read_feed_targets(
                    config_.commerce_feeds, options.sites,
                    {config_.commerce_feed_schedule, config_.commerce_feed_incremental_schedule}));
  options.feeds = std::move(feeds);
  options.open_sftp = open_sftp_upload;
  SB_TRY(front_door, read_front_door(config_, random_));
  options.front_door = std::move(front_door);
  SB_TRY(companies,
         commerce::read_klaviyo_companies(config_.commerce_klaviyo_companies, options.sites));
  options.klaviyo_companies = std::move(companies);
  SB_TRY(columns, commerce::ColumnNames::parse(config_.commerce_columns));
  options.columns = std::move(columns);
  const auto& main_site = options.sites.main().key;
  SB_TRY(shopify, commerce::WebhookSecrets::parse(config_.commerce_shopify_secret,
                                                  "commerce.shopify_secret", main_site));
  SB_TRY(woocommerce, commerce::WebhookSecrets::parse(config_.commerce_woocommerce_secret,
                                                      "commerce.woocommerce_secret", main_site));
  options.shopify = std::move(shopify);
  options.woocommerce = std::move(woocommerce);
  options.assets = find_asset;
  options.intake_queue_bytes = static_cast<std::uint64_t>(config_.commerce_intake_queue_mb) << 20;
  commerce::CommerceBox::Ports ports{crm_.get(), engagement_.get(), feed_upload_.get()};
  if (peers_->has_crm()) ports.intake = peers_->intake();
  ports.purchases = peers_->has_crm() ? peers_->purchases() : static_cast<Purchases*>(crm_.get());
  if (peers_->has_engagement()) ports.stock_events = peers_->stock_events();
  commerce_ = std::make_unique<commerce::CommerceBox>(*store, clock_, random_, options, ports);
  SB_CHECK(commerce_->open());
  stores_.settle_before_backup([this] { return commerce_->settle_requests(); });
  return {};
}

Result<> Running::make_privacy() {
  Privacy::Parts parts{config_.data_dir, {},     [this] { return stores_.wipe_deleted(); }, {},
                       clock_,           random_};
  if (connect_ && crm_ && engagement_ &&
      config_.crm_url.empty())  // never wait for a server elsewhere
    parts.pause_sync = [this] { return connect_->pause_sync(); };
  if (commerce_) parts.boxes.push_back(&commerce_->personal_data());
  if (crm_) parts.boxes.push_back(&crm_->personal_data());
  if (engagement_) parts.boxes.push_back(&engagement_->personal_data());
  if (mailbox_data_) parts.boxes.push_back(mailbox_data_.get());
  SB_TRY(privacy, Privacy::create(std::move(parts)));
  privacy_ = std::move(privacy);
  return {};
}

Result<> Running::make_boxes() {
  SB_CHECK(check_roles(config_));
  peers_ = std::make_unique<RemotePeers>(config_, clock_);
  SB_TRY(store, stores_.open("access", access::AccessBox::migrations()));
  access::oauth::OAuthOptions oauth;
  oauth.public_url = config_.public_url;
  oauth.token_life = std::chrono::minutes(config_.access_token_minutes);
  access_ = std::make_unique<access::AccessBox>(*store, clock_, random_, std::move(oauth));
  SB_CHECK(make_crm());
  SB_CHECK(make_engagement());
  SB_CHECK(make_connect());
  SB_CHECK(make_commerce());
  return make_privacy();
}

Result<> Running::start_boxes() {
  if (crm_) SB_CHECK(crm_->start());
  if (engagement_) SB_CHECK(engagement_->start());
  if (drop_) SB_CHECK(drop_->start());
  if (connect_) connect_->start();
  if (commerce_) commerce_->start();
  return {};
}

Result<http::Principal> Running::authenticate(const http::Request& request) {
  if (request.header("authorization") == "Bearer " + control_.key)
    return http::Principal{http::Role::admin, "command line"};
  if (request.path.starts_with(commerce::kWebdavRoot))
    return access_->authenticate(with_bearer_key(request));
  return access_->authenticate(request);
}

Result<> Running::serve_http() {
  http::Router router;
  add_health_routes(router, stores_);
  add_console_routes(router);
  access_->add_routes(router);
  add_admin_routes(router, *access_, stores_, clock_);
  if (drop_) engagement::add_drop_routes(router, *drop_);
  privacy_->add_routes(router);
  if (crm_) crm_->add_routes(router);
  if (mailbox_) mailbox_->add_routes(router);
  if (engagement_) engagement_->add_routes(router);
  if (commerce_) commerce_->add_routes(router);
  auto* purchases = peers_->has_crm() ? peers_->purchases() : static_cast<Purchases*>(crm_.get());
  if (commerce_ && purchases) commerce::add_purchase_routes(router, *purchases, clock_);
  http::ServerOptions options;
  options.listen = listen(config_.http_listen);
  if (resident_) {  // a command's own application speaks to itself on loopback
    options.tls_certificate = config_.http_tls_certificate;
    options.tls_key = config_.http_tls_key;
    options.tls_listen = config_.http_tls_listen;
  }
  SB_TRY(proxies,
         http::TrustedProxies::create(config_.http_trusted_proxies, config_.http_forwarded_header));
  options.proxies = std::move(proxies);
  options.rewrite_target = path_of_alias;
  options.workers = static_cast<int>(config_.http_workers);
  options.spool_dir = config_.data_dir / "spool";
  if (commerce_)
    options.refusal_page = [this](int status) { return commerce_->refusal_page(status); };
  server_ = std::make_unique<http::Server>(
      std::move(options), std::move(router),
      [this](const http::Request& request) { return authenticate(request); });
  return server_->start();
}

Result<> Running::start() {
  SB_CHECK(make_folders());
  control_.key = crypto::random_token(random_, 32);
  SB_CHECK(make_boxes());
  SB_CHECK(start_boxes());
  SB_CHECK(serve_http());
  const bool tls = resident_ && !config_.http_tls_key.empty() && config_.http_tls_listen.empty();
  control_.url = (tls ? "https://" : "http://") + http_address();
  control_.ca_file = config_.http_tls_certificate;
  return write_control(config_.data_dir, control_);
}

Running::~Running() {
  remove_control(config_.data_dir);
  if (server_) server_->stop();
  if (commerce_) commerce_->stop();
  if (drop_) drop_->stop();
  if (connect_) connect_->stop();
  if (engagement_) engagement_->stop();
  if (crm_) crm_->stop();
}

std::string Running::http_address() const {
  const auto listening = listen(config_.http_listen);
  return fmt::format("{}:{}", listening.substr(0, listening.rfind(':')), server_->port());
}

std::string Running::sftp_address() const {
  if (!drop_) return "";
  const auto listening = listen(config_.sftp_listen);
  return fmt::format("{}:{}", listening.substr(0, listening.rfind(':')), drop_->port());
}

log::Level level_of(const std::string& text) {
  if (text == "debug") return log::Level::debug;
  if (text == "warning") return log::Level::warning;
  return text == "error" ? log::Level::error : log::Level::info;
}

}  // namespace

Result<std::unique_ptr<Application>> Application::start(const config::Config& config,
                                                        bool resident) {
  // A command's own application only tells of trouble.
  log::open(resident ? level_of(config.log_level) : log::Level::warning, config.log_file);
  SB_TRY(lock, DataFolderLock::acquire(config.data_dir));
  remove_control(config.data_dir);  // of a server that was killed
  auto running = std::make_unique<Running>(config, std::move(lock), resident);
  SB_CHECK(running->start());
  return std::unique_ptr<Application>(std::move(running));
}

}  // namespace stockbell::app
