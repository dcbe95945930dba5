#include "matching/labelled_pairs.h"

#include <array>

#include "matching/people.h"

namespace stockbell::bench {
namespace {

using crm::matching::ContactFields;
using Make = void (*)(People& people, ContactFields& stored, ContactFields& incoming);

struct Spelling {
  std::string_view one, other;
};
constexpr auto kNicknames = std::to_array<Spelling>({{"William", "Bill"},
                                                     {"Robert", "Bob"},
                                                     {"Jonathan", "Jon"},
                                                     {"Elizabeth", "Liz"},
                                                     {"Margaret", "Peggy"},
                                                     {"Richard", "Dick"},
                                                     {"Katharina", "Kathi"},
                                                     {"Johannes", "Hans"},
                                                     {"Francisco", "Paco"},
                                                     {"José", "Pepe"},
                                                     {"Samuel", "Sam"},
                                                     {"Daniel", "Dan"},
                                                     {"Catherine", "Kate"},
                                                     {"Josef", "Sepp"},
                                                     {"Alexander", "Sascha"},
                                                     {"Michael", "Mike"}});
constexpr auto kSoundAlikes = std::to_array<Spelling>({{"Meyer", "Maier"},
                                                       {"Schmidt", "Schmitt"},
                                                       {"Phillips", "Philips"},
                                                       {"Hoffmann", "Hofman"},
                                                       {"Clark", "Clarke"},
                                                       {"Reynolds", "Renolds"},
                                                       {"Kohler", "Koehler"},
                                                       {"Petersen", "Pedersen"}});
constexpr auto kAccents = std::to_array<Spelling>({{"Müller", "Muller"},
                                                   {"Müller", "Mueller"},
                                                   {"Köhler", "Koehler"},
                                                   {"Lefèvre", "LEFEVRE"},
                                                   {"Fernández", "Fernandez"},
                                                   {"O'Neill", "ONeill"},
                                                   {"Ковальский", "Kovalskij"}});
constexpr auto kLookAlikeTwins = std::to_array<Spelling>({{"Marie", "Maria"},
                                                          {"Hanna", "Hannes"},
                                                          {"Jan", "Jana"},
                                                          {"Leon", "Leonie"},
                                                          {"Tim", "Tom"},
                                                          {"Julia", "Julian"},
                                                          {"Emma", "Emily"},
                                                          {"Lena", "Lina"},
                                                          {"Daniel", "Danielle"},
                                                          {"Christian", "Christina"},
                                                          {"Max", "Mia"},
                                                          {"Ben", "Bea"}});

void elsewhere(People& people, ContactFields& person) {
  people.move_to(person, people.home());
  person.phone = people.mobile(person.country);
}
void other_email(People& people, ContactFields& person) {
  person.email = people.email(person.first_name, person.last_name + "x");
}
void other_first_name(People& people, ContactFields& person, const ContactFields& than) {
  do person.first_name = people.first_name(people.chance(50));
  while (person.first_name == than.first_name);
}

// The same person.
void again(People&, ContactFields&, ContactFields&) {}
void slip_in_first(People& people, ContactFields&, ContactFields& incoming) {
  incoming.first_name = people.slip(incoming.first_name);
}
void slip_in_last(People& people, ContactFields&, ContactFields& incoming) {
  incoming.last_name = people.slip(incoming.last_name);
}
void nickname(People& people, ContactFields& stored, ContactFields& incoming) {
  const auto& [full, brief] = kNicknames[people.below(kNicknames.size())];
  stored.first_name = full;
  incoming.first_name = brief;
}
void nickname_new_email(People& people, ContactFields& stored, ContactFields& incoming) {
  nickname(people, stored, incoming);
  other_email(people, incoming);
}
void initial(People&, ContactFields&, ContactFields& incoming) {
  if (static_cast<unsigned char>(incoming.first_name[0]) < 0x80) incoming.first_name.resize(1);
}
void transposed(People&, ContactFields&, ContactFields& incoming) {
  std::swap(incoming.first_name, incoming.last_name);
}
void sounds_alike(People& people, ContactFields& stored, ContactFields& incoming) {
  const auto& [one, other] = kSoundAlikes[people.below(kSoundAlikes.size())];
  stored.last_name = one;
  incoming.last_name = other;
}
void accents(People& people, ContactFields& stored, ContactFields& incoming) {
  const auto& [one, other] = kAccents[people.below(kAccents.size())];
  stored.last_name = one;
  incoming.last_name = other;
}
void email_spelling(People& people, ContactFields& stored, ContactFields& incoming) {
  const auto name = "jd" + people.digits(5);
  stored.email = name + "@gmail.com";
  incoming.email = "J." + name.substr(1) + "+shop@googlemail.com";
}
void moved(People& people, ContactFields&, ContactFields& incoming) { elsewhere(people, incoming); }
void new_email_same_phone(People& people, ContactFields&, ContactFields& incoming) {
  other_email(people, incoming);
  incoming.street = incoming.city = incoming.postal_code = "";
}
void new_email_same_home(People& people, ContactFields& stored, ContactFields& incoming) {
  other_email(people, incoming);
  stored.phone = "";
}
void new_email_slip(People& people, ContactFields& stored, ContactFields& incoming) {
  new_email_same_phone(people, stored, incoming);
  incoming.last_name = people.slip(incoming.last_name);
}
void married(People& people, ContactFields&, ContactFields& incoming) {
  incoming.last_name = people.last_name() + "-Gray";
}
void nameless(People&, ContactFields&, ContactFields& incoming) {
  incoming.first_name = incoming.last_name = "";
}
void moved_new_email(People& people, ContactFields&, ContactFields& incoming) {
  elsewhere(people, incoming);
  other_email(people, incoming);
  incoming.company = incoming.title = "";
}
void account(People& people, ContactFields& stored, ContactFields& incoming) {
  moved_new_email(people, stored, incoming);
  stored.b2c_customer_id = incoming.b2c_customer_id = "ab" + people.digits(10);
  stored.b2c_list_id = incoming.b2c_list_id = "US";
}

// Different people.
void household(People& people, ContactFields& stored, ContactFields& incoming) {
  other_first_name(people, incoming, stored);
  incoming.email = people.email(incoming.first_name, incoming.last_name);
}
void family_email(People& people, ContactFields& stored, ContactFields& incoming) {
  other_first_name(people, incoming, stored);
}
void family_accounts(People& people, ContactFields& stored, ContactFields& incoming) {
  family_email(people, stored, incoming);
  stored.b2c_list_id = incoming.b2c_list_id = "US";
  stored.b2c_customer_no = "1" + people.digits(7);
  incoming.b2c_customer_no = "2" + people.digits(7);
}
void twins(People& people, ContactFields& stored, ContactFields& incoming) {
  const auto& [one, other] = kLookAlikeTwins[people.below(kLookAlikeTwins.size())];
  stored.first_name = one;
  incoming.first_name = other;
  incoming.email = people.email(other, incoming.last_name);
}
void junior_said(People& people, ContactFields& stored, ContactFields& incoming) {
  stored.last_name += " Sr.";
  incoming.last_name += " Jr.";
  incoming.email = people.email(incoming.first_name, "jr");
}
void junior_unsaid(People& people, ContactFields&, ContactFields& incoming) {
  incoming.email = people.email(incoming.first_name, "jr");
}
void namesake(People& people, ContactFields&, ContactFields& incoming) {
  elsewhere(people, incoming);
  incoming.email = people.email(incoming.first_name, incoming.last_name + "y");
  incoming.company = incoming.title = "";
}
void namesake_in_town(People& people, ContactFields& stored, ContactFields& incoming) {
  const auto city = stored.city, code = stored.postal_code, country = stored.country;
  namesake(people, stored, incoming);
  incoming.city = city, incoming.postal_code = code, incoming.country = country;
}
void namesake_exchange(People& people, ContactFields& stored, ContactFields& incoming) {
  namesake(people, stored, incoming);
  incoming.phone = stored.phone.substr(0, stored.phone.size() - 4) + people.digits(4);
}
void neighbour(People& people, ContactFields& stored, ContactFields& incoming) {
  other_first_name(people, incoming, stored);
  do incoming.last_name = people.last_name();
  while (incoming.last_name == stored.last_name);
  incoming.email = people.email(incoming.first_name, incoming.last_name);
  incoming.phone = people.mobile(incoming.country);
}
void stranger(People& people, ContactFields&, ContactFields& incoming) {
  incoming = people.person();
}

struct Row {
  PairKind kind;
  Make make;
};
constexpr auto kRows = std::to_array<Row>({
    {{"again", "nothing differs", true}, again},
    {{"slip_first", "one typing slip in the first name, same e-mail", true}, slip_in_first},
    {{"slip_last", "one typing slip in the last name, same e-mail", true}, slip_in_last},
    {{"nickname", "Bill for William, same e-mail", true}, nickname},
    {{"initial", "J. for James, same e-mail", true}, initial},
    {{"transposed", "first and last name exchanged, same e-mail", true}, transposed},
    {{"sounds_alike", "Meyer and Maier, same e-mail", true}, sounds_alike},
    {{"accents", "Müller and Mueller, same e-mail", true}, accents},
    {{"email_spelling", "j.d+shop@googlemail.com for jd@gmail.com", true}, email_spelling},
    {{"moved", "new home and phone, same e-mail", true}, moved},
    {{"nameless", "no name given, same e-mail", true}, nameless},
    {{"married", "new last name, same e-mail and home", true}, married},
    {{"new_email_phone", "new e-mail, same phone", true}, new_email_same_phone},
    {{"new_email_home", "new e-mail, same home", true}, new_email_same_home},
    {{"new_email_slip", "new e-mail, same phone, a slip in the last name", true}, new_email_slip},
    {{"new_email_nickname", "new e-mail, same phone and home, a nickname", true},
     nickname_new_email},
    {{"moved_new_email", "only the name is left", true}, moved_new_email},
    {{"account", "all but the name differs, same customer id of the shop", true}, account},
    {{"household", "same home, phone and last name, own e-mail", false}, household},
    {{"family_email", "a household with one e-mail", false}, family_email},
    {{"family_accounts", "a household with one e-mail, each with a customer number", false},
     family_accounts},
    {{"twins", "a household with names alike: Marie and Maria", false}, twins},
    {{"junior_said", "father and son, Sr. and Jr.", false}, junior_said},
    {{"junior_unsaid", "father and son, nothing tells them apart", false}, junior_unsaid},
    {{"namesake", "same name, all else differs", false}, namesake},
    {{"namesake_in_town", "same name and town", false}, namesake_in_town},
    {{"namesake_exchange", "same name, phones equal but for the last four", false},
     namesake_exchange},
    {{"neighbour", "other people in one house", false}, neighbour},
    {{"stranger", "nothing in common but by chance", false}, stranger},
});

}  // namespace

const std::vector<PairKind>& pair_kinds() {
  static const auto kinds = [] {
    std::vector<PairKind> all;
    for (const auto& row : kRows) all.push_back(row.kind);
    return all;
  }();
  return kinds;
}

std::vector<LabelledPair> make_pairs(std::size_t kind, std::size_t count, Random& random) {
  People people(random);
  std::vector<LabelledPair> pairs;
  for (std::size_t i = 0; i < count; ++i) {
    auto stored = people.person();
    auto incoming = stored;
    kRows[kind].make(people, stored, incoming);
    stored.id = ContactId{static_cast<std::int64_t>(i + 1)};
    pairs.push_back({std::move(stored), std::move(incoming)});
  }
  return pairs;
}

}  // namespace stockbell::bench
