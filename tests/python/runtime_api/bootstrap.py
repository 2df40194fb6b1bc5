"""A function that does what its event says: answer, fail, or invoke itself for the rest."""

import json
import os
import time
import urllib.request

RUNTIME = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime"
NAME = os.environ["AWS_LAMBDA_FUNCTION_NAME"]


def post(url, body, **headers):
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request) as response:
        return response.status


def main():
    if "BROKEN" in os.environ:
        post(f"{RUNTIME}/init/error", {"errorType": "broken"})
        return
    while True:
        with urllib.request.urlopen(f"{RUNTIME}/invocation/next") as response:
            event = json.load(response)
            request = f"{RUNTIME}/invocation/{response.headers['Lambda-Runtime-Aws-Request-Id']}"
            left = int(response.headers["Lambda-Runtime-Deadline-Ms"]) / 1000 - time.time()
        if event["parts"] > 1:
            url = f"{os.environ['AWS_ENDPOINT_URL_LAMBDA']}/2015-03-31/functions/{NAME}/invocations"
            post(url, {**event, "parts": event["parts"] - 1}, **{"X-Amz-Invocation-Type": "Event"})
        if event["parts"] == 0:
            post(f"{request}/error", {"errorType": "nothing to do"})
        else:
            post(f"{request}/response", {"parts": event["parts"], "minutes": round(left / 60)})


main()
