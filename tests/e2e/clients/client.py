"""What the simple-salesforce scripts share: run(task) calls task(settings) with the JSON of standard input and prints what it
gives as JSON. An error of the client is told as {"error": its class, "code": …, "message": …}, for a part of a task with attempt().

The package is used as it comes: domain "HOST:PORT/" makes it ask for https://HOST:PORT/.salesforce.com/…
"""
import json
import logging
import sys

import simple_salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceError

logging.disable(logging.CRITICAL)


def connect(settings, **more):
    """By client credentials, as the one flow that needs nothing else."""
    return simple_salesforce.Salesforce(
        domain=settings["domain"], consumer_key=settings["client_id"], consumer_secret=settings["client_secret"], **more)


def attempt(task, *arguments):
    """What the task gives, or how the client told its failure."""
    try:
        return task(*arguments)
    except SalesforceAuthenticationFailed as failed:
        return {"error": type(failed).__name__, "code": failed.code, "message": failed.auth_message}
    except SalesforceError as failed:
        return {"error": type(failed).__name__, "code": failed.status, "message": failed.content}


def run(task):
    json.dump(attempt(task, json.load(sys.stdin)), sys.stdout, default=str)
