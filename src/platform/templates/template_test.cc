// Cases of the Mustache spec's core modules (interpolation, sections, inverted, comments,
// delimiters, partials), and ours.
#include "platform/templates/template.h"

#include <gtest/gtest.h>

namespace stockbell::templates {
namespace {

using Partials = std::map<std::string, std::string>;

std::string rendered(std::string_view text, const Value& value, const Partials& partials = {},
                     Escaping escaping = Escaping::html) {
  auto compiled = Template::compile(text, partials);
  return compiled ? compiled->render(value, escaping) : "ERROR " + compiled.error().message;
}

TEST(Interpolation, EscapesUnlessAskedNotTo) {
  auto value = Value::object({{"x", "& \" < > '"}});
  EXPECT_EQ(rendered("{{x}}", value), "&amp; &quot; &lt; &gt; &#39;");
  EXPECT_EQ(rendered("{{{x}}}|{{&x}}|{{& x }}|{{{ x }}}", value),
            "& \" < > '|& \" < > '|& \" < > '|& \" < > '");
  EXPECT_EQ(rendered("{{x}}", value, {}, Escaping::plain), "& \" < > '");
}

TEST(Interpolation, ReadsDottedNamesWithoutFallingBack) {
  auto value = Value::object(
      {{"a", Value::object({{"b", Value::object()}})}, {"b", Value::object({{"c", "ERROR"}})}});
  EXPECT_EQ(rendered("[{{#a}}{{b.c}}{{/a}}]", value), "[]");
  EXPECT_EQ(rendered("{{a.b.c}}",
                     Value::object({{"a", Value::object({{"b", Value::object({{"c", 7}})}})}})),
            "7");
  EXPECT_EQ(rendered("[{{missing}}{{missing.deep}}]", value), "[]");
}

TEST(Interpolation, KeepsSurroundingBlanksAndLines) {
  auto value = Value::object({{"s", "---"}});
  EXPECT_EQ(rendered("  {{s}}\n", value), "  ---\n");
  EXPECT_EQ(rendered("| {{{s}}} |", value), "| --- |");
}

TEST(Sections, FollowTruthListsAndContexts) {
  EXPECT_EQ(rendered("{{#b}}yes{{/b}}", Value::object({{"b", true}})), "yes");
  EXPECT_EQ(rendered("[{{#b}}no{{/b}}{{#n}}no{{/n}}{{#e}}no{{/e}}]",
                     Value::object({{"b", false}, {"n", Value()}, {"e", Value::list()}})),
            "[]");
  EXPECT_EQ(rendered("{{#l}}({{.}}){{/l}}", Value::object({{"l", Value::list({"a", "<", 3})}})),
            "(a)(&lt;)(3)");
  EXPECT_EQ(
      rendered("{{#l}}({{#.}}{{.}}{{/.}}){{/l}}",
               Value::object({{"l", Value::list({Value::list({1, 2}), Value::list({"a"})})}})),
      "(12)(a)");
  EXPECT_EQ(rendered("{{#sec}}{{a}}, {{b}}, {{c.d}}{{/sec}}",
                     Value::object({{"a", "foo"},
                                    {"b", "wrong"},
                                    {"sec", Value::object({{"b", "bar"}})},
                                    {"c", Value::object({{"d", "baz"}})}})),
            "foo, bar, baz");
  EXPECT_EQ(rendered("{{#a.b}}Here{{/a.b}}", Value::object({{"a", Value::object({{"b", true}})}})),
            "Here");
}

TEST(Sections, LeaveNoTraceOfTheirOwnLines) {
  auto value = Value::object({{"boolean", true}});
  EXPECT_EQ(rendered("| This Is\n{{#boolean}}\n|\n{{/boolean}}\n| A Line\n", value),
            "| This Is\n|\n| A Line\n");
  EXPECT_EQ(rendered("| This Is\n  {{#boolean}}\n|\n  {{/boolean}}\n| A Line", value),
            "| This Is\n|\n| A Line");
  EXPECT_EQ(rendered("|\r\n{{#boolean}}\r\n{{/boolean}}\r\n|", value), "|\r\n|");
  EXPECT_EQ(rendered("  {{#boolean}}\n#{{/boolean}}\n/", value), "#\n/");
  EXPECT_EQ(rendered("#{{#boolean}}\n/\n  {{/boolean}}", value), "#\n/\n");
  EXPECT_EQ(rendered(" | {{#boolean}} {{! c }}\n {{/boolean}} | \n", value), " |  \n  | \n");
}

TEST(Inverted, ShowsWhatIsMissing) {
  EXPECT_EQ(rendered("{{^b}}a{{/b}}{{^c}}b{{/c}}{{^l}}c{{/l}}{{^t}}d{{/t}}",
                     Value::object({{"b", false}, {"l", Value::list()}, {"t", true}})),
            "abc");
  EXPECT_EQ(rendered("|\r\n{{^boolean}}\r\n{{/boolean}}\r\n|", Value::object({{"boolean", false}})),
            "|\r\n|");
}

TEST(Comments, Vanish) {
  EXPECT_EQ(rendered("12345{{! Comment Block! }}67890", {}), "1234567890");
  EXPECT_EQ(rendered("Begin.\n  {{!\n Something's going on here...\n  }}\nEnd.\n", {}),
            "Begin.\nEnd.\n");
  EXPECT_EQ(rendered("  12 {{! 34 }}\n", {}), "  12 \n");
  EXPECT_EQ(rendered("!\n  {{! I'm Still Standalone }}", {}), "!\n");
}

TEST(Delimiters, ChangeAndComeBack) {
  EXPECT_EQ(rendered("{{=<% %>=}}(<%text%>)", Value::object({{"text", "Hey!"}})), "(Hey!)");
  EXPECT_EQ(rendered("({{=[ ]=}}[text])", Value::object({{"text", "It worked!"}})), "(It worked!)");
  EXPECT_EQ(rendered("{{= | | =}}\n|#s|x\n  {{v}} |v|\n|/s|\n|= {{ }} =|{{v}}",
                     Value::object({{"s", true}, {"v", "1"}})),
            "x\n  {{v}} 1\n1");
  Partials partials{{"include", ".{{value}}. {{= | | =}} .|value|."}};
  EXPECT_EQ(rendered("[ {{>include}} ]\n[ .{{value}}.  .|value|. ]\n",
                     Value::object({{"value", "yes"}}), partials),
            "[ .yes.  .yes. ]\n[ .yes.  .|value|. ]\n");
}

TEST(PartialsOfTheSpec, NestRecurseAndIndent) {
  EXPECT_EQ(rendered("\"{{>text}}\"", {}, {{"text", "from partial"}}), "\"from partial\"");
  EXPECT_EQ(rendered("\"{{>absent}}\"", {}), "\"\"");
  auto leaf = Value::object({{"content", "Y"}, {"nodes", Value::list()}});
  auto tree = Value::object({{"content", "X"}, {"nodes", Value::list({leaf})}});
  EXPECT_EQ(rendered("{{>node}}", tree, {{"node", "{{content}}<{{#nodes}}{{>node}}{{/nodes}}>"}}),
            "X<Y<>>");
  EXPECT_EQ(rendered("  {{data}}  {{> partial}}\n", Value::object({{"data", "|"}}),
                     {{"partial", ">\n>"}}),
            "  |  >\n>\n");
  EXPECT_EQ(rendered("\\\n {{>partial}}\n/\n", Value::object({{"content", "<\n->"}}),
                     {{"partial", "|\n{{{content}}}\n|\n"}}),
            "\\\n |\n <\n->\n |\n/\n");
  EXPECT_EQ(rendered("|\r\n{{>partial}}\r\n|", {}, {{"partial", ">"}}), "|\r\n>|");
  EXPECT_EQ(rendered(">\n  {{>partial}}\n>", {}, {{"partial", ">\n>"}}), ">\n  >\n  >>");
  EXPECT_EQ(rendered("{{>outer}}", Value::object({{"a", "hi"}}),
                     {{"outer", "*{{a}} {{>inner}}*"}, {"inner", "{{a}}!"}}),
            "*hi hi!*");
}

TEST(PartialsOfTheSpec, EndlessRecursionEnds) {
  auto text = rendered("{{>p}}", Value::object({{"x", true}}), {{"p", "a{{#x}}{{>p}}{{/x}}"}});
  EXPECT_EQ(text, std::string(50, 'a'));
  EXPECT_EQ(rendered("{{>p}}", {}, {{"p", "\n {{>p}}\n"}}),
            "ERROR partial 'p': line 2: a partial indents itself");
}

TEST(Compile, NamesLineOfMistake) {
  EXPECT_EQ(rendered("a\n{{#open}}", {}), "ERROR line 2: section 'open' is not closed");
  EXPECT_EQ(rendered("a\n\n{{/b}}", {}), "ERROR line 3: 'b' closes a section that is not open");
  EXPECT_EQ(rendered("{{#a}}{{#b}}{{/a}}{{/b}}", {}),
            "ERROR line 1: 'a' closes a section that is not open");
  EXPECT_EQ(rendered("{{name", {}), "ERROR line 1: a tag is not closed with '}}'");
  EXPECT_EQ(rendered("{{}}", {}), "ERROR line 1: a tag has no name");
  EXPECT_EQ(rendered("{{>p}}", {}, {{"p", "\n{{#x}}"}}),
            "ERROR partial 'p': line 2: section 'x' is not closed");
  EXPECT_EQ(Template::compile("{{").error().reason, "template-invalid");
}

}  // namespace
}  // namespace stockbell::templates
