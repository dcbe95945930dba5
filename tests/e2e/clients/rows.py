"""Rows, queries, changes, a flow: each call of simple-salesforce once. settings["paged"] says what the many rows have as title."""
import datetime

from client import attempt, connect, run

DETAILS = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}


def rows(sf):
    made = sf.Contact.create({"LastName": "Lovelace", "FirstName": "Ada", "Email": "ada@example.com"})
    key = "a b/c"
    request = {"Contact__c": made["id"], "Product_SKU__c": "PY-1"}
    said = {"made": made, "upsert": [
        sf.Back_In_Stock__c.upsert("Request_Key__c/a%20b%2Fc", request),
        sf.Back_In_Stock__c.upsert("Request_Key__c/a%20b%2Fc", {"Status__c": "Queued"}),
        sf.Back_In_Stock__c.upsert("Request_Key__c/raw/slash", {**request, "Product_SKU__c": "PY-2"}),
    ]}
    said["by_key"] = sf.Back_In_Stock__c.get_by_custom_id("Request_Key__c", key)
    said["slash"] = sf.Back_In_Stock__c.get_by_custom_id("Request_Key__c", "raw/slash")
    said["update"] = sf.Contact.update(made["id"], {"Title": "Countess"})
    said["raw"] = sf.Contact.update(made["id"], {"Phone": "+1 650 555 0100"}, raw_response=True).status_code
    said["row"] = sf.Contact.get(made["id"])
    said["some"] = sf.Contact.get(made["id"], params={"fields": "Title,Email"})
    said["alert"] = attempt(sf.Contact.create, {"LastName": "Lovelace", "Email": "ADA@example.com"})
    said["allowed"] = sf.Contact.create({"LastName": "Lovelace", "Email": "ADA@example.com"}, headers=DETAILS)
    said["delete"] = sf.Contact.delete(made["id"])
    said["gone"] = attempt(sf.Contact.get, made["id"])
    return said


def described(sf):
    contact = sf.Contact.describe()
    basics = sf.Contact.metadata()
    return {
        "sobjects": sorted(found["name"] for found in sf.describe()["sobjects"]),
        "fields": sorted(field["name"] for field in contact["fields"] if field["externalId"]),
        "basics": [basics["objectDescribe"]["name"], len(basics["recentItems"]) > 0],
        "limits": sf.limits()["DailyApiRequests"],
        "usage": sf.api_usage.get("api-usage"),
        "sandbox": sf.is_sandbox(),
        "versions": sf.restful("limits/")["DailyApiRequests"]["Max"],
    }


def queries(sf, title):
    soql = f"SELECT Id, LastName FROM Contact WHERE Title = '{title}' ORDER BY LastName"
    eager = sf.query_all(soql)
    lazy = [row["Id"] for row in sf.query_all_iter(soql)]
    page = sf.query(soql)
    pages = [len(page["records"])]
    by_hand = [row["Id"] for row in page["records"]]
    while not page["done"]:
        locator = page["nextRecordsUrl"]
        # Once by the locator alone, then by the whole address.
        page = sf.query_more(locator, True) if len(pages) > 1 else sf.query_more(locator.split("/")[-1])
        pages.append(len(page["records"]))
        by_hand += [row["Id"] for row in page["records"]]
    parent = sf.query("SELECT Contact__r.Email, Product_SKU__c FROM Back_In_Stock__c WHERE Request_Key__c = 'py+rel & 1'")
    child = sf.query("SELECT LastName, (SELECT Product_SKU__c FROM Back_In_Stocks__r) FROM Contact WHERE Email = 'relation@example.com'")
    return {
        "eager": [eager["totalSize"], eager["done"], len(eager["records"]), len({row["Id"] for row in eager["records"]})],
        "lazy": lazy == [row["Id"] for row in eager["records"]],
        "pages": pages, "by_hand": by_hand == lazy,
        "counted": sf.query(f"SELECT COUNT() FROM Contact WHERE Title = '{title}'")["totalSize"],
        "parent": [(row["Contact__r"]["Email"], row["Product_SKU__c"]) for row in parent["records"]],
        "child": [[request["Product_SKU__c"] for request in row["Back_In_Stocks__r"]["records"]] for row in child["records"]],
        "deleted": [sf.query("SELECT Id FROM Contact WHERE Name = 'Ada Lovelace'", include_deleted=all_rows)["totalSize"] for all_rows in (False, True)],
        "iter_deleted": sum(1 for row in sf.query_all_iter("SELECT IsDeleted FROM Contact WHERE Name = 'Ada Lovelace'", include_deleted=True) if row["IsDeleted"]),
    }


def changes(sf, made):
    now = datetime.datetime.now(datetime.timezone.utc)
    start, end = now - datetime.timedelta(minutes=5), now + datetime.timedelta(minutes=5)
    updated, deleted = sf.Back_In_Stock__c.updated(start, end), sf.Contact.deleted(start, end)
    return {
        "updated": len(updated["ids"]), "covered": "latestDateCovered" in updated,
        "deleted": [row["id"] for row in deleted["deletedRecords"]] == [made],
        "reversed": attempt(sf.Contact.updated, end, start),
    }


def flows(sf):
    flow = "actions/custom/flow/BackInStockRequest"
    inputs = {"inputs": [{"Email": "relation@example.com", "LastName": "Relation", "Product_SKU__c": "PY-R", "Request_Key__c": "py+rel & 1"}]}
    return {
        "described": sf.restful(flow)["name"],
        "listed": [action["name"] for action in sf.restful("actions/custom/flow")["actions"]],
        "ran": [sf.restful(flow, method="POST", json=inputs)[0]["outputValues"] for _ in range(2)],
        "composite": sf.restful("composite", method="POST", json={"compositeRequest": [
            {"method": "GET", "url": "/services/data/v59.0/limits", "referenceId": "l"},
            {"method": "GET", "url": "/services/data/v59.0/nowhere", "referenceId": "n"}]}),
    }


def task(settings):
    sf = connect(settings)
    said = {"rows": rows(sf), "described": described(sf), "flows": flows(sf)}
    said["queries"] = queries(sf, settings["paged"])
    said["changes"] = changes(sf, said["rows"]["made"]["id"])
    return said


run(task)
