#include "access/oauth/soap.h"

#include <gtest/gtest.h>

#include "access/oauth/scopes.h"

namespace stockbell::access::oauth {
namespace {

// As jsforce 3.10.16 writes it.
constexpr const char* kJsforce =
    R"(<se:Envelope xmlns:se="http://schemas.xmlsoap.org/soap/envelope/"><se:Header/><se:Body><login xmlns="urn:partner.soap.sforce.com"><username>ann@example.com</username><password>a &lt;long&gt; password</password></login></se:Body></se:Envelope>)";
// As simple-salesforce writes it.
constexpr const char* kSimpleSalesforce = R"(<?xml version="1.0" encoding="utf-8" ?>
        <env:Envelope
                xmlns:xsd="http://www.w3.org/2001/XMLSchema"
                xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"
                xmlns:urn="urn:partner.soap.sforce.com">
            <env:Header>
                <urn:CallOptions><urn:client>simple-salesforce</urn:client></urn:CallOptions>
            </env:Header>
            <env:Body>
                <n1:login xmlns:n1="urn:partner.soap.sforce.com">
                    <n1:username>shop</n1:username>
                    <n1:password>sbk_x</n1:password>
                </n1:login>
            </env:Body>
        </env:Envelope>)";

TEST(Soap, ReadsTheEnvelopesOfBothClients) {
  auto first = parse_soap(kJsforce);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->username, "ann@example.com");
  EXPECT_EQ(first->password, "a <long> password");
  auto second = parse_soap(kSimpleSalesforce);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->username, "shop");
  EXPECT_EQ(second->password, "sbk_x");
}

TEST(Soap, ReadsLogout) {
  auto call = parse_soap(
      R"(<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Header><SessionHeader xmlns="urn:partner.soap.sforce.com"><sessionId>00D!x</sessionId></SessionHeader></Header><Body><logout xmlns="urn:partner.soap.sforce.com"/></Body></Envelope>)");
  ASSERT_TRUE(call) << call.error().message;
  EXPECT_EQ(call->kind, SoapCall::Kind::logout);
  EXPECT_EQ(call->session_id, "00D!x");
}

TEST(Soap, RefusesDocumentTypesAndOtherOddities) {
  std::string deep = R"(<a xmlns="http://schemas.xmlsoap.org/soap/envelope/">)";
  for (int i = 0; i < 3000; ++i) deep += "<a>";
  std::string utf16("\xff\xfe<\0?\0", 6);
  const std::vector<std::string> bodies = {
      std::string(),
      std::string("no xml"),
      std::string("<Envelope/>"),
      deep,
      utf16,
      std::string(20'000, ' '),
      R"(<!DOCTYPE x [<!ENTITY a "aaaa">]>)" + std::string(kJsforce),
      R"(<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">)" + std::string(kJsforce),
      R"(<?xml version="1.0" encoding="UTF-7"?>+ADw-!DOCTYPE x)",
      std::string(
          R"(<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:other"><username>a</username></login></e:Body></e:Envelope>)"),
      std::string(
          R"(<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><query xmlns="urn:partner.soap.sforce.com"/></e:Body></e:Envelope>)"),
      std::string(
          R"(<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><login xmlns="urn:partner.soap.sforce.com"><username>&xxe;</username></login></e:Body></e:Envelope>)")};
  for (const auto& body : bodies) {
    auto call = parse_soap(body);
    EXPECT_TRUE(!call && call.error().reason == "soap-invalid") << body.substr(0, 100);
  }
}

TEST(Soap, WritesWhatBothClientsLookFor) {
  SoapLogin login;
  login.server_url = "http://127.0.0.1:8080/services/Soap/u/50.0/00D";
  login.session_id = "00D!<&>";
  login.user_id = "005";
  login.organization_id = "00D";
  auto envelope = login_envelope(login);
  for (auto part :
       {"<serverUrl>http://127.0.0.1:8080/services/Soap/u/50.0/00D</serverUrl>",
        "<sessionId>00D!&lt;&amp;&gt;</sessionId>", "<userId>005</userId>",
        "<organizationId>00D</organizationId>", "<passwordExpired>false</passwordExpired>"})
    EXPECT_NE(envelope.find(part), std::string::npos) << part;
  auto fault = fault_envelope("sf:INVALID_LOGIN", "Wrong.");
  for (auto part : {"<faultcode>sf:INVALID_LOGIN</faultcode>",
                    "<faultstring>INVALID_LOGIN: Wrong.</faultstring>",
                    "<sf:exceptionCode>INVALID_LOGIN</sf:exceptionCode>",
                    "<sf:exceptionMessage>Wrong.</sf:exceptionMessage>"})
    EXPECT_NE(fault.find(part), std::string::npos) << part;
}

TEST(Scopes, NarrowARole) {
  using enum http::Role;
  auto role = [](http::Role of, const char* text) { return narrow(of, *parse_scopes(text)); };
  EXPECT_EQ(role(admin, ""), admin);
  EXPECT_EQ(role(admin, "full"), admin);
  EXPECT_EQ(role(readonly, "api"), readonly);
  EXPECT_EQ(role(admin, "readonly"), readonly);
  EXPECT_EQ(role(readonly, "intake"), anonymous);
  EXPECT_EQ(role(intake, "readonly"), anonymous);
  EXPECT_EQ(role(admin, "intake id"), intake);
  EXPECT_EQ(parse_scopes("readonly intake").error().reason, "invalid_scope");
  EXPECT_EQ(role(admin, "id"), anonymous);
  EXPECT_EQ(role(admin, "refresh_token"), anonymous);
  EXPECT_EQ(to_text(*parse_scopes(" refresh_token  full api ")), "api refresh_token");
  EXPECT_EQ(parse_scopes("api everything").error().reason, "invalid_scope");
}

}  // namespace
}  // namespace stockbell::access::oauth
