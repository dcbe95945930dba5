#include "engagement/messages/notice_renderer.h"

#include <fmt/format.h>

namespace stockbell::engagement {
namespace {

constexpr std::size_t kMostItems = 20;  // shown; the pages show all

std::string days(Duration duration) {
  return std::to_string(std::chrono::ceil<std::chrono::days>(duration).count());
}

// The names of a kind's texts begin with it.
std::string_view prefix(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::confirmation:
      return "confirm_";
    case NoticeKind::still_want_it:
      return "keep_";
    default:
      return "link_";
  }
}

}  // namespace

Result<NoticeRenderer> NoticeRenderer::create(const Assets& assets, SenderIdentity identity,
                                              const Texts& texts, const PreferenceLinks& links,
                                              const TrackingLinks& tracking, RequestTimes times) {
  const auto read = [&](const std::string& name) -> Result<std::string> {
    const auto path = "messages/" + name + ".mustache";
    const auto text = assets ? assets(path) : std::nullopt;
    if (!text) return fail(ErrorCode::internal, "asset-missing", "there is no template " + path);
    return std::string(*text);
  };
  std::map<std::string, std::string> partials;
  for (const char* name : {"notice_top.html", "notice_items.html", "notice_end.html"}) {
    SB_TRY(text, read(name));
    partials.emplace(name, std::move(text));
  }
  std::map<NoticeKind, Templates> all;
  for (const auto& [kind, name] : kEnumText<NoticeKind>) {
    SB_TRY(subject, read(std::string(name) + ".subject"));
    SB_TRY(html, read(std::string(name) + ".html"));
    SB_TRY(text, read(std::string(name) + ".text"));
    SB_TRY(subject_template, templates::Template::compile(subject));
    SB_TRY(html_template, templates::Template::compile(html, partials));
    SB_TRY(text_template, templates::Template::compile(text));
    all.emplace(kind, Templates{std::move(subject_template), std::move(html_template),
                                std::move(text_template)});
  }
  return NoticeRenderer(std::move(all), std::move(identity), texts, links, tracking, times);
}

NoticeRenderer::NoticeRenderer(std::map<NoticeKind, Templates> templates, SenderIdentity identity,
                               const Texts& texts, const PreferenceLinks& links,
                               const TrackingLinks& tracking, RequestTimes times)
    : templates_(std::move(templates)),
      identity_(std::move(identity)),
      return_path_(address_of(identity_.from)),
      texts_(texts),
      links_(links),
      tracking_(tracking),
      times_(times) {}

void NoticeRenderer::add_links(const LeasedNotice& notice, Time now, templates::Value& context,
                               OutgoingMessage& out) const {
  const auto manage = links_.manage(notice.address_key, now);
  switch (notice.kind) {
    case NoticeKind::confirmation:
      // A mailbox that has not agreed to anything yet has nothing to manage or to unsubscribe from.
      context.set("action_url", links_.confirm(notice.id, notice.created_at + times_.confirm));
      return;
    case NoticeKind::still_want_it:
      out.unsubscribe_url = tracking_.url({LinkKind::unsubscribe, notice.id, 0});
      context.set("action_url", links_.keep(notice.id, notice.created_at + times_.remind))
          .set("manage_url", manage)
          .set("unsubscribe_url", out.unsubscribe_url);
      return;
    case NoticeKind::manage_link:
      context.set("action_url", manage);
      return;
  }
}

OutgoingMessage NoticeRenderer::render(const LeasedNotice& notice, const Items& items,
                                       Time now) const {
  const auto& language = texts_.of(notice.locale);
  auto products = templates::Value::list();
  std::string only;
  for (std::size_t i = 0; i < std::min(kMostItems, notice.items.size()); ++i) {
    const auto found = items.find(notice.items[i].sku);
    const auto item = found == items.end() ? CatalogItem{} : found->second;
    only = item.name.empty() ? notice.items[i].sku : item.name;
    products.push_back(templates::Value::object({{"product_name", only},
                                                 {"variant_text", item.variant_text},
                                                 {"picture_url", item.image_link},
                                                 {"indent", item.image_link.empty() ? "0" : "14px"},
                                                 {"span", item.image_link.empty() ? "2" : "1"}}));
  }
  const auto count = std::to_string(notice.items.size());
  const auto what = notice.items.size() == 1 ? only : language.say("items", {{"count", count}});
  const auto lasts = notice.kind == NoticeKind::manage_link ? PreferenceLinks::kManageLife
                                                            : times_.remind;
  const Words holes = {
      {"shop", identity_.shop_name},
      {"what", what},
      {"days", days(lasts)},
      {"hours", std::to_string(std::chrono::ceil<std::chrono::hours>(times_.confirm).count())}};
  const auto say = [&](std::string_view name) {
    return language.say(std::string(prefix(notice.kind)) + std::string(name), holes);
  };
  auto context = templates::Value::object({{"lang", language.tag()},
                                           {"dir", language.direction()},
                                           {"start", language.right_to_left() ? "right" : "left"},
                                           {"subject", one_line(say("subject"))},
                                           {"title", say("title")},
                                           {"lead", say("lead")},
                                           {"preview", say("preview")},
                                           {"button", say("button")},
                                           {"note", say("note")},
                                           {"t", language.all(holes)},
                                           {"products", std::move(products)},
                                           {"shop_name", identity_.shop_name},
                                           {"shop_url", identity_.shop_url}});
  OutgoingMessage out;
  out.id = notice.id;
  out.message_id = notice.message_id;
  out.from = identity_.from;
  out.to_address = notice.email;
  out.return_path = return_path_;
  out.date = now;
  // Names are whatever the form was given: no message that nobody has agreed to repeats them.
  if (notice.kind == NoticeKind::still_want_it) out.list_id = identity_.list_id;
  add_links(notice, now, context, out);
  const auto& made = templates_.at(notice.kind);
  out.subject = one_line(made.subject.render(context, templates::Escaping::plain));
  out.html = made.html.render(context, templates::Escaping::html);
  out.text = made.text.render(context, templates::Escaping::plain);
  return out;
}

}  // namespace stockbell::engagement
