stockbell_module(USES base contracts platform/db platform/erasures platform/http crm/matching crm/objects crm/soql crm/contacts crm/requests crm/records crm/rest crm/bulk)
