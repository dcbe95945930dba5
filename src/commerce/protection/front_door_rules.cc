#include "commerce/protection/front_door_rules.h"

#include <bit>

namespace stockbell::commerce {
namespace {

// A machine's doing, whoever it is; a page out of a cache or a tab left open is not.
bool suspicious(TokenState token) {
  return token == TokenState::early || token == TokenState::other || token == TokenState::forged;
}

bool proven(const Findings& post) {
  if (post.captcha == CaptchaState::passed) return true;
  if (post.captcha_needed && post.entrance == Entrance::script) return false;
  return post.work == WorkState::done || (post.clicked_again && post.may_click_again);
}

}  // namespace

Step decide(const Findings& post) {
  if (post.hidden_field_filled) return Step::drop;
  if (post.disposable && post.on_disposable == DisposableAction::refuse) return Step::refuse;
  if (proven(post)) return Step::go_on;
  const bool failed = post.captcha == CaptchaState::failed || post.work == WorkState::wrong ||
                      post.work == WorkState::used;
  const bool doubtful = suspicious(post.token) || failed || post.captcha_always ||
                        (post.disposable && post.on_disposable == DisposableAction::challenge);
  if (post.entrance == Entrance::klaviyo)
    return post.within_allowance ? Step::go_on : Step::slow_down;
  if (!doubtful && post.within_allowance) return Step::go_on;
  if (post.entrance == Entrance::form && !post.may_click_again) return Step::slow_down;
  return Step::ask_for_more;
}

int misbehaviour(const Findings& post, Step step) {
  if (step == Step::drop || post.work == WorkState::used) return 4;
  if (post.work == WorkState::wrong || post.token == TokenState::forged ||
      post.token == TokenState::other)
    return 2;
  if (step == Step::go_on) return post.work == WorkState::done ? -1 : 0;
  return step == Step::refuse ? 0 : 1;
}

int effort_for(std::int64_t points) {
  const auto doubled = std::bit_width(static_cast<std::uint64_t>(std::max<std::int64_t>(0, points) + 1));
  return std::min(kMostEffort, kLeastEffort + static_cast<int>(doubled) - 1);
}

}  // namespace stockbell::commerce
