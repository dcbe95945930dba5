// Stockbell's one configuration file (TOML), with STOCKBELL_SECTION_KEY overrides from the
// environment. Read once by app/. docs/configuration.md lists the same keys; a test holds the two
// together.
#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace stockbell::config {

struct Config {
  std::filesystem::path data_dir = ".stockbell";
  std::vector<std::string> roles = {"commerce", "crm", "connect", "engagement"};
  std::string public_url = "http://127.0.0.1:8080";
  std::string http_listen = "127.0.0.1:8080";
  std::string http_tls_listen;  // empty: none
  std::filesystem::path http_tls_certificate, http_tls_key;
  std::int64_t http_workers = 32;
  std::vector<std::string> http_trusted_proxies;  // "10.0.0.0/8"
  std::string http_forwarded_header = "X-Forwarded-For";
  std::int64_t access_token_minutes = 120;
  std::string sftp_listen = "127.0.0.1:8022";
  std::int64_t sftp_quota_mb = 51'200;  // below each root; 0: no limit
  std::string database_url = "sqlite";
  std::string mail_transport = "outbox";
  std::string mail_from = "Shop <shop@example.com>";
  std::int64_t mail_connections = 4;
  std::string crm_url;
  std::string crm_client_id, crm_client_secret;
  std::string crm_api_version = "59.0";
  std::int64_t crm_poll_seconds = 15;
  std::filesystem::path crm_rules;           // JSON; empty: the shipped ones
  std::vector<std::string> crm_site_groups;  // "site=group"
  std::string crm_custom_fields;             // a JSON array of objects, or empty
  std::string crm_class_field;               // "Contact.Tier__c"; empty: none
  std::int64_t crm_api_requests_per_day = 1'000'000;
  std::string engagement_sftp;
  std::string engagement_url, engagement_client_id, engagement_client_secret;
  std::int64_t engagement_guard_fewer_rows_percent = 50;
  std::int64_t engagement_guard_transitions_percent = 50;
  std::int64_t engagement_guard_people = 100'000;
  std::int64_t engagement_restock_minimum_quantity = 0, engagement_restock_minimum_increase = 0;
  std::int64_t engagement_restock_hold_seconds = 0, engagement_restock_cool_down_seconds = 0;
  std::string engagement_restock_rules;  // a JSON array of objects, or empty
  std::string engagement_allocation = "everyone";
  std::int64_t engagement_allocation_factor_percent = 100;
  std::int64_t engagement_wave_size = 0, engagement_wave_minutes = 0;
  std::string engagement_wave_interval = "fixed";
  std::int64_t engagement_invitation_minutes = 1440;
  std::string engagement_claim_parameter;  // of the query; empty: no claims
  std::string engagement_classes;          // a JSON array of objects, or empty: none but standard
  std::string commerce_sites;              // a JSON array of objects, or empty: the one site below
  std::vector<std::string> commerce_columns;  // "inventory.quantity=Lagerbestand"
  std::string commerce_shopify_secret, commerce_woocommerce_secret;
  std::string commerce_site = "default";
  std::string commerce_shop_title = "Stockbell demo shop";
  std::int64_t commerce_feed_interval_seconds = 900;
  std::string commerce_feed_schedule, commerce_feed_incremental_schedule;  // cron; empty: none
  std::string commerce_import_jobs;  // a JSON array of objects, or empty: the two shipped ones
  std::string commerce_feeds;        // a JSON array of objects, or empty: one to Engagement
  std::int64_t commerce_requests_per_minute = 30;
  std::int64_t commerce_intake_queue_mb = 512;
  std::int64_t commerce_requests_without_token = 5;
  std::int64_t commerce_requests_per_mailbox_hour = 10, commerce_requests_per_mailbox_day = 30;
  std::int64_t commerce_page_token_wait_seconds = 2, commerce_page_token_minutes = 120;
  std::string commerce_disposable = "challenge";
  std::filesystem::path commerce_disposable_domains;  // empty: the list that ships
  std::string commerce_captcha = "challenged";
  std::string commerce_captcha_verify_url, commerce_captcha_secret;
  std::string commerce_captcha_field = "cf-turnstile-response";
  std::vector<std::string> commerce_klaviyo_companies;  // "company=site"
  std::int64_t requests_confirm_hours = 48;
  std::int64_t requests_expire_days = 180;  // 0: never
  std::int64_t requests_remind_days = 14;   // before that; 0: not at all
  std::string log_level = "info";
  std::filesystem::path log_file;

  bool has_role(std::string_view role) const;
};

using Environment = std::function<std::optional<std::string>(const std::string& name)>;

// Reads `file` (none: the defaults) and the environment. The error names file, line, key and what
// would be right.
Result<Config> load(const std::optional<std::filesystem::path>& file,
                    const Environment& environment);

// "section.key" of every key, in order; for the reference and its test.
std::vector<std::string> key_names();

}  // namespace stockbell::config
