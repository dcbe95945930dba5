// SOAP calls on own data extensions, on both stores.
#include <gmock/gmock.h>

#include "engagement/soap/changes.h"
#include "engagement/soap/retrieve.h"
#include "support/store.h"

namespace stockbell::engagement::soap {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string envelope_of(const std::string& body) {
  return "<Envelope xmlns=\"http://schemas.xmlsoap.org/soap/envelope/\" "
         "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><Body>" +
         body +
         "</Body><Header><fueloauth "
         "xmlns=\"http://exacttarget.com\">secret</fueloauth></Header></Envelope>";
}

class SoapTest : public testing::StoreTest {
 public:
  void SetUp() override {
    ASSERT_TRUE(db().migrate(DataExtensions::migrations()));
    extensions = std::make_unique<DataExtensions>(db(), clock, random, ids);
    retriever = std::make_unique<Retriever>(*extensions, random);
    EXPECT_THAT(
        change(Change::create,
               "<CreateRequest><Objects "
               "xsi:type=\"DataExtension\"><CustomerKey>Q</CustomerKey><Name>Queue</Name>"
               "<Fields><Field><Name>Id</Name><FieldType>Text</FieldType><MaxLength>20</MaxLength>"
               "<IsPrimaryKey>true</IsPrimaryKey><IsRequired>true</IsRequired></Field>"
               "<Field><Name>Units</Name><FieldType>Number</FieldType></Field></Fields></Objects></"
               "CreateRequest>"),
        HasSubstr("<OverallStatus>OK</OverallStatus>"));
  }
  Element message(const std::string& body) {
    const auto call = parse_call(envelope_of(body));
    EXPECT_TRUE(call) << call.error().message;
    return call->message;
  }
  std::string change(Change kind, const std::string& body) {
    auto content = change_objects(*extensions, random, kind, message(body));
    return content ? *content : "!" + content.error().message;
  }
  std::string retrieve(const std::string& inside) {
    auto content = retriever->retrieve(message("<RetrieveRequestMsg><RetrieveRequest>" + inside +
                                               "</RetrieveRequest></RetrieveRequestMsg>"));
    return content ? *content : "!" + content.error().message;
  }
  static std::string object(const std::string& id, const std::string& units,
                            bool key_apart = false) {
    const auto key = "<Name>Id</Name><Value>" + id + "</Value>";
    return "<Objects xsi:type=\"par:DataExtensionObject\"><CustomerKey>Q</CustomerKey>" +
           (key_apart ? "<Keys><Key>" + key + "</Key></Keys><Properties>"
                      : "<Properties><Property>" + key + "</Property>") +
           "<Property><Name>Units</Name><Value>" + units +
           "</Value></Property></Properties></Objects>";
  }
  void add(int count) {
    std::string objects;
    for (int i = 0; i < count; ++i) objects += object(fmt::format("r{}", i), std::to_string(i));
    EXPECT_THAT(change(Change::create, "<CreateRequest>" + objects + "</CreateRequest>"),
                HasSubstr("<OverallStatus>OK<"));
  }

  const std::string asked =
      "<ObjectType>DataExtensionObject[Q]</ObjectType><Properties>Id</"
      "Properties><Properties>Units</Properties>";
  std::unique_ptr<DataExtensions> extensions;
  std::unique_ptr<Retriever> retriever;
};

int results_in(const std::string& text) {
  int count = 0;
  for (auto at = text.find("<Results"); at != text.npos; at = text.find("<Results", at + 1))
    ++count;
  return count;
}

TEST_P(SoapTest, CreatesUpdatesAndDeletesRows) {
  add(2);
  EXPECT_THAT(
      change(Change::create,
             "<CreateRequest>" + object("r1", "5") + object("r2", "6") + "</CreateRequest>"),
      AllOf(HasSubstr("<StatusCode>Error</StatusCode><StatusMessage>there is a row of this key"),
            HasSubstr("<OverallStatus>Has Errors<")));
  EXPECT_THAT(
      change(Change::update, "<UpdateRequest>" + object("r1", "7", true) + "</UpdateRequest>"),
      HasSubstr("<OverallStatus>OK<"));
  EXPECT_THAT(
      change(Change::update, "<UpdateRequest>" + object("new", "7", true) + "</UpdateRequest>"),
      HasSubstr("there is no row of this key"));
  EXPECT_THAT(
      change(Change::update,
             "<UpdateRequest><Options><SaveOptions><SaveOption><PropertyName>*</PropertyName>"
             "<SaveAction>UpdateAdd</SaveAction></SaveOption></SaveOptions></Options>" +
                 object("new", "8", true) + "</UpdateRequest>"),
      HasSubstr("<OverallStatus>OK<"));
  EXPECT_THAT(
      change(Change::remove, "<DeleteRequest>" + object("r0", "", true) + "</DeleteRequest>"),
      HasSubstr("<OverallStatus>OK<"));
  EXPECT_THAT(
      change(Change::remove, "<DeleteRequest>" + object("r0", "", true) + "</DeleteRequest>"),
      HasSubstr("<OverallStatus>Error<"));
  const auto rows = retrieve(asked);
  EXPECT_EQ(results_in(rows), 3);
  EXPECT_THAT(rows, AllOf(HasSubstr("<Name>Id</Name><Value>r1</Value></"
                                    "Property><Property><Name>Units</Name><Value>7</Value>"),
                          HasSubstr("<Value>new</Value>"), Not(HasSubstr("r0"))));
}

TEST_P(SoapTest, FiltersAndContinues) {
  add(7);
  const auto simple = [](const char* name, const char* property, const char* operation,
                         const char* value) {
    return fmt::format(
        "<{0} "
        "xsi:type=\"SimpleFilterPart\"><Property>{1}</Property><SimpleOperator>{2}</"
        "SimpleOperator>{3}</{0}>",
        name, property, operation, value);
  };
  EXPECT_EQ(
      results_in(retrieve(asked + simple("Filter", "Units", "greaterThan", "<Value>4</Value>"))),
      2);
  EXPECT_EQ(
      results_in(retrieve(asked + simple("Filter", "Id", "IN",
                                         "<Value>r1</Value><Value>r5</Value><Value>x</Value>"))),
      2);
  EXPECT_EQ(results_in(retrieve(
                asked + simple("Filter", "Units", "between", "<Value>2</Value><Value>4</Value>"))),
            3);
  EXPECT_EQ(results_in(retrieve(asked + "<Filter xsi:type=\"ComplexFilterPart\">" +
                                simple("LeftOperand", "Units", "lessThan", "<Value>2</Value>") +
                                "<LogicalOperator>OR</LogicalOperator>" +
                                simple("RightOperand", "Id", "equals", "<Value>r6</Value>") +
                                "</Filter>")),
            3);
  for (const auto& wrong : {simple("Filter", "Nothing", "equals", "<Value>1</Value>"),
                            simple("Filter", "Units", "near", "<Value>1</Value>"),
                            simple("Filter", "Units", "equals", "<Value>many</Value>"),
                            simple("Filter", "Units", "equals", "")})
    EXPECT_THAT(retrieve(asked + wrong), HasSubstr("<OverallStatus>Error: ")) << wrong;

  auto page = retrieve(asked + "<Options><BatchSize>3</BatchSize></Options>");
  std::vector<int> sizes;
  for (;;) {
    sizes.push_back(results_in(page));
    if (!page.contains("MoreDataAvailable")) break;
    const auto at = page.find("<RequestID>") + 11;
    page = retrieve("<ContinueRequest>" + page.substr(at, page.find('<', at) - at) +
                    "</ContinueRequest>");
  }
  EXPECT_THAT(sizes, ::testing::ElementsAre(3, 3, 1));
  EXPECT_THAT(retrieve("<ContinueRequest>unknown</ContinueRequest>"),
              HasSubstr("Error: the request to continue is not known"));
}

TEST_P(SoapTest, TellsWhatThereIs) {
  EXPECT_THAT(retrieve("<ObjectType>DataExtension</ObjectType><Properties>CustomerKey</"
                       "Properties><Properties>Name</Properties>"
                       "<Filter "
                       "xsi:type=\"SimpleFilterPart\"><Property>Name</"
                       "Property><SimpleOperator>equals</SimpleOperator>"
                       "<Value>queue</Value></Filter>"),
              AllOf(HasSubstr("<CustomerKey>Q</CustomerKey><Name>Queue</Name>"),
                    Not(HasSubstr("Contact_Salesforce"))));
  const auto fields = retrieve(
      "<ObjectType>DataExtensionField</ObjectType><Properties>Name</"
      "Properties><Properties>IsPrimaryKey</Properties>"
      "<Filter xsi:type=\"SimpleFilterPart\"><Property>DataExtension.CustomerKey</Property>"
      "<SimpleOperator>equals</SimpleOperator><Value>Q</Value></Filter>");
  EXPECT_EQ(results_in(fields), 2);
  EXPECT_THAT(fields, HasSubstr("<Name>Id</Name><IsPrimaryKey>true</IsPrimaryKey>"));
  EXPECT_THAT(
      retrieve("<ObjectType>SentEvent</ObjectType><Properties>Secret</Properties>"),
      HasSubstr(
          "The Request Property(s) Secret do not match with the fields of SentEvent retrieve"));
  EXPECT_THAT(retrieve("<ObjectType>Email</ObjectType><Properties>ID</Properties>"),
              HasSubstr("not an object that is retrieved here"));
  EXPECT_THAT(
      retrieve("<ObjectType>DataExtensionObject[None]</ObjectType><Properties>ID</Properties>"),
      HasSubstr("Error: there is no data extension"));
  const auto described = retriever->describe(message(
      "<DefinitionRequestMsg><DescribeRequests><ObjectDefinitionRequest><ObjectType>BounceEvent"
      "</ObjectType></ObjectDefinitionRequest></DescribeRequests></DefinitionRequestMsg>"));
  ASSERT_TRUE(described);
  EXPECT_THAT(*described, HasSubstr("<Name>SMTPReason</Name><DataType>Text</DataType>"));
}

TEST_P(SoapTest, LeavesWhatIsNotItsOwn) {
  const auto refused =
      change(Change::create,
             "<CreateRequest><Objects "
             "xsi:type=\"DataExtensionObject\"><CustomerKey>Contact_Salesforce</CustomerKey>"
             "<Properties><Property><Name>Email</Name><Value>a@b.example</Value></Property></"
             "Properties></Objects></CreateRequest>");
  EXPECT_THAT(refused, AllOf(HasSubstr("read-only"), HasSubstr("<OverallStatus>Error<")));
  EXPECT_THAT(
      change(Change::create,
             "<CreateRequest><Objects xsi:type=\"Email\"><Name>x</Name></Objects></CreateRequest>"),
      HasSubstr("objects of the type Email are not changed here"));
  EXPECT_THAT(change(Change::create, "<CreateRequest/>"), HasSubstr("!a call has"));
}

STOCKBELL_STORE_TESTS(SoapTest);

TEST(SoapCall, ReadsAnEnvelopeWhateverItsOrder) {
  const auto call = parse_call(
      envelope_of("<p:RetrieveRequestMsg xmlns:p=\"x\"><a>1 &lt; 2</a></p:RetrieveRequestMsg>"));
  ASSERT_TRUE(call);
  EXPECT_EQ(call->token, "secret");
  EXPECT_EQ(call->message.name, "RetrieveRequestMsg");
  EXPECT_EQ(call->message.text_of("a"), "1 < 2");
}

TEST(SoapCall, RefusesWhatIsNoEnvelope) {
  std::string deep;
  for (int i = 0; i < 60; ++i) deep += "<a>";
  for (const auto& wrong :
       {std::string(), std::string("<a/>"), std::string("<Envelope/>"),
        std::string("<Envelope><Body/></Envelope>"),
        std::string("<!DOCTYPE a [<!ENTITY b \"c\">]><Envelope><Body><x>&b;</x></Body></Envelope>"),
        std::string("<Envelope><Body><x></Body></Envelope>"), "<Envelope><Body>" + deep,
        std::string("\xff\xfe<\0E", 5)})
    EXPECT_FALSE(parse_call(wrong)) << wrong;
}

TEST(SoapCall, EscapesWhatItSays) {
  EXPECT_EQ(tag("a", "<b>&\x01"), "<a>&lt;b&gt;&amp;\xEF\xBF\xBD</a>");
}

}  // namespace
}  // namespace stockbell::engagement::soap
