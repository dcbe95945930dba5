#include <gtest/gtest.h>

#include "crm/matching/folding.h"
#include "crm/matching/name_variants.h"
#include "crm/matching/organisation.h"
#include "crm/matching/person_name.h"
#include "crm/matching/phone_number.h"
#include "crm/matching/street.h"
#include "crm/matching/types.h"

namespace stockbell::crm::matching {
namespace {

TEST(Fold, MakesOneSpellingOfMany) {
  EXPECT_EQ(fold("  Ana-María  O'Neill "), "ana maria oneill");
  EXPECT_EQ(fold("Ana\xE2\x80\x99s"), "anas");  // typographic apostrophe
  EXPECT_EQ(fold("Müller Straße"), "muller strasse");
  EXPECT_EQ(fold("Łukasz Ørsted"), "lukasz orsted");
  EXPECT_EQ(fold("Иван"), "ivan");
  EXPECT_EQ(fold("Ελένη"), "elene");
  EXPECT_EQ(fold("\xff\xfe"), "");
  EXPECT_EQ(fold(" .,-"), "");
  EXPECT_LE(fold(std::string(100'000, 'x')).size(), kFieldOctets);
}

TEST(NameVariants, ComeFromTheList) {
  for (auto [a, b] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"jon", "jonathan"},
           {"sam", "samuel"},
           {"sam", "samantha"},
           {"dan", "daniel"},
           {"bob", "robert"},
           {"bill", "william"},
           {"sepp", "josef"},
           {"pepe", "jose"},
           {"peggy", "margaret"},
           {"hans", "johannes"},
           {"paco", "francisco"},
           {"kathi", "katharina"}}) {
    EXPECT_TRUE(name_variants(a, b)) << a << ' ' << b;
    EXPECT_TRUE(name_variants(b, a)) << a << ' ' << b;
  }
  for (auto [a, b] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"raj", "rajesh"},
                                                                            {"jay", "jayson"},
                                                                            {"sal", "salima"},
                                                                            {"bob", "william"},
                                                                            {"", ""},
                                                                            {"zyx", "zyx"}})
    EXPECT_FALSE(name_variants(a, b)) << a << ' ' << b;
}

int first_name(std::string_view a, std::string_view b) {
  const auto x = read_name(a), y = read_name(b);
  return std::max({exact_score(x, y), initials_score(x, y), name_variants_score(x, y),
                   metaphone_score(x, y, true), jaro_winkler_score(x, y)});
}

TEST(FirstName, RestsOnTheListNotOnLooks) {
  for (auto [a, b] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"Jon", "Jonathan"},
           {"Sam", "Samuel"},
           {"Dan", "Daniel"},
           {"J.", "Jonathan"},
           {"John R", "John"},
           {"Jon", "John"},
           {"Steven", "Stephen"},
           {"Jonhatan", "Jonathan"},
           {"Jean-Pierre", "Jean Pierre"},
           {"Zoë", "ZOE"}})
    EXPECT_GE(first_name(a, b), 85) << a << ' ' << b;
  for (auto [a, b] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{{"Raj", "Rajesh"},
                                                                            {"Jay", "Jayson"},
                                                                            {"Sal", "Salima"},
                                                                            {"Paul", "Paula"},
                                                                            {"Jean", "Jean-Pierre"},
                                                                            {"Jay", "Joe"},
                                                                            {"Ann", "Ian"},
                                                                            {"Anna", "Owen"},
                                                                            {"", ""}})
    EXPECT_LT(first_name(a, b), 85) << a << ' ' << b;
}

TEST(LastName, IsTheSameWhenItSoundsTheSame) {
  for (auto [a, b] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"Meyer", "Maier"}, {"Schmidt", "Schmitt"}, {"Müller", "Mueller"}, {"Smith", "Smyth"}})
    EXPECT_GE(metaphone_score(read_name(a), read_name(b), false), 90) << a << ' ' << b;
  EXPECT_EQ(metaphone_score(read_name("Lee"), read_name("Lowe"), false), 0);
}

TEST(LastName, KnowsTheGenerationsApart) {
  const auto junior = read_name("Smith Jr."), senior = read_name("Smith, Senior");
  EXPECT_EQ(junior.letters, "smith");
  EXPECT_TRUE(other_generation(junior, senior));
  EXPECT_FALSE(other_generation(junior, read_name("Smith")));
  EXPECT_EQ(read_name("Junior").letters, "junior");  // a name of one word is a name
}

TEST(Phone, IsCutIntoWhatIsWeighed) {
  const auto american = read_phone("+1 (415) 555-1234 ext. 89");
  EXPECT_EQ(american.country, "1");
  EXPECT_EQ(american.area, "415");
  EXPECT_EQ(american.exchange, "555");
  EXPECT_EQ(american.line, "1234");
  EXPECT_EQ(read_phone("1-415-555-1234").without_last_four(), "415555");
  EXPECT_EQ(read_phone("415.555.1234").country, "");
  for (auto german : {"+49 (0)30 1234567", "0049 30 1234567", "011 49 30 1234567"}) {
    EXPECT_EQ(read_phone(german).country, "49") << german;
    EXPECT_EQ(read_phone(german).without_last_four(), "30123") << german;
  }
  EXPECT_EQ(read_phone("030 1234567").without_last_four(), "30123");
  EXPECT_EQ(read_phone("+353 1 234 5678").country, "353");
  for (auto bad : {"", "555", "none", "+", "12345678901234567", "000000000"})
    EXPECT_TRUE(read_phone(bad).blank()) << bad;
}

TEST(Phone, IsWeighed) {
  auto score = [](std::string_view a, std::string_view b) {
    return phone_score(read_phone(a), read_phone(b));
  };
  EXPECT_EQ(score("+1 415 555 1234", "+1 415 555 1234"), 100);
  EXPECT_EQ(score("+1 415 555 1234", "+1 415 555 9999"), 90);
  EXPECT_EQ(score("+1 415 555 1234", "+49 415 555 1234"), 90);
  EXPECT_EQ(score("+1 415 555 1234", "415 555 1234"), 100);
  EXPECT_EQ(score("+1 415 555 1234", "+1 415 556 1234"), 70);
  EXPECT_EQ(score("+1 415 555 1234", "+1 212 555 1234"), 50);
  EXPECT_EQ(score("", ""), 0);
}

TEST(StreetLine, IsCutIntoWhatIsWeighed) {
  const auto american = read_street("12 N Main Street, Apt. 4B");
  EXPECT_EQ(american.name, "n main");
  EXPECT_EQ(american.number, "12");
  EXPECT_EQ(american.kind, "street");
  EXPECT_EQ(american.suite, "4b");
  for (auto german : {"Hauptstr. 12a", "Hauptstraße 12 a", "12a Haupt Strasse"}) {
    const auto street = read_street(german);
    EXPECT_EQ(street.name, "haupt") << german;
    EXPECT_EQ(street.number, "12a") << german;
    EXPECT_EQ(street.kind, "street") << german;
  }
  EXPECT_EQ(read_street("12, rue de la Paix").name, "paix");
  EXPECT_EQ(read_street("Calle Mayor 5").number, "5");
  EXPECT_EQ(read_street("10 5th Avenue").name, "5th");
  EXPECT_EQ(read_street("1 St James Street #300").name, "saint james");
  EXPECT_EQ(read_street("1 St James Street #300").suite, "300");
  EXPECT_TRUE(read_street("").blank());
}

TEST(StreetLine, IsWeighed) {
  auto score = [](std::string_view a, std::string_view b) {
    return street_score(read_street(a), read_street(b));
  };
  EXPECT_EQ(score("12 Main St", "12 Main Street"), 100);
  EXPECT_EQ(score("12 Main St", "12 Main"), 82);
  EXPECT_EQ(score("12 Main St Apt 4", "12 Main St"), 85);
  EXPECT_EQ(score("12 Main St", "14 Main St"), 76);
  EXPECT_EQ(score("12 Main St", "12 Oak St"), 41);
  EXPECT_EQ(score("12 Mane St", "12 Main St"), 100);  // sounds the same
  EXPECT_EQ(score("", "12 Main St"), 0);
}

TEST(PostalCode, IsWeighed) {
  auto score = [](std::string_view a, std::string_view b) {
    return postal_code_score(read_postal_code(a), read_postal_code(b));
  };
  EXPECT_EQ(score("94105", "94105"), 100);
  EXPECT_EQ(score("94105-1234", "94105"), 90);
  EXPECT_EQ(score("94105-1234", "94106-1234"), 10);
  EXPECT_EQ(score("SW1A 1AA", "sw1a1aa"), 100);
  EXPECT_EQ(score("SW1A 1AA", "SW1A 1AB"), 0);
  EXPECT_EQ(score("", ""), 0);
}

TEST(Organisation, IsComparedWithoutItsLegalForm) {
  EXPECT_EQ(read_company("The Acme Corp., Inc."), "acme");
  EXPECT_EQ(read_company("Müller GmbH & Co. KG"), "muller");
  EXPECT_EQ(read_company("AG"), "ag");
  EXPECT_EQ(acronym_of("international business machines"), "ibm");
  EXPECT_EQ(acronym_score("ibm", "international business machines"), 90);
  EXPECT_EQ(acronym_score("vp", "vice president"), 90);
  EXPECT_EQ(acronym_score("bank of america", "ba"), 90);
  EXPECT_EQ(acronym_score("vice president", "vice principal"), 0);
  EXPECT_EQ(acronym_score("", ""), 0);
}

}  // namespace
}  // namespace stockbell::crm::matching
