"""Signs in by each of settings["ways"], keyword arguments of Salesforce(), and says who it then is."""
import simple_salesforce

from client import attempt, run


def login(domain, way):
    salesforce = simple_salesforce.Salesforce(domain=domain, **way)
    answer = salesforce.session.get(
        f"https://{salesforce.sf_instance}/services/oauth2/userinfo", headers=salesforce.headers)
    who = answer.json() if answer.ok else {"status": answer.status_code, "text": answer.text}
    return {"instance": salesforce.sf_instance, "session_id": salesforce.session_id, "who": who}


run(lambda settings: [attempt(login, settings["domain"], way) for way in settings["ways"]])
