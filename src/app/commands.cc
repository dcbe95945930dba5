#include "app/commands.h"

#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "app/api_client.h"
#include "app/check.h"
#include "app/import_command.h"
#include "app/journey_command.h"
#include "app/privacy_command.h"
#include "app/serve.h"
#include "demo/demo_catalog.h"
#include "platform/text/json.h"
#include "platform/text/text.h"

namespace stockbell::app {
namespace {

constexpr std::string_view kVersion = "0.1.0";

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

// What the subcommands read from the command line.
struct Options {
  std::string config_file, roles, role = "admin", name, certificate, email, file, mode, id, sku,
                                  status, out;
  bool demo = false, json = false, incremental = false;
  int products = 300, variant_limit = 0, restock = 0;
  std::uint64_t seed = 1;
};

Result<config::Config> load_config(const Options& options) {
  std::optional<std::filesystem::path> file;
  if (!options.config_file.empty()) file = options.config_file;
  return config::load(file, [&](const std::string& variable) {
    if (variable == "STOCKBELL_ROLES" && !options.roles.empty())
      return std::optional(options.roles);
    return environment(variable);
  });
}

std::string text_of(const boost::json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value) return "";
  return value->is_string() ? std::string(value->as_string()) : boost::json::serialize(*value);
}

Result<> create_key(const config::Config& config, const Options& options) {
  SB_TRY(client, ApiClient::open(config));
  text::JsonWriter body;
  body.begin_object().member("role", options.role).member("name", options.name);
  if (!options.certificate.empty()) {
    std::string pem(64 * 1024 + 1, '\0');
    std::ifstream file(options.certificate, std::ios::binary);
    file.read(pem.data(), static_cast<std::streamsize>(pem.size()));
    pem.resize(static_cast<std::size_t>(file.gcount()));
    if (pem.empty() || pem.size() > 64 * 1024)
      return fail(ErrorCode::invalid, "certificate-invalid",
                  options.certificate + " is no PEM certificate or public key");
    body.member("certificate", pem);
  }
  body.end_object();
  SB_TRY(answer, client.call("POST", "/api/v1/keys", body.str()));
  SB_TRY(object, text::parse_json_object(answer));
  std::cout << text_of(object, "key") << "\n";
  return {};
}

Result<> list_keys(const config::Config& config, const Options&) {
  SB_TRY(client, ApiClient::open(config));
  SB_TRY(answer, client.call("GET", "/api/v1/keys"));
  SB_TRY(object, text::parse_json_object(answer, 16 << 20));
  for (const auto& item : object.at("items").as_array()) {
    const auto& key = item.as_object();
    std::cout << text_of(key, "id") << "\t" << text_of(key, "role") << "\t" << text_of(key, "name")
              << "\t" << text_of(key, "created_at")
              << (key.at("certificate").as_bool() ? "\tcertificate" : "") << "\n";
  }
  return {};
}

Result<> revoke_key(const config::Config& config, const Options& options) {
  SB_TRY(client, ApiClient::open(config));
  SB_CHECK(client.call("DELETE", "/api/v1/keys/" + text::url_encode(options.name)));
  std::cout << "revoked: " << options.name << "\n";
  return {};
}

Result<> remove_user(const config::Config& config, const Options& options) {
  SB_TRY(client, ApiClient::open(config));
  SB_CHECK(client.call("DELETE", "/api/v1/users/" + text::url_encode(options.email)));
  std::cout << "removed: " << options.email << "\n";
  return {};
}

Result<> add_user(const config::Config& config, const Options& options) {
  SB_TRY(client, ApiClient::open(config));
  text::JsonWriter body;
  body.begin_object().member("email", options.email).end_object();
  SB_TRY(answer, client.call("POST", "/api/v1/users", body.str()));
  SB_TRY(object, text::parse_json_object(answer));
  std::cout << "password (shown once): " << text_of(object, "password") << "\n";
  return {};
}

Result<> run_feed(const config::Config& config, const Options& options) {
  SB_TRY(client, ApiClient::open(config));
  SB_TRY(answer, client.call("POST", fmt::format("/api/v1/feeds/catalog/run?kind={}&target={}",
                                                 options.incremental ? "incremental" : "full",
                                                 text::url_encode(options.name))));
  std::cout << answer << "\n";
  return {};
}

// Feeds that the guard holds, one line each.
Result<> list_held_feeds(const config::Config& config, const Options&) {
  SB_TRY(client, ApiClient::open(config));
  SB_TRY(answer, client.call("GET", "/api/v1/feed-imports?state=held&limit=500"));
  SB_TRY(page, text::parse_json_object(answer, 64 << 20));
  for (const auto& item : page.at("items").as_array()) {
    const auto& row = item.as_object();
    std::cout << text_of(row, "id") << "\t" << text_of(row, "name") << "\t"
              << text_of(row, "reason") << "\n";
  }
  return {};
}

Result<> decide_feed(const config::Config& config, const Options& options,
                     const std::string& decision) {
  SB_TRY(client, ApiClient::open(config));
  SB_TRY(answer, client.call("POST", "/api/v1/feed-imports/" + text::url_encode(options.id) + "/" +
                                         decision));
  SB_TRY(feed, text::parse_json_object(answer));
  std::cout << text_of(feed, "name") << ": " << text_of(feed, "state") << "\n";
  return {};
}

// Pages through the requests, one line each (tab-separated, or JSON lines).
Result<> list_requests(const config::Config& config, const Options& options) {
  SB_TRY(client, ApiClient::open(config));
  std::string cursor;
  do {
    auto path = "/api/v1/requests?limit=500&sku=" + text::url_encode(options.sku) +
                "&status=" + text::url_encode(options.status) +
                "&cursor=" + text::url_encode(cursor);
    SB_TRY(answer, client.call("GET", path));
    SB_TRY(page, text::parse_json_object(answer, 64 << 20));
    for (const auto& item : page.at("items").as_array()) {
      const auto& row = item.as_object();
      if (options.json) {
        std::cout << boost::json::serialize(row) << "\n";
      } else {
        std::cout << text_of(row, "id") << "\t" << text_of(row, "status") << "\t"
                  << text_of(row, "sku") << "\t" << text_of(row, "requested_at") << "\n";
      }
    }
    const auto* next = page.if_contains("next_cursor");
    cursor = next && next->is_string() ? std::string(next->as_string()) : "";
  } while (!cursor.empty());
  return {};
}

Result<> explain_request(const config::Config& config, const Options& options) {
  SB_TRY(client, ApiClient::open(config));
  const auto request = "requests/" + text::url_encode(options.id) + "/explanation";
  if (config.has_role("crm")) {
    SB_TRY(answer, client.call("GET", "/api/v1/" + request));
    std::cout << answer;
    return {};
  }
  SB_TRY(answer, client.call("GET", "/api/v1/engagement/" + request));
  SB_TRY(object, text::parse_json_object(answer));
  for (const auto& line : object.at("lines").as_array())
    std::cout << std::string_view(line.as_string()) << "\n";
  return {};
}

Result<> back_up(const config::Config& config, const Options& options) {
  SB_TRY(client, ApiClient::open(config));
  text::JsonWriter body;
  body.begin_object().member("file", std::filesystem::absolute(options.file).string()).end_object();
  SB_TRY(answer, client.call("POST", "/api/v1/backup", body.str()));
  SB_TRY(object, text::parse_json_object(answer));
  std::cout << "backup written: " << text_of(object, "file") << "\n";
  return {};
}

Result<> write_demo(const config::Config&, const Options& options) {
  const demo::DemoOptions demo{options.products, options.seed, "Harbour & Pine",
                               options.variant_limit};
  SB_CHECK(demo::write_catalog(demo, options.out));
  const auto folder = std::filesystem::path(options.out);
  if (options.restock > 0)
    SB_CHECK(demo::write_restock(demo, options.restock, folder / "restock.xml"));
  return demo::write_feed(demo, "http://127.0.0.1:8080", 0, folder / "catalogFeed.psv");
}

using Command = std::function<Result<>(const config::Config&, const Options&)>;

class CommandLine {
 public:
  CommandLine() {
    app_.require_subcommand(1);
    auto* serve_command =
        add("serve", "run the boxes until Ctrl-C",
            [](const auto& config, const auto& options) { return serve(config, options.demo); });
    serve_command->add_option("--roles", options_.roles,
                              "boxes to run: commerce,crm,connect,engagement");
    serve_command->add_flag("--demo", options_.demo,
                            "fill an empty store with a demo shop and a console user");

    auto* keys = group("keys", "API keys");
    auto* create = add("create", "make a key and print it once", create_key, keys);
    create->add_option("--role", options_.role, "admin, intake or readonly")
        ->check(CLI::IsMember({"admin", "intake", "readonly"}))
        ->required();
    create->add_option("--name", options_.name,
                       "what it is for; the OAuth client_id, no two keys share one");
    create
        ->add_option("--certificate", options_.certificate,
                     "PEM certificate or public key (RSA) for OAuth's JWT bearer flow")
        ->check(CLI::ExistingFile);
    add("list", "id, role, name, time", list_keys, keys);
    add("revoke", "end a key and all its tokens", revoke_key, keys)
        ->add_option("key", options_.name, "its name or id")
        ->required();

    auto* users = group("users", "console users");
    add("add", "make a user and print the password once", add_user, users)
        ->add_option("email", options_.email, "address the user signs in with")
        ->required();
    add("remove", "end a user, their sessions and tokens", remove_user, users)
        ->add_option("email", options_.email)
        ->required();

    auto* feeds = group("feed", "the catalog feed");
    auto* feed = add("run", "write and upload the catalog feed now", run_feed, feeds);
    feed->add_option("--target", options_.name, "the key of one feed; each when left out");
    feed->add_flag("--incremental", options_.incremental, "what changed since its last upload");

    add("held", "feeds that the guard holds, and why", list_held_feeds, feeds);
    for (const std::string decision : {"release", "discard"})
      add(
          decision, decision == "release" ? "import a held feed all the same" : "drop a held feed",
          [decision](const auto& config, const auto& options) {
            return decide_feed(config, options, decision);
          },
          feeds)
          ->add_option("id", options_.id)
          ->required();

    auto* import = group("import", "read a catalog or stock file");
    for (const std::string kind : {"catalog", "inventory"}) {
      auto* read = add(
          kind, "XML, CSV, PSV, TSV or NDJSON, also .gz and .zst",
          [kind](const auto& config, const auto& options) {
            return import_file(config, kind, options.mode, options.file);
          },
          import);
      read->add_option("file", options_.file)->required()->check(CLI::ExistingFile);
      if (kind == "inventory")
        read->add_option(
                "--mode", options_.mode,
                "merge when left out; replace removes the records that the file does not name")
            ->check(CLI::IsMember({"merge", "update", "replace", "delete"}));
    }

    auto* requests = group("requests", "notification requests");
    for (const bool json : {false, true}) {
      auto* list = add(
          json ? "export" : "list",
          json ? "all fields, one JSON object a line" : "id, status, SKU, time",
          [json](const auto& config, auto options) {
            options.json = json;
            return list_requests(config, options);
          },
          requests);
      list->add_option("--sku", options_.sku);
      list->add_option("--status", options_.status);
    }
    add("explain", "why it was, or was not, messaged", explain_request, requests)
        ->add_option("id", options_.id)
        ->required();

    auto* journeys = group("journeys", "who is sent what and when (docs/journeys.md)");
    add(
        "list", "key, status, version, how many entered and are on their way, name",
        [](const auto& config, const auto&) { return list_journeys(config); }, journeys);
    for (const auto& [change, help] :
         {std::pair("publish", "put the draft in force"), std::pair("pause", "let nobody in or on"),
          std::pair("resume", "go on after a pause"),
          std::pair("stop", "end it for all who are in it")})
      add(
          change, help,
          [change = std::string(change)](const auto& config, const auto& options) {
            return change_journey(config, options.id, change);
          },
          journeys)
          ->add_option("key", options_.id)
          ->required();
    add(
        "secret", "with which a shop verifies claims (docs/claims.md)",
        [](const auto& config, const auto&) { return show_claim_secret(config); },
        group("claims", "proofs of invitations for the shop"));

    auto* privacy = group("privacy", "what is held of an e-mail address, and its removal");
    auto* exported = add(
        "export", "everything of an address, as one JSON document",
        [](const auto& config, const auto& options) {
          return export_address(config, options.email, options.out);
        },
        privacy);
    exported->add_option("email", options_.email)->required();
    exported->add_option("--out", options_.out, "file to write, instead of printing");
    add(
        "erase", "remove everything of an address and print the receipt",
        [](const auto& config, const auto& options) {
          return erase_address(config, options.email);
        },
        privacy)
        ->add_option("email", options_.email)
        ->required();

    add("backup", "copy the stores into one file while running", back_up)
        ->add_option("file", options_.file)
        ->required();
    add("check", "configuration, stores, mail server, SFTP: a line each",
        [](const auto& config, const auto&) { return check(config); });
    add("version", "print the version", [](const auto&, const auto&) -> Result<> {
      std::cout << "stockbell " << kVersion << "\n";
      return {};
    });

    auto* demo = add("demo", "write a made-up catalog, its stock, pictures and feed", write_demo);
    demo->add_option("--out", options_.out, "folder to write into")->required();
    demo->add_option("--products", options_.products)->check(CLI::Range(1, 10'000'000));
    demo->add_option("--variant-limit", options_.variant_limit,
                     "at most this many variants a product");
    demo->add_option("--restock", options_.restock,
                     "also restock.xml: this many sold-out SKUs come back");
    demo->add_option("--seed", options_.seed);
  }

  int run(int argc, char** argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : 2;
    }
    auto config = load_config(options_);
    Result<> done = config ? chosen_(*config, options_) : std::unexpected(config.error());
    if (done) return 0;
    std::cerr << "stockbell: " << done.error().message << "\n";
    return 1;
  }

 private:
  CLI::App* group(const std::string& name, const std::string& help) {
    auto* command = app_.add_subcommand(name, help);
    command->require_subcommand(1);
    return command;
  }

  CLI::App* add(const std::string& name, const std::string& help, Command command,
                CLI::App* parent = nullptr) {
    auto* added = (parent ? parent : &app_)->add_subcommand(name, help);
    added->add_option("--config", options_.config_file, "TOML file (docs/configuration.md)");
    added->callback([this, command = std::move(command)] { chosen_ = command; });
    return added;
  }

  CLI::App app_{
      "Stockbell rings when it is back: a self-hosted back-in-stock notification system."};
  Options options_;
  Command chosen_;
};

}  // namespace

int run_command(int argc, char** argv) {
  ::umask(0077);  // stores hold addresses: for the owner alone
  try {
    return CommandLine().run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "stockbell: " << error.what() << "\n";
    return 1;
  }
}

}  // namespace stockbell::app
