"""Loads, changes, unloads and deletes contacts and requests with bulk2. settings["rows"] says how many."""
import csv
import io

from client import attempt, connect, run

FAST = {"wait": 0.2}


def summed(jobs, key):
    return sum(int(job[key]) for job in jobs)


def outcome(jobs):
    return {"processed": summed(jobs, "numberRecordsProcessed"), "failed": summed(jobs, "numberRecordsFailed")}


def read(pages):
    rows = []
    for page in pages:
        rows.extend(csv.DictReader(io.StringIO(page)))
    return rows


def task(settings):
    salesforce = connect(settings)
    bulk, count = salesforce.bulk2, settings["rows"]
    said = {}

    people = [{"LastName": f"Bulk{i}", "Email": f"py{i}@example.com", "B2C_Customer_ID__c": f"py-{i}"} for i in range(count)]
    people[1]["Email"] = "no address"
    inserted = bulk.Contact.insert(records=people, **FAST)
    said["insert"] = outcome(inserted)
    failed = list(csv.DictReader(io.StringIO(bulk.Contact.get_failed_records(inserted[0]["job_id"]))))
    said["failed"] = {"sf__Id": failed[0]["sf__Id"], "sf__Error": failed[0]["sf__Error"], "LastName": failed[0]["LastName"]}
    done = list(csv.DictReader(io.StringIO(bulk.Contact.get_successful_records(inserted[0]["job_id"]))))
    said["successful"] = len(done)
    said["unprocessed"] = bulk.Contact.get_unprocessed_records(inserted[0]["job_id"])

    requests = [{"Request_Key__c": f"py-{i}", "Contact__r.B2C_Customer_ID__c": f"py-{i}", "Product_SKU__c": f"SKU-{i % 50}",
                 "Site__c": "Store"} for i in range(count) if i != 1]
    said["upsert"] = outcome(bulk.Back_In_Stock__c.upsert(records=requests, external_id_field="Request_Key__c", **FAST))
    again = bulk.Back_In_Stock__c.upsert(records=requests, external_id_field="Request_Key__c", **FAST)
    said["again"] = outcome(again)
    rows = list(csv.DictReader(io.StringIO(bulk.Back_In_Stock__c.get_successful_records(again[0]["job_id"]))))
    said["created_again"] = sorted({row["sf__Created"] for row in rows})

    changes = [{"Id": row["sf__Id"], "Title": "Ms"} for row in done]
    said["update"] = outcome(bulk.Contact.update(records=changes, **FAST))

    soql = "SELECT Id, LastName, Title, Email FROM Contact WHERE B2C_Customer_ID__c LIKE 'py-%'"
    pages = list(bulk.Contact.query(soql, max_records=2000, wait=0.2))
    rows = read(pages)
    said["query"] = {"pages": len(pages), "rows": len(rows), "different": len({row["Id"] for row in rows}),
                     "titles": sorted({row["Title"] for row in rows}), "columns": list(rows[0])}
    said["refused"] = attempt(lambda: list(bulk.Contact.query("SELECT COUNT(Id) FROM Contact", wait=0.2)))

    said["delete"] = outcome(bulk.Contact.delete(records=[{"Id": row["sf__Id"]} for row in done], **FAST))
    said["left"] = len(read(bulk.Contact.query(soql, wait=0.2)))
    return said


run(task)
