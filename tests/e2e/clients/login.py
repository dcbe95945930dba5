"""Signs in by settings["with"], the keyword arguments of Salesforce(), and says who it is."""
import simple_salesforce

from client import run


def login(settings):
    salesforce = simple_salesforce.Salesforce(domain=settings["domain"], **settings["with"])
    answer = salesforce.session.get(
        f"https://{salesforce.sf_instance}/services/oauth2/userinfo", headers=salesforce.headers)
    who = answer.json() if answer.ok else {"status": answer.status_code, "text": answer.text}
    return {"instance": salesforce.sf_instance, "session_id": salesforce.session_id, "who": who}


run(login)
