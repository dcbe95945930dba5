// The use of a matching rule: which keys a contact is stored under, which keys an incoming one
// looks up, and what becomes of the candidates found. Pure and thread-safe; used by crm/contacts
// (step 4), the console and bench/.
//
//   store a contact:   for (key : keys_of(rule, contact)) upsert (key.hash, contact.id)
//   resolve:           candidates = contacts WHERE key IN (probes_of(rule, incoming)), fetched once
//                      each, at most kMaxCandidates;  resolve(rule, incoming, candidates)
//
// Keys of several rules may share a table: the rule's name is part of the hash. When a rule's text
// changes its keys_version() does, and the keys must be written anew.
#pragma once
#include <span>
#include <vector>

#include "crm/matching/match_rule.h"
#include "crm/matching/types.h"

namespace stockbell::crm::matching {

inline constexpr std::size_t kMaxKeys = 64;         // keys_of and probes_of give no more
inline constexpr std::size_t kMaxCandidates = 500;  // enough; more are a sign of a bad key

// Sorted, distinct. Two contacts of one site group that satisfy the rule share a key of keys_of(a)
// and probes_of(b), as far as the rule's match keys reach (e.g. not "Bob" and "Robert" at two
// addresses: the keys of the standard rule hold the initial). probes_of holds keys_of, and more
// where the rule tries transposed names.
std::vector<MatchKey> keys_of(const MatchRule& rule, const ContactFields& fields);
std::vector<MatchKey> probes_of(const MatchRule& rule, const ContactFields& fields);
std::uint64_t keys_version(const MatchRule& rule);

// Compares with each candidate in the filter's order, and no field that cannot change the answer.
// Candidates that are the incoming contact itself (same id) or that were given twice count
// once or not at all.
Resolution resolve(const MatchRule& rule, const ContactFields& incoming,
                   std::span<const ContactFields> candidates);

// Every field's score, for people who want to know why. -1: not comparable (blank).
struct FieldScore {
  Field field;
  int score = -1;
  int threshold = 0;
  bool passed = false;
};
struct Comparison {
  bool matched = false;
  bool transposed = false;  // first and last name were exchanged to get there
  int score = 0;
  std::string stage;
  std::vector<FieldScore> fields;  // in the rule's order, all of them
};
Comparison compare(const MatchRule& rule, const ContactFields& a, const ContactFields& b);

}  // namespace stockbell::crm::matching
