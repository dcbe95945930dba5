stockbell_module(USES base contracts platform/http platform/text platform/log platform/salesforce)
