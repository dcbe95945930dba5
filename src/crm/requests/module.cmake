stockbell_module(USES base contracts platform/crypto platform/db platform/erasures platform/http platform/log platform/text crm/matching crm/objects crm/contacts)
