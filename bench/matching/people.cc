#include "matching/people.h"

#include <array>

namespace stockbell::bench {
namespace {

using crm::matching::ContactFields;

constexpr auto kMen = std::to_array<std::string_view>(
    {"James",  "Robert",  "John",    "Michael",  "David",     "William", "Richard", "Joseph",
     "Thomas", "Daniel",  "Matthew", "Anthony",  "Steven",    "Andrew",  "Joshua",  "Kenneth",
     "Edward", "Stephan", "Peter",   "Klaus",    "Jürgen",    "Stefan",  "Andreas", "Wolfgang",
     "Jean",   "Pierre",  "Michel",  "François", "José",      "Javier",  "Carlos",  "Alejandro",
     "Rajesh", "Amir",    "Liam",    "Noah",     "Christian", "Martin",  "Julian",  "Mario"});
constexpr auto kWomen = std::to_array<std::string_view>(
    {"Mary",     "Patricia",  "Jennifer", "Linda",     "Elizabeth", "Barbara", "Susan",  "Jessica",
     "Sarah",    "Karen",     "Margaret", "Lisa",      "Catherine", "Rebecca", "Amanda", "Samantha",
     "Victoria", "Deborah",   "Petra",    "Katharina", "Ursula",    "Johanna", "Sophie", "Marie",
     "Isabelle", "Hélène",    "María",    "Carmen",    "Lucía",     "Priya",   "Emma",   "Mia",
     "Olivia",   "Christina", "Martina",  "Julia",     "Anna",      "Eva",     "Clara",  "Nora"});
constexpr auto kLast = std::to_array<std::string_view>(
    {"Smith",     "Johnson",  "Williams",  "Brown",     "Jones",    "Garcia",   "Miller",
     "Davis",     "Martinez", "Anderson",  "Taylor",    "Thompson", "Moore",    "Jackson",
     "White",     "Harris",   "Clark",     "Robinson",  "Walker",   "Müller",   "Schmidt",
     "Schneider", "Fischer",  "Weber",     "Meyer",     "Wagner",   "Becker",   "Hoffmann",
     "Schäfer",   "Köhler",   "Bernard",   "Dubois",    "Laurent",  "Lefèvre",  "Rossi",
     "Kowalski",  "Nguyen",   "Patel",     "O'Neill",   "McCarthy", "Campbell", "Knight",
     "Phillips",  "Reynolds", "Fernández", "Hernández", "Jansen",   "Larsson",  "Petersen",
     "Novak"});
constexpr auto kHosts = std::to_array<std::string_view>(
    {"gmail.com", "gmail.com", "gmail.com", "gmail.com", "yahoo.com", "outlook.com", "hotmail.com",
     "icloud.com", "gmx.example", "web.example", "orange.example", "example.com"});
constexpr auto kCompanies = std::to_array<std::string_view>(
    {"Acme Corp.", "Initech Inc.", "Globex Ltd", "Umbrella Holding", "Stark Industries LLC"});
constexpr auto kTitles = std::to_array<std::string_view>(
    {"CEO", "Vice President", "Engineer", "Buyer", "Head of Sales", "Accountant"});

struct Town {
  std::string_view city, postal_code, country, code, area;
};
constexpr auto kTowns = std::to_array<Town>({
    {"Springfield", "62704", "US", "1", "217"},
    {"San Francisco", "94105", "US", "1", "415"},
    {"Boston", "02108", "US", "1", "617"},
    {"Denver", "80202", "US", "1", "303"},
    {"Austin", "78701", "US", "1", "512"},
    {"Berlin", "10115", "DE", "49", "30"},
    {"München", "80331", "DE", "49", "89"},
    {"Köln", "50667", "DE", "49", "221"},
    {"Lyon", "69001", "FR", "33", "4"},
    {"Madrid", "28001", "ES", "34", "91"},
});
constexpr auto kStreets = std::to_array<std::string_view>(
    {"Main", "Oak", "Maple", "Cedar", "Elm", "Washington", "Lake", "Hill", "Park", "Sunset",
     "Lincoln", "River", "Church", "Spring", "Jefferson"});
constexpr auto kStreetKinds =
    std::to_array<std::string_view>({"Street", "Avenue", "Road", "Lane", "Drive"});
constexpr auto kGermanStreets = std::to_array<std::string_view>(
    {"Hauptstraße", "Bahnhofstraße", "Goethestraße", "Gartenweg", "Lindenallee", "Marktplatz"});

std::string spelled_ascii(std::string_view name) {
  std::string out;
  for (char c : name)
    if (static_cast<unsigned char>(c) < 0x80 && c != '\'')
      out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

}  // namespace

std::string People::digits(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += static_cast<char>('0' + below(10));
  return out;
}

std::string People::first_name(bool woman) { return woman ? one_of(kWomen) : one_of(kMen); }
std::string People::last_name() { return one_of(kLast); }

std::string People::email(std::string_view first, std::string_view last) {
  const auto a = spelled_ascii(first), b = spelled_ascii(last);
  std::string local;
  switch (below(4)) {
    case 0:
      local = a + "." + b;
      break;
    case 1:
      local = a.substr(0, 1) + b + digits(2);
      break;
    case 2:
      local = a + b + digits(3);
      break;
    default:
      local = a + "_" + digits(4);
  }
  return local + "@" + one_of(kHosts);
}

std::string People::mobile(std::string_view country) {
  if (country == "US")
    return "+1 " + std::to_string(200 + below(700)) + " " + digits(3) + " " + digits(4);
  return (country == "DE" ? "+49 17" : country == "FR" ? "+33 6" : "+34 6") + digits(8);
}

Home People::home() {
  const auto& town = kTowns[below(kTowns.size())];
  Home home;
  home.city = town.city;
  home.postal_code = town.postal_code;
  home.country = town.country;
  home.street =
      town.country == "US"
          ? std::to_string(1 + below(999)) + " " + one_of(kStreets) + " " + one_of(kStreetKinds)
          : one_of(kGermanStreets) + " " + std::to_string(1 + below(199));
  home.phone = "+" + std::string(town.code) + " " + std::string(town.area) + " " +
               std::to_string(200 + below(700)) + digits(4);
  return home;
}

void People::move_to(ContactFields& person, const Home& home) {
  person.street = home.street;
  person.city = home.city;
  person.postal_code = home.postal_code;
  person.country = home.country;
  person.phone = home.phone;
}

ContactFields People::person() {
  ContactFields made;
  made.first_name = first_name(chance(50));
  made.last_name = last_name();
  made.email = email(made.first_name, made.last_name);
  made.site_group = "main";
  move_to(made, home());
  if (chance(50)) made.phone = mobile(made.country);
  if (chance(20)) {
    made.company = one_of(kCompanies);
    made.title = one_of(kTitles);
  }
  return made;
}

std::string People::slip(std::string word) {
  constexpr std::array<std::string_view, 3> kRows{"qwertyuiop", "asdfghjkl", "zxcvbnm"};
  if (word.size() < 4) return word;
  const auto at = 1 + below(word.size() - 2);
  if (static_cast<unsigned char>(word[at]) >= 0x80 ||
      static_cast<unsigned char>(word[at + 1]) >= 0x80)
    return slip(word);
  switch (below(4)) {
    case 0:
      std::swap(word[at], word[at + 1]);
      break;
    case 1:
      word.erase(at, 1);
      break;
    case 2:
      word.insert(at, 1, word[at]);
      break;
    default:
      for (auto row : kRows)
        if (auto column = row.find(word[at]); column != std::string_view::npos) {
          word[at] = row[column > 0 ? column - 1 : column + 1];
          break;
        }
  }
  return word;
}

}  // namespace stockbell::bench
