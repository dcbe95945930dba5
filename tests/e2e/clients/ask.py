"""One request by the flow action, sent when the clock of settings["at"] (seconds) strikes: two processes meet."""
import time

from client import connect, run


def task(settings):
    sf = connect(settings)
    time.sleep(max(0, settings["at"] - time.time()))
    inputs = [{"Email": settings["email"], "LastName": "Twin", "Product_SKU__c": "TWIN", "Request_Key__c": settings["key"]}]
    return [sf.restful("actions/custom/flow/BackInStockRequest", method="POST", json={"inputs": inputs})[0] for _ in range(3)]


run(task)
