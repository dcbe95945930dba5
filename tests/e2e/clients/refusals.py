"""What simple-salesforce raises: each refusal as the class it makes of it."""
import simple_salesforce

from client import attempt, connect, run


def task(settings):
    sf = connect(settings)
    reader = simple_salesforce.Salesforce(instance_url=f"https://{sf.sf_instance}", session_id=settings["reader"])
    ended = simple_salesforce.Salesforce(instance_url=f"https://{sf.sf_instance}", session_id="00D!forged")
    contact = sf.Contact.create({"LastName": "Here"})["id"]
    gone = sf.Contact.create({"LastName": "Gone"})["id"]
    sf.Contact.delete(gone)
    flow = "actions/custom/flow/BackInStockRequest"
    return {
        "query": attempt(sf.query, "SELECT Id, FROM Contact"),
        "query_all": attempt(sf.query_all, "SELECT Nope FROM Contact"),
        "query_more": attempt(sf.query_more, "01gD0000002HU6KIAW-2000"),
        "required": attempt(sf.Contact.create, {"FirstName": "Ada"}),
        "no_object": attempt(sf.Nothing__c.create, {"Name": "Ada"}),
        "missing": attempt(sf.Contact.get, "003000000000001AAA"),
        "no_key": attempt(sf.Back_In_Stock__c.get_by_custom_id, "Request_Key__c", "no such/key"),
        "deleted": attempt(sf.Contact.delete, gone),
        "nowhere": attempt(sf.restful, "nowhere"),
        "search": attempt(sf.search, "FIND {Ada}"),
        "method": attempt(sf.restful, "limits", None, "DELETE"),
        "flow_unknown": attempt(lambda: sf.restful("actions/custom/flow/Nope", method="POST", json={"inputs": [{}]})),
        "reader_reads": reader.Contact.get(contact)["LastName"],
        "reader_writes": attempt(reader.Contact.update, contact, {"Title": "No"}),
        "reader_flow": attempt(lambda: reader.restful(flow, method="POST", json={"inputs": [{}]})),
        "ended": attempt(ended.limits),
    }


run(task)
