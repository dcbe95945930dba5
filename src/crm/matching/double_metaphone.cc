#include "crm/matching/double_metaphone.h"

#include <algorithm>
#include <initializer_list>

namespace stockbell::crm::matching {
namespace {

using Texts = std::initializer_list<std::string_view>;

class Encoder {
 public:
  Encoder(std::string_view word, std::size_t length) : length_(length) {
    for (char c : word) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
      if (c >= 'A' && c <= 'Z') word_ += c;
    }
    last_ = static_cast<int>(word_.size()) - 1;
    slavic_ = word_.find_first_of("WK") != std::string::npos ||
              word_.find("CZ") != std::string::npos || word_.find("WITZ") != std::string::npos;
  }

  SoundCode encode() {
    if (is(0, {"GN", "KN", "PN", "WR", "PS"})) at_ = 1;
    if (letter(0) == 'X') add("S", 1);  // Xavier
    while (at_ <= last_ && (code_.primary.size() < length_ || code_.alternate.size() < length_))
      consonant_or_vowel();
    code_.primary.resize(std::min(code_.primary.size(), length_));
    code_.alternate.resize(std::min(code_.alternate.size(), length_));
    return std::move(code_);
  }

 private:
  char letter(int i) const {
    return i >= 0 && i <= last_ ? word_[static_cast<std::size_t>(i)] : '\0';
  }
  bool vowel(int i) const {
    return letter(i) != '\0' &&
           std::string_view("AEIOUY").find(letter(i)) != std::string_view::npos;
  }
  bool is(int start, Texts texts) const {
    if (start < 0 || start > last_) return false;
    auto rest = std::string_view(word_).substr(static_cast<std::size_t>(start));
    return std::ranges::any_of(texts, [&](auto text) { return rest.starts_with(text); });
  }
  bool one_of(int i, std::string_view letters) const {
    return letter(i) != '\0' && letters.find(letter(i)) != std::string_view::npos;
  }
  bool ends_before(int i) const { return i > last_; }
  void add(std::string_view both, int step) { add(both, both, step); }
  void add(std::string_view primary, std::string_view alternate, int step) {
    code_.primary += primary;
    code_.alternate += alternate;
    at_ += step;
  }
  // A letter that sounds the same single and doubled.
  void plain(std::string_view sound, std::string_view swallowed) {
    add(sound, one_of(at_ + 1, swallowed) ? 2 : 1);
  }

  void consonant_or_vowel();
  void letter_c();
  void letters_ch();
  void letter_d();
  void letter_g();
  void letters_gh();
  void letter_j();
  void letter_l();
  void letter_s();
  void letters_sc();
  void letter_t();
  void letter_w();
  void letter_z();

  std::string word_;
  std::size_t length_;
  int at_ = 0, last_ = -1;
  bool slavic_ = false;  // or Germanic: hard G, J as in Jan
  SoundCode code_;
};

void Encoder::consonant_or_vowel() {
  switch (letter(at_)) {
    case 'B':
      return plain("P", "B");
    case 'C':
      return letter_c();
    case 'D':
      return letter_d();
    case 'F':
      return plain("F", "F");
    case 'G':
      return letter_g();
    case 'H':  // only before a vowel, at the start or after one
      if ((at_ == 0 || vowel(at_ - 1)) && vowel(at_ + 1)) return add("H", 2);
      return add("", 1);
    case 'J':
      return letter_j();
    case 'K':
      return plain("K", "K");
    case 'L':
      return letter_l();
    case 'M': {
      const bool silent_b = is(at_ - 1, {"UMB"}) && (at_ + 1 == last_ || is(at_ + 2, {"ER"}));
      return add("M", silent_b || letter(at_ + 1) == 'M' ? 2 : 1);  // dumb, thumb
    }
    case 'N':
      return plain("N", "N");
    case 'P':
      if (letter(at_ + 1) == 'H') return add("F", 2);
      return plain("P", "PB");  // Campbell, raspberry
    case 'Q':
      return plain("K", "Q");
    case 'R': {
      const bool french = at_ == last_ && !slavic_ && is(at_ - 2, {"IE"}) &&
                          !is(at_ - 4, {"ME", "MA"});  // Rogier, not Hochmeier
      return add(french ? "" : "R", "R", letter(at_ + 1) == 'R' ? 2 : 1);
    }
    case 'S':
      return letter_s();
    case 'T':
      return letter_t();
    case 'V':
      return plain("F", "V");
    case 'W':
      return letter_w();
    case 'X': {
      const bool french =
          at_ == last_ && (is(at_ - 3, {"IAU", "EAU"}) || is(at_ - 2, {"AU", "OU"}));
      return add(french ? "" : "KS", one_of(at_ + 1, "CX") ? 2 : 1);  // Breaux
    }
    case 'Z':
      return letter_z();
    default:  // a vowel counts at the start only
      return add(at_ == 0 ? "A" : "", 1);
  }
}

void Encoder::letter_c() {
  if (at_ > 1 && !vowel(at_ - 2) && is(at_ - 1, {"ACH"}) && letter(at_ + 2) != 'I' &&
      (letter(at_ + 2) != 'E' || is(at_ - 2, {"BACHER", "MACHER"})))
    return add("K", 2);
  if (at_ == 0 && is(0, {"CAESAR"})) return add("S", 2);
  if (is(at_, {"CHIA"})) return add("K", 2);  // Chianti
  if (is(at_, {"CH"})) return letters_ch();
  if (is(at_, {"CZ"}) && !is(at_ - 2, {"WICZ"})) return add("S", "X", 2);  // Czerny
  if (is(at_ + 1, {"CIA"})) return add("X", 3);                            // focaccia
  if (is(at_, {"CC"}) && !(at_ == 1 && letter(0) == 'M')) {                // not McClellan
    if (!one_of(at_ + 2, "IEH") || is(at_ + 2, {"HU"})) return add("K", 2);
    const bool hard = (at_ == 1 && letter(0) == 'A') || is(at_ - 1, {"UCCEE", "UCCES"});
    return add(hard ? "KS" : "X", 3);  // accident, success; Bacci, Bertucci
  }
  if (is(at_, {"CK", "CG", "CQ"})) return add("K", 2);
  if (is(at_, {"CIO", "CIE", "CIA"})) return add("S", "X", 2);
  if (is(at_, {"CI", "CE", "CY"})) return add("S", 2);
  const bool one_sound = one_of(at_ + 1, "CKQ") && !is(at_ + 1, {"CE", "CI"});
  add("K", one_sound ? 2 : 1);
}

void Encoder::letters_ch() {
  if (at_ > 0 && is(at_, {"CHAE"})) return add("K", "X", 2);  // Michael
  const bool greek_start =
      at_ == 0 && is(1, {"HARAC", "HARIS", "HOR", "HYM", "HIA", "HEM"}) && !is(0, {"CHORE"});
  const bool hard_before =
      (at_ == 0 || one_of(at_ - 1, "AOUE")) &&
      (one_of(at_ + 2, "LRNMBHFVW") || ends_before(at_ + 2));  // Wachtler, Bach; not Tichner
  if (greek_start || is(0, {"SCH"}) || is(at_ - 2, {"ORCHES", "ARCHIT", "ORCHID"}) ||
      one_of(at_ + 2, "TS") || hard_before)
    return add("K", 2);
  if (at_ == 0) return add("X", 2);
  if (is(0, {"MC"})) return add("K", 2);  // McHugh
  add("X", "K", 2);
}

void Encoder::letter_d() {
  if (is(at_, {"DG"})) {
    if (one_of(at_ + 2, "IEY")) return add("J", 3);  // edge
    return add("TK", 2);                             // Edgar
  }
  plain("T", "TD");
}

void Encoder::letter_g() {
  const char next = letter(at_ + 1);
  if (next == 'H') return letters_gh();
  if (next == 'N') {
    if (at_ == 1 && vowel(0) && !slavic_) return add("KN", "N", 2);
    if (!is(at_ + 2, {"EY"}) && !slavic_) return add("N", "KN", 2);  // not Cagney
    return add("KN", 2);
  }
  if (is(at_ + 1, {"LI"}) && !slavic_) return add("KL", "L", 2);  // Tagliaro
  if (at_ == 0 &&
      (next == 'Y' || is(1, {"ES", "EP", "EB", "EL", "EY", "IB", "IL", "IN", "IE", "EI", "ER"})))
    return add("K", "J", 2);
  if ((is(at_ + 1, {"ER"}) || next == 'Y') && !is(0, {"DANGER", "RANGER", "MANGER"}) &&
      !one_of(at_ - 1, "EI") && !is(at_ - 1, {"RGY", "OGY"}))
    return add("K", "J", 2);
  if (one_of(at_ + 1, "EIY") || is(at_ - 1, {"AGGI", "OGGI"})) {
    if (is(0, {"SCH"}) || is(at_ + 1, {"ET"})) return add("K", 2);
    if (is(at_ + 1, {"IER"}) && ends_before(at_ + 4)) return add("J", 2);
    return add("J", "K", 2);  // Biaggi
  }
  plain("K", "G");
}

void Encoder::letters_gh() {
  if (at_ > 0 && !vowel(at_ - 1)) return add("K", 2);
  if (at_ == 0) return add(letter(2) == 'I' ? "J" : "K", 2);  // Ghislaine
  if ((at_ > 1 && one_of(at_ - 2, "BHD")) || (at_ > 2 && one_of(at_ - 3, "BHD")) ||
      (at_ > 3 && one_of(at_ - 4, "BH")))
    return add("", 2);  // Hugh, bough, Broughton
  if (at_ > 2 && letter(at_ - 1) == 'U' && one_of(at_ - 3, "CGLRT"))
    return add("F", 2);  // laugh, McLaughlin, cough, rough, tough
  add(letter(at_ - 1) == 'I' ? "" : "K", 2);
}

void Encoder::letter_j() {
  const int step = letter(at_ + 1) == 'J' ? 2 : 1;
  if (is(at_, {"JOSE"})) {  // José, San Jacinto
    if (at_ == 0 && ends_before(4)) return add("H", 1);
    return add("J", "H", 1);
  }
  if (at_ == 0) return add("J", "A", step);  // Jankelowicz
  if (vowel(at_ - 1) && !slavic_ && one_of(at_ + 1, "AO")) return add("J", "H", step);  // bajador
  if (at_ == last_) return add("J", "", step);
  const bool silent = one_of(at_ + 1, "LTKSNMBZ") || one_of(at_ - 1, "SKL");
  add(silent ? "" : "J", step);
}

void Encoder::letter_l() {
  if (letter(at_ + 1) != 'L') return add("L", 1);
  const bool spanish =
      (at_ == last_ - 2 && is(at_ - 1, {"ILLO", "ILLA", "ALLE"})) ||
      ((is(last_ - 1, {"AS", "OS"}) || one_of(last_, "AO")) && is(at_ - 1, {"ALLE"}));
  add("L", spanish ? "" : "L", 2);  // Cabrillo, Gallegos
}

void Encoder::letter_s() {
  if (is(at_ - 1, {"ISL", "YSL"})) return add("", 1);  // island, Carlisle
  if (at_ == 0 && is(0, {"SUGAR"})) return add("X", "S", 1);
  if (is(at_, {"SH"})) return add(is(at_ + 1, {"HEIM", "HOEK", "HOLM", "HOLZ"}) ? "S" : "X", 2);
  if (is(at_, {"SIO", "SIA"})) return add("S", slavic_ ? "S" : "X", 3);
  const bool before_z = letter(at_ + 1) == 'Z';
  if ((at_ == 0 && one_of(1, "MNLW")) || before_z)
    return add("S", "X", before_z ? 2 : 1);  // Smith and Schmidt, Snider and Schneider
  if (is(at_, {"SC"})) return letters_sc();
  const bool french = at_ == last_ && is(at_ - 2, {"AI", "OI"});  // Resnais, Artois
  add(french ? "" : "S", "S", one_of(at_ + 1, "SZ") ? 2 : 1);
}

void Encoder::letters_sc() {
  if (letter(at_ + 2) == 'H') {
    if (is(at_ + 3, {"ER", "EN"})) return add("X", "SK", 3);         // Schermerhorn, Schenker
    if (is(at_ + 3, {"OO", "UY", "ED", "EM"})) return add("SK", 3);  // school, Schooner
    const bool german = at_ == 0 && !vowel(3) && letter(3) != 'W';
    return add("X", german ? "S" : "X", 3);
  }
  add(one_of(at_ + 2, "IEY") ? "S" : "SK", 3);
}

void Encoder::letter_t() {
  if (is(at_, {"TION", "TIA", "TCH"})) return add("X", 3);
  if (is(at_, {"TH", "TTH"})) {
    if (is(at_ + 2, {"OM", "AM"}) || is(0, {"SCH"})) return add("T", 2);  // Thomas, Thames
    return add("0", "T", 2);
  }
  plain("T", "TD");
}

void Encoder::letter_w() {
  if (is(at_, {"WR"})) return add("R", 2);
  if (at_ == 0 && vowel(1)) return add("A", "F", 1);  // Wasserman and Vasserman
  if (at_ == 0 && letter(1) == 'H') return add("A", 1);
  if ((at_ == last_ && vowel(at_ - 1)) || is(at_ - 1, {"EWSKI", "EWSKY", "OWSKI", "OWSKY"}) ||
      is(0, {"SCH"}))
    return add("", "F", 1);                                  // Arnow
  if (is(at_, {"WICZ", "WITZ"})) return add("TS", "FX", 4);  // Filipowicz
  add("", 1);
}

void Encoder::letter_z() {
  if (letter(at_ + 1) == 'H') return add("J", 2);  // Zhao
  const bool ts = is(at_ + 1, {"ZO", "ZI", "ZA"}) || (slavic_ && at_ > 0 && letter(at_ - 1) != 'T');
  add("S", ts ? "TS" : "S", letter(at_ + 1) == 'Z' ? 2 : 1);
}

}  // namespace

SoundCode double_metaphone(std::string_view word, std::size_t length) {
  return Encoder(word, length).encode();
}

}  // namespace stockbell::crm::matching
